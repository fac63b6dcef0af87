"""AWS Load Balancer Controller: an Application Load Balancer by a Gateway."""

from moorings.kubernetes.ingress.aws_target_group import cookie_attributes
from moorings.kubernetes.ingress.http_route import http_route
from moorings.kubernetes.ingress.manifests import Manifest, Route


def render(route: Route) -> list[Manifest]:
    """An HTTPRoute, and the configuration of the target group of its service.

    The controller does not know ``sessionPersistence``. How long a WebSocket may be silent is an attribute of the load
    balancer: ``idle_timeout.timeout_seconds`` in the ``LoadBalancerConfiguration`` of the Gateway.

    Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/targetgroupconfig/
    """
    attributes = [{"key": key, "value": value} for key, value in cookie_attributes(route).items()]
    spec = {
        "targetReference": {"name": route.service_name},
        "defaultConfiguration": {"targetType": "ip", "targetGroupAttributes": attributes},
    }
    return [http_route(route), Manifest("target-group", "gateway.k8s.aws/v1", "TargetGroupConfiguration", spec)]
