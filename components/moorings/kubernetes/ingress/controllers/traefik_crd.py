"""Traefik by its own ``IngressRoute``."""

import re
from typing import Any

from moorings.kubernetes.ingress.manifests import Manifest, Route
from moorings.kubernetes.ingress.traefik_cookie import cookie

API_VERSION = "traefik.io/v1alpha1"
CLASS = "kubernetes.io/ingress.class"


def render(route: Route) -> list[Manifest]:
    """An IngressRoute of one rule for all hosts and paths.

    Source: https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/
    """
    hosts = " || ".join(map(_host, route.hosts))
    paths = " || ".join(f"PathPrefix(`{path}`)" for path in route.paths)
    closed = "".join(f" && !Path(`{path}`) && !PathPrefix(`{path}/`)" for path in route.closed_paths)
    service = {"name": route.service_name, "port": route.service_port, "sticky": {"cookie": cookie(route.stickiness)}}
    spec: dict[str, Any] = {
        "entryPoints": ["websecure" if route.https else "web"],
        "routes": [{"kind": "Rule", "match": f"({hosts}) && ({paths}){closed}", "services": [service]}],
    }
    if route.tls_secret_name is not None:
        spec["tls"] = {"secretName": route.tls_secret_name}
    return [Manifest("route", API_VERSION, "IngressRoute", spec, {CLASS: route.class_name})]


def _host(host: str) -> str:
    if not host.startswith("*."):
        return f"Host(`{host}`)"
    return f"HostRegexp(`^[^.]+{re.escape(host[1:])}$`)"
