"""F5 NGINX Ingress Controller, configured with its ``VirtualServer``."""

from collections.abc import Mapping, Sequence
from typing import Any

from moorings.kubernetes.ingress.ingress_controller import (
    ALL_PROTOCOLS,
    COOKIE,
    IDLE_TIMEOUT,
    INGRESS_ARGUMENTS,
    ROUTE_FEATURES,
    AffinityMechanism,
    IngressController,
)
from moorings.kubernetes.ingress.nginx import (
    F5_PRODUCT,
    FORBIDDEN_PATH_CHARACTERS,
    STICKY_COOKIE_RELEASE,
    hash_mechanisms,
    hash_variable,
)
from moorings.kubernetes.ingress.route_settings import (
    BackendProtocol,
    ObjectManifest,
    RoutePath,
    RouteRedirect,
    RouteRule,
    RouteService,
    RouteSettings,
    SessionAffinity,
    without_none,
)

API_VERSION = "k8s.nginx.org/v1"
UPSTREAM = "application"
RELEASE = "2.1"
"""First release with gRPC and with the default certificate of the controller.

Source: https://github.com/nginx/kubernetes-ingress/releases/tag/v2.1.0
"""

BACKEND_PROTOCOLS: Mapping[BackendProtocol, Mapping[str, Any]] = {
    "HTTP": {},
    "HTTPS": {"tls": {"enable": True}},
    "GRPC": {"type": "grpc"},
}
FORBIDDEN = {"return": {"code": 403, "type": "text/plain", "body": "Forbidden"}}


def render(route: RouteSettings) -> list[ObjectManifest]:
    """Return one VirtualServer per host, because a VirtualServer has only one."""
    names = {service.identity: f"{UPSTREAM}{service.role}" for service in route.services}
    upstreams = {service.identity: _upstream(route, service, names) for service in route.services}
    manifests: list[ObjectManifest] = []
    for host, rules in route.host_rules:
        used = dict.fromkeys(service.identity for rule in rules for service in rule.services)
        spec = without_none(
            {
                "host": host,
                "ingressClassName": route.ingress_class_name,
                "tls": _tls(route, rules),
                "upstreams": [upstreams[identity] for identity in used] or None,
                "routes": [
                    *(_route(path, rule, names) for rule in rules for path in _paths(rule)),
                    *(
                        {"path": closed, "action": FORBIDDEN}
                        for path in route.closed_paths
                        for closed in (f"={path}", f"{path}/")
                    ),
                ],
            }
        )
        manifests.append(ObjectManifest(_role(str(host)), API_VERSION, "VirtualServer", spec))
    return manifests


def _upstream(route: RouteSettings, service: RouteService, names: Mapping[object, str]) -> dict[str, Any]:
    affinity = route.affinity
    upstream: dict[str, Any] = {"name": names[service.identity], "service": service.name, "port": service.port}
    if affinity.websocket_idle_timeout_seconds is not None:
        idle_timeout = f"{affinity.websocket_idle_timeout_seconds}s"
        upstream |= {"read-timeout": idle_timeout, "send-timeout": idle_timeout}
    if affinity.mode == "strong":
        upstream["sessionCookie"] = _session_cookie(affinity)
    elif affinity.is_sticky:
        upstream["lb-method"] = f"hash {hash_variable(affinity)} consistent"
    upstream |= BACKEND_PROTOCOLS[route.backend_protocol]
    return upstream


def _paths(rule: RouteRule) -> list[RoutePath]:
    """Return the paths of a rule. NGINX compares prefixes as strings: ``/a`` would match ``/ab`` too."""
    return [match for path in rule.paths for match in path.string_prefixes]


def _route(path: RoutePath, rule: RouteRule, names: Mapping[object, str]) -> dict[str, Any]:
    """Return a route. Its path has the syntax of a location of NGINX.

    Source: https://docs.nginx.com/nginx-ingress-controller/configuration/path-matching/
    """
    location = {"Exact": f"={path.path}", "Prefix": path.path, "ImplementationSpecific": f"~ {path.path}"}[path.type]
    if rule.redirect is not None:
        return {"path": location, "action": {"redirect": _redirect(rule.redirect)}}
    if len(rule.services) == 1:
        return {"path": location, "action": _action(path, rule, names[rule.services[0].identity])}
    weights = percentages([service.weight for service in rule.services])
    splits = [
        {"weight": weight, "action": _action(path, rule, names[service.identity])}
        for service, weight in zip(rule.services, weights, strict=True)
    ]
    return {"path": location, "splits": splits}


def _action(path: RoutePath, rule: RouteRule, upstream: str) -> dict[str, Any]:
    if rule.rewrite_prefix is None:
        return {"pass": upstream}
    replacement = rule.rewrite_prefix.rstrip("/")
    slash = "/" if path.path.endswith("/") or not replacement else ""
    return {"proxy": {"upstream": upstream, "rewritePath": f"{replacement}{slash}"}}


def _redirect(redirect: RouteRedirect) -> dict[str, Any]:
    """Return a redirect. Variables of NGINX stand for the parts of the request that do not change."""
    port = "" if redirect.port is None else f":{redirect.port}"
    target = "${request_uri}" if redirect.path is None else redirect.path
    url = f"{redirect.scheme or '${scheme}'}://{redirect.host or '${host}'}{port}{target}"
    return {"url": url, "code": redirect.status_code}


def percentages(weights: Sequence[int]) -> list[int]:
    """Return weights as percentages that add up to 100, as the ``splits`` of a VirtualServer require."""
    total, passed, result = sum(weights), 0, list[int]()
    for index in range(len(weights)):
        until = round(100 * sum(weights[: index + 1]) / total)
        result.append(until - passed)
        passed = until
    return result


def _role(host: str) -> str:
    """Return the role of the VirtualServer of a host, without the ``*``, which object names cannot contain."""
    return f"server{host[1:]}" if host.startswith("*.") else f"server-{host}"


def _session_cookie(affinity: SessionAffinity) -> dict[str, Any]:
    return without_none(
        {
            "enable": True,
            "name": affinity.cookie_name,
            "path": affinity.cookie_path,
            "expires": f"{affinity.lifetime_seconds}s" if affinity.lifetime_seconds else None,
            "httpOnly": affinity.http_only,
            "secure": affinity.secure,
            "samesite": str(affinity.same_site).lower(),
        }
    )


def _tls(route: RouteSettings, rules: Sequence[RouteRule]) -> dict[str, Any] | None:
    """Return TLS of a host. Without a Secret the controller uses its wildcard certificate."""
    secrets = [rule.tls_secret_name for rule in rules if rule.tls_secret_name is not None]
    if not secrets and not route.uses_secret:
        return None
    tls: dict[str, Any] = {"secret": secrets[0] if secrets else route.tls_secret_name, "redirect": {"enable": True}}
    issuers = without_none({"cluster-issuer": route.cluster_issuer, "issuer": route.issuer})
    if issuers:
        tls["cert-manager"] = issuers
    return without_none(tls)


CONTROLLER = IngressController(
    title="F5 NGINX Ingress Controller, VirtualServer",
    docs="https://docs.nginx.com/nginx-ingress-controller/configuration/virtualserver-and-virtualserverroute-resources/",
    mechanisms={
        "strong": AffinityMechanism(
            "VirtualServer: upstreams[].sessionCookie",
            COOKIE | IDLE_TIMEOUT,
            release=STICKY_COOKIE_RELEASE,
            release_unless="nginx_plus",
        ),
        **hash_mechanisms("VirtualServer: upstreams[].lb-method"),
    },
    arguments=INGRESS_ARGUMENTS | {"closed_paths", *ROUTE_FEATURES},
    render=render,
    minimum_release=RELEASE,
    backend_protocols=ALL_PROTOCOLS,
    default_class="nginx",
    requires_hosts=True,
    object_per_host=True,
    one_object_per_host=F5_PRODUCT,
    forbidden_path_characters=FORBIDDEN_PATH_CHARACTERS,
)
