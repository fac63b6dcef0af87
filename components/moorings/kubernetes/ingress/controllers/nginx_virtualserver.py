"""F5 NGINX Ingress Controller, configured with its ``VirtualServer``."""

from typing import Any

from moorings.kubernetes.ingress.ingress_controller import (
    COOKIE,
    IDLE_TIMEOUT,
    INGRESS_ARGUMENTS,
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
from moorings.kubernetes.ingress.route_settings import ObjectManifest, RouteSettings, SessionAffinity, without_none

API_VERSION = "k8s.nginx.org/v1"
UPSTREAM = "application"
FORBIDDEN = {"return": {"code": 403, "type": "text/plain", "body": "Forbidden"}}


def render(route: RouteSettings) -> list[ObjectManifest]:
    """Return one VirtualServer per host, because a VirtualServer has only one."""
    affinity = route.affinity
    idle_timeout = f"{affinity.websocket_idle_timeout_seconds}s"
    upstream: dict[str, Any] = {
        "name": UPSTREAM,
        "service": route.service_name,
        "port": route.service_port,
        "read-timeout": idle_timeout,
        "send-timeout": idle_timeout,
    }
    if affinity.mode == "strong":
        upstream["sessionCookie"] = _session_cookie(affinity)
    else:
        upstream["lb-method"] = f"hash {hash_variable(affinity)} consistent"
    spec = without_none(
        {
            "ingressClassName": route.ingress_class_name,
            "tls": _tls(route),
            "upstreams": [upstream],
            "routes": [
                *({"path": path, "action": {"pass": UPSTREAM}} for path in route.paths),
                *(
                    {"path": closed, "action": FORBIDDEN}
                    for path in route.closed_paths
                    for closed in (f"={path}", f"{path}/")
                ),
            ],
        }
    )
    return [
        ObjectManifest(_role(host), API_VERSION, "VirtualServer", {"host": host, **spec})
        for host in map(str, route.hosts)
    ]


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


def _tls(route: RouteSettings) -> dict[str, Any] | None:
    if route.tls_secret_name is None:
        return None
    tls: dict[str, Any] = {"secret": route.tls_secret_name, "redirect": {"enable": True}}
    if route.cluster_issuer is not None:
        tls["cert-manager"] = {"cluster-issuer": route.cluster_issuer}
    return tls


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
    arguments=INGRESS_ARGUMENTS | {"closed_paths"},
    render=render,
    default_class="nginx",
    requires_hosts=True,
    object_per_host=True,
    one_object_per_host=F5_PRODUCT,
    forbidden_path_characters=FORBIDDEN_PATH_CHARACTERS,
)
