"""Rules about the additional annotations of a ``WorkloadIngress``."""

import re
from collections.abc import Mapping
from typing import Any

from moorings.kubernetes.annotations import MAX_BYTES
from moorings.kubernetes.ingress.annotations import ReservedAnnotations, attribute_names
from moorings.kubernetes.ingress.controllers import controllers_where
from moorings.kubernetes.ingress.ingress_controller import IngressController
from moorings.kubernetes.ingress.workload_ingress_args import WorkloadIngressArgs
from moorings.validation.findings import Severity
from moorings.validation.plaintext import find_secret
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

RULES: RuleSet[WorkloadIngressArgs] = RuleSet(WorkloadIngressArgs)

SESSION_ANNOTATION = re.compile(
    r"sticky|stickiness|affinity|(?<!auth-)session-cookie|cookie-persistence|upstream-hash-by"
)
"""Keys that configure session affinity. ``auth-session-cookie`` is the cookie of a login at an ALB."""

HASH_METHOD = re.compile(r"hash|source|hdr|uri|url_param")

_ANNOTATIONS = "https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/"
_ALB_ANNOTATIONS = "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/"


@RULES.rule(
    "ingress-session-annotation",
    Severity.UNSAFE,
    source="https://haproxy-ingress.github.io/docs/configuration/keys/#affinity",
    invalid="annotations={'haproxy-ingress.github.io/affinity': 'cookie'}",
    valid="annotations={'haproxy-ingress.github.io/hsts': 'true'}",
)
def _session_annotation(annotation_names: list[str]) -> Findings:
    """Annotations for session affinity can override the policy of the ingress."""
    for key in annotation_names:
        if SESSION_ANNOTATION.search(key):
            yield ("annotations", key), "sets the session affinity, which conflicts with policy; remove it"


@RULES.rule(
    "ingress-load-balancing-annotation",
    Severity.UNSAFE,
    source="https://haproxy-ingress.github.io/docs/configuration/keys/#balance-algorithm",
    invalid="annotations={'haproxy-ingress.github.io/balance-algorithm': 'source'}",
    valid="annotations={'haproxy-ingress.github.io/balance-algorithm': 'leastconn'}",
    each="annotations",
)
def _load_balancing_annotation(key: str, value: str, ingress_controller: IngressController) -> Findings:
    """With this annotation the controller ignores the policy when it selects a pod, or routes to the Service."""
    reserved = ingress_controller.reserved_annotations
    if key in reserved.load_balancing and HASH_METHOD.search(value):
        yield f"{value!r} selects pods by a hash, which conflicts with policy; remove it"
    if key in reserved.bypass_pods and value.strip().lower() != "false":
        yield "routes requests to the Service instead of the pods; remove it"


@RULES.rule(
    "ingress-foreign-annotation",
    Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/services-networking/ingress-controllers/",
    invalid="annotations={'alb.ingress.kubernetes.io/group.name': 'edge'}",
    valid="annotations={'haproxy-ingress.github.io/hsts': 'true'}",
)
def _foreign_annotation(annotation_names: list[str], ingress_controller: IngressController) -> Findings:
    """A controller ignores the annotations of other controllers."""
    for key in annotation_names:
        others = controllers_where(lambda other: key.startswith(other.own_prefixes or ("\0",)))  # noqa: B023 - called here
        if others and ingress_controller.own_prefixes and ingress_controller.name not in others:
            yield (
                ("annotations", key),
                f"is an annotation of {' and '.join(others)}, ignored by {ingress_controller.name}; remove it",
            )


@RULES.rule(
    "ingress-secret-annotation",
    Severity.UNSAFE,
    source="https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
    invalid="annotations={'example.com/upstream': 'https://orders:example-1@example.com'}",
    valid="annotations={'example.com/upstream': 'https://example.com'}",
    each="plaintext_annotations",
)
def _secret_annotation(key: str, value: Any) -> Findings:
    """Annotations are stored and shown in plain text. Keys such as checksum/secret are allowed."""
    secret = find_secret(value)
    if secret:
        yield ("annotations", key), f"contains {secret} and would be stored in plain text; remove it"


@RULES.rule(
    "ingress-annotations-size",
    Severity.ERROR,
    source=_ANNOTATIONS,
    invalid="annotations={'a': 'x' * 262144}",
    valid="annotations={'a': 'x' * 200000}",
)
def _annotations_size(annotations: Mapping[str, str]) -> Findings:
    """The API server rejects annotations above 256 KiB in total."""
    size = sum(len(text.encode()) for pair in annotations.items() for text in pair)
    if size > MAX_BYTES:
        yield f"must be at most {MAX_BYTES} bytes, got {size}; shorten them"


@RULES.explicit(
    "ingress-annotation-conflict",
    Severity.ERROR,
    source=_ALB_ANNOTATIONS,
    invalid="controller='aws-ingress', tls_secret_name=None, certificate_arn=CERTIFICATE_ARN, health_check_path='/', "
    "annotations={'alb.ingress.kubernetes.io/scheme': 'internet-facing'}",
    valid="controller='aws-ingress', tls_secret_name=None, certificate_arn=CERTIFICATE_ARN, health_check_path='/', "
    "internet_facing=True",
)
def annotation_conflict(key: str, user: str, own: str, reserved: ReservedAnnotations) -> Findings:
    """An argument sets the annotation, or the attribute in it. Two values would contradict each other."""
    if not reserved.is_attribute_list(key):
        yield ("annotations", key), f"is set by {reserved.argument_of(key)}; remove it"
        return
    for name in attribute_names(user):
        if name in attribute_names(own) or name.startswith("stickiness."):
            yield ("annotations", key), f"{reserved.argument_of(name)} sets the attribute {name}; remove it"
