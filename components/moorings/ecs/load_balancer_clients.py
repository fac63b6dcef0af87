"""Clients of a load balancer that the component creates, as peers of security group rules."""

from collections.abc import Iterator
from typing import Any

import pulumi

from moorings.aws.cidrs import is_ipv6
from moorings.aws.security_groups import Peer
from moorings.ecs.created_load_balancer import CreatedLoadBalancer
from moorings.validation.inputs import as_output


def load_balancer_clients(argument: str, args: CreatedLoadBalancer) -> Iterator[tuple[str, str, Peer]]:
    """Yield argument, name and peer of each client.

    Args:
        argument: argument of the load balancer.
        args: its arguments.

    """
    for path, client, peer in Peer.clients(args.client_security_group_ids, args.client_cidrs):
        yield (
            f"{argument}.{path}",
            client,
            peer if peer.cidr is None or args.ip_address_type == "ipv4" else _network(peer.cidr),
        )


def _network(cidr: pulumi.Input[str]) -> Peer:
    """Return the peer of an IPv4 or IPv6 network. Which one it is may be known late."""
    if isinstance(cidr, str):
        return Peer(ipv6_cidr=cidr) if is_ipv6(cidr) else Peer(cidr=cidr)
    late = as_output(cidr)
    ipv4: pulumi.Output[Any] = late.apply(lambda known: {"cidr": None if is_ipv6(known) else known})
    ipv6: pulumi.Output[Any] = late.apply(lambda known: {"cidr": known if is_ipv6(known) else None})
    return Peer(cidr=ipv4["cidr"], ipv6_cidr=ipv6["cidr"], declared=late)
