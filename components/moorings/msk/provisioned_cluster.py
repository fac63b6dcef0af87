"""The cluster itself, as the provider is told."""

from collections.abc import Mapping
from math import ceil
from types import MappingProxyType
from typing import Any

import pulumi
import pulumi_aws as aws

from moorings.msk.broker_logs import logging_info
from moorings.msk.broker_types import SHAPES
from moorings.msk.change_guard import update_guard
from moorings.msk.change_impact import rolling_minutes
from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.connectivity import connectivity
from moorings.msk.derived_settings import ClusterFit
from moorings.msk.monitoring import open_monitoring
from moorings.msk.storage import VOLUME_SIZE

TIMEOUT_HOURS: Mapping[str, int] = MappingProxyType({"create": 3, "update": 6, "delete": 2})
"""A cluster takes up to an hour to come. Large ones are updated for longer."""


def provisioned_cluster(
    name: str,
    args: MskClusterArgs,
    fit: ClusterFit,
    *,
    configuration: aws.msk.Configuration,
    kms_key_arn: pulumi.Input[str],
    log_group: aws.cloudwatch.LogGroup | None,
    security_group_id: pulumi.Input[str],
    parent: pulumi.Resource,
) -> aws.msk.Cluster:
    """Make the cluster.

    Args:
        name: logical name that the cluster's begins with.
        args: settings of the cluster.
        fit: what follows from them.
        configuration: what the brokers are told.
        kms_key_arn: key of the data at rest.
        log_group: log group of the brokers, if there is one.
        security_group_id: group of the brokers, known once the subnets are checked.
        parent: the component.

    """
    scrapers = len(args.prometheus_cidrs) + len(args.prometheus_security_group_ids)
    express = args.broker_type == "express"
    nodes: Any = {
        "instance_type": fit.instance_type,
        "client_subnets": args.subnet_ids,
        "security_groups": [security_group_id, *args.security_group_ids[1:]],
        "connectivity_info": connectivity(
            args.access,
            args.access_step or "prepare",
            args.listeners,
            dual_stack=args.dual_stack,
            link_closed=args.private_link_closed,
        ),
    }
    if SHAPES[args.broker_type].own_volumes:
        nodes["storage_info"] = {"ebs_storage_info": _volume(args, fit)}
    return aws.msk.Cluster(
        f"{name}-cluster",
        cluster_name=args.cluster_name,
        kafka_version=args.kafka_version,
        number_of_broker_nodes=fit.brokers,
        broker_node_group_info=nodes,
        client_authentication=_authentication(args),
        configuration_info={"arn": configuration.arn, "revision": configuration.latest_revision},
        encryption_info={
            "encryption_at_rest_kms_key_arn": kms_key_arn,
            "encryption_in_transit": {"client_broker": "TLS", "in_cluster": True},
        },
        enhanced_monitoring=args.enhanced_monitoring,
        logging_info=logging_info(
            args.broker_type,
            log_group=log_group.name if log_group else None,
            bucket=args.log_bucket,
            prefix=args.log_bucket_prefix,
            stream=args.log_firehose_stream,
        ),
        open_monitoring=open_monitoring(enabled=scrapers > 0),
        rebalancing={"status": "PAUSED" if args.rebalancing_paused else "ACTIVE"} if express else None,
        storage_mode="TIERED" if args.tiered_storage else None,
        tags=args.tags,
        opts=pulumi.ResourceOptions(
            parent=parent,
            protect=args.protect,
            custom_timeouts=_timeouts(args),
            # Only then: without it, a change of volume_gib by hand has to reach the brokers.
            hooks=update_guard(name, args.acknowledged_changes),
            ignore_changes=None if args.volume_autoscaling_max_gib is None else [VOLUME_SIZE],
        ),
    )


def _timeouts(args: MskClusterArgs) -> pulumi.CustomTimeouts:
    """How long to wait: for each change of an update as long as a restart of all brokers takes at most, and an hour."""
    _, longest = rolling_minutes(max(SHAPES[args.broker_type].zones) * args.brokers_per_zone)
    asked = {str(what): hours for what, hours in args.timeout_hours.items()}
    hours = {**TIMEOUT_HOURS, "update": max(TIMEOUT_HOURS["update"], 1 + ceil(longest / 60)), **asked}
    return pulumi.CustomTimeouts(**{what: f"{number}h" for what, number in hours.items()})


def _authentication(args: MskClusterArgs) -> Any:
    ways: dict[str, Any] = {"sasl": {"scram": args.scram, "iam": args.iam}, "unauthenticated": False}
    # An empty block flips back and forth, and MSK refuses the update that it makes.
    if args.certificate_authority_arns:
        ways["tls"] = {"certificate_authority_arns": args.certificate_authority_arns}
    return ways


def _volume(args: MskClusterArgs, fit: ClusterFit) -> dict[str, Any]:
    volume: dict[str, Any] = {"volume_size": fit.volume_gib}
    if args.volume_throughput_mib_per_second is not None:
        volume["provisioned_throughput"] = {
            "enabled": True,
            "volume_throughput": args.volume_throughput_mib_per_second,
        }
    return volume
