"""Istio: a VirtualService, and a DestinationRule that hashes."""

from typing import Any

import pulumi

from moorings.kubernetes.ingress.manifests import Manifest, Route, joined, without_none
from moorings.kubernetes.ingress.stickiness import Stickiness

API_VERSION = "networking.istio.io/v1"


def render(route: Route) -> list[Manifest]:
    """A VirtualService at the Gateway, and a DestinationRule of the service.

    Istio makes the cookie only with a ``ttl``, which is 0 for one that ends with the browser. Locality load balancing
    breaks the hash: turn it off for this service. Envoy's limit on silent streams is off in Istio.

    Source: https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings-ConsistentHashLB
    Source: https://istio.io/latest/docs/reference/config/networking/virtual-service/
    """
    destination = {"host": route.service_name, "port": {"number": route.service_port}}
    http: list[dict[str, Any]] = [
        {"match": [{"uri": {"prefix": path}} for path in route.paths], "route": [{"destination": destination}]}
    ]
    if route.closed_paths:  # the first match counts
        closed = [{"uri": each} for path in route.closed_paths for each in ({"exact": path}, {"prefix": f"{path}/"})]
        http.insert(0, {"match": closed, "directResponse": {"status": 403}})
    balanced = {"loadBalancer": {"consistentHash": _key(route.stickiness)}}
    return [
        Manifest(
            "route",
            API_VERSION,
            "VirtualService",
            {"hosts": list(route.hosts), "gateways": [_gateway(route)], "http": http},
        ),
        Manifest("sticky", API_VERSION, "DestinationRule", {"host": route.service_name, "trafficPolicy": balanced}),
    ]


def _gateway(route: Route) -> pulumi.Input[str] | None:
    if route.gateway_namespace is None:
        return route.gateway_name
    return joined(route.gateway_namespace, "/", route.gateway_name)


def _key(sticky: Stickiness) -> dict[str, Any]:
    if sticky.mode == "header":
        return {"httpHeaderName": sticky.key}
    if sticky.mode == "application":
        return {"httpCookie": {"name": sticky.key}}
    flags = {"Secure": sticky.secure, "HttpOnly": sticky.http_only}
    attributes = [{"name": name} for name, on in flags.items() if on]
    attributes.append({"name": "SameSite", "value": str(sticky.same_site)})
    cookie = {
        "name": sticky.cookie_name,
        "path": sticky.path,
        "ttl": f"{sticky.lifetime_seconds}s",
        "attributes": attributes,
    }
    return {"httpCookie": without_none(cookie)}
