"""Where clients find the brokers of a cluster."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


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
    return [f"{broker.host}:{port}" for broker in _sorted(brokers)]


def bootstrap_servers(brokers: Iterable[Broker], port: int) -> str:
    """The first broker of each zone as ``host:port``, joined by commas: enough for a client to find the others.

    MSK itself answers with three brokers by chance where there are more, so that its answer is never the same twice.
    """
    first: dict[str, Broker] = {}
    for broker in _sorted(brokers):
        first.setdefault(broker.subnet, broker)
    return ",".join(all_brokers(first.values(), port))


def _sorted(brokers: Iterable[Broker]) -> Sequence[Broker]:
    return sorted(brokers, key=lambda broker: broker.id)
