"""Where brokers may stand."""

from collections.abc import Sequence
from typing import Any

import pulumi

from moorings.inputs import together
from moorings.subnets import Subnet, look_up, of_one_vpc

NEVER = "use1-az3"
"""The zone that MSK does not serve. Source: https://docs.aws.amazon.com/msk/1.0/apireference/clusters.html"""


def checked_subnets(
    where: str, vpc_id: pulumi.Input[str], subnet_ids: Any, parent: pulumi.Resource
) -> pulumi.Input[list[str]]:
    """The IDs of the subnets, once EC2 has told that each lies in the VPC and in a zone of its own.

    Raises:
        InvalidInput: for subnets where brokers cannot stand, once they are looked up.

    """
    return together(where, own_zones, vpc_id=vpc_id, subnets=look_up(subnet_ids, parent))


def own_zones(vpc_id: str, subnets: Sequence[Subnet]) -> list[str]:
    """The IDs of the subnets, if each lies in the VPC and in a zone of its own.

    Raises:
        ValueError: for a subnet of another VPC, two in one zone, or one in the zone that MSK does not serve.

    """
    taken: dict[str, str] = {}
    for subnet in of_one_vpc(vpc_id, subnets):
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
