"""NGINX Gateway Fabric: a cookie with NGINX Plus, a hash without."""

from typing import Any

from moorings.kubernetes.ingress.http_route import http_route
from moorings.kubernetes.ingress.manifests import Manifest, Route
from moorings.kubernetes.ingress.nginx_variables import variable
from moorings.kubernetes.ingress.session_persistence import session_persistence

API_VERSION = "gateway.nginx.org/v1alpha1"


def render(route: Route) -> list[Manifest]:
    """An HTTPRoute, with an UpstreamSettingsPolicy where a hash keeps sessions.

    The cookie of NGINX Plus, always Secure and HttpOnly, also needs the controller's experimental features turned on.

    Source: https://docs.nginx.com/nginx-gateway-fabric/traffic-management/session-persistence/
    Source: https://docs.nginx.com/nginx-gateway-fabric/traffic-management/upstream-settings/
    """
    sticky = route.stickiness
    if sticky.mode == "strong":
        return [http_route(route, session_persistence(sticky, route.gateway_api))]
    spec: dict[str, Any] = {"targetRefs": [{"group": "core", "kind": "Service", "name": route.service_name}]}
    if sticky.mode == "soft":
        spec["loadBalancingMethod"] = "ip_hash"
    else:
        spec |= {"loadBalancingMethod": "hash consistent", "hashMethodKey": variable(sticky)}
    return [http_route(route), Manifest("upstream", API_VERSION, "UpstreamSettingsPolicy", spec)]
