"""AWS Load Balancer Controller, configured with a Service: a Network Load Balancer."""

from typing import Any

import pulumi

from moorings.kubernetes.backend import BackendHealthCheck
from moorings.kubernetes.ingress.annotations import ReservedAnnotations
from moorings.kubernetes.ingress.aws_target_group import ATTRIBUTE_ARGUMENTS, attribute_list, health_check_fields
from moorings.kubernetes.ingress.ingress_controller import (
    CLIENT_IP,
    IDLE_TIMEOUT,
    AffinityMechanism,
    IngressController,
)
from moorings.kubernetes.ingress.route_settings import RouteSettings, concat

PREFIX = "service.beta.kubernetes.io/aws-load-balancer-"

SPEC: dict[str, Any] = {"type": "LoadBalancer", "loadBalancerClass": "service.k8s.aws/nlb"}
"""Assigns the Service to this controller and not to the cloud provider."""

DEFAULT_HEALTH_CHECK = BackendHealthCheck(protocol="TCP")


def render_service(route: RouteSettings) -> tuple[dict[str, Any], dict[str, pulumi.Input[str]]]:
    """Return the spec and the annotations of the Service.

    Its only listener is a TCP listener, because TLS listeners do not support sticky sessions.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#sticky-sessions
    """
    sticky = {"stickiness.enabled": "true", "stickiness.type": "source_ip"} if route.affinity.is_sticky else {}
    attributes: dict[str, pulumi.Input[str]] = {
        **sticky,
        "deregistration_delay.timeout_seconds": concat(route.deregistration_delay_seconds),
    }
    idle_timeout = route.affinity.websocket_idle_timeout_seconds
    annotations: dict[str, pulumi.Input[str]] = {
        "scheme": "internet-facing" if route.internet_facing else "internal",
        "nlb-target-type": "ip",
        "target-group-attributes": attribute_list(attributes),
    }
    if idle_timeout is not None:
        annotations[f"listener-attributes.TCP-{route.service_port}"] = f"tcp.idle_timeout.seconds={idle_timeout}"
    health_check = health_check_fields(route.health_check, DEFAULT_HEALTH_CHECK)
    annotations |= {f"healthcheck-{key}": value for key, value in health_check.items()}
    return SPEC, {PREFIX + key: value for key, value in annotations.items()}


CONTROLLER = IngressController(
    title="AWS Load Balancer Controller, Network Load Balancer",
    docs="https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/",
    mechanisms={
        "soft": AffinityMechanism(
            "target-group-attributes: stickiness.type source_ip",
            IDLE_TIMEOUT,
            drawback=CLIENT_IP,
            idle_timeout_range=(60, 6000),
        )
    },
    arguments=frozenset({"internet_facing", "health_check_path"}),
    render_service=render_service,
    minimum_release="2.4",  # loadBalancerClass
    targets_pods_as="nlb",
    address_from="service",
    always_publishes_address=True,
    requires_known_port=True,
    own_prefixes=(PREFIX,),
    reserved_annotations=ReservedAnnotations(
        arguments={
            **ATTRIBUTE_ARGUMENTS,
            f"{PREFIX}scheme": "internet_facing",
            f"{PREFIX}healthcheck-path": "health_check_path",
        },
        attribute_lists=(f"{PREFIX}target-group-attributes", f"{PREFIX}listener-attributes."),
    ),
)
