"""Networks of the brokers, for the network policies of clients."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from moorings.aws.ec2 import get_subnet
from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.cluster_method_rules import BROKER_NETWORKS
from moorings.validation.inputs import as_output, gather
from moorings.validation.reporter import Reporter


def subnet_cidrs(
    reporter: Reporter, parent: pulumi.Resource, args: MskClusterArgs, route: str
) -> pulumi.Output[list[str]]:
    """Return the CIDR blocks of the brokers' subnets.

    Args:
        reporter: reporter of the cluster.
        parent: the cluster, with whose provider the subnets are looked up.
        args: arguments of the cluster.
        route: route of the connection: ``vpc`` or ``vpc-ipv6``.

    Raises:
        InvalidInput: for other routes, on which the brokers have other addresses.

    """
    attributes = {"vpc": "cidrBlock", "vpc-ipv6": "ipv6CidrBlock"}
    if route not in attributes:
        problem = f"with route {route!r}, the brokers have other addresses; use route 'vpc', or remove broker_cidrs"
        reporter.reject(BROKER_NETWORKS, problem, "broker_cidrs")

    def read(subnets: Sequence[Mapping[str, Any]]) -> list[str]:
        cidrs = [subnet.get(attributes[route]) for subnet in subnets]
        # A part of the networks would block the other brokers.
        return [cidr for cidr in cidrs if cidr] if all(cidrs) else []

    def look_up(ids: Sequence[str]) -> pulumi.Output[list[str]]:
        return gather(*(get_subnet(subnet_id, parent) for subnet_id in ids)).apply(read)

    return as_output(args.subnet_ids).apply(look_up)
