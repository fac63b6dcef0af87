"""A Service alone, which keeps the clients of one address on one pod."""

from typing import Any

from moorings.kubernetes.ingress.stickiness import Stickiness


def spec(sticky: Stickiness) -> dict[str, Any]:
    """The affinity, in the spec of the Service.

    An ingress controller in front of the Service goes around it, straight to the pods, and so around its affinity.

    Source: https://kubernetes.io/docs/reference/networking/virtual-ips/#session-affinity
    """
    return {
        "sessionAffinity": "ClientIP",
        "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": sticky.lifetime_seconds}},
    }
