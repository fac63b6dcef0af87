"""CIDR blocks: IPv4 and IPv6 networks as argument types."""

import re
from collections.abc import Callable
from ipaddress import IPv4Interface, IPv4Network, IPv6Interface, IPv6Network, ip_network
from typing import Annotated

from pydantic import AfterValidator

from moorings.validation.argument_rules import FORMAT
from moorings.validation.rules import Rule, Violation

ANY_IPV4, ANY_IPV6 = "0.0.0.0/0", "::/0"

ADDRESS_IN_NETWORK = Rule(
    id="aws-cidr-host-bits",
    rationale="EC2 rejects a CIDR block with host bits set, or silently replaces it with the network.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html",
    invalid="NetworkArgs(availability_zones=['eu-west-1a', 'eu-west-1b'], cidr='10.80.1.7/16')",
    valid="NetworkArgs(availability_zones=['eu-west-1a', 'eu-west-1b'], cidr='10.80.0.0/16')",
)


def _network(
    parse: Callable[[str], IPv4Interface | IPv6Interface], pattern: str, family: str, example: str
) -> Callable[[str], str]:
    form = re.compile(pattern)

    def check(cidr: str) -> str:
        try:
            interface = parse(cidr)
        except ValueError:
            interface = None
        if interface is None or not form.fullmatch(cidr):
            raise Violation(FORMAT, f"expected an {family} network, such as {example}, got {cidr!r}")
        if interface.ip != interface.network.network_address:
            raise Violation(ADDRESS_IN_NETWORK, f"{cidr} has host bits set; use the network {interface.network}")
        return cidr

    return check


_check_ipv4 = _network(IPv4Interface, r"[0-9.]+/[0-9]+", "IPv4", "10.80.0.0/16")
_check_ipv6 = _network(IPv6Interface, ".+/.+", "IPv6", "2001:db8:1234::/56")


def _check_either(cidr: str) -> str:
    return _check_ipv6(cidr) if is_ipv6(cidr) else _check_ipv4(cidr)


def contains(cidr: str, other: str) -> bool:
    """Whether a network contains another one, or is the same."""
    network, part = ip_network(cidr), ip_network(other)
    if isinstance(network, IPv4Network):
        return isinstance(part, IPv4Network) and part.subnet_of(network)
    return isinstance(part, IPv6Network) and part.subnet_of(network)


def is_ipv6(cidr: str) -> bool:
    """Whether a network is an IPv6 network."""
    return ":" in cidr


Cidr = Annotated[str, AfterValidator(_check_ipv4)]
"""An IPv4 network with its prefix length, without host bits.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html
"""

Ipv6Cidr = Annotated[str, AfterValidator(_check_ipv6)]
"""An IPv6 network with its prefix length, without host bits.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html
"""

NetworkCidr = Annotated[str, AfterValidator(_check_either)]
"""An IPv4 or IPv6 network with its prefix length, without host bits.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html
"""
