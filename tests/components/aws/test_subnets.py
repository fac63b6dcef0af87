"""Subnets, as EC2 describes them."""

import pulumi
import pulumi_aws as aws
import pytest

from moorings.aws.subnets import Subnet, check_vpc, distinct, get_subnets
from moorings.preview.secret_masking import UNKNOWN

VPC = "vpc-0d1c7a52e8b94f360"


def test_distinct_subnets_are_taken():
    assert distinct(["subnet-a", "subnet-b"]) == ["subnet-a", "subnet-b"]


def test_a_subnet_named_twice_is_refused():
    with pytest.raises(ValueError, match=r"^subnet-a is named twice; name each subnet once$"):
        distinct(["subnet-a", "subnet-b", "subnet-a"])


def test_subnets_of_the_vpc_are_taken():
    subnets = [Subnet("subnet-a", VPC, "a", "az1"), Subnet("subnet-b", VPC, "b", "az2")]
    assert check_vpc(VPC, subnets) == subnets


@pytest.mark.parametrize("vpc_id", [None, "", "subnet-a"])
def test_what_nobody_described_is_left_out(vpc_id):
    assert check_vpc(VPC, [Subnet("subnet-a", vpc_id, "a", "az1")]) == []


def test_a_subnet_of_another_vpc_is_refused():
    with pytest.raises(ValueError) as refused:
        check_vpc(VPC, [Subnet("subnet-a", "vpc-2", "a", "az1")])
    assert str(refused.value) == (
        "subnet_ids: subnet-a lies in vpc-2, not in vpc-0d1c7a52e8b94f360; name subnets of one VPC"
    )


def zones_of(deploy, given):
    def program():
        zones = ["eu-west-1b", "eu-west-1a"]
        made = [aws.ec2.Subnet(zone, vpc_id=VPC, availability_zone=zone) for zone in zones]
        found = get_subnets(given([each.id for each in made]), made[0])
        pulumi.export("it", found.apply(lambda subnets: [[each.zone, each.vpc_id] for each in subnets]))

    return deploy(program).outputs["it"]


@pytest.mark.parametrize("given", [list, lambda ids: pulumi.Output.all(*ids)], ids=["late ones", "a late list"])
def test_they_are_looked_up_in_the_order_in_which_they_are_named(deploy, given):
    assert zones_of(deploy, given) == [["eu-west-1b", VPC], ["eu-west-1a", VPC]]


def test_what_ec2_cannot_tell_yet_is_unknown(deploy):
    assert zones_of(deploy, lambda ids: ["subnet-0a4e21f7c93d58b06", ids[0]]) is UNKNOWN
