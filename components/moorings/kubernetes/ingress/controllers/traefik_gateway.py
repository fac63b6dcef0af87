"""Traefik, configured with the Gateway API: it does not support ``sessionPersistence``."""

from moorings.kubernetes.ingress.http_route import http_route
from moorings.kubernetes.ingress.ingress_controller import GATEWAY_ARGUMENTS, IngressController
from moorings.kubernetes.ingress.route_settings import ObjectManifest, RouteSettings
from moorings.kubernetes.ingress.traefik_cookie import cookie_mechanism, sticky_service
from moorings.kubernetes.ingress.traefik_paths import closed_path_patterns

API_GROUP = "traefik.io"
API_VERSION = f"{API_GROUP}/v1alpha1"


def render(route: RouteSettings) -> list[ObjectManifest]:
    """Return a TraefikService with the sticky cookie, and an HTTPRoute to it."""
    spec = {"weighted": {"services": [sticky_service(route)]}}
    backend = {"group": API_GROUP, "kind": "TraefikService", "name": f"{route.name}-sticky"}
    return [
        ObjectManifest("sticky", API_VERSION, "TraefikService", spec, fixed_name=True),
        http_route(route, backend=backend, closed_path_patterns=closed_path_patterns(route)),
    ]


CONTROLLER = IngressController(
    title="Traefik, Gateway API",
    docs="https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/traefikservice/",
    mechanisms=cookie_mechanism("TraefikService behind an HTTPRoute: weighted.services[].sticky.cookie"),
    arguments=GATEWAY_ARGUMENTS,
    render=render,
    renders_http_route=True,
)
