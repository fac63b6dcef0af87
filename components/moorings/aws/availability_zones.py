"""Availability Zones: their names, and the zones of a component's subnets."""

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator

from moorings.aws.subnets import Subnet, check_vpc
from moorings.validation.argument_rules import FORMAT
from moorings.validation.rules import Rule, Violation

_ZONE_NAME = re.compile(r"(?P<region>[a-z]+(?:-[a-z]+)+-[0-9]+)(?P<zone>[a-z]|(?:-[a-z0-9]+)+)")
"""The name of an Availability Zone is that of its Region and a letter. Local Zones and Wavelength Zones have a longer
suffix: ``us-west-2-lax-1a``.

Sources: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html and
https://docs.aws.amazon.com/local-zones/latest/ug/available-local-zones.html
"""


_NETWORK = "Network('main', NetworkArgs(availability_zones=['eu-west-1a', 'eu-west-1b']))"
_CLUSTER = "MskCluster('kafka', MskClusterArgs(kafka_version='3.9.x.kraft', vpc_id=network.vpc_id, subnet_ids={}))"

SUBNETS_IN_ONE_ZONE = Rule(
    id="aws-subnets-in-one-zone",
    rationale="The service distributes its nodes over Availability Zones, and accepts one subnet in each of them.",
    source="https://docs.aws.amazon.com/msk/latest/developerguide/msk-create-cluster.html",
    invalid=f"(lambda network: {_CLUSTER})({_NETWORK})".format(
        "[network.private_subnet_ids[0], network.public_subnet_ids[0]]"
    ),
    valid=f"(lambda network: {_CLUSTER})({_NETWORK})".format("network.private_subnet_ids"),
)


def zone_region(zone: str) -> str:
    """Return the Region of an Availability Zone, a Local Zone or a Wavelength Zone.

    Raises:
        Violation: for any other string.

    """
    match = _ZONE_NAME.fullmatch(zone)
    if not match:
        raise Violation(FORMAT, f"expected the name of an Availability Zone, such as eu-west-1a, got {zone!r}")
    return match["region"]


def is_availability_zone(zone: str) -> bool:
    """Whether the name of a zone is that of an Availability Zone, not of a Local Zone or a Wavelength Zone."""
    match = _ZONE_NAME.fullmatch(zone)
    return match is not None and len(match["zone"]) == 1


def _check_zone_name(zone: str) -> str:
    zone_region(zone)
    return zone


ZoneName = Annotated[str, AfterValidator(_check_zone_name)]
"""Name of an Availability Zone, a Local Zone or a Wavelength Zone."""


def check_subnet_zones(
    vpc_id: str,
    subnets: Sequence[Subnet],
    *,
    argument: str = "subnet_ids",
    one_per_zone: bool = False,
) -> list[str]:
    """Return the IDs of subnets if they are in the VPC and in at least two Availability Zones.

    Args:
        vpc_id: the VPC.
        subnets: the subnets. Those that EC2 did not describe, because a unit test mocks the SDK, are not checked.
        argument: argument that lists the subnets, for messages.
        one_per_zone: whether each subnet must be in a zone of its own.

    Raises:
        Violation: for subnets of another VPC, or in a single zone.

    """
    described = check_vpc(vpc_id, subnets, argument=argument)
    path = argument.split(".")
    by_zone: dict[str, Subnet] = {}
    for subnet in described:
        other = by_zone.setdefault(subnet.zone_id, subnet)
        if one_per_zone and other is not subnet:
            problem = f"{other.id} and {subnet.id} are both in {subnet.zone}; use one subnet in each Availability Zone"
            raise Violation(SUBNETS_IN_ONE_ZONE, problem, *path)
    if len(described) > 1 and len(by_zone) == 1:
        problem = f"all subnets are in {described[0].zone}; add a subnet in another Availability Zone"
        raise Violation(SUBNETS_IN_ONE_ZONE, problem, *path)
    return [subnet.id for subnet in subnets]
