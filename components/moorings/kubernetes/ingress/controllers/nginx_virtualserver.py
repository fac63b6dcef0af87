"""F5 NGINX Ingress Controller by its own ``VirtualServer``."""

from typing import Any

from moorings.kubernetes.ingress.manifests import Manifest, Route, without_none
from moorings.kubernetes.ingress.nginx_variables import variable
from moorings.kubernetes.ingress.stickiness import Stickiness

API_VERSION = "k8s.nginx.org/v1"
UPSTREAM = "application"
FORBIDDEN = {"return": {"code": 403, "type": "text/plain", "body": "Forbidden"}}


def render(route: Route) -> list[Manifest]:
    """A VirtualServer for each host, as each has but one.

    Source: https://docs.nginx.com/nginx-ingress-controller/configuration/virtualserver-and-virtualserverroute-resources/
    """
    sticky = route.stickiness
    idle = f"{sticky.websocket_idle_seconds}s"
    upstream: dict[str, Any] = {
        "name": UPSTREAM,
        "service": route.service_name,
        "port": route.service_port,
        "read-timeout": idle,
        "send-timeout": idle,
    }
    if sticky.mode == "strong":
        upstream["sessionCookie"] = _cookie(sticky)
    else:
        upstream["lb-method"] = f"hash {variable(sticky)} consistent"
    spec = {
        "ingressClassName": route.class_name,
        "tls": _tls(route),
        "upstreams": [upstream],
        "routes": [
            *({"path": path, "action": {"pass": UPSTREAM}} for path in route.paths),
            *({"path": each, "action": FORBIDDEN} for path in route.closed_paths for each in (f"={path}", f"{path}/")),
        ],
    }
    rest = without_none(spec)
    return [Manifest(_role(host), API_VERSION, "VirtualServer", {"host": host, **rest}) for host in route.hosts]


def _role(host: str) -> str:
    """A role for each host, of characters that a name may have."""
    return f"server{host[1:]}" if host.startswith("*.") else f"server-{host}"


def _cookie(sticky: Stickiness) -> dict[str, Any]:
    return without_none(
        {
            "enable": True,
            "name": sticky.cookie_name,
            "path": sticky.path,
            "expires": f"{sticky.lifetime_seconds}s" if sticky.lifetime_seconds else None,
            "httpOnly": sticky.http_only,
            "secure": sticky.secure,
            "samesite": str(sticky.same_site).lower(),
        }
    )


def _tls(route: Route) -> dict[str, Any] | None:
    if route.tls_secret_name is None:
        return None
    told: dict[str, Any] = {"secret": route.tls_secret_name, "redirect": {"enable": True}}
    if route.cluster_issuer is not None:
        told["cert-manager"] = {"cluster-issuer": route.cluster_issuer}
    return told
