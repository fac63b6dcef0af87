"""The rule of the objects of a ``WorkloadIngress`` after all transforms, such as overrides."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from moorings.kubernetes.ingress.annotation_rules import SESSION_ANNOTATION
from moorings.kubernetes.ingress.annotations import ReservedAnnotations
from moorings.kubernetes.ingress.workload_ingress_args import WorkloadIngressArgs
from moorings.validation.findings import Path, Severity
from moorings.validation.inputs import is_late, is_list, is_mapping
from moorings.validation.resource_changes import UNKNOWN, Properties, is_unknown
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

TRANSFORM_RULES: RuleSet[WorkloadIngressArgs] = RuleSet(WorkloadIngressArgs)

_SESSION_FIELD = re.compile(
    r"consistentHash|hashMethodKey|lb-method|loadBalanc(?:er|ing|ingMethod)|session(?:Affinity(?:Config)?|Cookie|Persistence)"
    r"|sticky"
)
"""Fields of the objects of all controllers that select the pod of a request."""

_SESSION_ATTRIBUTE = re.compile(r"stickiness\..*|deregistration_delay\..*")
"""Attributes of a target group that keep a session at its pod, also while the pod stops."""


@TRANSFORM_RULES.explicit(
    "ingress-transformed-session",
    Severity.UNSAFE,
    source="https://gateway-api.sigs.k8s.io/geps/gep-1619/",
    invalid="transforms=[override('ingress', {'metadata': {'annotations': "
    "{'haproxy-ingress.github.io/affinity': None}}})]",
    valid="transforms=[override('ingress', {'metadata': {'annotations': "
    "{'haproxy-ingress.github.io/maxconn-server': '500'}}})]",
)
def transformed_session(final: Properties, role: str, rendered: Properties, reserved: ReservedAnnotations) -> Findings:
    """Requests of a session would reach several pods, or would be cut off when their pod stops."""
    if UNKNOWN in (final.at("metadata"), final.at("spec")):
        return
    expected, found = dict(session_settings(rendered, reserved)), dict(session_settings(final, reserved))
    # The API server adds fields with defaults, but no annotations.
    added = [path for path in found if path[0] == "metadata" and path not in expected]
    for path in [*expected, *added]:
        value = found.get(path)
        if value != expected.get(path) and not is_late(expected.get(path)) and not is_unknown(value):
            yield (
                ("transforms", role, *path),
                "changes the session affinity of the ingress; remove it, or set policy or the workload's shutdown",
            )


def session_settings(fields: Properties, reserved: ReservedAnnotations) -> Iterator[tuple[Path, Any]]:
    """Yield the path and the value of each setting of an object that keeps a session at its pod."""
    annotations = fields.at("metadata", "annotations")
    for key, value in annotations.items() if is_mapping(annotations) else ():
        path: Path = ("metadata", "annotations", key)
        if reserved.is_attribute_list(key) and isinstance(value, str):
            attributes = (attribute.partition("=") for attribute in value.split(","))
            for name, _, setting in attributes:
                if _SESSION_ATTRIBUTE.fullmatch(name):
                    yield (*path, name), setting
        elif SESSION_ANNOTATION.search(key) or key in reserved.load_balancing | reserved.bypass_pods:
            yield path, value
    yield from _session_fields(fields.at("spec"), ("spec",))


def _session_fields(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if is_mapping(value):
        for key, item in value.items():
            if _SESSION_FIELD.fullmatch(key):
                yield (*path, key), item
            elif key == "targetGroupAttributes":
                yield from _attributes(item, (*path, key))
            else:
                yield from _session_fields(item, (*path, key))
    for index, item in enumerate(value) if is_list(value) else ():
        yield from _session_fields(item, (*path, index))


def _attributes(items: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Yield the attributes of a target group, which are a list of names and values."""
    attributes: list[Mapping[str, Any]] = items if is_list(items) else []
    for attribute in attributes:
        if _SESSION_ATTRIBUTE.fullmatch(str(attribute.get("key"))):
            yield (*path, str(attribute.get("key"))), attribute.get("value")
