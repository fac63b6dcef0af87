"""Traefik, configured with the Gateway API: it does not support ``sessionPersistence``."""

from typing import Any

from moorings.kubernetes.ingress.http_route import http_routes
from moorings.kubernetes.ingress.ingress_controller import ALL_PROTOCOLS, GATEWAY_ARGUMENTS, IngressController
from moorings.kubernetes.ingress.route_settings import ObjectManifest, RouteRule, RouteSettings
from moorings.kubernetes.ingress.traefik_cookie import cookie_mechanism, sticky_services
from moorings.kubernetes.ingress.traefik_paths import closed_path_patterns

RELEASE = "3.1"
"""First release with version ``v1`` of the Gateway API, regular expressions and rewrites.

Source: https://doc.traefik.io/traefik/v3.1/providers/kubernetes-gateway/
"""

API_GROUP = "traefik.io"
API_VERSION = f"{API_GROUP}/v1alpha1"


def render(route: RouteSettings) -> list[ObjectManifest]:
    """Return a TraefikService with the sticky cookie for the Services of each rule, and an HTTPRoute to it."""
    closed = closed_path_patterns(route)
    if not route.affinity.is_sticky and route.backend_protocol == "HTTP":
        return http_routes(route, closed_path_patterns=closed)
    own = route.service.identity
    services = {
        _role(rule, own): {"weighted": {"services": sticky_services(route, rule.services)}}
        for rule in route.rules
        if rule.services
    }

    def backends(rule: RouteRule) -> list[dict[str, Any]]:
        return [{"group": API_GROUP, "kind": "TraefikService", "name": f"{route.name}-{_role(rule, own)}"}]

    return [
        *(
            ObjectManifest(role, API_VERSION, "TraefikService", spec, fixed_name=True)
            for role, spec in services.items()
        ),
        *http_routes(route, backends=backends, closed_path_patterns=closed),
    ]


def _role(rule: RouteRule, own: object) -> str:
    """Return the role of the TraefikService of a rule: rules to the Service of the ingress share one."""
    return "sticky" if [service.identity for service in rule.services] == [own] else f"sticky-{rule.key}"


CONTROLLER = IngressController(
    title="Traefik, Gateway API",
    docs="https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/traefikservice/",
    mechanisms=cookie_mechanism("TraefikService behind an HTTPRoute: weighted.services[].sticky.cookie"),
    arguments=GATEWAY_ARGUMENTS,
    render=render,
    minimum_release=RELEASE,
    backend_protocols=ALL_PROTOCOLS,
    renders_http_route=True,
)
