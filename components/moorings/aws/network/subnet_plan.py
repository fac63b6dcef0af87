"""CIDR blocks of a VPC and its subnets: one part of the VPC for each Availability Zone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

LARGEST_VPC, SMALLEST_VPC = 16, 28
"""Prefix lengths that a VPC can have.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
"""

ZONE_BITS = 3
"""A VPC is divided into eight parts, one for each letter from a to h. The largest Region has six zones."""

PRIVATE_BITS, PUBLIC_BITS = 1, 2
"""Half of a zone's part is private and a quarter is public. The last quarter is reserved."""

SMALLEST_ALB_SUBNET = 27
"""Longest prefix of a subnet of an Application Load Balancer.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
"""

PRIVATE_RANGES = [IPv4Network(cidr) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")]
"""Ranges that are not routed on the internet (RFC 1918 and RFC 6598)."""

_SMALLEST_PLANNED_VPC = SMALLEST_ALB_SUBNET - ZONE_BITS - PUBLIC_BITS
_FIX = f"use a network of /{LARGEST_VPC} to /{_SMALLEST_PLANNED_VPC}"


@dataclass(frozen=True)
class ZoneSubnets:
    """CIDR blocks of the subnets of an Availability Zone."""

    private: str
    public: str


def check_vpc_cidr(cidr: str) -> str:
    """Return the CIDR block of a VPC if it is private and has room for the subnets of eight zones.

    Raises:
        ValueError: for public networks and unsupported sizes.

    """
    network = IPv4Network(cidr)
    if network.prefixlen < LARGEST_VPC or network.prefixlen > SMALLEST_VPC:
        raise ValueError(f"{cidr} is not a valid size of a VPC (/{LARGEST_VPC} to /{SMALLEST_VPC}); {_FIX}")
    if network.prefixlen > _SMALLEST_PLANNED_VPC:
        public = network.prefixlen + ZONE_BITS + PUBLIC_BITS
        raise ValueError(
            f"{cidr} has room for public subnets of /{public}, but load balancers require /{SMALLEST_ALB_SUBNET}; "
            f"{_FIX}"
        )
    if not any(network.subnet_of(private) for private in PRIVATE_RANGES):
        raise ValueError(
            f"{cidr} contains public addresses, which the VPC could then not reach on the internet; use a network "
            f"within {', '.join(map(str, PRIVATE_RANGES[:-1]))} or {PRIVATE_RANGES[-1]}"
        )
    return cidr


def check_overlaps(cidr: str, connected_cidrs: Mapping[str, str]) -> None:
    """Check that no connected network overlaps with the VPC, which would make routing between them impossible.

    Raises:
        ValueError: for an overlapping network.

    Source: https://docs.aws.amazon.com/vpc/latest/peering/invalid-peering-configurations.html
    """
    for name, other in connected_cidrs.items():
        if IPv4Network(cidr).overlaps(IPv4Network(other)):
            raise ValueError(f"cidr: {cidr} overlaps with connected_cidrs.{name} {other}; use another network")


def plan_subnets(cidr: str, zones: Sequence[str]) -> dict[str, ZoneSubnets]:
    """Return the CIDR blocks of the subnets of each zone.

    They depend only on the letter of the zone, so adding, removing and reordering zones does not change other subnets.
    """
    parts = list(IPv4Network(cidr).subnets(prefixlen_diff=ZONE_BITS))
    plan: dict[str, ZoneSubnets] = {}
    for zone in zones:
        part = parts[ord(zone[-1]) - ord("a")]
        private, _ = part.subnets(prefixlen_diff=PRIVATE_BITS)
        public = list(part.subnets(prefixlen_diff=PUBLIC_BITS))[2]
        plan[zone] = ZoneSubnets(str(private), str(public))
    return plan
