"""kgateway: ``sessionPersistence`` of the HTTPRoute, or a ring hash in a BackendConfigPolicy."""

from typing import Any

from moorings.kubernetes.ingress.http_route import (
    duration,
    envoy_mechanisms,
    http_routes,
    route_references,
    session_persistence,
)
from moorings.kubernetes.ingress.ingress_controller import CLEAR_TEXT, GATEWAY_ARGUMENTS, IngressController
from moorings.kubernetes.ingress.route_settings import ObjectManifest, RouteSettings, SessionAffinity, without_none

API_VERSION = "gateway.kgateway.dev/v1alpha1"


def render(route: RouteSettings) -> list[ObjectManifest]:
    """Return an HTTPRoute, a TrafficPolicy with the idle timeout, and for a ring hash a BackendConfigPolicy.

    Source: https://kgateway.dev/docs/latest/resiliency/timeouts/
    """
    affinity = route.affinity
    persistence = session_persistence(affinity, route.gateway_api_release) if affinity.mode == "strong" else None
    manifests = http_routes(route, persistence)
    if affinity.websocket_idle_timeout_seconds is not None:
        timeouts = {"streamIdle": duration(affinity.websocket_idle_timeout_seconds)}
        spec = {"targetRefs": route_references(route), "timeouts": timeouts}
        manifests.append(ObjectManifest("traffic", API_VERSION, "TrafficPolicy", spec))
    if affinity.is_sticky and affinity.mode != "strong":
        load_balancer = {"ringHash": {"hashPolicies": [_hash_policy(affinity)]}}
        for service in route.services:
            target = {"group": "", "kind": "Service", "name": service.name}
            spec = {"targetRefs": [target], "loadBalancer": load_balancer}
            manifests.append(ObjectManifest(f"backend{service.role}", API_VERSION, "BackendConfigPolicy", spec))
    return manifests


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
    backend_protocols=CLEAR_TEXT,
    reads_app_protocol=True,
    renders_http_route=True,
    one_policy_per_service=True,
)
