"""Availability Zones."""

import pytest

from moorings.aws.availability_zones import check_subnet_zones, is_availability_zone, zone_region
from moorings.aws.subnets import Subnet
from moorings.validation.rules import Violation

VPC = "vpc-0d1c7a52e8b94f360"


@pytest.mark.parametrize(
    ("zone", "region"),
    [
        ("eu-west-1a", "eu-west-1"),
        ("us-gov-west-1b", "us-gov-west-1"),
        ("ap-southeast-2c", "ap-southeast-2"),
        ("eusc-de-east-1b", "eusc-de-east-1"),
        ("us-isob-east-1a", "us-isob-east-1"),
        ("us-west-2-lax-1a", "us-west-2"),
        ("us-east-1-wl1-bos-wlz-1", "us-east-1"),
    ],
)
def test_the_region_of_a_zone(zone, region):
    assert zone_region(zone) == region
    assert is_availability_zone(zone) == (zone == f"{region}{zone[-1]}")


@pytest.mark.parametrize("zone", ["eu-west-1", "euw1-az1", "eu-west-1ab", "us-west-2-", "EU-WEST-1A", ""])
def test_other_strings_are_rejected(zone):
    with pytest.raises(ValueError) as error:
        zone_region(zone)
    assert str(error.value) == f"expected the name of an Availability Zone, such as eu-west-1a, got {zone!r}"


def subnets(*letters, vpc=VPC):
    return [Subnet(f"subnet-{n}", vpc, f"eu-west-1{letter}", f"id-of-{letter}") for n, letter in enumerate(letters)]


@pytest.mark.parametrize("one_per_zone", [False, True])
def test_subnets_in_different_zones_are_accepted(one_per_zone):
    assert check_subnet_zones(VPC, subnets("a", "b"), one_per_zone=one_per_zone) == ["subnet-0", "subnet-1"]


def test_a_zone_may_have_several_subnets():
    assert check_subnet_zones(VPC, subnets("a", "b", "a")) == ["subnet-0", "subnet-1", "subnet-2"]


@pytest.mark.parametrize("vpc", [None, "", "subnet-a"])
def test_subnets_that_ec2_did_not_describe_are_accepted(vpc):
    assert check_subnet_zones(VPC, subnets("a", "a", vpc=vpc), one_per_zone=True) == ["subnet-0", "subnet-1"]


@pytest.mark.parametrize(
    ("subnets", "options", "rule", "path"),
    [
        (subnets("a", "a"), {}, "aws-subnets-in-one-zone", ("subnet_ids",)),
        (
            subnets("a", "b", "a"),
            {"one_per_zone": True, "argument": "load_balancer.subnet_ids"},
            "aws-subnets-in-one-zone",
            ("load_balancer", "subnet_ids"),
        ),
        (subnets("a", "b", vpc="vpc-2"), {}, "aws-subnet-vpc", ("subnet_ids",)),
    ],
)
def test_other_subnets_are_rejected(subnets, options, rule, path):
    with pytest.raises(Violation) as error:
        check_subnet_zones(VPC, subnets, **options)
    assert (error.value.rule.id, error.value.path) == (rule, path)
