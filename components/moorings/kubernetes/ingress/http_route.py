"""``HTTPRoute`` and its ``sessionPersistence``, for controllers that implement the Gateway API.

Source: https://gateway-api.sigs.k8s.io/api-types/httproute/
"""

from collections.abc import Sequence
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
    return AffinityMechanism("HTTPRoute: sessionPersistence", settable, prerequisites=required, **fields)


def envoy_mechanisms(
    cookie_setting: str, header_setting: str, release: str = ""
) -> dict[AffinityMode, AffinityMechanism]:
    """Return the mechanisms of controllers that run Envoy: ``sessionPersistence`` and consistent hashing."""
    return {
        "strong": persistence_mechanism(NAME_AND_LIFETIME | IDLE_TIMEOUT, fixed=NO_FLAGS, release=release),
        "soft": AffinityMechanism(cookie_setting, COOKIE | IDLE_TIMEOUT, drawback=COOKIE_HASH, release=release),
        "header": AffinityMechanism(header_setting, IDLE_TIMEOUT, release=release),
        "application": AffinityMechanism(cookie_setting, IDLE_TIMEOUT, drawback=COOKIE_HASH, release=release),
    }


def session_persistence(affinity: SessionAffinity, release: str) -> dict[str, Any]:
    """Return ``sessionPersistence`` with a cookie that the gateway creates.

    Up to release 1.6 the field ``sessionName`` contains the cookie name. Since release 1.7 ``cookie`` contains the name
    and the path.

    Source: https://gateway-api.sigs.k8s.io/geps/gep-1619/
    """
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


def http_route(
    route: RouteSettings,
    persistence: dict[str, Any] | None = None,
    backend: dict[str, Any] | None = None,
    closed_path_filter: dict[str, Any] | None = None,
    closed_path_patterns: Sequence[str] = (),
) -> ObjectManifest:
    """Return an HTTPRoute for all hosts and paths, with one rule for the Service and one for closed paths.

    The rule for closed paths has no backend, so requests are answered with an error. The longest matching path takes
    precedence.

    Args:
        route: the route.
        persistence: ``sessionPersistence``.
        backend: the backend, if it is not the Service itself.
        closed_path_filter: extension that answers requests to closed paths, for implementations that need one.
        closed_path_patterns: regular expressions that match closed paths, for implementations that compare paths before
            they are decoded.

    """
    parent = {"name": route.gateway_name, "namespace": route.gateway_namespace, "sectionName": route.gateway_listener}
    rules: list[dict[str, Any]] = [
        {
            "matches": _matches(route.paths),
            "backendRefs": [backend or {"name": route.service_name, "port": route.service_port}],
            "sessionPersistence": persistence,
        }
    ]
    filters = [{"type": "ExtensionRef", "extensionRef": closed_path_filter}] if closed_path_filter else None
    closed = _matches(closed_path_patterns, "RegularExpression") or _matches(route.closed_paths)
    starts = range(0, len(closed), MAX_HTTP_ROUTE_PATHS)
    rules += [{"matches": closed[start : start + MAX_HTTP_ROUTE_PATHS], "filters": filters} for start in starts]
    spec = {
        "parentRefs": [without_none(parent)],
        "hostnames": list(route.hosts) or None,
        "rules": [without_none(rule) for rule in rules],
    }
    return ObjectManifest("route", API_VERSION, "HTTPRoute", without_none(spec), fixed_name=True)


def _matches(paths: Sequence[str], type_: str = "PathPrefix") -> list[dict[str, Any]]:
    return [{"path": {"type": type_, "value": path}} for path in paths]
