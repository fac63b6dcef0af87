"""Lookups of existing subnets."""

import pulumi
import pulumi_aws as aws
import pytest

from moorings.aws.subnets import Subnet, check_vpc, get_subnets
from moorings.preview.secret_masking import UNKNOWN
from moorings.validation.rules import Violation

VPC = "vpc-0d1c7a52e8b94f360"


def test_subnets_of_the_vpc_are_accepted():
    subnets = [Subnet("subnet-a", VPC, "a", "az1"), Subnet("subnet-b", VPC, "b", "az2")]
    assert check_vpc(VPC, subnets) == subnets


@pytest.mark.parametrize("vpc_id", [None, "", "subnet-a"])
def test_subnets_that_ec2_did_not_describe_are_omitted(vpc_id):
    assert check_vpc(VPC, [Subnet("subnet-a", vpc_id, "a", "az1")]) == []


def test_a_subnet_of_another_vpc_is_rejected():
    with pytest.raises(Violation, match=f"subnet-a is in vpc-2, not in {VPC}; use subnets of one VPC") as error:
        check_vpc(VPC, [Subnet("subnet-a", "vpc-2", "a", "az1")])
    assert (error.value.rule.id, error.value.path) == ("aws-subnet-vpc", ("subnet_ids",))


def described_zones(deploy, subnet_ids):
    def program():
        names = ["eu-west-1b", "eu-west-1a"]
        resources = [aws.ec2.Subnet(name, vpc_id=VPC, availability_zone=name) for name in names]
        subnets = get_subnets(subnet_ids([resource.id for resource in resources]), resources[0])
        pulumi.export("zones", subnets.apply(lambda described: [[subnet.zone, subnet.vpc_id] for subnet in described]))

    return deploy(program).outputs["zones"]


@pytest.mark.parametrize("subnet_ids", [list, lambda ids: pulumi.Output.all(*ids)], ids=["late items", "a late list"])
def test_subnets_are_looked_up_in_their_order(deploy, subnet_ids):
    assert described_zones(deploy, subnet_ids) == [["eu-west-1b", VPC], ["eu-west-1a", VPC]]


def test_a_subnet_that_does_not_exist_yet_is_unknown(deploy):
    assert described_zones(deploy, lambda ids: ["subnet-0a4e21f7c93d58b06", ids[0]]) is UNKNOWN
