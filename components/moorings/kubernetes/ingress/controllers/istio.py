"""Istio: a VirtualService, and a DestinationRule with a consistent hash."""

from typing import Any

import pulumi

from moorings.kubernetes.ingress.ingress_controller import (
    COOKIE,
    COOKIE_HASH,
    GATEWAY_ARGUMENTS,
    AffinityMechanism,
    IngressController,
)
from moorings.kubernetes.ingress.route_settings import (
    ObjectManifest,
    RouteSettings,
    SessionAffinity,
    concat,
    without_none,
)

API_VERSION = "networking.istio.io/v1"

ATTRIBUTES_RELEASE = "1.28"
"""First release with ``httpCookie.attributes``.

Source: https://istio.io/latest/news/releases/1.28.x/announcing-1.28/change-notes/
"""


def render(route: RouteSettings) -> list[ObjectManifest]:
    """Return a VirtualService at the Gateway and a DestinationRule of the Service.

    Istio creates the cookie only if ``ttl`` is set. 0 is a session cookie. Locality load balancing overrides the hash
    and must be disabled for the Service. Istio disables the stream idle timeout of Envoy.

    Source: https://istio.io/latest/docs/reference/config/networking/virtual-service/
    """
    destination = {"host": route.service_name, "port": {"number": route.service_port}}
    http: list[dict[str, Any]] = [
        {"match": [{"uri": {"prefix": path}} for path in route.paths], "route": [{"destination": destination}]}
    ]
    if route.closed_paths:  # the first match takes precedence
        closed = [{"uri": uri} for path in route.closed_paths for uri in ({"exact": path}, {"prefix": f"{path}/"})]
        http.insert(0, {"match": closed, "directResponse": {"status": 403}})
    virtual_service = {"hosts": list(route.hosts) or ["*"], "gateways": [_gateway(route)], "http": http}
    traffic_policy = {"loadBalancer": {"consistentHash": _consistent_hash(route.affinity)}}
    destination_rule = {"host": route.service_name, "trafficPolicy": traffic_policy}
    return [
        ObjectManifest("route", API_VERSION, "VirtualService", virtual_service),
        ObjectManifest("sticky", API_VERSION, "DestinationRule", destination_rule),
    ]


def _gateway(route: RouteSettings) -> pulumi.Input[str] | None:
    if route.gateway_namespace is None:
        return route.gateway_name
    return concat(route.gateway_namespace, "/", route.gateway_name)


def _consistent_hash(affinity: SessionAffinity) -> dict[str, Any]:
    if affinity.mode == "header":
        return {"httpHeaderName": affinity.hash_key}
    if affinity.mode == "application":
        return {"httpCookie": {"name": affinity.hash_key}}
    flags = {"Secure": affinity.secure, "HttpOnly": affinity.http_only}
    attributes = [{"name": name} for name, enabled in flags.items() if enabled]
    attributes.append({"name": "SameSite", "value": str(affinity.same_site)})
    cookie = {
        "name": affinity.cookie_name,
        "path": affinity.cookie_path,
        "ttl": f"{affinity.lifetime_seconds}s",
        "attributes": attributes,
    }
    return {"httpCookie": without_none(cookie)}


CONTROLLER = IngressController(
    title="Istio",
    docs="https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings-ConsistentHashLB",
    mechanisms={
        "soft": AffinityMechanism(
            "DestinationRule: consistentHash.httpCookie", COOKIE, drawback=COOKIE_HASH, release=ATTRIBUTES_RELEASE
        ),
        "header": AffinityMechanism("DestinationRule: consistentHash.httpHeaderName"),
        "application": AffinityMechanism(
            "DestinationRule: consistentHash.httpCookie without ttl", drawback=COOKIE_HASH
        ),
    },
    arguments=GATEWAY_ARGUMENTS - {"gateway_listener"},
    render=render,
    one_policy_per_service=True,
)
