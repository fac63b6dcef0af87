"""Traefik, configured with its ``IngressRoute``."""

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pulumi

from moorings.kubernetes.ingress.annotations import ReservedAnnotations
from moorings.kubernetes.ingress.ingress_controller import (
    ALL_PROTOCOLS,
    ROUTE_ARGUMENTS,
    ROUTE_FEATURES,
    SECRET_ARGUMENTS,
    IngressController,
)
from moorings.kubernetes.ingress.route_settings import (
    HostGroup,
    ObjectManifest,
    RoutePath,
    RouteRedirect,
    RouteRule,
    RouteSettings,
    concat,
    without_none,
)
from moorings.kubernetes.ingress.traefik_cookie import MINIMUM_RELEASE, cookie_mechanism, sticky_services
from moorings.kubernetes.ingress.traefik_paths import closed_path_patterns

T = TypeVar("T")

API_VERSION = "traefik.io/v1alpha1"
CLASS_ANNOTATION = "kubernetes.io/ingress.class"

PERMANENT = 301


def render(route: RouteSettings) -> list[ObjectManifest]:
    """Return an IngressRoute, and a Middleware for each rewrite and redirect."""
    annotations = {CLASS_ANNOTATION: route.ingress_class_name}
    routes: list[dict[str, Any]] = []
    middlewares: list[ObjectManifest] = []
    for group in route.host_groups:
        for rule in group.rules:
            routes += _rules(route, group, rule)
            if rule.rewrite_prefix is not None or rule.redirect is not None:
                change = _rewrite(rule) if rule.redirect is None else _redirect(rule.redirect)
                middlewares.append(_middleware(rule, change))
    spec: dict[str, Any] = {"entryPoints": ["websecure" if route.terminates_tls else "web"], "routes": routes}
    if route.uses_secret:
        spec["tls"] = without_none({"secretName": route.tls_secret_name})
    manifests = [ObjectManifest("route", API_VERSION, "IngressRoute", spec, annotations), *middlewares]
    if route.cluster_issuer is not None or route.issuer is not None:
        manifests.append(_certificate(route))
    return manifests


def _certificate(route: RouteSettings) -> ObjectManifest:
    """Return a Certificate of cert-manager, which does not read IngressRoutes.

    Source: https://cert-manager.io/docs/usage/certificate/
    """
    issuer = {"kind": "Issuer", "name": route.issuer}
    if route.issuer is None:
        issuer = {"kind": "ClusterIssuer", "name": route.cluster_issuer}
    spec = {"secretName": route.tls_secret_name, "dnsNames": route.all_hosts, "issuerRef": issuer}
    return ObjectManifest("certificate", "cert-manager.io/v1", "Certificate", spec)


def _rules(route: RouteSettings, group: HostGroup, rule: RouteRule) -> list[dict[str, Any]]:
    """Return the routes of a rule: one for all paths, or one for each path if another rule has paths of these hosts.

    Traefik uses the route with the longest matcher by default. Exact paths precede the prefix of the same length.
    """
    middleware = {"middlewares": [{"name": f"{route.name}-middleware-{rule.key}"}]}
    services = sticky_services(route, rule.services) or [NO_SERVICE]
    own = {**(middleware if rule.rewrite_prefix is not None or rule.redirect is not None else {}), "services": services}
    closed = "".join(f" && !PathRegexp(`{pattern}`)" for pattern in closed_path_patterns(route))
    hosts = _match_hosts(group.hosts)
    if not route.routes:
        paths = " || ".join(map(_match_path, rule.paths))
        return [{"kind": "Rule", "match": concat(*hosts, f"({paths}){closed}"), **own}]
    routes: list[dict[str, Any]] = []
    for path in rule.paths:
        match = concat(*hosts, f"({_match_path(path)}){closed}")
        reference = concat(*hosts, f"({_match_path(RoutePath(path.path))}){closed}")
        priority = {} if path.type == "Prefix" else {"priority": _map_text(reference, lambda text: len(text) + 1)}
        routes.append({"kind": "Rule", "match": match, **priority, **own})
    return routes


def _match_path(path: RoutePath) -> str:
    """Return the matcher of a path. ``PathPrefix`` compares strings: ``/a`` would match ``/ab`` too."""
    functions = {"Exact": "Path", "Prefix": "PathPrefix", "ImplementationSpecific": "PathRegexp"}
    return " || ".join(f"{functions[match.type]}(`{match.path}`)" for match in path.string_prefixes)


NO_SERVICE = {"name": "noop@internal", "kind": "TraefikService"}
"""Service of a route that only redirects."""


def _middleware(rule: RouteRule, spec: dict[str, Any]) -> ObjectManifest:
    return ObjectManifest(f"middleware-{rule.key}", API_VERSION, "Middleware", spec, fixed_name=True)


def _rewrite(rule: RouteRule) -> dict[str, Any]:
    """Return a middleware that replaces the path.

    Source: https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/replacepathregex/
    """
    replacement = str(rule.rewrite_prefix).rstrip("/")
    paths = "|".join(re.escape(path.path.rstrip("/")) for path in rule.paths)
    if replacement:
        return {"replacePathRegex": {"regex": f"^(?:{paths})(.*)", "replacement": f"{replacement}$1"}}
    return {"replacePathRegex": {"regex": f"^(?:{paths})/?(.*)", "replacement": "/$1"}}


def _redirect(redirect: RouteRedirect) -> dict[str, Any]:
    """Return a middleware that redirects. Parts of the request that do not change are captured.

    Source: https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/redirectregex/
    """
    port = "" if redirect.port is None else f":{redirect.port}"
    target = "${3}" if redirect.path is None else redirect.path
    replacement = f"{redirect.scheme or '${1}'}://{redirect.host or '${2}'}{port}{target}"
    regex = "^(https?)://([^/:]+)(?::[0-9]+)?(/.*)?$"
    permanent = redirect.status_code == PERMANENT
    return {"redirectRegex": {"regex": regex, "replacement": replacement, "permanent": permanent}}


def _match_hosts(hosts: Sequence[pulumi.Input[str]]) -> list[pulumi.Input[str]]:
    """Return the parts of the matcher of all hosts, none if there are no hosts."""
    if not hosts:
        return []
    parts: list[pulumi.Input[str]] = []
    for host in hosts:
        parts += [" || ", _map_text(host, _match_host)]
    return ["(", *parts[1:], ") && "]


def _map_text(value: pulumi.Input[str], function: Callable[[str], T]) -> pulumi.Input[T]:
    late: Any = value
    return function(value) if isinstance(value, str) else pulumi.Output[Any].from_input(late).apply(function)


def _match_host(host: str) -> str:
    if not host.startswith("*."):
        return f"Host(`{host}`)"
    return f"HostRegexp(`^[^.]+{re.escape(host[1:])}$`)"


CONTROLLER = IngressController(
    title="Traefik, IngressRoute",
    docs="https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/",
    mechanisms=cookie_mechanism("IngressRoute: services[].sticky.cookie"),
    arguments=frozenset({"ingress_class_name", *SECRET_ARGUMENTS, "closed_paths", *ROUTE_ARGUMENTS, *ROUTE_FEATURES}),
    render=render,
    minimum_release=MINIMUM_RELEASE,
    backend_protocols=ALL_PROTOCOLS,
    default_class="traefik",
    reserved_annotations=ReservedAnnotations(arguments={CLASS_ANNOTATION: "ingress_class_name"}),
)
