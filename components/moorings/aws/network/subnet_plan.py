"""How a VPC is shared out: one part for each availability zone that a region may have. Arithmetic alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

LARGEST, SMALLEST = 16, 28
"""Prefixes of the largest and the smallest VPC.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
"""

ZONE_BITS = 3
"""A region has up to eight zones' letters; the one with the most zones has six."""

PRIVATE_BITS, PUBLIC_BITS = 1, 2
"""Half of a zone's part is private, a quarter public, and the last quarter is left for what comes later."""

DOOR = 27
"""Prefix of the smallest subnet that a load balancer wants.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
"""

PRIVATE = [IPv4Network(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")]
"""Networks that are nobody's on the internet (RFC 1918 and RFC 6598)."""


@dataclass(frozen=True)
class ZoneSubnets:
    """The networks of a zone's subnets."""

    private: str
    public: str


def vpc_network(cidr: str) -> str:
    """The network of a VPC, if AWS takes it and there is room in it for every zone's subnets.

    Raises:
        ValueError: if not.

    """
    network = IPv4Network(cidr)
    if network.prefixlen < LARGEST or network.prefixlen > SMALLEST:
        raise ValueError(f"{cidr} is /{network.prefixlen}, and AWS takes a VPC of /{LARGEST} to /{SMALLEST}; {_ROOM}")
    if network.prefixlen > _SMALLEST_WITH_ROOM:
        public = network.prefixlen + ZONE_BITS + PUBLIC_BITS
        raise ValueError(
            f"{cidr} leaves a /{public} for each public subnet, and load balancers want a /{DOOR}; {_ROOM}"
        )
    if not any(network.subnet_of(each) for each in PRIVATE):
        raise ValueError(
            f"{cidr} holds addresses of the internet, which would be out of reach; "
            f"take a network within {', '.join(map(str, PRIVATE[:-1]))} or {PRIVATE[-1]}"
        )
    return cidr


def apart(cidr: str, others: Mapping[str, str]) -> None:
    """Check that no other network overlaps: routes between the two would lead nowhere.

    Raises:
        ValueError: if one does.

    Source: https://docs.aws.amazon.com/vpc/latest/peering/invalid-peering-configurations.html
    """
    for name, other in others.items():
        if IPv4Network(cidr).overlaps(IPv4Network(other)):
            raise ValueError(f"cidr {cidr} overlaps with {other}, which connected_cidrs calls {name}; take another one")


def subnets(cidr: str, zones: Sequence[str]) -> dict[str, ZoneSubnets]:
    """The networks of each zone's subnets, which follow from the zone's letter alone.

    So a zone that comes or goes, or another order, moves nobody else's subnets.
    """
    parts = list(IPv4Network(cidr).subnets(prefixlen_diff=ZONE_BITS))
    found: dict[str, ZoneSubnets] = {}
    for zone in zones:
        part = parts[ord(zone[-1]) - ord("a")]
        private, _ = part.subnets(prefixlen_diff=PRIVATE_BITS)
        public = list(part.subnets(prefixlen_diff=PUBLIC_BITS))[2]
        found[zone] = ZoneSubnets(str(private), str(public))
    return found


_SMALLEST_WITH_ROOM = DOOR - ZONE_BITS - PUBLIC_BITS
_ROOM = f"take one of /{LARGEST} to /{_SMALLEST_WITH_ROOM}"
