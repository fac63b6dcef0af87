"""Resolves a session policy for a controller: selects the mechanism and sets defaults."""

from collections.abc import Collection, Mapping
from typing import Any

from moorings.kubernetes.ingress.ingress_controller import (
    POLICY_FIELDS,
    AffinityMechanism,
    IngressController,
    Prerequisite,
    is_older,
)
from moorings.kubernetes.ingress.route_settings import AffinityMode, SessionAffinity
from moorings.kubernetes.ingress.sticky_policy import StickyPolicy

DEFAULTS: Mapping[str, Any] = {
    "cookie_name": "AFFINITY",
    "lifetime_seconds": 10800,
    "cookie_path": "/",
    "secure": True,
    "http_only": True,
    "same_site": "Lax",
    "websocket_idle_timeout_seconds": 3600,
}
"""Values of fields that the policy leaves out and the controller can set."""


def requested_modes(policy: StickyPolicy) -> list[AffinityMode]:
    """Return the modes that provide what a policy requires, the preferred one first."""
    if policy.strength == "none":
        return ["none"]
    if policy.header_name is not None:
        return ["header"]
    if policy.application_cookie:
        return ["application"]
    if policy.strength == "strong":
        return ["strong"]
    return ["soft", "strong"] if policy.strength == "soft" else ["strong", "soft"]


def select_mechanism(
    controller: IngressController, policy: StickyPolicy, prerequisites: Collection[Prerequisite]
) -> tuple[AffinityMode, AffinityMechanism] | None:
    """Return the preferred mode that the controller and the cluster support, None if there is none."""
    for mode in requested_modes(policy):
        mechanism = controller.mechanism(mode)
        if mechanism is not None and mechanism.prerequisites <= set(prerequisites):
            return mode, mechanism
    return None


def resolve_policy(
    controller: IngressController,
    policy: StickyPolicy,
    *,
    prerequisites: Collection[Prerequisite] = (),
    https: bool = True,
    release: str | None = None,
) -> SessionAffinity:
    """Return a policy, resolved for a controller. Fields that the controller does not support are left out.

    Args:
        controller: the controller.
        policy: the policy.
        prerequisites: features of the cluster.
        https: whether clients use TLS. Without TLS the default cookie is not ``Secure``.
        release: release of the controller. Fields that it does not support are left out.

    Returns:
        The policy. Without a supported mechanism it has no fields, and the rules reject it.

    """
    selected = select_mechanism(controller, policy, prerequisites)
    if selected is None:
        return SessionAffinity(requested_modes(policy)[0], policy.header_name)
    mode, mechanism = selected
    values = {field: _value(policy, mechanism, field) for field in POLICY_FIELDS}
    if mode == "none":  # the controller's own default applies
        values["websocket_idle_timeout_seconds"] = policy.websocket_idle_timeout_seconds
    for field, (first, _) in mechanism.field_releases.items():
        if is_older(release, first):
            values[field] = None
    if mode == "application":
        values["cookie_name"] = policy.cookie_name
    if policy.secure is None and not https:
        values["secure"] = False
    return SessionAffinity(mode, policy.header_name, **values)


def _value(policy: StickyPolicy, mechanism: AffinityMechanism, field: str) -> Any:
    value = getattr(policy, field)
    if field in mechanism.settable:
        return DEFAULTS[field] if value is None else value
    return mechanism.fixed.get(field)
