"""Envoy Gateway: the route names the pod, or a policy of the backend hashes."""

from typing import Any

from moorings.kubernetes.ingress.http_route import GROUP, http_route
from moorings.kubernetes.ingress.manifests import Manifest, Route, without_none
from moorings.kubernetes.ingress.session_persistence import duration, session_persistence
from moorings.kubernetes.ingress.stickiness import Stickiness

API_VERSION = "gateway.envoyproxy.io/v1alpha1"


def render(route: Route) -> list[Manifest]:
    """An HTTPRoute and a BackendTrafficPolicy: it hashes where the route does not keep the session, and sets the time.

    Source: https://gateway.envoyproxy.io/docs/tasks/traffic/session-persistence/
    Source: https://gateway.envoyproxy.io/docs/tasks/traffic/load-balancing/#consistent-hash
    """
    sticky = route.stickiness
    strong = sticky.mode == "strong"
    hashed = None if strong else {"type": "ConsistentHash", "consistentHash": _key(sticky)}
    spec = {
        "targetRefs": [{"group": GROUP, "kind": "HTTPRoute", "name": f"{route.name}-route"}],
        "loadBalancer": hashed,
        "timeout": {"http": {"streamIdleTimeout": duration(sticky.websocket_idle_seconds or 0)}},
    }
    persistence = session_persistence(sticky, route.gateway_api) if strong else None
    return [
        http_route(route, persistence),
        Manifest("backend", API_VERSION, "BackendTrafficPolicy", without_none(spec)),
    ]


def _key(sticky: Stickiness) -> dict[str, Any]:
    if sticky.mode == "header":
        return {"type": "Headers", "headers": [{"name": sticky.key}]}
    cookie: dict[str, Any] = {"name": sticky.key}
    if sticky.mode == "soft":
        cookie |= {"ttl": duration(sticky.lifetime_seconds or 0), "attributes": _attributes(sticky)}
    return {"type": "Cookie", "cookie": cookie}


def _attributes(sticky: Stickiness) -> dict[str, str]:
    told = {"Path": str(sticky.path), "SameSite": str(sticky.same_site)}
    flags = {"Secure": sticky.secure, "HttpOnly": sticky.http_only}
    return told | {name: "" for name, on in flags.items() if on}
