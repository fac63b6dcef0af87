"""CIDR blocks of a VPC and its subnets."""

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.aws.network.subnet_plan import PRIVATE_RANGES, ZoneSubnets, is_vpc_size, max_zones, plan_subnets

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
    assert all(16 <= subnet.prefixlen <= 27 for subnet in planned_subnets(cidr, LETTERS))


@pytest.mark.parametrize(
    ("cidr", "letters", "subnets"),
    [
        ("10.0.0.0/23", "ab", [("10.0.0.0/26", "10.0.0.64/26"), ("10.0.0.128/26", "10.0.0.192/26")]),
        ("10.0.0.0/24", "ad", [("10.0.0.0/27", "10.0.0.32/27"), ("10.0.0.192/27", "10.0.0.224/27")]),
        ("10.0.0.0/24", "ae", [("10.0.0.0/27", "10.0.0.32/27"), ("10.0.0.192/27", "10.0.0.224/27")]),
        ("10.0.0.0/25", "ab", [("10.0.0.0/28", "10.0.0.16/28"), ("10.0.0.32/28", "10.0.0.48/28")]),
        ("10.0.0.0/26", "ca", [("10.0.0.32/28", "10.0.0.48/28"), ("10.0.0.0/28", "10.0.0.16/28")]),
        ("10.0.0.0/27", "b", [("10.0.0.0/28", "10.0.0.16/28")]),
        ("10.0.0.0/28", "b", [("10.0.0.0/28", None)]),
    ],
)
def test_small_networks_have_parts_for_fewer_zones(cidr, letters, subnets):
    plan = plan_subnets(cidr, zones(letters))
    assert plan == dict(zip(zones(letters), (ZoneSubnets(*pair) for pair in subnets), strict=True))
    assert is_vpc_size(cidr)
    assert len(letters) <= max_zones(cidr)


def test_local_zones_use_the_last_parts():
    plan = plan_subnets("10.0.0.0/16", ["us-west-2a", "us-west-2-lax-1a", "us-east-1-wl1-bos-wlz-1", "us-west-2h"])
    assert [subnets.private for subnets in plan.values()] == [
        "10.0.0.0/20",
        "10.0.192.0/20",
        "10.0.160.0/20",
        "10.0.224.0/20",
    ]


@pytest.mark.parametrize(("cidr", "valid"), [("10.0.0.0/15", False), ("10.0.0.0/16", True), ("10.0.0.0/29", False)])
def test_sizes_of_a_vpc(cidr, valid):
    assert is_vpc_size(cidr) == valid
