"""Resolves a session policy for a controller: selects the mechanism, sets defaults, rejects unsupported fields."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from moorings.kubernetes.ingress.controllers import controllers_where, controllers_with_field
from moorings.kubernetes.ingress.ingress_controller import (
    POLICY_FIELDS,
    AffinityMechanism,
    IngressController,
    Prerequisite,
)
from moorings.kubernetes.ingress.route_settings import AffinityMode, IngressWarning, SessionAffinity
from moorings.kubernetes.ingress.sticky_policy import StickyPolicy

DEFAULTS: dict[str, Any] = {
    "cookie_name": "AFFINITY",
    "lifetime_seconds": 10800,
    "cookie_path": "/",
    "secure": True,
    "http_only": True,
    "same_site": "Lax",
    "websocket_idle_timeout_seconds": 3600,
}
"""Values of fields that the policy leaves out and the controller can set."""

PREREQUISITES: Mapping[Prerequisite, str] = {
    "nginx_plus": "NGINX Plus",
    "experimental_channel": "the experimental channel of the Gateway API",
}

FLAGS = {"secure": "Secure", "http_only": "HttpOnly", "same_site": "SameSite"}

TLS_FIX = "set a certificate, or external_tls_termination=True if TLS is terminated in front of the controller"


def resolve_policy(
    controller: IngressController,
    policy: StickyPolicy,
    *,
    prerequisites: Collection[Prerequisite] = (),
    gateway_api_release: str = "",
    https: bool = True,
) -> SessionAffinity:
    """Return a policy, resolved for a controller.

    Args:
        controller: the controller.
        policy: the policy.
        prerequisites: features of the cluster.
        gateway_api_release: release of the Gateway API in the cluster.
        https: whether clients use TLS.

    Raises:
        ValueError: for fields that the controller does not support, with the controllers that do.

    """
    mode, mechanism = _select_mechanism(controller, policy, prerequisites)
    values = {field: _value(policy, mechanism, field) for field in POLICY_FIELDS}
    if mode == "application":
        values["cookie_name"] = policy.cookie_name
    if policy.secure is None and not https:
        values["secure"] = False
    problems = [
        *_check_support(controller, mode, mechanism, policy, gateway_api_release),
        *_check_ranges(controller, mechanism, policy),
        *_check_hash(controller, mode, mechanism, policy),
        *_check_plain_http(policy, https=https),
        *_check_ping_interval(controller, policy, values["websocket_idle_timeout_seconds"]),
    ]
    if problems:
        raise ValueError("; ".join(problems))
    warnings = tuple(_warnings(controller, policy, mechanism, values, https=https))
    return SessionAffinity(mode, policy.header_name, **values, warnings=warnings)


def _select_mechanism(
    controller: IngressController, policy: StickyPolicy, prerequisites: Collection[Prerequisite]
) -> tuple[AffinityMode, AffinityMechanism]:
    modes: list[AffinityMode]
    if policy.header_name is not None:
        modes = ["header"]
        problem = f"policy.header_name: {controller.name} does not support sessions by request header"
    elif policy.application_cookie:
        modes = ["application"]
        problem = f"policy.application_cookie: {controller.name} does not support cookies of the application"
    elif policy.strength == "strong":
        modes = ["strong"]
        problem = f"policy.strength: {controller.name} does not support a cookie that identifies the pod"
    else:
        modes = ["soft", "strong"] if policy.strength == "soft" else ["strong", "soft"]
        problem = f"policy: {controller.name} does not support session affinity"
    mechanisms: list[tuple[AffinityMode, AffinityMechanism]] = [
        (mode, controller.mechanisms[mode]) for mode in modes if mode in controller.mechanisms
    ]
    if not mechanisms:
        raise ValueError(f"{problem}; {_remove_or_use(controllers_where(lambda other: modes[0] in other.mechanisms))}")
    for mode, mechanism in mechanisms:
        if mechanism.prerequisites <= set(prerequisites):
            return mode, mechanism
    missing = sorted(mechanisms[0][1].prerequisites - set(prerequisites))
    raise ValueError(
        f"{problem} without {' and '.join(PREREQUISITES[name] for name in missing)}; set "
        f"{', '.join(f'{name}=True' for name in missing)} if the cluster has it, or use another controller"
    )


def _value(policy: StickyPolicy, mechanism: AffinityMechanism, field: str) -> Any:
    value = getattr(policy, field)
    if field in mechanism.settable:
        return DEFAULTS[field] if value is None else value
    return mechanism.fixed.get(field)


def _check_support(
    controller: IngressController,
    mode: AffinityMode,
    mechanism: AffinityMechanism,
    policy: StickyPolicy,
    release: str,
) -> Iterator[str]:
    for field in POLICY_FIELDS:
        value = getattr(policy, field)
        if value is None or (mode == "application" and field == "cookie_name"):
            continue
        problem = ""
        if field not in mechanism.settable:
            if field not in mechanism.fixed:
                problem = f"{controller.name} cannot set it"
            elif mechanism.fixed[field] != value:
                problem = f"the cookie of {controller.name} {_fixed_value(field, mechanism.fixed[field])}"
        elif release and release < mechanism.gateway_api_releases.get(field, ""):
            yield (
                f"policy.{field}: sessionPersistence supports it since release {mechanism.gateway_api_releases[field]} "
                f"of the Gateway API, and gateway_api_release is {release}; remove it"
            )
        if problem:
            yield f"policy.{field}: {problem}, got {value!r}; {_remove_or_use(controllers_with_field(field))}"


def _fixed_value(field: str, value: Any) -> str:
    if field in FLAGS:
        return f"{'always' if value else 'never'} has {FLAGS[field]}"
    if field == "lifetime_seconds":
        return "is always a session cookie"
    return f"always has the {field.removeprefix('cookie_')} {value}"


def _remove_or_use(controllers: Sequence[str]) -> str:
    return f"remove it, or use {', '.join(controllers)}"


def _check_ranges(controller: IngressController, mechanism: AffinityMechanism, policy: StickyPolicy) -> Iterator[str]:
    ranges = {
        "lifetime_seconds": mechanism.lifetime_range,
        "websocket_idle_timeout_seconds": mechanism.idle_timeout_range,
    }
    for field, (low, high) in ranges.items():
        value = getattr(policy, field)
        if value is not None and not low <= value <= high:
            yield f"policy.{field}: must be between {low} and {high} with {controller.name}, got {value}"


def _check_hash(
    controller: IngressController, mode: AffinityMode, mechanism: AffinityMechanism, policy: StickyPolicy
) -> Iterator[str]:
    if policy.strength == "strong" and mechanism.drawback:
        names = controllers_where(lambda other: mode in other.mechanisms and not other.mechanisms[mode].drawback)
        yield (
            f"policy.strength: {controller.name} hashes the cookie of the application, which is 'soft'; "
            f"{_remove_or_use(names)}"
        )
    field = {"header": "header_name", "application": "cookie_name"}.get(mode)
    if field is not None and not re.fullmatch(mechanism.key_pattern, getattr(policy, field)):
        yield (
            f"policy.{field}: must consist of {mechanism.key_characters} with {controller.name}, "
            f"got {getattr(policy, field)!r}"
        )


def _check_plain_http(policy: StickyPolicy, *, https: bool) -> Iterator[str]:
    if https:
        return
    if policy.secure or policy.same_site == "None":
        field, value = ("secure", True) if policy.secure else ("same_site", "None")
        yield f"policy.{field}: browsers reject {value!r} in a cookie that is sent without TLS; {TLS_FIX}"


def _check_ping_interval(
    controller: IngressController, policy: StickyPolicy, idle_timeout: int | None
) -> Iterator[str]:
    fix = "or raise policy.websocket_idle_timeout_seconds"
    if idle_timeout is None and controller.external_idle_timeout is not None:
        idle_timeout, setting = controller.external_idle_timeout
        fix = f"or raise {setting} and remove ping_interval_seconds"
    interval = policy.ping_interval_seconds
    if interval is not None and idle_timeout is not None and 2 * interval > idle_timeout:
        yield (
            f"policy.ping_interval_seconds: must be at most {idle_timeout // 2}, half the idle timeout of "
            f"{idle_timeout} s after which {controller.name} closes a WebSocket, got {interval}; lower it, {fix}"
        )


def _warnings(
    controller: IngressController,
    policy: StickyPolicy,
    mechanism: AffinityMechanism,
    values: Mapping[str, Any],
    *,
    https: bool,
) -> Iterator[IngressWarning]:
    if controller.retirement:
        yield IngressWarning("retired", f"controller: {controller.retirement}; use another controller")
    if mechanism.drawback and policy.strength is None:
        yield IngressWarning(
            None, f"policy: with {controller.name} {mechanism.drawback}; policy.strength='soft' acknowledges it"
        )
    if values["cookie_name"] and not policy.application_cookie:
        yield from _cookie_warnings(controller, policy, mechanism, https=https)
    yield from _idle_timeout_warnings(controller, policy, values["websocket_idle_timeout_seconds"] or 0)


def _cookie_warnings(
    controller: IngressController, policy: StickyPolicy, mechanism: AffinityMechanism, *, https: bool
) -> Iterator[IngressWarning]:
    flags = [flag for flag in FLAGS if getattr(policy, flag) is None and (https or flag != "secure")]
    missing = [FLAGS[flag] for flag in flags if flag in mechanism.fixed and not mechanism.fixed[flag]]
    unknown = [FLAGS[flag] for flag in flags if flag not in mechanism.fixed and flag not in mechanism.settable]
    if missing:
        yield IngressWarning("cookie-flags", f"policy: the cookie of {controller.name} has no {', '.join(missing)}")
    if unknown:
        message = f"policy: {', '.join(unknown)} of the cookie of {controller.name} depend on the implementation"
        yield IngressWarning("cookie-flags", message)
    if not https:
        message = f"policy: without TLS the session cookie is sent in plain text, without Secure; {TLS_FIX}"
        yield IngressWarning("plain-http", message)


def _idle_timeout_warnings(
    controller: IngressController, policy: StickyPolicy, idle_timeout: int
) -> Iterator[IngressWarning]:
    external = controller.external_idle_timeout
    if external and external[0] < DEFAULTS["websocket_idle_timeout_seconds"] and policy.ping_interval_seconds is None:
        yield IngressWarning(
            "websocket-idle",
            f"policy: {controller.name} closes a WebSocket that is idle for {external[0]} s; raise {external[1]}, or "
            "set policy.ping_interval_seconds if the client or the application sends pings",
        )
    server = policy.server_idle_timeout_seconds
    if server is not None and idle_timeout > server:
        yield IngressWarning(
            "websocket-idle",
            f"policy.server_idle_timeout_seconds: the application closes idle connections after {server} s, before the "
            f"idle timeout of the proxy of {idle_timeout} s",
        )
