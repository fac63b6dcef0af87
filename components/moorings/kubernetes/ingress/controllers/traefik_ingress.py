"""Traefik by an Ingress: the cookie stands on the Service."""

from moorings.kubernetes.ingress.http_ingress import ingress
from moorings.kubernetes.ingress.manifests import Manifest, Route
from moorings.kubernetes.ingress.stickiness import Stickiness
from moorings.kubernetes.ingress.traefik_cookie import annotations

PREFIX = "traefik.ingress.kubernetes.io/"


def render(route: Route) -> list[Manifest]:
    """An Ingress; with TLS it is served there alone.

    Source: https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/
    """
    told = {PREFIX + "router.entrypoints": "websecure", PREFIX + "router.tls": "true"} if route.https else {}
    return [ingress(route, told)]


def service_annotations(sticky: Stickiness) -> dict[str, str]:
    """What the Service must carry."""
    return annotations(sticky)
