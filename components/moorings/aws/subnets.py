"""Look-up of existing subnets in EC2."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pulumi

from moorings.aws.ec2 import get_subnet
from moorings.aws.vpc_membership import SUBNET_VPC
from moorings.validation.inputs import as_output, gather, is_late, is_list
from moorings.validation.rules import Violation


@dataclass(frozen=True)
class Subnet:
    """A subnet."""

    id: str
    vpc_id: str | None
    zone: str
    """Name of the Availability Zone: ``eu-west-1a``."""

    zone_id: str
    """ID of the Availability Zone, which is the same in every account: ``euw1-az1``."""

    @property
    def is_described(self) -> bool:
        """Whether EC2 described the subnet. The mocks of unit tests return no VPC, or a placeholder."""
        return self.vpc_id is not None and self.vpc_id.startswith("vpc-")


def check_vpc(vpc_id: str, subnets: Sequence[Subnet], *, argument: str = "subnet_ids") -> list[Subnet]:
    """Return the subnets that EC2 described, after checking that they are in the VPC.

    Raises:
        Violation: for a subnet of another VPC.

    """
    described = [subnet for subnet in subnets if subnet.is_described]
    for subnet in described:
        if subnet.vpc_id != vpc_id:
            problem = f"{subnet.id} is in {subnet.vpc_id}, not in {vpc_id}; use subnets of one VPC"
            raise Violation(SUBNET_VPC, problem, *argument.split("."))
    return described


def get_subnets(subnet_ids: Any, parent: pulumi.Resource) -> pulumi.Output[list[Subnet]]:
    """Look up subnets with the provider of a resource.

    Args:
        subnet_ids: list of IDs; the list or its items may be late.
        parent: the resource.

    """

    def look_up(ids: list[Any]) -> pulumi.Output[list[Subnet]]:
        results = gather(*(get_subnet(subnet_id, parent) for subnet_id in ids))
        if is_late(ids):
            return gather(as_output(ids), results).apply(lambda known: _describe_subnets(*known))
        return results.apply(partial(_describe_subnets, ids))

    if is_list(subnet_ids):
        return look_up(subnet_ids)
    return as_output(subnet_ids).apply(look_up)


def _describe_subnets(ids: Sequence[str], results: Sequence[Mapping[str, Any]]) -> list[Subnet]:
    return [
        Subnet(subnet_id, result.get("vpcId"), result.get("availabilityZone", ""), result.get("availabilityZoneId", ""))
        for subnet_id, result in zip(ids, results, strict=True)
    ]
