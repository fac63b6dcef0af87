"""AWS Load Balancer Controller, configured with the Gateway API: an Application Load Balancer."""

from collections.abc import Mapping
from typing import Any

from moorings.kubernetes.backend import BackendHealthCheck
from moorings.kubernetes.ingress import alb_rules
from moorings.kubernetes.ingress.aws_target_group import (
    GRPC_CODES,
    HEALTHY_CODES,
    alb_attributes,
    alb_mechanisms,
    health_check_fields,
)
from moorings.kubernetes.ingress.http_route import http_routes
from moorings.kubernetes.ingress.ingress_controller import ALL_PROTOCOLS, GATEWAY_ARGUMENTS, IngressController, is_older
from moorings.kubernetes.ingress.route_settings import BackendProtocol, ObjectManifest, RouteService, RouteSettings

RULES = alb_rules.RULES

API_GROUP = "gateway.k8s.aws"
API_VERSION = f"{API_GROUP}/v1"
BETA_API_VERSION = f"{API_GROUP}/v1beta1"

V1_RELEASE = "3.5"
"""First release of the AWS Load Balancer Controller with version ``v1`` of its resources, before ``v1beta1``.

Source: https://github.com/kubernetes-sigs/aws-load-balancer-controller/releases
"""

RELEASE = "2.14"
"""First release with routes for Application Load Balancers.

Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/gateway/
"""

BACKEND_PROTOCOLS: Mapping[BackendProtocol, Mapping[str, str]] = {
    "HTTP": {},
    "HTTPS": {"protocol": "HTTPS"},
    "GRPC": {"protocolVersion": "GRPC"},
}

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
    version = BETA_API_VERSION if is_older(route.controller_release, V1_RELEASE) else API_VERSION
    manifests = http_routes(route, closed_path_filter=closed_path_filter)
    for service in route.services:
        spec = {
            "targetReference": {"name": service.name},
            "defaultConfiguration": _target_group(route, service),
        }
        manifests.append(ObjectManifest(f"target-group{service.role}", version, "TargetGroupConfiguration", spec))
    if route.closed_paths:
        manifests.append(ObjectManifest("closed", version, "ListenerRuleConfiguration", FORBIDDEN, fixed_name=True))
    return manifests


def _target_group(route: RouteSettings, service: RouteService) -> dict[str, Any]:
    attributes = alb_attributes(route.affinity, service.deregistration_delay_seconds)
    target_group: dict[str, Any] = {
        "targetType": "ip",
        "targetGroupAttributes": [{"key": key, "value": value} for key, value in attributes.items()],
    }
    target_group |= BACKEND_PROTOCOLS[route.backend_protocol]
    health_check = health_check_fields(service.health_check, BackendHealthCheck())
    if health_check:
        fields = {f"healthCheck{key.capitalize()}": value for key, value in health_check.items()}
        matcher = {"grpcCode": GRPC_CODES} if route.backend_protocol == "GRPC" else {"httpCode": HEALTHY_CODES}
        target_group["healthCheckConfig"] = {**fields, "matcher": matcher}
    return target_group


CONTROLLER = IngressController(
    title="AWS Load Balancer Controller, Gateway API",
    docs="https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/targetgroupconfig/",
    mechanisms=alb_mechanisms("TargetGroupConfiguration", frozenset()),
    arguments=GATEWAY_ARGUMENTS | {"health_check_path"},
    render=render,
    minimum_release=RELEASE,
    backend_protocols=ALL_PROTOCOLS,
    renders_http_route=True,
    one_configuration_per_service="TargetGroupConfiguration",
    targets_pods_as="alb",
    requires_health_check_path=True,
    external_idle_timeout=(60, "idle_timeout.timeout_seconds in the LoadBalancerConfiguration of the Gateway"),
)
