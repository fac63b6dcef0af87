"""VPCs of the subnets and security groups that a program declares."""

import pulumi
import pulumi_aws as aws
import pytest

from moorings import Network
from moorings.aws.security_groups import SecurityGroup
from moorings.aws.vpc_membership import check_declared_vpc, find_other_vpcs, vpcs_of_id, vpcs_of_members
from moorings.sdk import internals
from moorings.validation.reporter import Reporter

REPORTER = Reporter("Service 'a'", {}, {})
ZONES = ["eu-west-1a", "eu-west-1b"]
SUBNETS = ["subnet-00000001", "subnet-00000002"]


def network(name):
    return Network(name, {"availability_zones": ZONES, "nat": "none", "endpoints": ["logs", "ecr.api", "ecr.dkr"]})


def group(name, vpc_id):
    options = pulumi.ResourceOptions()
    return SecurityGroup(name, reporter=REPORTER, description=name, vpc_id=vpc_id, tags={}, opts=options).id


def late_list(network):
    return pulumi.Output.all(*network.private_subnet_ids)


def existing_vpc(subnet_vpc):
    return group("other", subnet_vpc)


SAME = {
    "list": lambda: (first := network("a"), first.vpc_id, first.private_subnet_ids)[1:],
    "late list": lambda: (first := network("a"), first.vpc_id, late_list(first))[1:],
    "apply": lambda: (first := network("a"), first.vpc_id.apply(str), [late_list(first).apply(lambda ids: ids[0])])[1:],
    "existing": lambda: ("vpc-00000001", SUBNETS),
    "existing subnets": lambda: (network("a").vpc_id, SUBNETS),
    "existing VPC": lambda: ("vpc-00000001", network("a").private_subnet_ids),
    "by hand": lambda: ((vpc := aws.ec2.Vpc("a")).id, [aws.ec2.Subnet("a", vpc_id=vpc.id).id]),
    "another stack": lambda: (
        pulumi.StackReference("acme/network/dev").get_output("vpc_id"),
        network("a").private_subnet_ids,
    ),
    "group of the same existing VPC": lambda: ("vpc-00000001", group("other", "vpc-00000001")),
    "no ID": lambda: (None, None),
}
OTHER = {
    "list": lambda: (network("a").vpc_id, network("b").private_subnet_ids),
    "late list": lambda: (network("a").vpc_id.apply(str), late_list(network("b"))),
    "VPC by hand": lambda: (aws.ec2.Vpc("a").id, network("b").public_subnet_ids),
    "group": lambda: (network("a").vpc_id, group("other", network("b").vpc_id)),
    "group of another existing VPC": lambda: ("vpc-00000001", group("other", "vpc-00000002")),
}


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("ids", SAME.values(), ids=SAME)
def test_subnets_of_the_vpc_are_accepted(deploy, ids, preview):
    deploy(lambda: check_declared_vpc(REPORTER, *ids()), preview=preview)


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("ids", OTHER.values(), ids=OTHER)
def test_subnets_of_another_vpc_are_rejected(deploy, rejected, ids, preview):
    with rejected("aws-subnet-vpc", "load_balancer.subnet_ids"):
        deploy(lambda: check_declared_vpc(REPORTER, *ids(), "load_balancer.subnet_ids"), preview=preview)


def test_without_the_private_name_nothing_is_compared(deploy, monkeypatch):
    find = internals.find_private_name
    monkeypatch.setattr(internals, "find_private_name", lambda name: None if "resources" in name else find(name))
    deploy(lambda: check_declared_vpc(REPORTER, *OTHER["list"]()))


@pytest.mark.parametrize("preview", [False, True])
def test_groups_of_another_vpc_are_found(deploy, preview):
    findings = []

    def program():
        a, b = network("a"), network("b")
        values = {
            "vpc": vpcs_of_id(a.vpc_id),
            "same": vpcs_of_members(group("same", a.vpc_id)),
            "other": vpcs_of_members(group("other", b.vpc_id)),
            "existing": vpcs_of_members("sg-0b92d7f4a1e63c508"),
        }

        def find(found):
            others = [[("clients", name), found[name]] for name in ("same", "other", "existing")]
            findings.extend(find_other_vpcs(found["vpc"], others))

        pulumi.Output.all(**values).apply(find)

    deploy(program, preview=preview)
    problem = (
        "the security group is in VPC 'b-vpc', and the component in VPC 'a-vpc'; use a security group of the same VPC, "
        "or CIDR blocks"
    )
    assert findings == [(("clients", "other"), problem)]
