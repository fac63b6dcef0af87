"""HAProxy Kubernetes Ingress Controller, of HAProxy Technologies: the cookie stands on the Service."""

from moorings.kubernetes.ingress.http_ingress import ingress
from moorings.kubernetes.ingress.manifests import Manifest, Route
from moorings.kubernetes.ingress.stickiness import Stickiness

PREFIX = "haproxy.org/"


def render(route: Route) -> list[Manifest]:
    """An Ingress. How long a WebSocket may be silent stands in the controller's ConfigMap: ``timeout-tunnel``, an hour.

    Source: https://www.haproxy.com/documentation/kubernetes-ingress/community/configuration-reference/ingress/
    """
    return [ingress(route, {})]


def service_annotations(sticky: Stickiness) -> dict[str, str]:
    """What the Service must carry.

    Source: https://www.haproxy.com/documentation/kubernetes-ingress/community/configuration-reference/service/
    """
    if sticky.mode == "header":
        return {PREFIX + "load-balance": f"hdr({sticky.key})"}
    return {PREFIX + "cookie-persistence": str(sticky.cookie_name)}
