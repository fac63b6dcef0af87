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
from moorings.kubernetes.ingress.http_route import http_route
from moorings.kubernetes.ingress.ingress_controller import GATEWAY_ARGUMENTS, IngressController
from moorings.kubernetes.ingress.route_settings import ObjectManifest, RouteSettings

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
    attributes = [{"key": key, "value": value} for key, value in alb_attributes(route).items()]
    target_group: dict[str, Any] = {"targetType": "ip", "targetGroupAttributes": attributes}
    health_check = health_check_fields(route, BackendHealthCheck())
    if health_check:
        fields = {f"healthCheck{key.capitalize()}": value for key, value in health_check.items()}
        target_group["healthCheckConfig"] = {**fields, "matcher": {"httpCode": HEALTHY_CODES}}
    spec = {"targetReference": {"name": route.service_name}, "defaultConfiguration": target_group}
    closed_path_filter = {"group": API_GROUP, "kind": "ListenerRuleConfiguration", "name": f"{route.name}-closed"}
    manifests = [
        http_route(route, closed_path_filter=closed_path_filter),
        ObjectManifest("target-group", API_VERSION, "TargetGroupConfiguration", spec),
    ]
    if route.closed_paths:
        manifests.append(ObjectManifest("closed", API_VERSION, "ListenerRuleConfiguration", FORBIDDEN, fixed_name=True))
    return manifests


CONTROLLER = IngressController(
    title="AWS Load Balancer Controller, Gateway API",
    docs="https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/targetgroupconfig/",
    mechanisms=alb_mechanisms("TargetGroupConfiguration", frozenset(), RELEASE),
    arguments=GATEWAY_ARGUMENTS | {"health_check_path"},
    render=render,
    renders_http_route=True,
    one_configuration_per_service="TargetGroupConfiguration",
    targets_pods_as="alb",
    requires_health_check_path=True,
    external_idle_timeout=(60, "idle_timeout.timeout_seconds in the LoadBalancerConfiguration of the Gateway"),
)
