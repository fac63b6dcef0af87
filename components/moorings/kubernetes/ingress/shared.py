"""Services that several ways share, where the controller keeps one kind of stickiness for each Service."""

from dataclasses import replace

import pulumi

from moorings.kubernetes.ingress.capabilities import CAPABILITIES, Controller
from moorings.kubernetes.ingress.stickiness import Stickiness
from moorings.kubernetes.said import Said

_sessions = Said[tuple[str, Stickiness]]()
"""How the sessions of a Service are kept, and who says so."""


def share(
    way: pulumi.Resource,
    owner: str,
    controller: Controller,
    sticky: Stickiness,
    *,
    service: str,
    namespace: str | None,
) -> None:
    """Note how sessions of a Service are kept.

    Args:
        way: the way to it.
        owner: the way, as messages name it.
        controller: the controller of the way.
        sticky: how it keeps sessions.
        service: name of the Service.
        namespace: where the Service is.

    Raises:
        ValueError: where another way keeps them otherwise, and the controller knows one kind for each Service.

    """
    if not CAPABILITIES[controller].by_service:
        return
    mine = replace(sticky, losses=())
    other, first = _sessions.first(way, (controller, namespace, service), (owner, mine))
    if first != mine:
        raise ValueError(
            f"{other} keeps the sessions of Service {service!r} otherwise, and {controller} knows one kind for each "
            "Service; give both the same policy, or this one selector, which makes a Service of its own"
        )
