"""What grows a cluster, watches it, and lets others find it."""

import pulumi

from moorings.msk.alarm_definitions import AlarmDefinition
from moorings.msk.alarms import create_alarms
from moorings.msk.broker_endpoints import Broker, create_broker_records
from moorings.msk.broker_sizes import broker_size
from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.cluster_policy import create_cluster_policy
from moorings.msk.cluster_validation import alarms_of
from moorings.msk.dashboard import create_dashboard
from moorings.msk.derived_settings import ClusterFit
from moorings.msk.storage import grow_volumes
from moorings.validation.inputs import check_together


def operate(
    name: str,
    args: MskClusterArgs,
    fit: ClusterFit,
    *,
    where: str,
    arn: pulumi.Output[str],
    cluster_name: pulumi.Output[str],
    brokers: pulumi.Output[list[Broker]],
    opts: pulumi.ResourceOptions,
) -> None:
    """Make what was asked for beside the cluster.

    Args:
        name: logical name that the resources' names begin with.
        args: settings of the cluster.
        fit: what follows from them.
        where: whose arguments they are, as messages name it.
        arn: ARN of the cluster.
        cluster_name: name of the cluster, by which CloudWatch knows it.
        brokers: what MSK tells about the brokers.
        opts: options of each resource.

    """
    if args.volume_autoscaling_max_gib is not None:
        grow_volumes(
            name,
            cluster_arn=arn,
            most_gib=args.volume_autoscaling_max_gib,
            target_percent=args.volume_autoscaling_target_percent,
            tags=args.tags,
            opts=opts,
        )
    if args.broker_hosted_zone_id is not None:
        count = fit.brokers_for("broker_hosted_zone_id")
        create_broker_records(name, zone_id=args.broker_hosted_zone_id, count=count, brokers=brokers, opts=opts)
    create_cluster_policy(name, arn, args.private_link_accounts, args.private_link_clients, opts, iam=args.iam)
    alarms = _alarms(name, args, fit, where=where, cluster_name=cluster_name, opts=opts) if args.alarmed else ()
    if args.dashboard:
        create_dashboard(
            name,
            cluster_name=cluster_name,
            region=arn.apply(lambda known: known.split(":")[3]),
            broker_type=args.broker_type,
            level=args.enhanced_monitoring,
            alarms=alarms,
            opts=opts,
        )


def _alarms(
    name: str,
    args: MskClusterArgs,
    fit: ClusterFit,
    *,
    where: str,
    cluster_name: pulumi.Output[str],
    opts: pulumi.ResourceOptions,
) -> tuple[AlarmDefinition, ...]:
    alarms = alarms_of(args)
    partitions = check_together(
        where,
        _recommended,
        instance_type=fit.instance_type,
    )
    create_alarms(
        name,
        alarms,
        cluster_name=cluster_name,
        brokers=fit.brokers_for("alarm_topic_arns" if args.alarm_topic_arns else "silent_alarms"),
        recommended_partitions=partitions,
        topic_arns=args.alarm_topic_arns,
        silent=args.silent_alarms,
        tags=args.tags,
        opts=opts,
    )
    return alarms


def _recommended(instance_type: str) -> int:
    return broker_size(instance_type).recommended_partitions
