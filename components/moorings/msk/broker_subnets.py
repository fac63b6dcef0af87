"""Where brokers may stand."""

from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from moorings.aws.subnets import Subnet, check_vpc, get_subnets
from moorings.validation.inputs import InvalidInput, check_together, is_late, is_list

NEVER = "use1-az3"
"""The zone that MSK does not serve. Source: https://docs.aws.amazon.com/msk/1.0/apireference/clusters.html"""


def checked_subnets(
    where: str, vpc_id: pulumi.Input[str], subnet_ids: Any, parent: pulumi.Resource
) -> pulumi.Input[list[str]]:
    """The IDs of the subnets, once EC2 has told that each lies in the VPC and in a zone of its own.

    Raises:
        InvalidInput: for subnets where brokers cannot stand, once they are looked up.

    """
    return check_together(where, own_zones, vpc_id=vpc_id, subnets=get_subnets(subnet_ids, parent))


def reached_from_internet(
    where: str, vpc_id: pulumi.Input[str], subnet_ids: Any, parent: pulumi.Resource
) -> pulumi.Output[None] | None:
    """Whether the internet has a way to the subnets, as public access needs; a cluster never changes its subnets.

    Only subnets that are named are looked at: of those that are made by the program itself, routes may come later. One
    of them with a route of its own is enough here, or a route for all that have none of their own.

    Raises:
        InvalidInput: where there is none, once EC2 has told.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/public-access.html
    """
    if not is_list(subnet_ids) or is_late(subnet_ids) or is_late(vpc_id):
        return None

    def tables(name: str, values: Sequence[str]) -> pulumi.Output[Sequence[str]]:
        return aws.ec2.get_route_tables_output(
            vpc_id=vpc_id,
            filters=[{"name": "route.gateway-id", "values": ["igw-*"]}, {"name": name, "values": values}],
            opts=pulumi.InvokeOptions(parent=parent),
        ).ids

    def check(found: Sequence[Sequence[str] | None]) -> None:
        if all(ids == [] for ids in found):  # a test's mocks answer nothing
            raise InvalidInput.at(
                where,
                f"subnet_ids: none of {', '.join(subnet_ids)} has a route to an internet gateway, and public access "
                "needs one; name public subnets, as a cluster never changes them",
            )

    return pulumi.Output.all(tables("association.subnet-id", subnet_ids), tables("association.main", ["true"])).apply(
        check
    )


def own_zones(vpc_id: str, subnets: Sequence[Subnet]) -> list[str]:
    """The IDs of the subnets, if each lies in the VPC and in a zone of its own.

    Raises:
        ValueError: for a subnet of another VPC, two in one zone, or one in the zone that MSK does not serve.

    """
    taken: dict[str, str] = {}
    for subnet in check_vpc(vpc_id, subnets):
        if subnet.zone_id == NEVER:
            raise ValueError(
                f"subnet_ids: {subnet.id} lies in {NEVER}, where MSK has no brokers; name one in another zone"
            )
        if subnet.zone_id in taken:
            raise ValueError(
                f"subnet_ids: {taken[subnet.zone_id]} and {subnet.id} both lie in {subnet.zone_id}; "
                "MSK wants each broker subnet in a zone of its own"
            )
        taken[subnet.zone_id] = subnet.id
    return [subnet.id for subnet in subnets]
