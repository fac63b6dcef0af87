"""Rules about the session policy of a ``WorkloadIngress`` and what its controller supports."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from moorings.kubernetes.ingress.controllers import controllers_where, controllers_with_field
from moorings.kubernetes.ingress.cookie_rules import FLAGS
from moorings.kubernetes.ingress.ingress_controller import (
    POLICY_FIELDS,
    AffinityMechanism,
    IngressController,
    Prerequisite,
    release_number,
)
from moorings.kubernetes.ingress.route_settings import AffinityMode
from moorings.kubernetes.ingress.session_affinity import requested_modes
from moorings.kubernetes.ingress.sticky_policy import StickyPolicy
from moorings.kubernetes.ingress.workload_ingress_args import WorkloadIngressArgs
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

RULES: RuleSet[WorkloadIngressArgs] = RuleSet(WorkloadIngressArgs)

PREREQUISITES: Mapping[Prerequisite, str] = {
    "nginx_plus": "NGINX Plus",
    "experimental_channel": "the experimental channel of the Gateway API",
}

MODES: Mapping[AffinityMode, tuple[str, str]] = {
    "header": ("header_name", "sessions by request header"),
    "application": ("application_cookie", "cookies of the application"),
    "strong": ("strength", "a cookie that identifies the pod"),
    "soft": ("strength", "session affinity"),
    "none": ("strength", "routes without session affinity"),
}
"""Field of the policy that requests each mode, and its description in messages."""

GATEWAY = "controller='envoy-gateway', gateway_name='public', tls_secret_name=None"
"""Arguments of the examples, in addition to the minimal ones."""


@RULES.rule(
    "ingress-unsupported-policy",
    Severity.ERROR,
    source="https://gateway-api.sigs.k8s.io/geps/gep-1619/",
    invalid="controller='nginx-ingress', policy={'same_site': 'Lax'}",
    valid="controller='nginx-virtualserver', policy={'same_site': 'Lax'}",
)
def unsupported_policy(
    policy: StickyPolicy,
    ingress_controller: IngressController,
    mechanism: AffinityMechanism | None,
    gateway_api_release: str,
) -> Findings:
    """Fields that are set are requirements, and the controller does not support this one."""
    modes = requested_modes(policy)
    if not any(ingress_controller.mechanism(mode) for mode in modes):
        field, requirement = MODES[modes[0]]
        others = controllers_where(lambda other: modes[0] in other.mechanisms)
        yield (
            ("policy", field),
            f"{ingress_controller.name} does not support {requirement}; {_remove_or_use(others)}",
        )
    if mechanism is None:
        return
    if policy.strength == "strong" and mechanism.drawback:
        others = controllers_where(
            lambda other: modes[0] in other.mechanisms and not other.mechanisms[modes[0]].drawback
        )
        problem = f"{ingress_controller.name} hashes the cookie of the application, so its strength is 'soft'"
        yield ("policy", "strength"), f"{problem}; {_remove_or_use(others)}"
    fields = ("websocket_idle_timeout_seconds",) if modes == ["none"] else POLICY_FIELDS
    for field in fields:
        value = getattr(policy, field)
        if value is None or (field, modes) == ("cookie_name", ["application"]):
            continue
        problem = _field_problem(ingress_controller, mechanism, field, value)
        if problem:
            yield ("policy", field), f"{problem}, got {value!r}; {_remove_or_use(controllers_with_field(field))}"
        first = mechanism.gateway_api_releases.get(field)
        if first and release_number(gateway_api_release) < release_number(first):
            problem = f"sessionPersistence supports it since release {first} of the Gateway API"
            yield ("policy", field), f"{problem}, but gateway_api_release is {gateway_api_release}; remove it"


def _field_problem(controller: IngressController, mechanism: AffinityMechanism, field: str, value: Any) -> str:
    if field in mechanism.settable:
        return ""
    if field not in mechanism.fixed:
        return f"{controller.name} cannot set it"
    fixed = mechanism.fixed[field]
    return "" if fixed == value else f"the cookie of {controller.name} {_fixed_value(field, fixed)}"


def _fixed_value(field: str, value: Any) -> str:
    if field in FLAGS:
        return f"{'always' if value else 'never'} has {FLAGS[field]}"
    if field == "lifetime_seconds":
        return "is always a session cookie"
    return f"always has the {field.removeprefix('cookie_')} {value}"


def _remove_or_use(controllers: Sequence[str]) -> str:
    return f"remove it, or use {', '.join(controllers)}"


@RULES.rule(
    "ingress-missing-prerequisite",
    Severity.ERROR,
    source="https://gateway-api.sigs.k8s.io/concepts/versioning/#release-channels",
    invalid=f"{GATEWAY}, policy={{'strength': 'strong'}}",
    valid=f"{GATEWAY}, policy={{'strength': 'strong'}}, experimental_channel=True",
)
def missing_prerequisite(
    policy: StickyPolicy,
    ingress_controller: IngressController,
    mechanism: AffinityMechanism | None,
    prerequisites: Collection[Prerequisite],
) -> Findings:
    """All mechanisms that meet the policy require a feature that the cluster does not have."""
    modes: list[AffinityMode] = [mode for mode in requested_modes(policy) if mode in ingress_controller.mechanisms]
    if mechanism is not None or not modes:
        return
    missing = sorted(ingress_controller.mechanisms[modes[0]].prerequisites - set(prerequisites))
    field, requirement = MODES[modes[0]] if policy.strength else ("", "session affinity")
    yield (
        ("policy", field) if field else "policy",
        (
            f"{ingress_controller.name} does not support {requirement} without "
            f"{' and '.join(PREREQUISITES[name] for name in missing)}; set "
            f"{', '.join(f'{name}=True' for name in missing)} if the cluster has it, or use another controller"
        ),
    )


@RULES.rule(
    "ingress-policy-range",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html",
    invalid="controller='service', hosts=[], tls_secret_name=None, service_name=None, selector={'app': 'orders'}, "
    "policy={'strength': 'soft', 'lifetime_seconds': 86401}",
    valid="controller='service', hosts=[], tls_secret_name=None, service_name=None, selector={'app': 'orders'}, "
    "policy={'strength': 'soft', 'lifetime_seconds': 86400}",
)
def policy_range(
    policy: StickyPolicy, ingress_controller: IngressController, mechanism: AffinityMechanism | None
) -> Findings:
    """The API of the controller rejects durations outside this range."""
    if mechanism is None:
        return
    ranges = {
        "lifetime_seconds": mechanism.lifetime_range,
        "websocket_idle_timeout_seconds": mechanism.idle_timeout_range,
    }
    for field, (low, high) in ranges.items():
        value = getattr(policy, field)
        if value is not None and field in mechanism.settable and not low <= value <= high:
            yield (
                ("policy", field),
                f"must be between {low} and {high} with {ingress_controller.name}, got {value}; change it",
            )


@RULES.rule(
    "ingress-hash-key",
    Severity.ERROR,
    source="https://nginx.org/en/docs/http/ngx_http_core_module.html#variables",
    invalid="controller='nginx-ingress', policy={'application_cookie': True, 'cookie_name': 'shop.sid'}",
    valid="controller='nginx-ingress', policy={'application_cookie': True, 'cookie_name': 'shop_sid'}",
)
def hash_key(
    policy: StickyPolicy, ingress_controller: IngressController, mechanism: AffinityMechanism | None
) -> Findings:
    """The controller derives a variable from the name of the header or cookie, and variables allow fewer characters."""
    field = "header_name" if policy.header_name is not None else "cookie_name"
    name = getattr(policy, field)
    hashed = policy.header_name is not None or policy.application_cookie
    if mechanism is not None and hashed and name is not None and not re.fullmatch(mechanism.key_pattern, name):
        yield (
            ("policy", field),
            f"must consist of {mechanism.key_characters} with {ingress_controller.name}, got {name!r}; rename it",
        )


@RULES.rule(
    "ingress-controller-retired",
    Severity.WARNING,
    source="https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/",
    invalid="controller='ingress-nginx'",
    valid="controller='haproxy-ingress'",
)
def _controller_retired(controller: str, ingress_controller: IngressController) -> Findings:
    """A controller without maintainers gets no security fixes."""
    if ingress_controller.retirement:
        yield f"{ingress_controller.retirement}; use a controller other than {controller}"


@RULES.rule(
    "ingress-moving-sessions",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings-ConsistentHashLB",
    invalid="controller='istio', gateway_name='public', tls_secret_name=None",
    valid="controller='istio', gateway_name='public', tls_secret_name=None, policy={'strength': 'soft'}",
)
def _moving_sessions(
    policy: StickyPolicy, ingress_controller: IngressController, mechanism: AffinityMechanism | None
) -> Findings:
    """Sessions can move to another pod while theirs is still running. ``strength="soft"`` allows that."""
    if mechanism is not None and mechanism.drawback and policy.strength is None:
        yield (
            f"with {ingress_controller.name} {mechanism.drawback}; set policy.strength='soft' if that is sufficient, "
            "or use another controller"
        )
