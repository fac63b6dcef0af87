"""HAProxy Ingress, of haproxy-ingress.github.io."""

from moorings.kubernetes.ingress.http_ingress import ingress
from moorings.kubernetes.ingress.manifests import Manifest, Route
from moorings.kubernetes.ingress.stickiness import Stickiness

PREFIX = "haproxy-ingress.github.io/"


def render(route: Route) -> list[Manifest]:
    """An Ingress with annotations; the cookie names the pod by its UID.

    Source: https://haproxy-ingress.github.io/docs/configuration/keys/#affinity
    """
    sticky = route.stickiness
    told = {"balance-algorithm": f"hdr({sticky.key})"}
    if sticky.mode == "strong":
        told = {
            "affinity": "cookie",
            "session-cookie-name": str(sticky.cookie_name),
            "session-cookie-strategy": "insert",
            "session-cookie-dynamic": "false",
            "session-cookie-value-strategy": "pod-uid",
            "session-cookie-keywords": _keywords(sticky),
        }
        if sticky.same_site == "None":
            told["session-cookie-same-site"] = "true"
    told["timeout-tunnel"] = f"{sticky.websocket_idle_seconds}s"
    return [ingress(route, {PREFIX + key: value for key, value in told.items()})]


def _keywords(sticky: Stickiness) -> str:
    """Words of HAProxy's ``cookie`` directive.

    Source: https://docs.haproxy.org/3.2/configuration.html#4-cookie
    """
    words = ["indirect", "nocache"]
    if sticky.http_only:
        words.append("httponly")
    if sticky.secure and sticky.same_site != "None":  # the controller writes both with SameSite=None
        words.append("secure")
    if sticky.same_site != "None":
        words.append(f"attr SameSite={sticky.same_site}")
    if sticky.lifetime_seconds:
        words.append(f"maxlife {sticky.lifetime_seconds}s")
    return " ".join(words)
