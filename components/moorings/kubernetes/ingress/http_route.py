"""The ``HTTPRoute`` that the controllers of the Gateway API share.

Source: https://gateway-api.sigs.k8s.io/api-types/httproute/
"""

from typing import Any

from moorings.kubernetes.ingress.manifests import Manifest, Route, without_none

API_VERSION = "gateway.networking.k8s.io/v1"
GROUP = "gateway.networking.k8s.io"


def http_route(
    route: Route, persistence: dict[str, Any] | None = None, backend: dict[str, Any] | None = None
) -> Manifest:
    """An HTTPRoute for all hosts and paths: one rule, so that one service has one kind of stickiness.

    Args:
        route: the way.
        persistence: its ``sessionPersistence``, which the experimental channel of the API knows alone.
        backend: what stands behind it, if that is not the service itself.

    """
    parent = {"name": route.gateway_name, "namespace": route.gateway_namespace, "sectionName": route.gateway_listener}
    rule = {
        "matches": [{"path": {"type": "PathPrefix", "value": path}} for path in route.paths],
        "backendRefs": [backend or {"name": route.service_name, "port": route.service_port}],
        "sessionPersistence": persistence,
    }
    spec = {"parentRefs": [without_none(parent)], "hostnames": list(route.hosts), "rules": [without_none(rule)]}
    return Manifest("route", API_VERSION, "HTTPRoute", spec, referred=True)
