"""Where clients find the brokers of a cluster."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from moorings.kafka.listeners import LISTENERS, ListenerKind

Route = Literal["vpc", "vpc-ipv6", "internet"]
"""How a client comes to the brokers: within the VPC, over IPv6 there, or from the internet."""

IPV6_PORTS: Mapping[ListenerKind, int] = MappingProxyType({"scram": 20096, "iam": 20098, "tls": 20094})
"""Source: https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html"""

PORTS: Mapping[Route, Mapping[ListenerKind, int]] = MappingProxyType(
    {
        "vpc": {kind: each.port for kind, each in LISTENERS.items()},
        "vpc-ipv6": IPV6_PORTS,
        "internet": {kind: each.public_port for kind, each in LISTENERS.items()},
    }
)
"""Port of each listener, by the way that leads to it."""


@dataclass(frozen=True)
class Broker:
    """A broker, as MSK lists it."""

    id: float
    """Number of the broker."""

    subnet: str
    """Subnet of the broker, which stands for its availability zone."""

    host: str
    """DNS name of the broker."""


def all_brokers(brokers: Iterable[Broker], port: int) -> list[str]:
    """Every broker as ``host:port``, in the order of their numbers, which no refresh changes."""
    return [f"{broker.host}:{port}" for broker in by_number(brokers)]


def bootstrap_servers(brokers: Iterable[Broker], port: int) -> str:
    """The first broker of each zone as ``host:port``, joined by commas: enough for a client to find the others.

    MSK itself answers with three brokers by chance where there are more, so that its answer is never the same twice.
    """
    first: dict[str, Broker] = {}
    for broker in by_number(brokers):
        first.setdefault(broker.subnet, broker)
    return ",".join(all_brokers(first.values(), port))


def by_number(brokers: Iterable[Broker]) -> Sequence[Broker]:
    """The brokers in the order of their numbers."""
    return sorted(brokers, key=lambda broker: broker.id)
