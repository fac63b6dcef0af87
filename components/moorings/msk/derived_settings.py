"""Settings of the resources of a cluster that are derived from several arguments."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pulumi

from moorings.msk.alarm_definitions import AlarmDefinition, available_alarms, select_alarms
from moorings.msk.broker_sizes import is_burstable
from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.cluster_method_rules import UNKNOWN_BROKER_COUNT
from moorings.msk.configuration import render_server_properties
from moorings.validation.reporter import Reporter


@dataclass(frozen=True)
class DerivedSettings:
    """Settings that are derived from several arguments of a cluster. Outputs if any of these arguments is an Output."""

    server_properties: pulumi.Input[str]
    """Content of the MSK configuration."""

    alarms: Sequence[AlarmDefinition]
    """Alarms of the cluster. Empty without alarms."""


def derive_settings(reporter: Reporter, args: MskClusterArgs) -> DerivedSettings:
    """Return the settings that are derived from the arguments.

    Args:
        reporter: reporter of the component.
        args: the arguments.

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
        properties=args.all_server_properties,
    )
    return DerivedSettings(
        server_properties=server_properties,
        alarms=_select_alarms(args) if args.has_alarms else (),
    )


def known_broker_count(reporter: Reporter, args: MskClusterArgs) -> int:
    """Return the number of brokers, for resources of each broker.

    Raises:
        InvalidInput: if it is not known before the list of subnets resolves.

    """
    count: Any = args.broker_count
    if not isinstance(count, int):
        problem = (
            "the number of brokers is unknown until it resolves, and alarms and DNS records are created for each "
            "broker; pass a list, whose items may be Outputs"
        )
        reporter.reject(UNKNOWN_BROKER_COUNT, problem, "subnet_ids")
    return count


def _select_alarms(args: MskClusterArgs) -> Sequence[AlarmDefinition]:
    size = args.broker_size
    # A size that is late does not decide which alarms exist.
    burstable = isinstance(size, str) and is_burstable(size)
    alarms = available_alarms(args.broker_type, args.enhanced_monitoring, burstable=burstable, iam=args.iam)
    return select_alarms(alarms, thresholds=args.alarm_thresholds, disabled=args.disabled_alarms)
