"""What keeps a session on one pod, in words that no controller owns."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from moorings.validation.args import Args

RESERVED_COOKIES = ("AWSALB", "AWSALBAPP", "AWSALBTG")
"""Prefixes that a load balancer of AWS keeps for its own cookies.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
"""


def _own_name(cookie: str) -> str:
    if cookie.startswith(RESERVED_COOKIES):
        raise ValueError(f"{cookie!r} begins like a cookie of an AWS load balancer (AWSALB); choose another name")
    return cookie


class StickyPolicy(Args):
    """What keeps a session on one pod.

    What is given is a demand: a controller that cannot meet it is refused. What is left out is as careful as the
    controller can be, and what it then does less well is a warning.

    """

    strength: Literal["strong", "soft"] | None = None
    """``strong``: the cookie names the pod, and only the end of the pod moves a session. ``soft``: a hash chooses the
    pod, so that each change in the number of pods moves some sessions. By default strong where the controller can; the
    warning of one that cannot is silenced by ``soft``."""

    cookie_name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$"), AfterValidator(_own_name)] | None = None
    """Name of the cookie, up to 64 letters, digits, ``.``, ``_`` and ``-``. ``AFFINITY`` by default, or the one
    that the load balancer insists on. Another name ends all sessions."""

    cookie_of_application: bool = False
    """The application sets the cookie ``cookie_name`` itself, and the controller follows it."""

    lifetime_seconds: Annotated[int, Field(ge=0, le=34560000)] | None = None
    """Seconds after which a session may move, up to 400 days, beyond which browsers keep no cookie; 0 keeps the cookie
    until the browser ends. Three hours (10800) by default."""

    path: Annotated[str, Field(pattern=r"^/[^\s;,\"]*$")] | None = None
    """Path of the cookie; ``/`` by default, so that one cookie serves all paths."""

    secure: bool | None = None
    """Send the cookie through TLS alone. By default yes, except where nothing is served through TLS: a browser would
    drop the cookie."""

    http_only: bool | None = None
    """Hide the cookie from scripts, by default."""

    same_site: Literal["Strict", "Lax", "None"] | None = None
    """Which pages of other sites may send the cookie. ``Lax`` by default: links from elsewhere keep their session."""

    header: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")] | None = None
    """Choose the pod by a hash of this request header (``Execution-ID``) in place of a cookie.

    The same value always reaches the same pod, as long as the number of pods stays. The hash knows nothing of which pod
    has made a value: clients must choose it before their first request, and send it with that.
    """

    websocket_idle_seconds: Annotated[int, Field(ge=1, le=86400)] | None = None
    """Seconds for which a WebSocket may be silent before the proxy cuts it. An hour (3600) by default where the
    controller can set it."""

    ping_seconds: Annotated[int, Field(ge=1)] | None = None
    """Seconds between the pings that clients or the application send through a silent WebSocket, if they do; two of
    them must fit in ``websocket_idle_seconds``."""

    server_idle_seconds: Annotated[int, Field(ge=1)] | None = None
    """Seconds after which the application itself cuts a silent connection, if it does."""

    @model_validator(mode="after")
    def _rules_between_arguments(self) -> Self:
        broken = [found for found in (self._one_key(), self._application(), self._flags()) if found]
        if broken:
            raise ValueError("; ".join(broken))
        return self

    def _one_key(self) -> str | None:
        if self.header is None:
            return None
        if cookies := [field for field in COOKIE_FIELDS if getattr(self, field) is not None]:
            return f"header routes without a cookie, so leave {', '.join(cookies)} out, or the header"
        if self.cookie_of_application:
            return "header routes without a cookie, so leave cookie_of_application out, or the header"
        if self.strength == "strong":
            return "header is hashed and names no pod, which is soft; leave strength out, or route by a cookie"
        return None

    def _application(self) -> str | None:
        if not self.cookie_of_application:
            return None
        if self.cookie_name is None:
            return "cookie_of_application needs cookie_name, the cookie that the application sets"
        if own := [field for field in ("path", "secure", "http_only", "same_site") if getattr(self, field) is not None]:
            return f"the application sets its cookie, and with it {', '.join(own)}; leave that out"
        return None

    def _flags(self) -> str | None:
        if self.same_site == "None" and self.secure is False:
            return "same_site None without secure is a cookie that browsers drop; leave secure out"
        return None


COOKIE_FIELDS = ("cookie_name", "lifetime_seconds", "path", "secure", "http_only", "same_site")
