"""Looks up the broker subnets and checks their VPC, Availability Zones, and routes for public access."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

import pulumi
import pulumi_aws as aws
from pydantic import Field

from moorings.aws.availability_zones import check_subnet_zones
from moorings.aws.resource_ids import SubnetId
from moorings.aws.subnets import get_subnets
from moorings.validation.errors import InvalidInput
from moorings.validation.inputs import Input, check_together, is_late, is_list
from moorings.validation.types import Unique

SubnetIds = Annotated[list[Input[SubnetId]], Field(min_length=2, max_length=3), Unique]
"""One subnet in each of two or three Availability Zones."""

UNSUPPORTED_ZONE_ID = "use1-az3"
"""ID of the Availability Zone that MSK does not support.

Source: https://docs.aws.amazon.com/msk/1.0/apireference/clusters.html
"""


def check_subnets(
    component: str, vpc_id: pulumi.Input[str], subnet_ids: Any, parent: pulumi.Resource
) -> pulumi.Input[list[str]]:
    """Look up the subnets and return their IDs.

    Raises:
        InvalidInput: for subnets of another VPC, of the same Availability Zone, or of the unsupported zone.

    """
    check = partial(check_subnet_zones, one_per_zone=True, unsupported_zone_ids=[UNSUPPORTED_ZONE_ID])
    return check_together(component, check, vpc_id=vpc_id, subnets=get_subnets(subnet_ids, parent))


def check_internet_route(
    component: str, vpc_id: pulumi.Input[str], subnet_ids: Any, parent: pulumi.Resource
) -> pulumi.Output[None] | None:
    """Check that the subnets have a route to an internet gateway, which public access requires.

    Only plain IDs are checked, because the program may create the routes of its own subnets later. The check passes if
    the route table of any of the subnets, or the main route table of the VPC, has such a route.

    Raises:
        InvalidInput: if there is no such route.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/public-access.html
    """
    if not is_list(subnet_ids) or is_late(subnet_ids) or is_late(vpc_id):
        return None

    def get_route_tables(filter_name: str, values: Sequence[str]) -> pulumi.Output[Sequence[str]]:
        return aws.ec2.get_route_tables_output(
            vpc_id=vpc_id,
            filters=[
                {"name": "route.gateway-id", "values": ["igw-*"]},
                {"name": filter_name, "values": values},
            ],
            opts=pulumi.InvokeOptions(parent=parent),
        ).ids

    def check(route_tables: Sequence[Sequence[str] | None]) -> None:
        if all(ids == [] for ids in route_tables):  # None: the mocks of a unit test return no IDs
            raise InvalidInput.at(
                component,
                f"subnet_ids: none of {', '.join(subnet_ids)} has a route to an internet gateway, which public access "
                "requires; use public subnets, because a cluster cannot change its subnets",
            )

    return pulumi.Output.all(
        get_route_tables("association.subnet-id", subnet_ids), get_route_tables("association.main", ["true"])
    ).apply(check)
