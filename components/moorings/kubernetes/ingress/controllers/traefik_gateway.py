"""Traefik by the Gateway API, whose ``sessionPersistence`` it does not know."""

from moorings.kubernetes.ingress.http_route import http_route
from moorings.kubernetes.ingress.manifests import Manifest, Route
from moorings.kubernetes.ingress.traefik_cookie import cookie

API_VERSION = "traefik.io/v1alpha1"


def render(route: Route) -> list[Manifest]:
    """A TraefikService that keeps sessions, and an HTTPRoute to it.

    Source: https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/traefikservice/
    """
    service = {"name": route.service_name, "port": route.service_port, "sticky": {"cookie": cookie(route.stickiness)}}
    backend = {"group": "traefik.io", "kind": "TraefikService", "name": f"{route.name}-sticky"}
    spec = {"weighted": {"services": [service]}}
    return [Manifest("sticky", API_VERSION, "TraefikService", spec, referred=True), http_route(route, backend=backend)]
