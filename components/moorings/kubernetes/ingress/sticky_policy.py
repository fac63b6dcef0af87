"""StickyPolicy: how sessions are kept on one pod, independent of the ingress controller."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from moorings.validation.args import Args

RESERVED_COOKIES = ("AWSALB", "AWSALBAPP", "AWSALBTG")
"""Prefixes of cookie names that are reserved for AWS load balancers.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
"""

COOKIE_FIELDS = ("cookie_name", "lifetime_seconds", "cookie_path", "secure", "http_only", "same_site")


def _check_cookie_name(name: str) -> str:
    if name.startswith(RESERVED_COOKIES):
        raise ValueError(f"the prefix AWSALB is reserved for AWS load balancers, got {name!r}; use another name")
    return name


CookieName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$"), AfterValidator(_check_cookie_name)]


class StickyPolicy(Args):
    """Session policy of a ``StickyIngress``.

    A field that is set is a requirement: a controller that does not support it is rejected. Other fields have the
    safest value that the controller supports, with a warning if that is weaker than recommended.
    """

    strength: Literal["strong", "soft"] | None = None
    """``strong``: a cookie identifies the pod, and a session moves only when its pod stops. ``soft``: a hash selects
    the pod, and a change in the number of pods moves some sessions. Defaults to ``strong`` if the controller supports
    it. ``soft`` acknowledges the warning of a controller that does not."""

    cookie_name: CookieName | None = None
    """Name of the cookie: 1 to 64 letters, digits, ``.``, ``_`` and ``-``. Defaults to ``AFFINITY``, or to the name
    that the load balancer requires."""

    application_cookie: bool = False
    """Whether the application sets the cookie ``cookie_name`` itself, and the controller only reads it."""

    lifetime_seconds: Annotated[int, Field(ge=0, le=34560000)] | None = None
    """Lifetime of the cookie in seconds, at most 400 days, the limit of browsers. 0 is a session cookie, which the
    browser deletes when it closes. Defaults to 10800 (3 hours)."""

    cookie_path: Annotated[str, Field(pattern=r"^/[^\s;,\"]*$")] | None = None
    """``Path`` of the cookie. Defaults to ``/``, so that all paths share a session."""

    secure: bool | None = None
    """``Secure``: browsers send the cookie only over TLS. Defaults to True, and to False for a route without TLS, whose
    cookie browsers would reject."""

    http_only: bool | None = None
    """``HttpOnly``: scripts cannot read the cookie. Defaults to True."""

    same_site: Literal["Strict", "Lax", "None"] | None = None
    """``SameSite``: which requests from other sites contain the cookie. Defaults to ``Lax``, with which links from
    other sites keep their session."""

    header_name: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")] | None = None
    """Name of a request header (``Execution-ID``) whose hash selects the pod. No cookie is used.

    Requests with the same value reach the same pod while the number of pods does not change. The hash is independent of
    the pod that created a value: clients must choose the value and send it from the first request on.
    """

    websocket_idle_timeout_seconds: Annotated[int, Field(ge=1, le=86400)] | None = None
    """Seconds after which the proxy closes an idle WebSocket. Defaults to 3600 where the controller can set it."""

    ping_interval_seconds: Annotated[int, Field(ge=1)] | None = None
    """Seconds between the pings that clients or the application send over an idle WebSocket, at most half the idle
    timeout. Defaults to no pings."""

    server_idle_timeout_seconds: Annotated[int, Field(ge=1)] | None = None
    """Seconds after which the application closes an idle connection. Defaults to no timeout."""

    @model_validator(mode="after")
    def _validate_combinations(self) -> Self:
        problems = [problem for problem in (self._check_header(), self._check_cookie()) if problem]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _check_header(self) -> str | None:
        if self.header_name is None:
            return None
        cookie = [field for field in COOKIE_FIELDS if getattr(self, field) is not None]
        if self.application_cookie:
            cookie.append("application_cookie")
        if cookie:
            return f"header_name: cannot be combined with {', '.join(cookie)}, because no cookie is used"
        if self.strength == "strong":
            return (
                "strength: sessions by header_name are 'soft', because the header is hashed; remove it, or use a cookie"
            )
        return None

    def _check_cookie(self) -> str | None:
        if self.application_cookie:
            if self.cookie_name is None:
                return "cookie_name: required with application_cookie"
            attributes = [field for field in COOKIE_FIELDS[2:] if getattr(self, field) is not None]
            if attributes:
                return f"{', '.join(attributes)}: the application sets them on its own cookie; remove them"
        if self.same_site == "None" and self.secure is False:
            return "secure: browsers reject a cookie with SameSite=None without Secure; remove it"
        return None
