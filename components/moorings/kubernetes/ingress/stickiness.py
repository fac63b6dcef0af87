"""Which mechanism of a controller serves a policy, with which values, and what it loses."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from moorings.kubernetes.ingress.capabilities import (
    CAPABILITIES,
    FIELDS,
    Controller,
    Mechanism,
    Mode,
    Need,
    who_has,
    who_sets,
)
from moorings.kubernetes.ingress.sticky_policy import StickyPolicy

Accepted = Literal["cookie-flags", "plain-http", "retired", "scale-down", "websocket-idle"]
"""Names of the warnings, by which ``accepted`` silences them."""

CAREFUL: dict[str, Any] = {
    "cookie_name": "AFFINITY",
    "lifetime_seconds": 10800,
    "path": "/",
    "secure": True,
    "http_only": True,
    "same_site": "Lax",
    "websocket_idle_seconds": 3600,
}
"""What a careful operator asks for, where the policy leaves it open."""

NEEDS: Mapping[Need, str] = {
    "nginx_plus": "NGINX Plus",
    "experimental_channel": "the experimental channel of the Gateway API",
}

PLAIN_HTTP = (
    "nothing ends TLS, so that the cookie goes without Secure and everybody on the way reads it; name a certificate, "
    "or say tls_elsewhere=True if TLS ends before the controller"
)

FLAG_NAMES = {"secure": "Secure", "http_only": "HttpOnly", "same_site": "SameSite"}


@dataclass(frozen=True)
class Loss:
    """What a controller does less well, and the name by which that is accepted, if not by the policy."""

    name: Accepted | None
    sentence: str


@dataclass(frozen=True)
class Stickiness:
    """A policy as one controller keeps it: what it cannot set is None."""

    mode: Mode
    header: str | None = None
    cookie_name: str | None = None
    lifetime_seconds: int | None = None
    path: str | None = None
    secure: bool | None = None
    http_only: bool | None = None
    same_site: str | None = None
    websocket_idle_seconds: int | None = None
    losses: tuple[Loss, ...] = ()
    """What is weaker than a careful operator would have it."""

    @property
    def key(self) -> str:
        """The header, or the application's cookie, that is hashed."""
        return str(self.header or self.cookie_name)


def stickiness(
    controller: Controller, policy: StickyPolicy, *, have: Collection[Need] = (), https: bool = True
) -> Stickiness:
    """What a controller makes of a policy.

    Args:
        controller: the controller.
        policy: what is asked.
        have: what the cluster has that not every cluster has.
        https: whether clients come through TLS.

    Raises:
        ValueError: for what the controller cannot do, naming those that can.

    """
    mode, how = _mechanism(controller, policy, have)
    values = {asked: _value(policy, how, asked) for asked in FIELDS}
    if mode == "application":
        values["cookie_name"] = policy.cookie_name
    if policy.secure is None and not https:
        values["secure"] = False
    broken = [
        *(_unable(controller, mode, how, asked, getattr(policy, asked)) for asked in FIELDS),
        _hashed(controller, mode, policy, how),
        None if https else _unsent(policy),
        _beyond(controller, "lifetime_seconds", policy.lifetime_seconds, how.lifetime),
        _beyond(controller, "websocket_idle_seconds", policy.websocket_idle_seconds, how.idle),
        _pinged(controller, policy, values["websocket_idle_seconds"]),
        _spelled(controller, mode, policy, how),
    ]
    if any(broken):
        raise ValueError("; ".join(filter(None, broken)))
    losses = tuple(_losses(controller, policy, how, values, https=https))
    return Stickiness(mode, policy.header, **values, losses=losses)


def _mechanism(controller: Controller, policy: StickyPolicy, have: Collection[Need]) -> tuple[Mode, Mechanism]:
    there = CAPABILITIES[controller].mechanisms
    wanted: list[Mode]
    if policy.header is not None:
        wanted = ["header"]
        what = f"policy.header is {policy.header!r}, but {controller} cannot route by a header"
    elif policy.cookie_of_application:
        wanted = ["application"]
        what = f"policy.cookie_of_application is on, but {controller} cannot follow a cookie of the application"
    elif policy.strength == "strong":
        wanted = ["strong"]
        what = f"policy.strength is 'strong', but {controller} cannot name the pod in a cookie"
    else:
        wanted = ["soft", "strong"] if policy.strength == "soft" else ["strong", "soft"]
        what = f"{controller} keeps no session"
    able: list[tuple[Mode, Mechanism]] = [(mode, there[mode]) for mode in wanted if mode in there]
    if not able:
        raise ValueError(f"{what}; {_or_take(who_has(wanted[0]))}")
    for mode, how in able:
        if how.needs <= set(have):
            return mode, how
    missing = sorted(able[0][1].needs - set(have))
    raise ValueError(f"{what} without {' and '.join(NEEDS[each] for each in missing)}; {_say(missing)}")


def _value(policy: StickyPolicy, how: Mechanism, asked: str) -> Any:
    given = getattr(policy, asked)
    if asked in how.sets:
        return CAREFUL[asked] if given is None else given
    return how.fixed.get(asked)


def _unable(controller: Controller, mode: Mode, how: Mechanism, asked: str, value: Any) -> str | None:
    if value is None or asked in how.sets or (mode == "application" and asked == "cookie_name"):
        return None
    if asked not in how.fixed:
        return f"policy.{asked} is {value!r}, but {controller} cannot set it; {_or_take(who_sets(asked))}"
    if how.fixed[asked] == value:
        return None
    always = _always(asked, how.fixed[asked])
    return f"policy.{asked} is {value!r}, but the cookie of {controller} {always}; {_or_take(who_sets(asked))}"


def _always(asked: str, value: Any) -> str:
    if asked in FLAG_NAMES:
        return f"{'always' if value else 'never'} has {FLAG_NAMES[asked]}"
    if asked == "lifetime_seconds":
        return "always ends with the browser"
    return f"is always called {value}" if asked == "cookie_name" else f"always has the path {value}"


def _say(missing: list[Need]) -> str:
    return f"say {', '.join(f'{each}=True' for each in missing)} if the cluster has it, or choose another controller"


def _or_take(able: Sequence[str]) -> str:
    return f"leave it out, or take {', '.join(able)}"


def _hashed(controller: Controller, mode: Mode, policy: StickyPolicy, how: Mechanism) -> str | None:
    if policy.strength != "strong" or not how.loses:
        return None
    named = [each for each in who_has(mode) if not CAPABILITIES[each].mechanisms[mode].loses]
    return f"policy.strength is 'strong', but {controller} hashes the application's cookie; {_or_take(named)}"


def _unsent(policy: StickyPolicy) -> str | None:
    for asked in ("secure", "same_site"):
        value = getattr(policy, asked)
        if value in {True, "None"}:
            return (
                f"policy.{asked} is {value!r}, but nothing ends TLS, and a browser would drop the cookie; name a "
                "certificate, or say tls_elsewhere=True if TLS ends before the controller"
            )
    return None


def _beyond(controller: Controller, asked: str, value: int | None, bounds: tuple[int, int]) -> str | None:
    low, high = bounds
    if value is None or low <= value <= high:
        return None
    return f"policy.{asked} is {value}, but {controller} takes {low} to {high}"


def _pinged(controller: Controller, policy: StickyPolicy, idle: int | None) -> str | None:
    elsewhere = CAPABILITIES[controller].idle_elsewhere
    mend = "or give policy.websocket_idle_seconds"
    if idle is None and elsewhere is not None:
        idle, mend = elsewhere[0], f"or raise {elsewhere[1]} and leave ping_seconds out"
    if policy.ping_seconds is None or idle is None or 2 * policy.ping_seconds <= idle:
        return None
    return (
        f"policy.ping_seconds is {policy.ping_seconds}, but {controller} cuts a WebSocket after {idle} silent seconds, "
        f"in which two pings must fit; ping each {idle // 2} s, {mend}"
    )


def _spelled(controller: Controller, mode: Mode, policy: StickyPolicy, how: Mechanism) -> str | None:
    asked = {"header": "header", "application": "cookie_name"}.get(mode)
    form, words = how.key
    if asked is None or re.fullmatch(form, getattr(policy, asked)):
        return None
    return f"policy.{asked} is {getattr(policy, asked)!r}, but {controller} hashes names of {words} alone"


def _losses(
    controller: Controller, policy: StickyPolicy, how: Mechanism, values: Mapping[str, Any], *, https: bool
) -> Iterator[Loss]:
    if CAPABILITIES[controller].retired:
        yield Loss("retired", f"{CAPABILITIES[controller].retired}; take one of the other controllers")
    if how.loses and policy.strength is None:
        yield Loss(None, f"with {controller} {how.loses}; policy.strength='soft' says that it is meant")
    if values["cookie_name"] and not policy.cookie_of_application:
        open_ = [flag for flag in FLAG_NAMES if getattr(policy, flag) is None and (https or flag != "secure")]
        never = [FLAG_NAMES[flag] for flag in open_ if flag in how.fixed and not how.fixed[flag]]
        unknown = [FLAG_NAMES[flag] for flag in open_ if flag not in how.fixed and flag not in how.sets]
        if never:
            yield Loss("cookie-flags", f"the cookie of {controller} comes without {', '.join(never)}")
        if unknown:
            yield Loss("cookie-flags", f"{controller} leaves {', '.join(unknown)} of the cookie to the implementation")
        if not https:
            yield Loss("plain-http", PLAIN_HTTP)
    idle, elsewhere = values["websocket_idle_seconds"], CAPABILITIES[controller].idle_elsewhere
    if elsewhere and elsewhere[0] < CAREFUL["websocket_idle_seconds"] and policy.ping_seconds is None:
        cut = f"{controller} cuts a WebSocket after {elsewhere[0]} silent seconds; raise {elsewhere[1]}, or give"
        yield Loss("websocket-idle", f"{cut} policy.ping_seconds if something pings")
    if policy.server_idle_seconds is not None and (idle or 0) > policy.server_idle_seconds:
        ends = f"the application cuts silent connections after {policy.server_idle_seconds} s"
        yield Loss("websocket-idle", f"{ends}, before the {idle} s of the proxy are over")
