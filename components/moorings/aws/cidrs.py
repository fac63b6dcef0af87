"""CIDR blocks: IPv4 and IPv6 networks as argument types, and the client networks that are allowed."""

import re
from collections.abc import Callable
from ipaddress import IPv4Interface, IPv6Interface
from typing import Annotated

from pydantic import AfterValidator

from moorings.validation.argument_rules import FORMAT
from moorings.validation.rules import Rule, Violation

ANY_IPV4, ANY_IPV6 = "0.0.0.0/0", "::/0"

ADDRESS_IN_NETWORK = Rule(
    id="aws-cidr-host-bits",
    rationale="EC2 rejects a CIDR block that is an address within a network, or silently replaces it by the network.",
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
            raise Violation(
                ADDRESS_IN_NETWORK, f"{cidr} is an address within a network; the network is {interface.network}"
            )
        return cidr

    return check


def _check_not_internet(cidr: str) -> str:
    if cidr == ANY_IPV4:
        raise ValueError(f"{ANY_IPV4} allows the whole internet; list the networks of the clients")
    return cidr


def _at_most(largest: str) -> Callable[[str], str]:
    shortest_prefix = int(largest.rpartition("/")[2])

    def check(cidr: str) -> str:
        if int(cidr.rpartition("/")[2]) < shortest_prefix:
            raise ValueError(
                f"{cidr} is larger than {largest}, the largest private network; list the networks of the clients"
            )
        return cidr

    return check


_check_ipv4 = _network(IPv4Interface, r"[0-9.]+/[0-9]+", "IPv4", "10.80.0.0/16")
_check_ipv6 = _network(IPv6Interface, ".+/.+", "IPv6", "2001:db8:1234::/56")


def _check_either(cidr: str) -> str:
    return _check_ipv6(cidr) if is_ipv6(cidr) else _check_ipv4(cidr)


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

ClientCidr = Annotated[Cidr, AfterValidator(_check_not_internet)]
"""An IPv4 network of clients, except ``0.0.0.0/0``."""

PrivateCidr = Annotated[Cidr, AfterValidator(_at_most("10.0.0.0/8"))]
"""An IPv4 network of clients, at most as large as the largest private network: ``0.0.0.0/1`` is rejected.

Source: https://www.rfc-editor.org/rfc/rfc1918
"""

PrivateIpv6Cidr = Annotated[Ipv6Cidr, AfterValidator(_at_most("fc00::/7"))]
"""An IPv6 network of clients, at most as large as the range of unique local addresses.

Source: https://www.rfc-editor.org/rfc/rfc4193
"""
