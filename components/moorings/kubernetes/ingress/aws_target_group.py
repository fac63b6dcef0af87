"""Attributes of an AWS target group and of its load balancer.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
"""

from collections.abc import Mapping
from functools import partial

import pulumi

from moorings.kubernetes.backend import HealthCheck
from moorings.kubernetes.ingress.manifests import Route, joined
from moorings.validation.inputs import check_together

HEALTHY = "200-399"
"""What the kubelet takes for well, and a load balancer must as well."""


def cookie_attributes(route: Route) -> dict[str, pulumi.Input[str]]:
    """Attributes of the target group of an Application Load Balancer: its own cookie, or the application's."""
    sticky = route.stickiness
    kind = "app_cookie" if sticky.mode == "application" else "lb_cookie"
    told: dict[str, pulumi.Input[str]] = {"stickiness.enabled": "true", "stickiness.type": kind}
    if sticky.mode == "application":
        told["stickiness.app_cookie.cookie_name"] = sticky.key
    told[f"stickiness.{kind}.duration_seconds"] = str(sticky.lifetime_seconds)
    told["deregistration_delay.timeout_seconds"] = joined(route.deregistration_delay_seconds)
    return told


def listed(attributes: Mapping[str, pulumi.Input[str]]) -> pulumi.Input[str]:
    """Attributes as an annotation spells them."""
    parts: list[pulumi.Input[str]] = []
    for key, value in attributes.items():
        parts += [",", key, "=", value]
    return joined(*parts[1:])


def health(route: Route, otherwise: HealthCheck) -> dict[str, pulumi.Input[str]]:
    """What a target is asked, by the fields of ``HealthCheck``; nothing where the load balancer's own question stays.

    Args:
        route: the way.
        otherwise: what is asked if it shows late that nothing is known of the pods.

    """
    if route.health is None:
        return {}
    keys = ("path", "port", "protocol")
    return {key: check_together("", partial(_part, key, otherwise), check=route.health) for key in keys}


def _part(key: str, otherwise: HealthCheck, check: HealthCheck | None) -> str:
    return str(getattr(check or otherwise, key))
