"""CIDR blocks of a VPC and its subnets."""

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.aws.network.subnet_plan import PRIVATE_RANGES, check_overlaps, check_vpc_cidr, plan_subnets

LETTERS = "abcdefgh"


@st.composite
def vpcs(draw):
    """A network that a VPC may have."""
    within = draw(st.sampled_from(PRIVATE_RANGES))
    prefix = draw(st.integers(16, 22))
    parts = 2 ** (prefix - within.prefixlen)
    start = int(within.network_address) + draw(st.integers(0, parts - 1)) * 2 ** (32 - prefix)
    return str(IPv4Network((start, prefix)))


def zones(letters):
    return [f"eu-west-1{letter}" for letter in letters]


def planned_subnets(cidr, letters):
    return [
        IPv4Network(subnet)
        for zone in plan_subnets(cidr, zones(letters)).values()
        for subnet in (zone.private, zone.public)
    ]


def test_half_of_a_zone_is_private_and_a_quarter_public():
    plan = plan_subnets("10.0.0.0/16", zones("ac"))
    assert {zone: (subnets.private, subnets.public) for zone, subnets in plan.items()} == {
        "eu-west-1a": ("10.0.0.0/20", "10.0.16.0/21"),
        "eu-west-1c": ("10.0.64.0/20", "10.0.80.0/21"),
    }


@given(vpcs(), st.permutations(LETTERS))
def test_subnets_are_within_the_vpc_and_do_not_overlap(cidr, letters):
    subnets = planned_subnets(cidr, letters)
    assert all(subnet.subnet_of(IPv4Network(cidr)) for subnet in subnets)
    assert not any(one.overlaps(other) for one, other in combinations(subnets, 2))


@given(vpcs(), st.permutations(LETTERS), st.integers(1, 7))
def test_adding_removing_or_reordering_zones_changes_no_other_subnet(cidr, letters, few):
    before, after = plan_subnets(cidr, zones(letters[:few])), plan_subnets(cidr, zones(sorted(letters)))
    assert before == {zone: after[zone] for zone in before}


@given(vpcs())
def test_every_subnet_has_a_size_that_load_balancers_support(cidr):
    assert check_vpc_cidr(cidr) == cidr
    assert all(16 <= subnet.prefixlen <= 27 for subnet in planned_subnets(cidr, LETTERS))


@pytest.mark.parametrize("cidr", ["10.0.0.0/16", "10.0.0.0/22", "172.31.0.0/16", "192.168.0.0/20", "100.127.0.0/16"])
def test_a_private_network_with_enough_room_is_accepted(cidr):
    assert check_vpc_cidr(cidr) == cidr


@pytest.mark.parametrize(
    ("cidr", "message"),
    [
        ("10.0.0.0/15", "10.0.0.0/15 is not a valid size of a VPC (/16 to /28); use a network of /16 to /22"),
        ("10.0.0.0/29", "10.0.0.0/29 is not a valid size of a VPC (/16 to /28); use a network of /16 to /22"),
        (
            "10.0.0.0/23",
            "10.0.0.0/23 has room for public subnets of /28, but load balancers require /27; use a network of /16 to /22",
        ),
        (
            "172.32.0.0/16",
            "172.32.0.0/16 contains public addresses, which the VPC could then not reach on the internet; use a network within "
            "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10",
        ),
    ],
)
def test_other_networks_are_rejected(cidr, message):
    with pytest.raises(ValueError) as error:
        check_vpc_cidr(cidr)
    assert str(error.value) == message


def test_a_connected_network_that_overlaps_is_rejected():
    check_overlaps("10.0.0.0/16", {"office": "10.1.0.0/16"})
    with pytest.raises(ValueError) as error:
        check_overlaps("10.0.0.0/16", {"office": "10.1.0.0/16", "vpn": "10.0.128.0/20"})
    assert str(error.value) == (
        "cidr: 10.0.0.0/16 overlaps with connected_cidrs.vpn 10.0.128.0/20; use another network"
    )
