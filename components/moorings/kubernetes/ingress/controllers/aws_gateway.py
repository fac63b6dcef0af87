"""AWS Load Balancer Controller: an Application Load Balancer by a Gateway."""

from typing import Any

from moorings.kubernetes.backend import HealthCheck
from moorings.kubernetes.ingress.aws_target_group import HEALTHY, cookie_attributes, health
from moorings.kubernetes.ingress.http_route import http_route
from moorings.kubernetes.ingress.manifests import Manifest, Route

GROUP = "gateway.k8s.aws"
API_VERSION = f"{GROUP}/v1"

FORBIDDEN = {
    "actions": [
        {"type": "fixed-response", "fixedResponseConfig": {"statusCode": 403, "contentType": "text/plain"}},
    ]
}
"""Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/listenerruleconfig/"""


def render(route: Route) -> list[Manifest]:
    """An HTTPRoute, and the configuration of the target group of its service.

    The controller does not know ``sessionPersistence``. How long a WebSocket may be silent is an attribute of the load
    balancer: ``idle_timeout.timeout_seconds`` in the ``LoadBalancerConfiguration`` of the Gateway. Which TLS it speaks
    stands there as well: ``listenerConfigurations[].sslPolicy``.

    Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/targetgroupconfig/
    """
    attributes = [{"key": key, "value": value} for key, value in cookie_attributes(route).items()]
    target: dict[str, Any] = {"targetType": "ip", "targetGroupAttributes": attributes}
    asked = health(route, HealthCheck())
    if asked:
        told = {f"healthCheck{key.capitalize()}": value for key, value in asked.items()}
        target["healthCheckConfig"] = {**told, "matcher": {"httpCode": HEALTHY}}
    spec = {"targetReference": {"name": route.service_name}, "defaultConfiguration": target}
    forbidding = {"group": GROUP, "kind": "ListenerRuleConfiguration", "name": f"{route.name}-closed"}
    made = [
        http_route(route, forbidding=forbidding),
        Manifest("target-group", API_VERSION, "TargetGroupConfiguration", spec),
    ]
    if route.closed_paths:
        made.append(Manifest("closed", API_VERSION, forbidding["kind"], FORBIDDEN, referred=True))
    return made
