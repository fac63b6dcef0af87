"""VPCs of the subnets and security groups that the same program declares, also while their IDs are unknown."""

from collections.abc import Sequence
from typing import Any

import pulumi

from moorings.aws.ec2 import VpcMember
from moorings.sdk.internals import is_pulumi_output, resources_of
from moorings.validation.inputs import is_list
from moorings.validation.reporter import Reporter
from moorings.validation.rules import Findings, Rule, Violation


def _cluster(vpc: str, subnets: str) -> str:
    """Return an example of a cluster with the VPC of one network and the subnets of another."""
    zones = "availability_zones=['eu-west-1a', 'eu-west-1b']"
    networks = ", ".join(f"Network('{name}', NetworkArgs({zones}))" for name in "ab")
    placement = f"vpc_id={vpc}.vpc_id, subnet_ids={subnets}.private_subnet_ids"
    return f"(lambda a, b: MskCluster('c', MskClusterArgs(kafka_version='3.9.x.kraft', {placement})))({networks})"


SUBNET_VPC = Rule(
    id="aws-subnet-vpc",
    rationale="A resource and its security groups are in one VPC, so that it cannot use the subnets of another one.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html",
    invalid=_cluster("a", "b"),
    valid=_cluster("a", "a"),
)

Vpcs = frozenset[pulumi.Resource | str]
"""VPCs of the program, or the ID of an existing one. Empty if they are unknown."""


def vpcs_of_id(vpc_id: Any) -> Vpcs | pulumi.Output[Vpcs]:
    """Return the VPCs from which a VPC ID was made.

    Args:
        vpc_id: the argument of a component, plain or late.

    """
    if isinstance(vpc_id, str):
        return frozenset([vpc_id])
    return _late(vpc_id) if is_pulumi_output(vpc_id) else frozenset()


def vpcs_of_members(ids: Any) -> Vpcs | pulumi.Output[Vpcs]:
    """Return the VPCs of the subnets or security groups from which IDs were made.

    Args:
        ids: an ID, or a list of them, plain or late. The list and its items may be late.

    """
    outputs = [item for item in (ids if is_list(ids) else [ids]) if is_pulumi_output(item)]
    return _late(*outputs) if outputs else frozenset()


def find_other_vpcs(vpc: Vpcs, others: Sequence[Sequence[Any]]) -> Findings:
    """Security groups can refer to each other only within a VPC, or in VPCs of one Region that are peered.

    For an explicit rule of a component that is ``unsafe``.

    Args:
        vpc: result of `vpcs_of_id` for the component.
        others: path of each other argument, such as ``("client_security_group_ids", "billing")``, with the result of
            `vpcs_of_members`.

    """
    for path, other in others:
        if _differ(vpc, other):
            problem = f"the security group is in VPC {_names(other)}, and the component in VPC {_names(vpc)}"
            yield path, f"{problem}; use a security group of the same VPC, or CIDR blocks"


def check_declared_vpc(reporter: Reporter, vpc_id: Any, subnet_ids: Any, argument: str = "subnet_ids") -> None:
    """Check that subnets that the program declares are in the VPC of a component.

    Subnets from elsewhere are looked up in EC2 instead.

    Args:
        reporter: the reporter of the component.
        vpc_id: VPC of the component.
        subnet_ids: IDs of the subnets.
        argument: argument that lists the subnets, for messages.

    Raises:
        InvalidInput: for subnets of another VPC.

    """

    def check(vpc: Vpcs, other: Vpcs) -> None:
        if _differ(vpc, other):
            problem = f"the subnets are in the VPC {_names(other)}, and vpc_id is {_names(vpc)}; use subnets of one VPC"
            raise Violation(SUBNET_VPC, problem, *argument.split("."))

    reporter.derive(check, vpc=vpcs_of_id(vpc_id), other=vpcs_of_members(subnet_ids))


def _late(*ids: pulumi.Output[Any]) -> pulumi.Output[Vpcs]:
    async def look_up() -> Vpcs:
        return frozenset([vpc for output in ids for vpc in await _vpcs(output)])

    return pulumi.Output.from_input(look_up())


async def _vpcs(output: pulumi.Output[Any]) -> set[pulumi.Resource | str]:
    vpcs: set[pulumi.Resource | str] = set()
    for resource in await resources_of(output):
        if resource.pulumi_resource_type == "aws:ec2/vpc:Vpc":
            vpcs.add(resource)
        elif isinstance(resource, VpcMember):
            vpc_id: Any = resource.declared_vpc_id
            vpcs |= await _vpcs(vpc_id) if is_pulumi_output(vpc_id) else {vpc_id}
    return vpcs


def _differ(vpc: Vpcs, other: Vpcs) -> bool:
    """Whether VPCs are known to differ. A VPC of the program is not compared with an ID, which may be its own."""
    kinds = {isinstance(item, str) for item in (*vpc, *other)}
    return bool(vpc) and bool(other) and len(kinds) == 1 and vpc.isdisjoint(other)


def _names(vpcs: Vpcs) -> str:
    return " or ".join(sorted(vpc if isinstance(vpc, str) else f"'{vpc.pulumi_resource_name}'" for vpc in vpcs))
