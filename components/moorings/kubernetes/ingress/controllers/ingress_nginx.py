"""ingress-nginx, the retired controller of the Kubernetes community."""

import re

from moorings.kubernetes.ingress.annotations import ReservedAnnotations
from moorings.kubernetes.ingress.http_ingress import http_ingresses
from moorings.kubernetes.ingress.ingress_controller import (
    ALL_PROTOCOLS,
    COOKIE,
    IDLE_TIMEOUT,
    INGRESS_ARGUMENTS,
    AffinityMechanism,
    IngressController,
)
from moorings.kubernetes.ingress.nginx import FORBIDDEN_PATH_CHARACTERS, hash_mechanisms, hash_variable
from moorings.kubernetes.ingress.route_settings import ObjectManifest, PathType, RoutePath, RouteRule, RouteSettings

PREFIX = "nginx.ingress.kubernetes.io/"
AFFINITY_MODES = {"strong": "persistent", "soft": "balanced"}


def render(route: RouteSettings) -> list[ObjectManifest]:
    """Return an Ingress. The cookie is always HttpOnly."""
    affinity = route.affinity
    annotations: dict[str, str] = {}
    if affinity.mode in {"header", "application"}:
        annotations["upstream-hash-by"] = hash_variable(affinity)
    if affinity.mode in AFFINITY_MODES:
        annotations = {
            "affinity": "cookie",
            "affinity-mode": AFFINITY_MODES[affinity.mode],
            "session-cookie-name": str(affinity.cookie_name),
            "session-cookie-path": str(affinity.cookie_path),
            "session-cookie-secure": str(bool(affinity.secure)).lower(),
            "session-cookie-samesite": str(affinity.same_site),
        }
        if affinity.lifetime_seconds:
            # Clients that do not support Max-Age use Expires.
            lifetime = str(affinity.lifetime_seconds)
            annotations["session-cookie-max-age"] = annotations["session-cookie-expires"] = lifetime
    if route.backend_protocol != "HTTP":
        annotations["backend-protocol"] = route.backend_protocol
    if affinity.websocket_idle_timeout_seconds is not None:
        for direction in ("read", "send"):
            annotations[f"proxy-{direction}-timeout"] = str(affinity.websocket_idle_timeout_seconds)
    return http_ingresses(
        route, {PREFIX + key: value for key, value in annotations.items()}, _rewrite, _rewritten_paths
    )


def _rewrite(rule: RouteRule) -> dict[str, str]:
    """Return the annotations that replace a path with the rest that its regular expression captures.

    Source: https://kubernetes.github.io/ingress-nginx/examples/rewrite/
    """
    return {f"{PREFIX}use-regex": "true", f"{PREFIX}rewrite-target": f"{_replacement(rule)}$2"}


def _replacement(rule: RouteRule) -> str:
    """Return the new prefix. With ``/`` the slash after the old one is not part of the rest."""
    prefix = str(rule.rewrite_prefix).rstrip("/")
    return f"{prefix}/" if not prefix or any(path.is_root for path in rule.paths) else prefix


def _rewritten_paths(rule: RouteRule) -> list[RoutePath]:
    """Return regular expressions, whose second group is what follows a path."""
    if any(path.is_root for path in rule.paths):
        return [RoutePath("/()(.*)", REGEX)]
    rest = {"Prefix": "(/|$)(.*)" if rule.rewrite_prefix == "/" else "()(/.*|$)", "Exact": "()()$"}
    return [RoutePath(f"{_escape(path.path.rstrip('/'))}{rest[path.type]}", REGEX) for path in rule.paths]


def _escape(path: str) -> str:
    return re.sub(r"([.+*()\[\]^$|\\])", r"\\\1", path)


REGEX: PathType = "ImplementationSpecific"
_SETTABLE = COOKIE - {"http_only"} | IDLE_TIMEOUT
_FIXED = {"http_only": True}

CONTROLLER = IngressController(
    title="ingress-nginx (Kubernetes community)",
    docs="https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#session-affinity",
    mechanisms={
        "strong": AffinityMechanism("affinity-mode: persistent", _SETTABLE, _FIXED),
        "soft": AffinityMechanism(
            "affinity-mode: balanced", _SETTABLE, _FIXED, "a change in the number of pods moves some sessions"
        ),
        **hash_mechanisms("upstream-hash-by"),
    },
    arguments=INGRESS_ARGUMENTS | {"rewrite_prefix"},
    render=render,
    minimum_release="1.0",  # networking.k8s.io/v1
    backend_protocols=ALL_PROTOCOLS,
    default_class="nginx",
    one_policy_per_service=True,
    forbidden_path_characters=FORBIDDEN_PATH_CHARACTERS,
    own_prefixes=(PREFIX,),
    address_from="ingress",
    retirement="ingress-nginx was retired in March 2026 and gets no more security fixes",
    reserved_annotations=ReservedAnnotations(
        arguments={
            f"{PREFIX}proxy-read-timeout": "policy.websocket_idle_timeout_seconds",
            f"{PREFIX}proxy-send-timeout": "policy.websocket_idle_timeout_seconds",
            f"{PREFIX}backend-protocol": "backend_protocol",
            f"{PREFIX}use-regex": "routes",
            f"{PREFIX}rewrite-target": "routes",
        },
        bypass_pods=frozenset({f"{PREFIX}service-upstream"}),
        load_balancing=frozenset({f"{PREFIX}load-balance"}),
    ),
)
