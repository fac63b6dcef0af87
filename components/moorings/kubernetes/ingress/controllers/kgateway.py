"""kgateway: ``sessionPersistence`` of the HTTPRoute, or a ring hash in a BackendConfigPolicy."""

from typing import Any

from moorings.kubernetes.ingress.http_route import (
    API_GROUP,
    duration,
    envoy_mechanisms,
    http_route,
    session_persistence,
)
from moorings.kubernetes.ingress.ingress_controller import GATEWAY_ARGUMENTS, IngressController
from moorings.kubernetes.ingress.route_settings import ObjectManifest, RouteSettings, SessionAffinity, without_none

API_VERSION = "gateway.kgateway.dev/v1alpha1"


def render(route: RouteSettings) -> list[ObjectManifest]:
    """Return an HTTPRoute, a TrafficPolicy with the idle timeout, and for a ring hash a BackendConfigPolicy.

    Source: https://kgateway.dev/docs/latest/resiliency/timeouts/
    """
    affinity = route.affinity
    target = {"group": API_GROUP, "kind": "HTTPRoute", "name": f"{route.name}-route"}
    idle_timeout = duration(affinity.websocket_idle_timeout_seconds or 0)
    spec = {"targetRefs": [target], "timeouts": {"streamIdle": idle_timeout}}
    traffic_policy = ObjectManifest("traffic", API_VERSION, "TrafficPolicy", spec)
    if affinity.mode == "strong":
        return [http_route(route, session_persistence(affinity, route.gateway_api_release)), traffic_policy]
    backend = {
        "targetRefs": [{"group": "", "kind": "Service", "name": route.service_name}],
        "loadBalancer": {"ringHash": {"hashPolicies": [_hash_policy(affinity)]}},
    }
    return [http_route(route), traffic_policy, ObjectManifest("backend", API_VERSION, "BackendConfigPolicy", backend)]


def _hash_policy(affinity: SessionAffinity) -> dict[str, Any]:
    if affinity.mode == "header":
        return {"header": {"name": affinity.hash_key}}
    return {"cookie": {"name": affinity.hash_key} if affinity.mode == "application" else _cookie(affinity)}


def _cookie(affinity: SessionAffinity) -> dict[str, Any]:
    """Return the cookie. The proxy creates it only if ``ttl`` is set; 0 is a session cookie.

    Source: https://kgateway.dev/docs/envoy/main/reference/api/#cookie
    """
    cookie = {
        "name": affinity.cookie_name,
        "path": affinity.cookie_path,
        "ttl": duration(affinity.lifetime_seconds or 0),
        "secure": affinity.secure,
        "httpOnly": affinity.http_only,
        "sameSite": affinity.same_site,
    }
    return without_none(cookie)


CONTROLLER = IngressController(
    title="kgateway",
    docs="https://kgateway.dev/docs/latest/traffic-management/session-affinity/",
    mechanisms=envoy_mechanisms(
        "BackendConfigPolicy: ringHash.hashPolicies[].cookie", "BackendConfigPolicy: ringHash.hashPolicies[].header"
    ),
    arguments=GATEWAY_ARGUMENTS,
    render=render,
    renders_http_route=True,
    one_policy_per_service=True,
)
