"""AWS Load Balancer Controller: an Application Load Balancer by an Ingress."""

import pulumi

from moorings.kubernetes.ingress.aws_target_group import cookie_attributes, listed
from moorings.kubernetes.ingress.http_ingress import ingress
from moorings.kubernetes.ingress.manifests import Manifest, Route

PREFIX = "alb.ingress.kubernetes.io/"


def render(route: Route) -> list[Manifest]:
    """An Ingress with annotations. Targets are pods: the cookie would name a node otherwise.

    Without ``certificate_arn`` the controller looks for a certificate of the hosts in ACM only where the Ingress
    listens on HTTPS, so that it listens on HTTP alone here.

    Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
    """
    told: dict[str, pulumi.Input[str]] = {
        "scheme": "internet-facing" if route.internet_facing else "internal",
        "target-type": "ip",
        "target-group-attributes": listed(cookie_attributes(route)),
        "load-balancer-attributes": f"idle_timeout.timeout_seconds={route.stickiness.websocket_idle_seconds}",
        "listen-ports": '[{"HTTP":80}]',
    }
    if route.certificate_arn is not None:
        told["listen-ports"] = '[{"HTTP":80},{"HTTPS":443}]'
        told["ssl-redirect"] = "443"
        told["certificate-arn"] = route.certificate_arn
    return [ingress(route, {PREFIX + key: value for key, value in told.items()})]
