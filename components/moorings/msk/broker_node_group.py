"""Properties of ``aws.msk.Cluster`` that concern its brokers."""

from typing import Any

import pulumi

from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.connectivity import connectivity_info
from moorings.msk.storage import storage_info


def broker_node_group(args: MskClusterArgs, security_group_id: pulumi.Input[str]) -> dict[str, Any]:
    """Return the ``broker_node_group_info`` of a cluster.

    Args:
        args: arguments of the cluster.
        security_group_id: security group with the rules for clients.

    """
    nodes: dict[str, Any] = {
        "instance_type": args.broker_size,
        "client_subnets": args.subnet_ids,
        "security_groups": [security_group_id, *args.security_group_ids[1:]],
        "connectivity_info": connectivity_info(
            args.connectivity,
            args.connectivity_step or "prepare",
            args.authenticated_listeners,
            dual_stack=args.dual_stack,
            disable_private_link=args.disable_private_link,
        ),
    }
    storage = storage_info(
        args.broker_type, volume_gib=args.volume_size, throughput=args.volume_throughput_mib_per_second
    )
    if storage:
        nodes["storage_info"] = storage
    return nodes
