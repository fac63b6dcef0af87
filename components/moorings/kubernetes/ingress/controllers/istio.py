"""Istio: a VirtualService, and a DestinationRule with a consistent hash."""

from collections.abc import Mapping
from typing import Any

import pulumi

from moorings.kubernetes.ingress.ingress_controller import (
    CLEAR_TEXT,
    COOKIE,
    COOKIE_HASH,
    GATEWAY_ARGUMENTS,
    AffinityMechanism,
    IngressController,
)
from moorings.kubernetes.ingress.route_settings import (
    HostGroup,
    ObjectManifest,
    PathType,
    RoutePath,
    RouteRule,
    RouteSettings,
    SessionAffinity,
    concat,
    without_none,
)

API_VERSION = "networking.istio.io/v1"

ATTRIBUTES_RELEASE = "1.28"
"""First release with ``httpCookie.attributes``.

Source: https://istio.io/latest/news/releases/1.28.x/announcing-1.28/change-notes/
"""


def render(route: RouteSettings) -> list[ObjectManifest]:
    """Return a VirtualService at the Gateway and a DestinationRule of each Service.

    Istio creates the cookie only if ``ttl`` is set. 0 is a session cookie. Locality load balancing overrides the hash
    and must be disabled for the Service. Istio disables the stream idle timeout of Envoy.

    Source: https://istio.io/latest/docs/reference/config/networking/virtual-service/
    """
    manifests = [
        ObjectManifest(f"route{group.role}", API_VERSION, "VirtualService", _virtual_service(route, group))
        for group in route.host_groups
    ]
    if route.affinity.is_sticky:
        traffic_policy = {"loadBalancer": {"consistentHash": _consistent_hash(route.affinity)}}
        for service in route.services:
            spec = {"host": service.name, "trafficPolicy": traffic_policy}
            manifests.append(ObjectManifest(f"sticky{service.role}", API_VERSION, "DestinationRule", spec))
    return manifests


def _virtual_service(route: RouteSettings, group: HostGroup) -> dict[str, Any]:
    """Return the VirtualService of some hosts. The first rule that matches a request applies."""
    http: list[dict[str, Any]] = []
    if route.closed_paths:
        closed = [match for path in route.closed_paths for match in _matches(RoutePath(path))]
        http.append({"match": closed, "directResponse": {"status": 403}})
    if len(group.rules) == 1 and group.rules[0].rewrite_prefix is None:
        (rule,) = group.rules
        http.append({"match": [match for path in rule.paths for match in _matches(path)], **_action(rule)})
    else:
        paths = [(rule, path) for rule in group.rules for path in rule.paths]
        for rule, path in sorted(paths, key=lambda entry: _precedence(entry[1])):
            http += _rules_of_path(rule, path)
    return {"hosts": list(group.hosts) or ["*"], "gateways": [_gateway(route)], "http": http}


def _precedence(path: RoutePath) -> tuple[int, int]:
    """Return the order of paths in Kubernetes: exact paths, then regular expressions, then the longest prefix."""
    return ["Exact", "ImplementationSpecific", "Prefix"].index(path.type), -len(path.path)


MATCH_TYPES: Mapping[PathType, str] = {"Exact": "exact", "Prefix": "prefix", "ImplementationSpecific": "regex"}


def _matches(path: RoutePath) -> list[dict[str, Any]]:
    """Return the matches of a path. Istio compares prefixes as strings: ``/a`` would match ``/ab`` too."""
    return [{"uri": {MATCH_TYPES[match.type]: match.path}} for match in path.string_prefixes]


def _rules_of_path(rule: RouteRule, path: RoutePath) -> list[dict[str, Any]]:
    if rule.rewrite_prefix is None:
        return [{"match": _matches(path), **_action(rule)}]
    # Istio replaces the string that matched, which ends with a slash below the path and not at the path itself.
    replacement = rule.rewrite_prefix.rstrip("/")
    rules: list[dict[str, Any]] = []
    for match in path.string_prefixes:
        slash = "/" if match.path.endswith("/") or not replacement else ""
        uri = {MATCH_TYPES[match.type]: match.path}
        rules.append({"match": [{"uri": uri}], "rewrite": {"uri": f"{replacement}{slash}"}, **_action(rule)})
    return rules


def _action(rule: RouteRule) -> dict[str, Any]:
    if rule.redirect is not None:
        redirect = rule.redirect
        fields = {
            "uri": redirect.path,
            "authority": redirect.host,
            "port": redirect.port,
            "scheme": redirect.scheme,
            "redirectCode": redirect.status_code,
        }
        return {"redirect": without_none(fields)}
    weighted = len(rule.services) > 1
    destinations = [
        without_none(
            {
                "destination": {"host": service.name, "port": {"number": service.port}},
                "weight": service.weight if weighted else None,
            }
        )
        for service in rule.services
    ]
    return {"route": destinations}


def _gateway(route: RouteSettings) -> pulumi.Input[str] | None:
    if route.gateway_namespace is None:
        return route.gateway_name
    return concat(route.gateway_namespace, "/", route.gateway_name)


def _consistent_hash(affinity: SessionAffinity) -> dict[str, Any]:
    if affinity.mode == "header":
        return {"httpHeaderName": affinity.hash_key}
    if affinity.mode == "application":
        return {"httpCookie": {"name": affinity.hash_key}}
    flags = {"Secure": affinity.secure, "HttpOnly": affinity.http_only}
    attributes = [{"name": name} for name, enabled in flags.items() if enabled]
    attributes.append({"name": "SameSite", "value": str(affinity.same_site)})
    cookie = {
        "name": affinity.cookie_name,
        "path": affinity.cookie_path,
        "ttl": f"{affinity.lifetime_seconds}s",
        "attributes": attributes,
    }
    return {"httpCookie": without_none(cookie)}


CONTROLLER = IngressController(
    title="Istio",
    docs="https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings-ConsistentHashLB",
    mechanisms={
        "soft": AffinityMechanism(
            "DestinationRule: consistentHash.httpCookie", COOKIE, drawback=COOKIE_HASH, release=ATTRIBUTES_RELEASE
        ),
        "header": AffinityMechanism("DestinationRule: consistentHash.httpHeaderName"),
        "application": AffinityMechanism(
            "DestinationRule: consistentHash.httpCookie without ttl", drawback=COOKIE_HASH
        ),
    },
    arguments=GATEWAY_ARGUMENTS - {"gateway_listener"},
    render=render,
    minimum_release="1.22",  # networking.istio.io/v1
    backend_protocols=CLEAR_TEXT,
    reads_app_protocol=True,
    one_policy_per_service=True,
)
