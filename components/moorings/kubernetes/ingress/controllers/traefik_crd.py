"""Traefik, configured with its ``IngressRoute``."""

import re
from collections.abc import Sequence
from typing import Any

import pulumi

from moorings.kubernetes.ingress.annotations import ReservedAnnotations
from moorings.kubernetes.ingress.ingress_controller import IngressController
from moorings.kubernetes.ingress.route_settings import ObjectManifest, RouteSettings, concat
from moorings.kubernetes.ingress.traefik_cookie import cookie_mechanism, sticky_service
from moorings.kubernetes.ingress.traefik_paths import closed_path_patterns

API_VERSION = "traefik.io/v1alpha1"
CLASS_ANNOTATION = "kubernetes.io/ingress.class"


def render(route: RouteSettings) -> list[ObjectManifest]:
    """Return an IngressRoute with one rule for all hosts and paths."""
    paths = " || ".join(f"PathPrefix(`{path}`)" for path in route.paths)
    closed = "".join(f" && !PathRegexp(`{pattern}`)" for pattern in closed_path_patterns(route))
    match = concat(*_match_hosts(route.hosts), f"({paths}){closed}")
    spec: dict[str, Any] = {
        "entryPoints": ["websecure" if route.terminates_tls else "web"],
        "routes": [{"kind": "Rule", "match": match, "services": [sticky_service(route)]}],
    }
    if route.tls_secret_name is not None:
        spec["tls"] = {"secretName": route.tls_secret_name}
    annotations = {CLASS_ANNOTATION: route.ingress_class_name}
    return [ObjectManifest("route", API_VERSION, "IngressRoute", spec, annotations)]


def _match_hosts(hosts: Sequence[pulumi.Input[str]]) -> list[pulumi.Input[str]]:
    """Return the parts of the matcher of all hosts, none if there are no hosts."""
    if not hosts:
        return []
    parts: list[pulumi.Input[str]] = []
    for host in hosts:
        late: Any = host
        matcher = _match_host(host) if isinstance(host, str) else pulumi.Output[Any].from_input(late).apply(_match_host)
        parts += [" || ", matcher]
    return ["(", *parts[1:], ") && "]


def _match_host(host: str) -> str:
    if not host.startswith("*."):
        return f"Host(`{host}`)"
    return f"HostRegexp(`^[^.]+{re.escape(host[1:])}$`)"


CONTROLLER = IngressController(
    title="Traefik, IngressRoute",
    docs="https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/",
    mechanisms=cookie_mechanism("IngressRoute: services[].sticky.cookie"),
    arguments=frozenset({"ingress_class_name", "tls_secret_name", "closed_paths"}),
    render=render,
    default_class="traefik",
    reserved_annotations=ReservedAnnotations(arguments={CLASS_ANNOTATION: "ingress_class_name"}),
)
