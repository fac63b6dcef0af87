"""Service without an ingress controller: session affinity by client IP address (``ClientIP``)."""

from typing import Any

import pulumi

from moorings.kubernetes.ingress.ingress_controller import CLIENT_IP, LIFETIME, AffinityMechanism, IngressController
from moorings.kubernetes.ingress.route_settings import RouteSettings


def render_service(route: RouteSettings) -> tuple[dict[str, Any], dict[str, pulumi.Input[str]]]:
    """Return the session affinity of the Service.

    An ingress controller in front of the Service sends requests to the pods directly and ignores it.
    """
    if not route.affinity.is_sticky:
        return {}, {}
    return {
        "sessionAffinity": "ClientIP",
        "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": route.affinity.lifetime_seconds}},
    }, {}


CONTROLLER = IngressController(
    title="Service without a controller (ClientIP)",
    docs="https://kubernetes.io/docs/reference/networking/virtual-ips/#session-affinity",
    mechanisms={
        "soft": AffinityMechanism("sessionAffinity: ClientIP", LIFETIME, drawback=CLIENT_IP, lifetime_range=(1, 86400))
    },
    render_service=render_service,
)
