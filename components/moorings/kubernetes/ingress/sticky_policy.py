"""StickyPolicy: how sessions are kept on one pod, independent of the ingress controller."""

from typing import Annotated, Literal

from pydantic import Field

from moorings.validation.args import Args
from moorings.validation.types import matches

COOKIE_FIELDS = ("cookie_name", "lifetime_seconds", "cookie_path", "secure", "http_only", "same_site")


_NAME_CHARACTERS = "[A-Za-z0-9_.-]"

CookieName = Annotated[
    str, matches("a name of at most 256 letters, digits, '.', '_' and '-'", _NAME_CHARACTERS + "{1,256}", "AFFINITY")
]

HeaderName = Annotated[
    str,
    matches("a name of at most 256 letters, digits, '.', '_' and '-'", _NAME_CHARACTERS + "{1,256}", "Execution-ID"),
]

CookiePath = Annotated[
    str, matches("a path without spaces, commas, semicolons and double quotes", r"/[^\s;,\"]*", "/orders")
]

Seconds = Annotated[int, Field(ge=1)]


class StickyPolicy(Args):
    """Session policy of a ``WorkloadIngress``.

    A field that is set is a requirement: a controller that does not support it is rejected. Other fields have the
    safest value that the controller supports, with a warning if that is weaker than recommended.
    """

    strength: Literal["strong", "soft", "none"] | None = None
    """``strong``: a cookie identifies the pod, and a session moves only when its pod stops. ``soft``: a hash selects
    the pod, and a change in the number of pods moves some sessions. Defaults to ``strong`` if the controller supports
    it. ``soft`` acknowledges the warning of a controller that does not. ``none``: no session affinity; only the idle
    timeout of WebSockets is set, if there is one in the policy."""

    cookie_name: CookieName | None = None
    """Name of the cookie: 1 to 256 letters, digits, ``.``, ``_`` and ``-``. Defaults to ``AFFINITY``, or to the name
    that the load balancer requires."""

    application_cookie: bool = False
    """Whether the application sets the cookie ``cookie_name`` itself, and the controller only reads it."""

    lifetime_seconds: Annotated[int, Field(ge=0)] | None = None
    """Lifetime of the cookie in seconds. Browsers keep it for at most 400 days. 0 is a session cookie, which the
    browser deletes when it closes. Defaults to 10800 (3 hours)."""

    cookie_path: CookiePath | None = None
    """``Path`` of the cookie. Defaults to ``/``, so that all paths share a session."""

    secure: bool | None = None
    """``Secure``: browsers send the cookie only over TLS. Defaults to True, and to False for a route without TLS, whose
    cookie browsers would reject."""

    http_only: bool | None = None
    """``HttpOnly``: scripts cannot read the cookie. Defaults to True."""

    same_site: Literal["Strict", "Lax", "None"] | None = None
    """``SameSite``: which requests from other sites contain the cookie. Defaults to ``Lax``, with which links from
    other sites keep their session."""

    header_name: HeaderName | None = None
    """Name of a request header (``Execution-ID``) whose hash selects the pod. No cookie is used.

    Requests with the same value reach the same pod while the number of pods does not change. The hash is independent of
    the pod that created a value: clients must choose the value and send it from the first request on.
    """

    websocket_idle_timeout_seconds: Seconds | None = None
    """Seconds after which the proxy closes an idle WebSocket. Defaults to 3600 where the controller can set it."""

    ping_interval_seconds: Seconds | None = None
    """Seconds between the pings that clients or the application send over an idle WebSocket, at most half the idle
    timeout. Defaults to no pings."""

    server_idle_timeout_seconds: Seconds | None = None
    """Seconds after which the application closes an idle connection. Defaults to no timeout."""

    @property
    def set_cookie_fields(self) -> list[str]:
        """Fields of the cookie that are set."""
        return [field for field in COOKIE_FIELDS if getattr(self, field) is not None]
