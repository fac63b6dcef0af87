"""A plan as Terraform's plan JSON, which checkov can read; it reads no Pulumi.

Pulumi's AWS provider is made from Terraform's: names differ in their case, repeated blocks have a plural, and a block of
which there is one is an object here and a list of one there.

Source: https://developer.hashicorp.com/terraform/internals/json-format and
https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

import re
from collections.abc import Mapping
from typing import Any

from moorings.preview.plan import Plan, Resource, jsonable
from moorings.preview.secret_masking import UNKNOWN_TEXT

TYPES = {"aws_lb_load_balancer": "aws_lb", "aws_s3_bucket_v2": "aws_s3_bucket"}
"""Types that follow no rule, by the name that the rule would give."""

UNSAID = {"ec2", "index"}
"""Modules that Terraform's types leave out."""

MODULES = {"servicediscovery": "service_discovery"}

RENAMED = {("aws_cloudwatch_metric_alarm", "name"): "alarm_name"}

PLURAL = {"dimensions", "metrics", "placement_constraints"}
"""Repeated blocks that Terraform has in the plural too."""

ENDINGS = (("ies", "y"), ("sses", "ss"), ("ases", "as"), ("ss", "ss"), ("as", "as"), ("s", ""))
"""Endings of the plural, and of the singular."""

MAPS = {"dimensions", "tags", "tags_all", "variables"}
"""Objects whose keys are the user's own; all others are blocks."""

PLACEHOLDER = "unknown-until-applied"
"""What is unknown: a value that is missing would be judged as one that was left out."""


def snake(name: str) -> str:
    """``kmsKeyArn`` is ``kms_key_arn``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def type_name(token: str) -> str:
    """``aws:msk/cluster:Cluster`` is ``aws_msk_cluster``."""
    package, module, name = token.split(":")
    module = module.partition("/")[0]
    words = [package, *([] if module in UNSAID else [MODULES.get(module, module)]), snake(name)]
    found = "_".join(words)
    return TYPES.get(found, found)


def address(resource: Resource) -> str:
    """``aws_msk_cluster.kafka_cluster``."""
    return f"{type_name(resource.type)}.{re.sub(r'[^A-Za-z0-9_]', '_', resource.name)}"


def argument(type_: str, key: str, value: Any) -> str:
    """``defaultActions``, a list of objects, is the repeated block ``default_action``."""
    name = snake(key)
    if isinstance(value, list) and any(isinstance(each, Mapping) for each in value) and name not in PLURAL:
        many, one = next(((many, one) for many, one in ENDINGS if name.endswith(many)), ("", ""))
        name = name.removesuffix(many) + one
    return RENAMED.get((type_, name), name)


def _value(type_: str, key: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value) if snake(key) in MAPS else [_block(type_, value)]
    if isinstance(value, list):
        return [_block(type_, each) if isinstance(each, Mapping) else _value(type_, key, each) for each in value]
    return PLACEHOLDER if value == UNKNOWN_TEXT else value


def _block(type_: str, block: Mapping[str, Any]) -> dict[str, Any]:
    return {argument(type_, key, value): _value(type_, key, value) for key, value in block.items()}


def _references(resource: Resource, others: Mapping[str, Resource]) -> dict[str, Any]:
    """Which resources an argument comes from."""
    type_ = type_name(resource.type)
    return {
        argument(type_, key, resource.inputs.get(key)): {
            "references": [
                text
                for urn in urns
                if urn in others
                for text in (f"{address(others[urn])}.id", f"{address(others[urn])}.arn", address(others[urn]))
            ]
        }
        for key, urns in resource.property_dependencies.items()
    }


def plan_document(plan: Plan) -> dict[str, Any]:
    """The AWS resources of a plan, as ``terraform show -json`` tells a plan."""
    found = {each.urn: each for each in plan.resources if each.custom and each.type.startswith("aws:")}
    planned: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []
    configured: list[dict[str, Any]] = []
    for each in found.values():
        type_, _, name = address(each).partition(".")
        values = _block(type_, jsonable(each.inputs))
        head = {"address": address(each), "mode": "managed", "type": type_, "name": name}
        planned.append({**head, "values": values})
        changes.append({**head, "change": {"actions": ["create"], "before": None, "after": values}})
        configured.append({**head, "provider_config_key": "aws", "expressions": _references(each, found)})
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes,
        "configuration": {"provider_config": {"aws": {"name": "aws"}}, "root_module": {"resources": configured}},
    }
