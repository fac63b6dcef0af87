"""CIDR blocks of a VPC and its subnets: one part of the VPC for each Availability Zone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from moorings.aws.availability_zones import is_availability_zone

LARGEST_VPC, SMALLEST_VPC = 16, 28
"""Prefix lengths that a VPC can have.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
"""

SMALLEST_ALB_SUBNET = 27
"""Longest prefix of a subnet of an Application Load Balancer.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
"""

SMALLEST_STABLE_VPC = 22
"""Longest prefix of a VPC with a part for every zone. It is divided into eight parts, one for each letter from a to h.
Half of a part is private and a quarter is public. The last quarter is reserved."""

_ZONE_BITS = {23: 2, 24: 2, 25: 2, 26: 1, 27: 0, 28: 0}
"""Number of parts of a smaller VPC, as a power of two. Half of a part is private and half is public."""

PRIVATE_RANGES = [IPv4Network(cidr) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")]
"""Ranges that are not routed on the internet (RFC 1918 and RFC 6598)."""

RESERVED_RANGES = [IPv4Network(cidr) for cidr in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4")]
"""Ranges that EC2 rejects.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
"""


@dataclass(frozen=True)
class ZoneSubnets:
    """CIDR blocks of the subnets of an Availability Zone."""

    private: str
    public: str | None
    """None if the part of the zone has no room for a second subnet."""


def is_vpc_size(cidr: str) -> bool:
    """Whether a VPC can have the size of a network."""
    return LARGEST_VPC <= IPv4Network(cidr).prefixlen <= SMALLEST_VPC


def max_zones(cidr: str) -> int:
    """Return the number of zones for which a VPC has room."""
    return int(2 ** _zone_bits(IPv4Network(cidr)))


def plan_subnets(cidr: str, zones: Sequence[str]) -> dict[str, ZoneSubnets]:
    """Return the CIDR blocks of the subnets of each zone.

    In a VPC of /22 or larger they depend only on the letter of the Availability Zone, so adding, removing and
    reordering zones does not change other subnets. In smaller VPCs, and for Local Zones, they depend on all zones.
    """
    network = IPv4Network(cidr)
    parts = list(network.subnets(prefixlen_diff=_zone_bits(network)))
    return {
        zone: _divide(parts[number], stable=network.prefixlen <= SMALLEST_STABLE_VPC)
        for zone, number in _part_numbers(zones, len(parts)).items()
    }


def _zone_bits(network: IPv4Network) -> int:
    return _ZONE_BITS.get(network.prefixlen, 3)


def _part_numbers(zones: Sequence[str], count: int) -> Mapping[str, int]:
    """Return the number of each zone's part: that of its letter if there is one, otherwise the last free one."""
    numbers = {zone: ord(zone[-1]) - ord("a") for zone in zones if is_availability_zone(zone)}
    numbers = {zone: number for zone, number in numbers.items() if number < count}
    free = [number for number in reversed(range(count)) if number not in numbers.values()]
    others = dict(zip((zone for zone in zones if zone not in numbers), free, strict=False))
    return {zone: (numbers | others)[zone] for zone in zones}


def _divide(part: IPv4Network, *, stable: bool) -> ZoneSubnets:
    """Divide the part of a zone into a private and a public subnet."""
    if part.prefixlen == SMALLEST_VPC:
        return ZoneSubnets(str(part), None)
    private, rest = part.subnets()
    return ZoneSubnets(str(private), str(next(rest.subnets()) if stable else rest))
