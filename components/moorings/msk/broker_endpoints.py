"""Ports, bootstrap servers and DNS records of brokers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Literal

import pulumi
import pulumi_aws as aws

from moorings.kafka.listeners import LISTENERS, ListenerKind

BrokerRoute = Literal["vpc", "vpc-ipv6", "internet"]
"""Network path of a client: within the VPC over IPv4, within the VPC over IPv6, or from the internet."""

LISTENER_PORTS: Mapping[BrokerRoute, Mapping[ListenerKind, int]] = MappingProxyType(
    {
        "vpc": {kind: listener.port for kind, listener in LISTENERS.items()},
        "vpc-ipv6": {"scram": 20096, "iam": 20098, "tls": 20094},
        "internet": {kind: listener.public_port for kind, listener in LISTENERS.items()},
    }
)
"""Port of each listener, for each route.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html
"""


@dataclass(frozen=True)
class Broker:
    """A broker, as MSK lists it."""

    id: float
    """Broker ID; MSK numbers brokers from 1."""

    subnet: str
    """ID of the broker's subnet. Each subnet of a cluster is in its own Availability Zone."""

    host: str
    """DNS name of the broker."""


def sort_brokers(brokers: Iterable[Broker]) -> Sequence[Broker]:
    """Sort brokers by broker ID."""
    return sorted(brokers, key=lambda broker: broker.id)


def broker_addresses(brokers: Iterable[Broker], port: int) -> list[str]:
    """The address of every broker as ``host:port``, sorted by broker ID, so that a refresh never changes the order."""
    return [f"{broker.host}:{port}" for broker in sort_brokers(brokers)]


def select_bootstrap_servers(brokers: Iterable[Broker], port: int) -> str:
    """The first broker of each Availability Zone as ``host:port``, joined by commas. A client discovers the others.

    ``GetBootstrapBrokers`` is not used, because it returns up to three random brokers: its answer changes with every
    refresh.
    """
    first: dict[str, Broker] = {}
    for broker in sort_brokers(brokers):
        first.setdefault(broker.subnet, broker)
    return ",".join(broker_addresses(first.values(), port))


def create_broker_records(
    name: str,
    *,
    zone_id: pulumi.Input[str],
    count: int,
    brokers: pulumi.Output[list[Broker]],
    opts: pulumi.ResourceOptions,
) -> None:
    """Create a DNS record for each broker: ``b-1.{name}`` in the hosted zone is a CNAME of broker 1, and so on.

    The brokers' certificates do not contain these names, so TLS clients cannot use them. They are for runbooks and
    for tools that resolve the name of a broker before they connect.

    Args:
        name: logical name of the cluster.
        zone_id: ID of the Route 53 hosted zone.
        count: number of brokers.
        brokers: the brokers, as MSK lists them.
        opts: options of each record.

    """
    for number in range(1, count + 1):
        aws.route53.Record(
            f"{name}-broker-{number}",
            zone_id=zone_id,
            name=f"b-{number}.{name.lower()}",
            type="CNAME",
            ttl=60,
            records=[brokers.apply(partial(_broker_host, number))],
            opts=opts,
        )


def _broker_host(number: int, brokers: Sequence[Broker]) -> str:
    """DNS name of a broker. While a preview adds brokers, MSK does not list the new ones yet."""
    domain = sort_brokers(brokers)[0].host.partition(".")[2]
    return f"b-{number}.{domain}"
