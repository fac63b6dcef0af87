"""Rules of the broker subnets: their VPC, Availability Zones, and routes, which are looked up in EC2."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pulumi

from moorings.aws.availability_zones import check_subnet_zones
from moorings.aws.ec2 import get_route_table_ids
from moorings.aws.subnets import get_subnets
from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.connectivity import PUBLIC_ACCESS_SOURCE
from moorings.msk.declared_resource_rules import unsupported_zone
from moorings.validation.findings import Severity
from moorings.validation.inputs import is_late, is_list
from moorings.validation.reporter import Reporter
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

SUBNET_RULES = RuleSet(MskClusterArgs)


@SUBNET_RULES.explicit(
    "msk-public-access-route",
    Severity.UNSAFE,
    source=PUBLIC_ACCESS_SOURCE,
    invalid="connectivity='public', connectivity_step='prepare', vpc_id=PRIVATE_VPC_ID",
    valid="connectivity='public', connectivity_step='prepare'",
)
def _public_access_route(subnet_ids: list[str], route_tables: list[Sequence[str] | None]) -> Findings:
    """MSK enables public access only in subnets with a route to an internet gateway, and never changes the subnets."""
    if all(ids == [] for ids in route_tables):  # None: the mocks of a unit test return no IDs
        yield (
            "subnet_ids",
            f"none of {', '.join(subnet_ids)} has a route to an internet gateway; use public subnets",
        )


def check_subnets(
    reporter: Reporter, vpc_id: pulumi.Input[str], subnet_ids: Any, parent: pulumi.Resource
) -> pulumi.Input[list[str]]:
    """Look up the subnets and return their IDs.

    Raises:
        InvalidInput: for subnets of another VPC or of the same Availability Zone.

    """
    subnets = get_subnets(subnet_ids, parent)
    reporter.evaluate(unsupported_zone, subnets=subnets)
    return reporter.derive(partial(check_subnet_zones, one_per_zone=True), vpc_id=vpc_id, subnets=subnets)


def check_internet_route(
    reporter: Reporter, vpc_id: pulumi.Input[str], subnet_ids: Any, parent: pulumi.Resource
) -> None:
    """Check that the subnets have a route to an internet gateway, which public access requires.

    Only plain IDs are checked, because the program may create the routes of its own subnets later. The check passes if
    the route table of any of the subnets, or the main route table of the VPC, has such a route.
    """
    if not is_list(subnet_ids) or is_late(subnet_ids) or is_late(vpc_id):
        return

    def get_route_tables(filter_name: str, values: Sequence[str]) -> pulumi.Output[Sequence[str]]:
        filters = {"route.gateway-id": ["igw-*"], filter_name: values}
        return get_route_table_ids(vpc_id, filters, parent)

    own = get_route_tables("association.subnet-id", subnet_ids)
    main = get_route_tables("association.main", ["true"])
    reporter.evaluate(_public_access_route, subnet_ids=subnet_ids, route_tables=[own, main])
