"""Renders a plan as a Terraform plan in JSON for checkov, which does not support Pulumi.

The Pulumi AWS provider is generated from the Terraform AWS provider. In Terraform, names are in snake case, names of
repeated blocks are singular, and a block that occurs once is a list with one element.

Source: https://developer.hashicorp.com/terraform/internals/json-format and
https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

import re
from collections.abc import Mapping
from typing import Any

from moorings.preview.plan import Plan, Resource, jsonable
from moorings.preview.secret_masking import UNKNOWN_TEXT

TYPES = {"aws_lb_load_balancer": "aws_lb", "aws_s3_bucket_v2": "aws_s3_bucket"}
"""Terraform types that differ from the result of the general rule."""

OMITTED_MODULES = {"ec2", "index"}
"""Pulumi modules that are not part of Terraform's type names."""

MODULES = {"servicediscovery": "service_discovery"}

RENAMED_ARGUMENTS = {("aws_cloudwatch_metric_alarm", "name"): "alarm_name"}

PLURAL = {"dimensions", "metrics", "placement_constraints"}
"""Repeated blocks whose name is plural in Terraform too."""

ENDINGS = (("ies", "y"), ("sses", "ss"), ("ases", "as"), ("ss", "ss"), ("as", "as"), ("s", ""))
"""Plural endings and their singular."""

MAPS = {"dimensions", "tags", "tags_all", "variables"}
"""Objects with arbitrary keys. All other objects are blocks."""

PLACEHOLDER = "unknown-until-applied"
"""Value of unknown arguments: checkov treats a missing argument as one that is not set."""


def snake(name: str) -> str:
    """Convert a name to snake case: ``kmsKeyArn`` becomes ``kms_key_arn``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def type_name(token: str) -> str:
    """Convert a type token: ``aws:msk/cluster:Cluster`` becomes ``aws_msk_cluster``."""
    package, module, name = token.split(":")
    module = module.partition("/")[0]
    words = [package, *([] if module in OMITTED_MODULES else [MODULES.get(module, module)]), snake(name)]
    type_ = "_".join(words)
    return TYPES.get(type_, type_)


def address(resource: Resource) -> str:
    """The Terraform address of a resource, such as ``aws_msk_cluster.kafka_cluster``."""
    return f"{type_name(resource.type)}.{re.sub(r'[^A-Za-z0-9_]', '_', resource.name)}"


def argument(type_: str, key: str, value: Any) -> str:
    """The Terraform name of an argument: the list ``defaultActions`` becomes the repeated block ``default_action``."""
    name = snake(key)
    if isinstance(value, list) and any(isinstance(element, Mapping) for element in value) and name not in PLURAL:
        plural, singular = next((endings for endings in ENDINGS if name.endswith(endings[0])), ("", ""))
        name = name.removesuffix(plural) + singular
    return RENAMED_ARGUMENTS.get((type_, name), name)


def _value(type_: str, key: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value) if snake(key) in MAPS else [_block(type_, value)]
    if isinstance(value, list):
        return [
            _block(type_, element) if isinstance(element, Mapping) else _value(type_, key, element) for element in value
        ]
    return PLACEHOLDER if value == UNKNOWN_TEXT else value


def _block(type_: str, block: Mapping[str, Any]) -> dict[str, Any]:
    return {argument(type_, key, value): _value(type_, key, value) for key, value in block.items()}


def _references(resource: Resource, others: Mapping[str, Resource]) -> dict[str, Any]:
    """The resources that each argument refers to."""
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
    """Render the AWS resources of a plan in the format of ``terraform show -json``."""
    resources = {
        resource.urn: resource for resource in plan.resources if resource.custom and resource.type.startswith("aws:")
    }
    planned: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []
    configured: list[dict[str, Any]] = []
    for resource in resources.values():
        type_, _, name = address(resource).partition(".")
        values = _block(type_, jsonable(resource.inputs))
        header = {"address": address(resource), "mode": "managed", "type": type_, "name": name}
        planned.append({**header, "values": values})
        changes.append({**header, "change": {"actions": ["create"], "before": None, "after": values}})
        configured.append({**header, "provider_config_key": "aws", "expressions": _references(resource, resources)})
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes,
        "configuration": {"provider_config": {"aws": {"name": "aws"}}, "root_module": {"resources": configured}},
    }
