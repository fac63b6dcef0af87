"""Settings of the resources of a cluster that are derived from several arguments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import pulumi

from moorings.msk.alarm_definitions import AlarmDefinition, select_alarms
from moorings.msk.broker_sizes import is_burstable
from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.cluster_method_rules import UNKNOWN_BROKER_COUNT
from moorings.msk.configuration import render_server_properties
from moorings.msk.topics import check_topics
from moorings.validation.reporter import Reporter


@dataclass(frozen=True)
class DerivedSettings:
    """Settings that are derived from several arguments of a cluster. Outputs if any of these arguments is an Output."""

    server_properties: pulumi.Input[str]
    """Content of the MSK configuration."""

    replication_factors: pulumi.Input[Mapping[str, int]]
    """Replication factor of each declared topic."""

    alarms: Sequence[AlarmDefinition]
    """Alarms of the cluster. Empty without alarms."""


def derive_settings(reporter: Reporter, args: MskClusterArgs) -> DerivedSettings:
    """Return the settings that are derived from the arguments.

    Args:
        reporter: reporter of the component.
        args: the arguments.

    Raises:
        InvalidInput: for alarms that the cluster does not have, and for topics that the brokers do not support.

    """
    server_properties = reporter.derive(
        partial(
            render_server_properties,
            broker_type=args.broker_type,
            auto_create_topics=args.auto_create_topics,
            allow_everyone_without_acls=args.allow_everyone_without_acls,
        ),
        replication_factor=args.replication_factor,
        insync_replicas=args.insync_replicas,
        num_partitions=args.num_partitions,
        retention_hours=args.retention_hours,
        properties=args.server_properties,
    )
    replication_factors: pulumi.Input[Mapping[str, int]] = {}
    if args.topics or args.other_partitions:
        replication_factors = reporter.derive(
            partial(
                check_topics,
                broker_type=args.broker_type,
                brokers_per_zone=args.brokers_per_zone,
                topics=args.topics,
                other_partitions=args.other_partitions,
                tiered_storage=args.tiered_storage,
            ),
            instance_type=args.broker_size,
            kafka_version=args.kafka_version,
            zones=args.zone_count,
            default_replication_factor=args.default_replication_factor,
            min_insync_replicas=args.min_insync_replicas,
        )
    return DerivedSettings(
        server_properties=server_properties,
        replication_factors=replication_factors,
        alarms=_select_alarms(reporter, args) if args.has_alarms else (),
    )


def known_broker_count(reporter: Reporter, args: MskClusterArgs) -> int:
    """Return the number of brokers, for resources of each broker.

    Raises:
        InvalidInput: if it is not known before the list of subnets resolves.

    """
    count: Any = args.broker_count
    if not isinstance(count, int):
        problem = (
            "the number of brokers is not known before it resolves, and alarms and DNS records are created for each "
            "broker; pass a list, whose items may be Outputs"
        )
        reporter.reject(UNKNOWN_BROKER_COUNT, problem, "subnet_ids")
    return count


def _select_alarms(reporter: Reporter, args: MskClusterArgs) -> Sequence[AlarmDefinition]:
    size = args.broker_size
    select = partial(
        select_alarms,
        args.broker_type,
        args.enhanced_monitoring,
        burstable=isinstance(size, str) and is_burstable(size),  # a late size does not decide which alarms exist
        iam=args.iam,
        thresholds=args.alarm_thresholds,
        disabled=args.disabled_alarms,
    )
    return cast("Sequence[AlarmDefinition]", reporter.derive(select))
