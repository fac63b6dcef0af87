"""``HTTPRoute`` and its ``sessionPersistence``, for controllers that implement the Gateway API.

Source: https://gateway-api.sigs.k8s.io/api-types/httproute/
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from moorings.kubernetes.ingress.hosts_and_paths import MAX_HTTP_ROUTE_PATHS
from moorings.kubernetes.ingress.ingress_controller import (
    COOKIE,
    COOKIE_HASH,
    IDLE_TIMEOUT,
    NAME_AND_LIFETIME,
    NO_FLAGS,
    AffinityMechanism,
    Prerequisite,
    release_number,
)
from moorings.kubernetes.ingress.route_settings import (
    AffinityMode,
    ObjectManifest,
    PathType,
    RoutePath,
    RouteRedirect,
    RouteRule,
    RouteSettings,
    SessionAffinity,
    without_none,
)

API_GROUP = "gateway.networking.k8s.io"
API_VERSION = f"{API_GROUP}/v1"

GATEWAY_API_RELEASES = ((1, 5), (1, 6), (1, 7))
"""Releases whose experimental channels have been compared with the created objects."""

RELEASES_CHECKED = "2026-11-21"
"""Date of ``GATEWAY_API_RELEASES``."""

COOKIE_RELEASE = (1, 7)
"""First release with the field ``cookie``."""


def persistence_mechanism(settable: frozenset[str], *prerequisites: Prerequisite, **fields: Any) -> AffinityMechanism:
    """Return the mechanism ``sessionPersistence``, a field in the experimental channel of the Gateway API."""
    required: frozenset[Prerequisite] = frozenset({"experimental_channel", *prerequisites})
    return AffinityMechanism(
        "HTTPRoute: sessionPersistence", settable, prerequisites=required, keeps_weighted_sessions=True, **fields
    )


def envoy_mechanisms(
    cookie_setting: str, header_setting: str, idle_timeout_release: str = ""
) -> dict[AffinityMode, AffinityMechanism]:
    """Return the mechanisms of controllers that run Envoy: ``sessionPersistence`` and consistent hashing."""
    fields: dict[str, Any] = {"field_releases": {"websocket_idle_timeout_seconds": (idle_timeout_release, None)}}
    return {
        "strong": persistence_mechanism(NAME_AND_LIFETIME | IDLE_TIMEOUT, fixed=NO_FLAGS, **fields),
        "soft": AffinityMechanism(cookie_setting, COOKIE | IDLE_TIMEOUT, drawback=COOKIE_HASH, **fields),
        "header": AffinityMechanism(header_setting, IDLE_TIMEOUT, **fields),
        "application": AffinityMechanism(cookie_setting, IDLE_TIMEOUT, drawback=COOKIE_HASH, **fields),
    }


def session_persistence(affinity: SessionAffinity, release: str) -> dict[str, Any] | None:
    """Return ``sessionPersistence`` with a cookie that the gateway creates, None without session affinity.

    Up to release 1.6 the field ``sessionName`` contains the cookie name. Since release 1.7 ``cookie`` contains the name
    and the path.

    Source: https://gateway-api.sigs.k8s.io/geps/gep-1619/
    """
    if not affinity.is_sticky:
        return None
    lifetime_type = "Permanent" if affinity.lifetime_seconds else "Session"
    fields: dict[str, Any] = {"type": "Cookie"}
    if affinity.lifetime_seconds:
        fields["absoluteTimeout"] = duration(affinity.lifetime_seconds)
    if release_number(release) < COOKIE_RELEASE:
        return {"sessionName": affinity.cookie_name, **fields, "cookieConfig": {"lifetimeType": lifetime_type}}
    cookie = {"name": affinity.cookie_name, "path": affinity.cookie_path, "lifetimeType": lifetime_type}
    return {**fields, "cookie": without_none(cookie)}


def duration(seconds: int) -> str:
    """Return seconds as a duration of the Gateway API, whose numbers have at most five digits.

    Source: https://gateway-api.sigs.k8s.io/geps/gep-2257/
    """
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    return "".join(f"{count}{unit}" for count, unit in ((hours, "h"), (minutes, "m"), (rest, "s")) if count) or "0s"


def service_backends(rule: RouteRule) -> list[dict[str, Any]]:
    """Return the backends of a rule: its Services, with their weights if there are several."""
    weighted = len(rule.services) > 1
    return [
        without_none({"name": service.name, "port": service.port, "weight": service.weight if weighted else None})
        for service in rule.services
    ]


def http_routes(
    route: RouteSettings,
    persistence: dict[str, Any] | None = None,
    backends: Callable[[RouteRule], list[dict[str, Any]]] = service_backends,
    closed_path_filter: dict[str, Any] | None = None,
    closed_path_patterns: Sequence[str] = (),
) -> list[ObjectManifest]:
    """Return an HTTPRoute for all paths of the hosts of the ingress, and one for each route with hosts of its own.

    Rules for closed paths have no backend, so requests are answered with an error. The longest matching path takes
    precedence.

    Args:
        route: the route.
        persistence: ``sessionPersistence``.
        backends: returns the backends of a rule.
        closed_path_filter: extension that answers requests to closed paths, for implementations that need one.
        closed_path_patterns: regular expressions that match closed paths, for implementations that compare paths before
            they are decoded.

    """
    parent = {"name": route.gateway_name, "namespace": route.gateway_namespace, "sectionName": route.gateway_listener}
    filters = [{"type": "ExtensionRef", "extensionRef": closed_path_filter}] if closed_path_filter else None
    patterns = [RoutePath(pattern, "ImplementationSpecific") for pattern in closed_path_patterns]
    closed = _matches(patterns or list(map(RoutePath, route.closed_paths)))
    starts = range(0, len(closed), MAX_HTTP_ROUTE_PATHS)
    closed_rules = [{"matches": closed[start : start + MAX_HTTP_ROUTE_PATHS], "filters": filters} for start in starts]
    manifests: list[ObjectManifest] = []
    for group in route.host_groups:
        rules = [field for rule in group.rules for field in _rules(rule, backends, persistence)]
        spec = {
            "parentRefs": [without_none(parent)],
            "hostnames": list(group.hosts) or None,
            "rules": [without_none(rule) for rule in (*rules, *closed_rules)],
        }
        role = f"route{group.role}"
        manifests.append(ObjectManifest(role, API_VERSION, "HTTPRoute", without_none(spec), fixed_name=True))
    return manifests


def route_references(route: RouteSettings) -> list[dict[str, Any]]:
    """Return references to all HTTPRoutes, for policies that are attached to them."""
    return [
        {"group": API_GROUP, "kind": "HTTPRoute", "name": f"{route.name}-route{group.role}"}
        for group in route.host_groups
    ]


def _rules(
    rule: RouteRule, backends: Callable[[RouteRule], list[dict[str, Any]]], persistence: dict[str, Any] | None
) -> list[dict[str, Any]]:
    if rule.redirect is not None:
        filters = [{"type": "RequestRedirect", "requestRedirect": _redirect(rule.redirect)}]
        return [{"matches": _matches(rule.paths), "filters": filters}]
    action = {"backendRefs": backends(rule), "sessionPersistence": persistence}
    if rule.rewrite_prefix is None:
        return [{"matches": _matches(rule.paths), **action}]
    # The API accepts ReplacePrefixMatch only in a rule with one path.
    return [
        {"matches": _matches([path]), "filters": [_rewrite(path, rule.rewrite_prefix)], **action} for path in rule.paths
    ]


def _rewrite(path: RoutePath, replacement: str) -> dict[str, Any]:
    change = {"type": "ReplacePrefixMatch", "replacePrefixMatch": replacement}
    if path.type == "Exact":
        change = {"type": "ReplaceFullPath", "replaceFullPath": replacement}
    return {"type": "URLRewrite", "urlRewrite": {"path": change}}


def _redirect(redirect: RouteRedirect) -> dict[str, Any]:
    path = None if redirect.path is None else {"type": "ReplaceFullPath", "replaceFullPath": redirect.path}
    fields = {"scheme": redirect.scheme, "hostname": redirect.host, "port": redirect.port, "path": path}
    return {**without_none(fields), "statusCode": redirect.status_code}


MATCH_TYPES: Mapping[PathType, str] = {
    "Prefix": "PathPrefix",
    "Exact": "Exact",
    "ImplementationSpecific": "RegularExpression",
}


def _matches(paths: Sequence[RoutePath]) -> list[dict[str, Any]]:
    return [{"path": {"type": MATCH_TYPES[path.type], "value": path.path}} for path in paths]
