"""kgateway: the route names the pod, or a policy of the backend hashes."""

from typing import Any

from moorings.kubernetes.ingress.http_route import GROUP, http_route
from moorings.kubernetes.ingress.manifests import Manifest, Route, without_none
from moorings.kubernetes.ingress.session_persistence import duration, session_persistence
from moorings.kubernetes.ingress.stickiness import Stickiness

API_VERSION = "gateway.kgateway.dev/v1alpha1"


def render(route: Route) -> list[Manifest]:
    """An HTTPRoute, a TrafficPolicy for WebSockets, and a BackendConfigPolicy where a hash keeps sessions.

    Source: https://kgateway.dev/docs/latest/traffic-management/session-affinity/
    Source: https://kgateway.dev/docs/latest/resiliency/timeouts/
    """
    sticky = route.stickiness
    target = {"group": GROUP, "kind": "HTTPRoute", "name": f"{route.name}-route"}
    idle = {"targetRefs": [target], "timeouts": {"streamIdle": duration(sticky.websocket_idle_seconds or 0)}}
    timeouts = Manifest("traffic", API_VERSION, "TrafficPolicy", idle)
    if sticky.mode == "strong":
        return [http_route(route, session_persistence(sticky, route.gateway_api)), timeouts]
    backend = {
        "targetRefs": [{"group": "", "kind": "Service", "name": route.service_name}],
        "loadBalancer": {"ringHash": {"hashPolicies": [_key(sticky)]}},
    }
    return [http_route(route), timeouts, Manifest("backend", API_VERSION, "BackendConfigPolicy", backend)]


def _key(sticky: Stickiness) -> dict[str, Any]:
    if sticky.mode == "header":
        return {"header": {"name": sticky.key}}
    if sticky.mode == "application":
        return {"cookie": {"name": sticky.key}}
    cookie = {
        "name": sticky.cookie_name,
        "path": sticky.path,
        "ttl": duration(sticky.lifetime_seconds) if sticky.lifetime_seconds else None,
        "secure": sticky.secure,
        "httpOnly": sticky.http_only,
        "sameSite": sticky.same_site,
    }
    return {"cookie": without_none(cookie)}
