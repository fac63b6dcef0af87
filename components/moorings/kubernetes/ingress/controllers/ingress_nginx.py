"""ingress-nginx, which the Kubernetes community has retired."""

from moorings.kubernetes.ingress.http_ingress import ingress
from moorings.kubernetes.ingress.manifests import Manifest, Route
from moorings.kubernetes.ingress.nginx_variables import variable

PREFIX = "nginx.ingress.kubernetes.io/"
MODES = {"strong": "persistent", "soft": "balanced"}


def render(route: Route) -> list[Manifest]:
    """An Ingress with annotations; the cookie is always HttpOnly.

    Source: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#session-affinity
    """
    sticky = route.stickiness
    told = {"upstream-hash-by": variable(sticky)}
    if sticky.mode in MODES:
        told = {
            "affinity": "cookie",
            "affinity-mode": MODES[sticky.mode],
            "session-cookie-name": str(sticky.cookie_name),
            "session-cookie-path": str(sticky.path),
            "session-cookie-secure": str(bool(sticky.secure)).lower(),
            "session-cookie-samesite": str(sticky.same_site),
        }
        if sticky.lifetime_seconds:
            # Expires is for clients that do not know Max-Age.
            told["session-cookie-max-age"] = told["session-cookie-expires"] = str(sticky.lifetime_seconds)
    for way in ("read", "send"):
        told[f"proxy-{way}-timeout"] = str(sticky.websocket_idle_seconds)
    return [ingress(route, {PREFIX + key: value for key, value in told.items()})]
