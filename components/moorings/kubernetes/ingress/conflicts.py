"""What several ways share: Services, of which a controller may keep one kind of stickiness each, and hosts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pulumi

from moorings.kubernetes.ingress.capabilities import CAPABILITIES, Controller
from moorings.kubernetes.ingress.stickiness import Stickiness
from moorings.kubernetes.program_registry import Said

_sessions = Said[tuple[str, Stickiness]]()
"""How the sessions of a Service are kept, and who says so."""

_led = Said[str]()
"""Who leads a host, or a path of it, to a Service."""

ONE_OBJECT = {"nginx-ingress", "nginx-virtualserver"}
"""Ways of one controller that takes one object for each host, the oldest.

Source: https://docs.nginx.com/nginx-ingress-controller/configuration/host-and-listener-collisions/
"""

MERGEABLE = "nginx.org/mergeable-ingress-type"
"""Annotation by which Ingresses of one host are merged nevertheless."""

GROUP = "alb.ingress.kubernetes.io/group.name"
"""Annotation by which Ingresses share a load balancer; each has one of its own otherwise."""


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
    if controller == "aws-gateway" and other != owner:
        raise ValueError(
            f"{other} leads to Service {service!r} too, and {controller} knows one TargetGroupConfiguration for each "
            "Service; give all hosts and paths to one of them, or this one selector, which makes a Service of its own"
        )


def lead(
    way: pulumi.Resource,
    owner: str,
    controller: Controller,
    places: Iterable[tuple[str, str]],
    annotations: Mapping[str, Any],
    *,
    joins: Sequence[str | None],
) -> None:
    """Note which hosts and paths a way leads to its Service.

    Args:
        way: the way.
        owner: the way, as messages name it.
        controller: its controller.
        places: its hosts, each with each of its paths.
        annotations: what users add to it.
        joins: the class, Gateway or group of Ingresses by which it is served.

    Raises:
        ValueError: where another way leads the same elsewhere, so that one of them is never asked.

    """
    if MERGEABLE in annotations or (controller == "aws-ingress" and GROUP not in annotations):
        return
    for host, path in places:
        whole = controller in ONE_OBJECT
        thing = ("host", *joins, host) if whole else (controller, *joins, host, path.rstrip("/"))
        other = _led.first(way, thing, owner)
        if other != owner and whole:
            raise ValueError(
                f"{other} has the host {host!r} too, and the controller of both takes one object for each host, the "
                "oldest; give all paths to one of them, or take another controller"
            )
        if other != owner:
            raise ValueError(
                f"{other} leads {host or 'all hosts'}{path} somewhere too, and {controller} takes one of them; give "
                "this one another host or path"
            )
