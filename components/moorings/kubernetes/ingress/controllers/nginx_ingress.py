"""F5 NGINX Ingress Controller by an Ingress."""

import pulumi

from moorings.kubernetes.ingress.http_ingress import ingress
from moorings.kubernetes.ingress.manifests import Manifest, Route, joined
from moorings.kubernetes.ingress.nginx_variables import variable
from moorings.kubernetes.ingress.stickiness import Stickiness

PREFIX = "nginx.org/"
PLUS = "nginx.com/"


def render(route: Route) -> list[Manifest]:
    """An Ingress with annotations. The cookie needs release 5.4 of the controller, or NGINX Plus.

    Source: https://docs.nginx.com/nginx-ingress-controller/configuration/ingress-resources/advanced-configuration-with-annotations/
    """
    sticky = route.stickiness
    idle = f"{sticky.websocket_idle_seconds}s"
    told: dict[str, pulumi.Input[str]] = {}
    if sticky.mode == "strong":
        prefix = PLUS if route.nginx_plus else PREFIX
        told[f"{prefix}sticky-cookie-services"] = joined("serviceName=", route.service_name, " ", _cookie(sticky))
    else:
        told[f"{PREFIX}lb-method"] = f"hash {variable(sticky)} consistent"
    told |= {
        f"{PREFIX}websocket-services": route.service_name,
        f"{PREFIX}proxy-read-timeout": idle,
        f"{PREFIX}proxy-send-timeout": idle,
    }
    return [ingress(route, told)]


def _cookie(sticky: Stickiness) -> str:
    """Words of NGINX's ``sticky cookie`` directive.

    Source: https://nginx.org/en/docs/http/ngx_http_upstream_module.html#sticky
    """
    words = [
        str(sticky.cookie_name),
        f"expires={sticky.lifetime_seconds}s" if sticky.lifetime_seconds else "",
        "httponly" if sticky.http_only else "",
        "secure" if sticky.secure else "",
        f"path={sticky.path}",
    ]
    return " ".join(filter(None, words))
