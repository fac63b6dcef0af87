"""Attributes and health checks of the target groups of AWS load balancers.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pulumi

from moorings.kubernetes.backend import BackendHealthCheck
from moorings.kubernetes.ingress.ingress_controller import (
    LIFETIME,
    NO_FLAGS,
    AffinityMechanism,
)
from moorings.kubernetes.ingress.route_settings import AffinityMode, SessionAffinity, concat

HEALTHY_CODES = "200-399"
"""HTTP status codes that the kubelet considers healthy."""

GRPC_CODES = "0"
"""Status code OK, with which gRPC services answer successful health checks."""

ATTRIBUTE_ARGUMENTS: Mapping[str, str] = {
    "idle_timeout.timeout_seconds": "policy.websocket_idle_timeout_seconds",
    "tcp.idle_timeout.seconds": "policy.websocket_idle_timeout_seconds",
    "deregistration_delay.timeout_seconds": "deregistration_delay_seconds",
}
"""Arguments that set attributes of a load balancer or a target group."""


def alb_mechanisms(setting: str, settable: frozenset[str], **fields: Any) -> dict[AffinityMode, AffinityMechanism]:
    """Return the mechanisms of an Application Load Balancer: duration-based and application-based stickiness.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/sticky-sessions.html
    """
    attributes = f"{setting}: stickiness.* of the target group"
    lifetimes, idle_timeouts = (1, 604800), (1, 4000)
    fixed = {**NO_FLAGS, "cookie_name": "AWSALB", "cookie_path": "/"}
    return {
        "strong": AffinityMechanism(
            f"{attributes}, lb_cookie",
            settable | LIFETIME,
            fixed,
            lifetime_range=lifetimes,
            idle_timeout_range=idle_timeouts,
            **fields,
        ),
        "application": AffinityMechanism(
            f"{attributes}, app_cookie",
            settable | LIFETIME,
            lifetime_range=lifetimes,
            idle_timeout_range=idle_timeouts,
            **fields,
        ),
    }


def alb_attributes(affinity: SessionAffinity, delay: pulumi.Input[int]) -> dict[str, pulumi.Input[str]]:
    """Return the attributes of the target group of an Application Load Balancer.

    Args:
        affinity: the session policy.
        delay: the deregistration delay in seconds.

    """
    if not affinity.is_sticky:
        return {"deregistration_delay.timeout_seconds": concat(delay)}
    kind = "app_cookie" if affinity.mode == "application" else "lb_cookie"
    attributes: dict[str, pulumi.Input[str]] = {"stickiness.enabled": "true", "stickiness.type": kind}
    if affinity.mode == "application":
        attributes["stickiness.app_cookie.cookie_name"] = affinity.hash_key
    attributes[f"stickiness.{kind}.duration_seconds"] = str(affinity.lifetime_seconds)
    attributes["deregistration_delay.timeout_seconds"] = concat(delay)
    return attributes


def attribute_list(attributes: Mapping[str, pulumi.Input[str]]) -> pulumi.Input[str]:
    """Return attributes as the value of an annotation: ``key=value,key=value``."""
    parts: list[pulumi.Input[str]] = []
    for key, value in attributes.items():
        parts += [",", key, "=", value]
    return concat(*parts[1:])


def health_check_fields(
    health_check: pulumi.Input[BackendHealthCheck | None], default: BackendHealthCheck
) -> dict[str, pulumi.Input[str]]:
    """Return the health check by field name, empty if the default of the load balancer applies.

    Args:
        health_check: the health check.
        default: the default of the load balancer, for a late backend that has no health check.

    """
    if health_check is None:
        return {}
    fields = ("path", "port", "protocol")
    if isinstance(health_check, BackendHealthCheck):
        return {field: str(getattr(health_check, field)) for field in fields}
    late: Any = health_check
    return {
        field: pulumi.Output[Any].from_input(late).apply(partial(_health_check_field, field, default))
        for field in fields
    }


def _health_check_field(field: str, default: BackendHealthCheck, health_check: BackendHealthCheck | None) -> str:
    return str(getattr(health_check or default, field))
