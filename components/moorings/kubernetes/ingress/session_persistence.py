"""``sessionPersistence`` of an HTTPRoute, whose fields change from release to release of the Gateway API."""

from typing import Any, Literal

from moorings.kubernetes.ingress.manifests import without_none
from moorings.kubernetes.ingress.stickiness import Stickiness

GatewayApi = Literal["1.5", "1.6", "1.7"]
"""Releases whose experimental channel the fields are known of, as of 2026-11-21."""


def session_persistence(sticky: Stickiness, release: str) -> dict[str, Any]:
    """A cookie that the gateway makes.

    Up to release 1.6 its name is ``sessionName``; from 1.7 on ``cookie`` holds it, and a path.

    Source: https://gateway-api.sigs.k8s.io/geps/gep-1619/
    """
    kind = "Permanent" if sticky.lifetime_seconds else "Session"
    told: dict[str, Any] = {"type": "Cookie"}
    if sticky.lifetime_seconds:
        told["absoluteTimeout"] = duration(sticky.lifetime_seconds)
    if release in {"1.5", "1.6"}:
        return {"sessionName": sticky.cookie_name, **told, "cookieConfig": {"lifetimeType": kind}}
    return {**told, "cookie": without_none({"name": sticky.cookie_name, "path": sticky.path, "lifetimeType": kind})}


def duration(seconds: int) -> str:
    """Seconds as the Gateway API spells them: numbers of at most five digits.

    Source: https://gateway-api.sigs.k8s.io/geps/gep-2257/
    """
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    return "".join(f"{count}{unit}" for count, unit in ((hours, "h"), (minutes, "m"), (rest, "s")) if count) or "0s"
