"""How a VPC is shared out."""

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.aws.network.subnet_plan import PRIVATE, apart, subnets, vpc_network

LETTERS = "abcdefgh"


@st.composite
def vpcs(draw):
    """A network that a VPC may have."""
    within = draw(st.sampled_from(PRIVATE))
    prefix = draw(st.integers(16, 22))
    parts = 2 ** (prefix - within.prefixlen)
    start = int(within.network_address) + draw(st.integers(0, parts - 1)) * 2 ** (32 - prefix)
    return str(IPv4Network((start, prefix)))


def zones(letters):
    return [f"eu-west-1{letter}" for letter in letters]


def all_of(cidr, letters):
    return [
        IPv4Network(each) for zone in subnets(cidr, zones(letters)).values() for each in (zone.private, zone.public)
    ]


def test_a_zones_part_is_half_private_and_a_quarter_public():
    found = subnets("10.0.0.0/16", zones("ac"))
    assert {zone: (each.private, each.public) for zone, each in found.items()} == {
        "eu-west-1a": ("10.0.0.0/20", "10.0.16.0/21"),
        "eu-west-1c": ("10.0.64.0/20", "10.0.80.0/21"),
    }


@given(vpcs(), st.permutations(LETTERS))
def test_subnets_lie_within_the_vpc_and_never_overlap(cidr, letters):
    found = all_of(cidr, letters)
    assert all(each.subnet_of(IPv4Network(cidr)) for each in found)
    assert not any(one.overlaps(other) for one, other in combinations(found, 2))


@given(vpcs(), st.permutations(LETTERS), st.integers(1, 7))
def test_a_zone_that_comes_goes_or_moves_leaves_the_others_as_they_are(cidr, letters, few):
    before, after = subnets(cidr, zones(letters[:few])), subnets(cidr, zones(sorted(letters)))
    assert before == {zone: after[zone] for zone in before}


@given(vpcs())
def test_every_subnet_is_of_a_size_that_aws_and_load_balancers_take(cidr):
    assert vpc_network(cidr) == cidr
    assert all(16 <= each.prefixlen <= 27 for each in all_of(cidr, LETTERS))


@pytest.mark.parametrize("cidr", ["10.0.0.0/16", "10.0.0.0/22", "172.31.0.0/16", "192.168.0.0/20", "100.127.0.0/16"])
def test_a_network_with_room_is_taken(cidr):
    assert vpc_network(cidr) == cidr


@pytest.mark.parametrize(
    ("cidr", "message"),
    [
        ("10.0.0.0/15", "10.0.0.0/15 is /15, and AWS takes a VPC of /16 to /28; take one of /16 to /22"),
        ("10.0.0.0/29", "10.0.0.0/29 is /29, and AWS takes a VPC of /16 to /28; take one of /16 to /22"),
        (
            "10.0.0.0/23",
            "10.0.0.0/23 leaves a /28 for each public subnet, and load balancers want a /27; take one of /16 to /22",
        ),
        (
            "172.32.0.0/16",
            "172.32.0.0/16 holds addresses of the internet, which would be out of reach; take a network within "
            "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10",
        ),
    ],
)
def test_a_network_that_makes_no_vpc_is_refused(cidr, message):
    with pytest.raises(ValueError) as refused:
        vpc_network(cidr)
    assert str(refused.value) == message


def test_a_network_that_overlaps_is_named():
    apart("10.0.0.0/16", {"office": "10.1.0.0/16"})
    with pytest.raises(ValueError) as refused:
        apart("10.0.0.0/16", {"office": "10.1.0.0/16", "vpn": "10.0.128.0/20"})
    assert str(refused.value) == (
        "cidr 10.0.0.0/16 overlaps with 10.0.128.0/20, which connected_cidrs calls vpn; take another one"
    )
