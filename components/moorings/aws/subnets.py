"""Subnets that exist, as EC2 describes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from moorings.validation.inputs import is_list
from moorings.validation.uniqueness import check_unique


@dataclass(frozen=True)
class Subnet:
    """A subnet, as EC2 describes it."""

    id: str
    vpc_id: str | None
    zone: str
    zone_id: str

    @property
    def described(self) -> bool:
        """Whether EC2 answered: a test's mocks leave the VPC out, or put a stand-in there."""
        return self.vpc_id is not None and self.vpc_id.startswith("vpc-")


def distinct(subnet_ids: list[Any]) -> list[Any]:
    """The subnets, if none is named twice.

    Raises:
        ValueError: for a subnet that is.

    """
    check_unique(subnet_ids, "each subnet")
    return subnet_ids


def check_vpc(vpc_id: str, subnets: Sequence[Subnet]) -> list[Subnet]:
    """Those that EC2 described, if each lies in the VPC.

    Raises:
        ValueError: for a subnet of another VPC.

    """
    described = [subnet for subnet in subnets if subnet.described]
    for subnet in described:
        if subnet.vpc_id != vpc_id:
            raise ValueError(
                f"subnet_ids: {subnet.id} lies in {subnet.vpc_id}, not in {vpc_id}; name subnets of one VPC"
            )
    return described


def get_subnets(subnet_ids: Any, parent: pulumi.Resource) -> pulumi.Output[list[Subnet]]:
    """Ask EC2 for subnets, with the provider of a resource.

    Args:
        subnet_ids: their IDs, any of them or the list itself plain or late.
        parent: the component that asks.

    """
    invoke = pulumi.InvokeOptions(parent=parent)

    def described(ids: list[Any]) -> pulumi.Output[list[Subnet]]:
        found = [aws.ec2.get_subnet_output(id=each, opts=invoke) for each in ids]
        return pulumi.Output.all(pulumi.Output.all(*ids), *found).apply(
            lambda told: [
                Subnet(id_, it.vpc_id, it.availability_zone, it.availability_zone_id)
                for id_, it in zip(told[0], told[1:], strict=True)
            ]
        )

    if is_list(subnet_ids):
        return described(subnet_ids)
    known: pulumi.Output[list[str]] = pulumi.Output.from_input(subnet_ids)
    return known.apply(described)
