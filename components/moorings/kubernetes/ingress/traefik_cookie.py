"""Sticky cookie of Traefik, as fields of its resources and as annotations of a Service."""

from collections.abc import Mapping, Sequence
from typing import Any

from moorings.kubernetes.ingress.ingress_controller import COOKIE, AffinityMechanism
from moorings.kubernetes.ingress.route_settings import (
    AffinityMode,
    BackendProtocol,
    RouteService,
    RouteSettings,
    SessionAffinity,
    without_none,
)

ANNOTATION = "traefik.ingress.kubernetes.io/service.sticky.cookie"

PATH_RELEASE = "3.3"
"""First release with the path of the cookie, which is ``/`` in older ones.

Source: https://github.com/traefik/traefik/releases/tag/v3.3.0
"""


MINIMUM_RELEASE = "3.0"
"""First release with the syntax of the matchers ``HostRegexp`` and ``PathRegexp``.

Source: https://doc.traefik.io/traefik/migrate/v2-to-v3-details/
"""


def cookie_mechanism(setting: str) -> dict[AffinityMode, AffinityMechanism]:
    """Return the mechanism of Traefik: a cookie that identifies the pod."""
    return {"strong": AffinityMechanism(setting, COOKIE, field_releases={"cookie_path": (PATH_RELEASE, "/")})}


SCHEMES: Mapping[BackendProtocol, str | None] = {"HTTP": None, "HTTPS": "https", "GRPC": "h2c"}


def sticky_services(route: RouteSettings, services: Sequence[RouteService]) -> list[dict[str, Any]]:
    """Return Services with their sticky cookie, as a field of ``IngressRoute`` and ``TraefikService``.

    Source: https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/traefikservice/
    """
    affinity = route.affinity
    return [
        without_none(
            {
                "name": service.name,
                "port": service.port,
                "scheme": SCHEMES[route.backend_protocol],
                "weight": service.weight if len(services) > 1 else None,
                "sticky": {"cookie": _cookie_fields(affinity)} if affinity.is_sticky else None,
            }
        )
        for service in services
    ]


def _cookie_fields(affinity: SessionAffinity) -> dict[str, Any]:
    cookie: dict[str, Any] = {
        "name": affinity.cookie_name,
        "path": affinity.cookie_path,
        "secure": affinity.secure,
        "httpOnly": affinity.http_only,
        "sameSite": str(affinity.same_site).lower(),
    }
    if affinity.lifetime_seconds:
        cookie["maxAge"] = affinity.lifetime_seconds
    return without_none(cookie)


def cookie_annotations(affinity: SessionAffinity) -> dict[str, str]:
    """Return the annotations of a Service.

    Source: https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/#on-service
    """
    if not affinity.is_sticky:
        return {}
    annotations = {f"{ANNOTATION}.{key.lower()}": _text(value) for key, value in _cookie_fields(affinity).items()}
    return {ANNOTATION: "true", **annotations}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
