"""Settings that are derived from several arguments of a cluster, each checked as soon as its arguments are known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import pulumi

from moorings.msk.alarm_definitions import AlarmDefinition, select_alarms
from moorings.msk.broker_sizes import DEFAULT_INSTANCE_TYPES
from moorings.msk.broker_types import check_brokers
from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.configuration import render_server_properties
from moorings.msk.connectivity import check_connectivity
from moorings.msk.storage import check_storage
from moorings.msk.topics import check_topics
from moorings.validation.errors import InvalidInput
from moorings.validation.inputs import check_together, is_list


@dataclass(frozen=True)
class DerivedSettings:
    """Settings that are derived from several arguments of a cluster. Outputs if any of these arguments is an Output."""

    instance_type: pulumi.Input[str]
    """Broker size."""

    broker_count: pulumi.Input[int]
    """Number of brokers in all Availability Zones."""

    volume_gib: pulumi.Input[int | None]
    """Volume size of each broker. None for brokers without volumes."""

    server_properties: pulumi.Input[str]
    """Content of the MSK configuration."""

    replication_factors: pulumi.Input[Mapping[str, int]]
    """Replication factor of each declared topic."""

    alarms: Sequence[AlarmDefinition]
    """Alarms of the cluster. Empty without alarms."""

    @property
    def known_broker_count(self) -> int:
        """Number of brokers, for resources per broker. `derive_settings` rejects these if the number is an Output."""
        return cast("int", self.broker_count)


def derive_settings(component: str, args: MskClusterArgs) -> DerivedSettings:
    """Check arguments that depend on each other, and return the settings that are derived from them.

    Args:
        component: label of the component in messages.
        args: the arguments.

    Raises:
        InvalidInput: for contradictory arguments, immediately or when Outputs resolve.

    """
    requested_type = DEFAULT_INSTANCE_TYPES[args.broker_type] if args.instance_type is None else args.instance_type
    zones = _count_zones(args.subnet_ids)
    brokers: dict[str, Any] = {"broker_type": args.broker_type, "brokers_per_zone": args.brokers_per_zone}
    broker_count = _multiply(zones, args.brokers_per_zone)
    _check_broker_count(component, args, broker_count)
    alarms: Sequence[AlarmDefinition] = ()
    if args.has_alarms:
        select = partial(
            select_alarms,
            args.broker_type,
            args.enhanced_monitoring,
            burstable=args.burstable_brokers,
            iam=args.iam,
            thresholds=args.alarm_thresholds,
            disabled=args.disabled_alarms,
        )
        alarms = cast("Sequence[AlarmDefinition]", check_together(component, select))
    # The broker size depends on this check too, so that the cluster is not updated if it fails.
    supported_type = check_together(
        component,
        partial(check_connectivity, connectivity=args.connectivity, dual_stack=args.dual_stack),
        instance_type=requested_type,
        kafka_version=args.kafka_version,
    )
    instance_type = check_together(
        component,
        partial(check_brokers, **brokers, quota=args.broker_quota, burstable_brokers=args.burstable_brokers),
        instance_type=supported_type,
        kafka_version=args.kafka_version,
        zones=zones,
    )
    volume_gib = check_together(
        component,
        partial(check_storage, broker_type=args.broker_type, tiered_storage=args.tiered_storage),
        instance_type=requested_type,
        kafka_version=args.kafka_version,
        volume_gib=args.volume_gib,
        throughput=args.volume_throughput_mib_per_second,
        autoscaling_max_gib=args.volume_autoscaling_max_gib,
    )
    server_properties = check_together(
        component,
        partial(
            _render_properties,
            **brokers,
            names=list(args.server_properties),
            auto_create_topics=args.auto_create_topics,
            allow_everyone_without_acls=args.allow_everyone_without_acls,
            tiered_storage=args.tiered_storage,
        ),
        kafka_version=args.kafka_version,
        zones=zones,
        default_replication_factor=args.default_replication_factor,
        min_insync_replicas=args.min_insync_replicas,
        num_partitions=args.num_partitions,
        retention_hours=args.retention_hours,
        values=list(args.server_properties.values()),
    )
    replication_factors: pulumi.Input[Mapping[str, int]] = {}
    if args.topics or args.other_partitions:
        replication_factors = check_together(
            component,
            partial(
                check_topics,
                **brokers,
                topics=args.topics,
                other_partitions=args.other_partitions,
                tiered_storage=args.tiered_storage,
            ),
            instance_type=requested_type,
            kafka_version=args.kafka_version,
            zones=zones,
            default_replication_factor=args.default_replication_factor,
            min_insync_replicas=args.min_insync_replicas,
        )
    return DerivedSettings(
        instance_type=instance_type,
        broker_count=broker_count,
        volume_gib=volume_gib,
        server_properties=server_properties,
        replication_factors=replication_factors,
        alarms=alarms,
    )


def _check_broker_count(component: str, args: MskClusterArgs, broker_count: pulumi.Input[int]) -> None:
    """Check that the number of brokers is known if any argument creates resources for each broker.

    Raises:
        InvalidInput: if it is an Output.

    """
    per_broker = ("broker_hosted_zone_id", "alarm_topic_arns", "silent_alarms")
    argument = next((argument for argument in per_broker if getattr(args, argument)), None)
    if argument and not isinstance(broker_count, int):
        raise InvalidInput.at(
            component,
            f"{argument}: creates resources for each broker, but the number of brokers is not known before subnet_ids "
            "resolves; set subnet_ids to a list, whose items may be Outputs",
        )


def _count_zones(subnet_ids: Any) -> pulumi.Input[int]:
    """Return the number of Availability Zones: one for each item of the list, even if the items are Outputs."""
    if is_list(subnet_ids):
        return len(subnet_ids)
    return pulumi.Output[list[str]].from_input(subnet_ids).apply(len)


def _multiply(zones: pulumi.Input[int], brokers_per_zone: int) -> pulumi.Input[int]:
    if isinstance(zones, int):
        return zones * brokers_per_zone
    late_zones: pulumi.Output[int] = pulumi.Output.from_input(zones)
    return late_zones.apply(lambda resolved: resolved * brokers_per_zone)


def _render_properties(*, names: Sequence[str], values: Sequence[str], **settings: Any) -> str:
    return render_server_properties(properties=dict(zip(names, values, strict=True)), **settings)
