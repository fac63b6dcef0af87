"""Sticky cookie of Traefik, as fields of its resources and as annotations of a Service."""

from typing import Any

from moorings.kubernetes.ingress.ingress_controller import COOKIE, AffinityMechanism
from moorings.kubernetes.ingress.route_settings import AffinityMode, RouteSettings, SessionAffinity

ANNOTATION = "traefik.ingress.kubernetes.io/service.sticky.cookie"

PATH_RELEASE = "3.3"
"""First release with the path of the cookie.

Source: https://github.com/traefik/traefik/releases/tag/v3.3.0
"""


def cookie_mechanism(setting: str) -> dict[AffinityMode, AffinityMechanism]:
    """Return the mechanism of Traefik: a cookie that identifies the pod."""
    return {"strong": AffinityMechanism(setting, COOKIE, release=PATH_RELEASE)}


def sticky_service(route: RouteSettings) -> dict[str, Any]:
    """Return the Service with its sticky cookie, as a field of ``IngressRoute`` and ``TraefikService``.

    Source: https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/traefikservice/
    """
    sticky = {"cookie": _cookie_fields(route.affinity)}
    return {"name": route.service_name, "port": route.service_port, "sticky": sticky}


def _cookie_fields(affinity: SessionAffinity) -> dict[str, Any]:
    cookie = {
        "name": affinity.cookie_name,
        "path": affinity.cookie_path,
        "secure": affinity.secure,
        "httpOnly": affinity.http_only,
        "sameSite": str(affinity.same_site).lower(),
    }
    return {**cookie, "maxAge": affinity.lifetime_seconds} if affinity.lifetime_seconds else cookie


def cookie_annotations(affinity: SessionAffinity) -> dict[str, str]:
    """Return the annotations of a Service.

    Source: https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/#on-service
    """
    annotations = {f"{ANNOTATION}.{key.lower()}": _text(value) for key, value in _cookie_fields(affinity).items()}
    return {ANNOTATION: "true", **annotations}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
