"""Envoy Gateway: ``sessionPersistence`` of the HTTPRoute, or consistent hashing in a BackendTrafficPolicy."""

from typing import Any

from moorings.kubernetes.ingress.http_route import (
    duration,
    envoy_mechanisms,
    http_routes,
    route_references,
    session_persistence,
)
from moorings.kubernetes.ingress.ingress_controller import CLEAR_TEXT, GATEWAY_ARGUMENTS, IngressController, is_older
from moorings.kubernetes.ingress.route_settings import ObjectManifest, RouteSettings, SessionAffinity

API_VERSION = "gateway.envoyproxy.io/v1alpha1"

RELEASE = "1.2"
"""First release with ``sessionPersistence`` and several targets of a policy.

Source: https://gateway.envoyproxy.io/news/releases/notes/v1.2.0/
"""

IDLE_TIMEOUT_RELEASE = "1.8"
"""First release with ``streamIdleTimeout`` in a BackendTrafficPolicy.

Source: https://gateway.envoyproxy.io/news/releases/notes/v1.8.0/
"""

HEADERS_RELEASE = "1.6"
"""First release that hashes several headers, before one ``header``.

Source: https://gateway.envoyproxy.io/news/releases/notes/v1.6.0/
"""


def render(route: RouteSettings) -> list[ObjectManifest]:
    """Return an HTTPRoute and a BackendTrafficPolicy with the idle timeout and the consistent hash.

    Source: https://gateway.envoyproxy.io/docs/tasks/traffic/load-balancing/#consistent-hash
    """
    affinity = route.affinity
    policy: dict[str, Any] = {}
    if affinity.is_sticky and affinity.mode != "strong":
        policy["loadBalancer"] = {"type": "ConsistentHash", "consistentHash": _consistent_hash(route)}
    if affinity.websocket_idle_timeout_seconds is not None:
        policy["timeout"] = {"http": {"streamIdleTimeout": duration(affinity.websocket_idle_timeout_seconds)}}
    persistence = session_persistence(affinity, route.gateway_api_release) if affinity.mode == "strong" else None
    manifests = http_routes(route, persistence)
    if policy:
        spec = {"targetRefs": route_references(route), **policy}
        manifests.append(ObjectManifest("backend", API_VERSION, "BackendTrafficPolicy", spec))
    return manifests


def _consistent_hash(route: RouteSettings) -> dict[str, Any]:
    affinity = route.affinity
    if affinity.mode == "header":
        if is_older(route.controller_release, HEADERS_RELEASE):
            return {"type": "Header", "header": {"name": affinity.hash_key}}
        return {"type": "Headers", "headers": [{"name": affinity.hash_key}]}
    cookie: dict[str, Any] = {"name": affinity.hash_key}
    if affinity.mode == "soft":
        cookie |= {"ttl": duration(affinity.lifetime_seconds or 0), "attributes": _cookie_attributes(affinity)}
    return {"type": "Cookie", "cookie": cookie}


def _cookie_attributes(affinity: SessionAffinity) -> dict[str, str]:
    attributes = {"Path": str(affinity.cookie_path), "SameSite": str(affinity.same_site)}
    flags = {"Secure": affinity.secure, "HttpOnly": affinity.http_only}
    return attributes | {name: "" for name, enabled in flags.items() if enabled}


CONTROLLER = IngressController(
    title="Envoy Gateway",
    docs="https://gateway.envoyproxy.io/docs/tasks/traffic/session-persistence/",
    mechanisms=envoy_mechanisms(
        "BackendTrafficPolicy: consistentHash Cookie",
        "BackendTrafficPolicy: consistentHash Headers",
        IDLE_TIMEOUT_RELEASE,
    ),
    arguments=GATEWAY_ARGUMENTS,
    render=render,
    minimum_release=RELEASE,
    backend_protocols=CLEAR_TEXT,
    reads_app_protocol=True,
    renders_http_route=True,
)
