"""AWS Load Balancer Controller, configured with the Gateway API: an Application Load Balancer."""

from typing import Any

from moorings.kubernetes.backend import BackendHealthCheck
from moorings.kubernetes.ingress import alb_rules
from moorings.kubernetes.ingress.aws_target_group import (
    HEALTHY_CODES,
    alb_attributes,
    alb_mechanisms,
    health_check_fields,
)
from moorings.kubernetes.ingress.http_route import http_routes
from moorings.kubernetes.ingress.ingress_controller import GATEWAY_ARGUMENTS, IngressController
from moorings.kubernetes.ingress.route_settings import ObjectManifest, RouteService, RouteSettings, SessionAffinity

RULES = alb_rules.RULES

API_GROUP = "gateway.k8s.aws"
API_VERSION = f"{API_GROUP}/v1"

RELEASE = "3.5"
"""First release of the AWS Load Balancer Controller with version ``v1`` of its resources, before ``v1beta1``.

Source: https://github.com/kubernetes-sigs/aws-load-balancer-controller/releases
"""

FORBIDDEN = {
    "actions": [
        {"type": "fixed-response", "fixedResponseConfig": {"statusCode": 403, "contentType": "text/plain"}},
    ]
}
"""Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/listenerruleconfig/"""


def render(route: RouteSettings) -> list[ObjectManifest]:
    """Return an HTTPRoute and the TargetGroupConfiguration of its Service.

    The controller does not support ``sessionPersistence``. The idle timeout (``idle_timeout.timeout_seconds``) and the
    TLS policy (``listenerConfigurations[].sslPolicy``) are set in the LoadBalancerConfiguration of the Gateway.
    """
    closed_path_filter = {"group": API_GROUP, "kind": "ListenerRuleConfiguration", "name": f"{route.name}-closed"}
    manifests = http_routes(route, closed_path_filter=closed_path_filter)
    for service in route.services:
        spec = {
            "targetReference": {"name": service.name},
            "defaultConfiguration": _target_group(route.affinity, service),
        }
        manifests.append(ObjectManifest(f"target-group{service.role}", API_VERSION, "TargetGroupConfiguration", spec))
    if route.closed_paths:
        manifests.append(ObjectManifest("closed", API_VERSION, "ListenerRuleConfiguration", FORBIDDEN, fixed_name=True))
    return manifests


def _target_group(affinity: SessionAffinity, service: RouteService) -> dict[str, Any]:
    attributes = alb_attributes(affinity, service.deregistration_delay_seconds)
    target_group: dict[str, Any] = {
        "targetType": "ip",
        "targetGroupAttributes": [{"key": key, "value": value} for key, value in attributes.items()],
    }
    health_check = health_check_fields(service.health_check, BackendHealthCheck())
    if health_check:
        fields = {f"healthCheck{key.capitalize()}": value for key, value in health_check.items()}
        target_group["healthCheckConfig"] = {**fields, "matcher": {"httpCode": HEALTHY_CODES}}
    return target_group


CONTROLLER = IngressController(
    title="AWS Load Balancer Controller, Gateway API",
    docs="https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/targetgroupconfig/",
    mechanisms=alb_mechanisms("TargetGroupConfiguration", frozenset(), release=RELEASE),
    arguments=GATEWAY_ARGUMENTS | {"health_check_path"},
    render=render,
    renders_http_route=True,
    one_configuration_per_service="TargetGroupConfiguration",
    targets_pods_as="alb",
    requires_health_check_path=True,
    external_idle_timeout=(60, "idle_timeout.timeout_seconds in the LoadBalancerConfiguration of the Gateway"),
)
