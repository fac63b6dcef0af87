"""Rules about the release of the ingress controller."""

from collections.abc import Collection, Mapping
from typing import Any

from moorings.kubernetes.ingress.ingress_controller import AffinityMechanism, IngressController, Prerequisite, is_older
from moorings.kubernetes.ingress.ingress_route import IngressRoute
from moorings.kubernetes.ingress.sticky_policy import StickyPolicy
from moorings.kubernetes.ingress.workload_ingress_args import WorkloadIngressArgs
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

RULES: RuleSet[WorkloadIngressArgs] = RuleSet(WorkloadIngressArgs)

_GATEWAY = "controller='envoy-gateway', gateway_name='public', tls_secret_name=None, policy={'strength': 'soft'}"
_ALB = "controller='aws-ingress', tls_secret_name=None, certificate_arn=CERTIFICATE_ARN, health_check_path='/'"
_REWRITE = "routes={'old': {'paths': ['/old'], 'rewrite_prefix': '/'}}"


@RULES.rule(
    "ingress-controller-release",
    Severity.ERROR,
    source="https://gateway.envoyproxy.io/news/releases/notes/v1.2.0/",
    invalid=f"{_GATEWAY}, controller_release='1.1'",
    valid=f"{_GATEWAY}, controller_release='1.2'",
)
def _controller_release(
    controller_release: str | None,
    ingress_controller: IngressController,
    mechanism: AffinityMechanism | None,
    prerequisites: Collection[Prerequisite],
) -> Findings:
    """Older releases of the controller reject or ignore the objects."""
    name, minimum = ingress_controller.name, ingress_controller.minimum_release
    if is_older(controller_release, minimum):
        problem = f"must be at least {minimum} for the objects of {name}, got {controller_release}"
        yield f"{problem}; upgrade the controller, or use another one"
        return
    unless = mechanism is not None and mechanism.release_unless in prerequisites
    if mechanism is not None and not unless and is_older(controller_release, mechanism.release):
        problem = f"must be at least {mechanism.release} for the setting {mechanism.setting!r} of {name}"
        yield f"{problem}, got {controller_release}; upgrade the controller, or use another policy"


@RULES.rule(
    "ingress-feature-release",
    Severity.ERROR,
    source="https://github.com/kubernetes-sigs/aws-load-balancer-controller/releases/tag/v2.14.1",
    invalid=f"{_ALB}, {_REWRITE}, controller_release='2.14.0'",
    valid=f"{_ALB}, {_REWRITE}, controller_release='2.14.1'",
)
def _feature_release(
    controller_release: str | None,
    ingress_controller: IngressController,
    mechanism: AffinityMechanism | None,
    policy: StickyPolicy,
    routes: Mapping[str, IngressRoute],
) -> Findings:
    """Older releases of the controller reject or ignore the field that this argument sets."""
    newer: dict[tuple[str, ...], tuple[Any, str]] = {
        ("routes", key, argument): (getattr(route, argument), first)
        for key, route in routes.items()
        for argument, first in ingress_controller.feature_releases.items()
    }
    fields: Mapping[str, tuple[str, Any]] = mechanism.field_releases if mechanism is not None else {}
    for field, (first, older_value) in fields.items():
        value = getattr(policy, field)
        newer["policy", field] = (None if value == older_value else value, first)
    for path, (value, first) in newer.items():
        if value is not None and is_older(controller_release, first):
            problem = f"{ingress_controller.name} supports it since release {first}, got {controller_release}"
            yield path, f"{problem}; remove it, or upgrade the controller"
