"""What stands on the Service: annotations of the controllers that read them there, or the affinity itself."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import pulumi

from moorings.kubernetes.ingress.capabilities import CAPABILITIES, Controller, Need
from moorings.kubernetes.ingress.controllers import aws_nlb, haproxy, traefik_ingress
from moorings.kubernetes.ingress.controllers import service as client_ip
from moorings.kubernetes.ingress.manifests import Manifest, Route
from moorings.kubernetes.ingress.stickiness import Stickiness, stickiness
from moorings.kubernetes.ingress.sticky_policy import StickyPolicy

ANNOTATIONS: Mapping[str, Callable[[Stickiness], dict[str, str]]] = {
    "haproxy": haproxy.service_annotations,
    "traefik-ingress": traefik_ingress.service_annotations,
}


def service_annotations(
    controller: Controller, policy: StickyPolicy, *, have: Collection[Need] = (), https: bool = True
) -> dict[str, str]:
    """Annotations that the Service must carry for a controller to keep a policy, for whoever makes the Service.

    Args:
        controller: the controller.
        policy: the policy, the same that ``StickyIngress`` gets.
        have: what the cluster has that not every cluster has.
        https: whether clients come through TLS; without, the cookie goes without Secure.

    Returns:
        The annotations; none for a controller that reads nothing there, or whose Service ``StickyIngress`` makes.

    Raises:
        ValueError: for a policy that the controller cannot keep.

    """
    sticky = stickiness(controller, policy, have=have, https=https)
    return _annotations(controller, sticky)


def _annotations(controller: Controller, sticky: Stickiness) -> dict[str, str]:
    return ANNOTATIONS[controller](sticky) if CAPABILITIES[controller].annotates_service else {}


def service(
    controller: Controller,
    route: Route,
    selector: Mapping[str, pulumi.Input[str]],
    target_port: pulumi.Input[int],
) -> Manifest:
    """A Service before the pods that the labels select."""
    port = {"name": "http", "port": route.service_port, "targetPort": target_port, "protocol": "TCP"}
    spec: dict[str, Any] = {"type": "ClusterIP", "selector": dict(selector), "ports": [port]}
    annotations: Mapping[str, pulumi.Input[str]] = _annotations(controller, route.stickiness)
    if controller == "aws-nlb":
        spec |= aws_nlb.SPEC
        annotations = aws_nlb.annotations(route)
    if controller == "service":
        spec |= client_ip.spec(route.stickiness)
    return Manifest("service", "v1", "Service", spec, annotations)
