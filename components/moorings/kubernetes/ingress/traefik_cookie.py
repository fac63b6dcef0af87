"""Traefik's cookie, in its three spellings."""

from typing import Any

from moorings.kubernetes.ingress.stickiness import Stickiness

PREFIX = "traefik.ingress.kubernetes.io/service.sticky.cookie"


def cookie(sticky: Stickiness) -> dict[str, Any]:
    """The cookie as ``IngressRoute`` and ``TraefikService`` spell it.

    Source: https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/traefikservice/
    """
    told = {
        "name": sticky.cookie_name,
        "path": sticky.path,
        "secure": sticky.secure,
        "httpOnly": sticky.http_only,
        "sameSite": str(sticky.same_site).lower(),
    }
    return {**told, "maxAge": sticky.lifetime_seconds} if sticky.lifetime_seconds else told


def annotations(sticky: Stickiness) -> dict[str, str]:
    """The cookie as annotations of the Service.

    Source: https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/#on-service
    """
    told = {f"{PREFIX}.{key.lower()}": _text(value) for key, value in cookie(sticky).items()}
    return {PREFIX: "true", **told}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
