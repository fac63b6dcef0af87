"""AWS Load Balancer Controller: a Network Load Balancer by a Service."""

from typing import Any

import pulumi

from moorings.kubernetes.backend import HealthCheck
from moorings.kubernetes.ingress.aws_target_group import health, listed
from moorings.kubernetes.ingress.manifests import Route, joined

PREFIX = "service.beta.kubernetes.io/aws-load-balancer-"

SPEC: dict[str, Any] = {"type": "LoadBalancer", "loadBalancerClass": "service.k8s.aws/nlb"}
"""What makes the controller take the Service, and the cloud provider leave it alone."""


CONNECTS = HealthCheck(protocol="TCP")
"""What a Network Load Balancer asks by itself: whether the port accepts connections."""


def annotations(route: Route) -> dict[str, pulumi.Input[str]]:
    """Annotations of the Service: its one listener speaks TCP, as one that ends TLS keeps no sessions.

    Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/
    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#sticky-sessions
    """
    attributes: dict[str, pulumi.Input[str]] = {
        "stickiness.enabled": "true",
        "stickiness.type": "source_ip",
        "deregistration_delay.timeout_seconds": joined(route.deregistration_delay_seconds),
    }
    idle = f"tcp.idle_timeout.seconds={route.stickiness.websocket_idle_seconds}"
    told: dict[str, pulumi.Input[str]] = {
        "scheme": "internet-facing" if route.internet_facing else "internal",
        "nlb-target-type": "ip",
        "target-group-attributes": listed(attributes),
        f"listener-attributes.TCP-{route.service_port}": idle,
    }
    told |= {f"healthcheck-{key}": value for key, value in health(route, CONNECTS).items()}
    return {PREFIX + key: value for key, value in told.items()}
