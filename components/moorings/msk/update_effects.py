"""Effects of an update of a cluster: rolling restarts and their duration, timeouts, operations in sequence."""

from collections.abc import Mapping
from math import ceil
from types import MappingProxyType

import pulumi

from moorings.msk.cluster_inputs import (
    AUTHENTICATION,
    BROKER_COUNT,
    CLIENT_BROKER_ENCRYPTION,
    CLUSTER_TYPE,
    CONFIGURATION,
    CONNECTIVITY,
    INSTANCE_TYPE,
    KAFKA_VERSION,
    STORAGE,
    STORAGE_MODE,
)
from moorings.validation.impacts import Impact, ImpactLevel, ImpactRule
from moorings.validation.resource_changes import ResourceChange

RESTART_MINUTES = (5, 15)
"""Minimum and maximum minutes that one Standard broker is unavailable in a rolling restart.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html
"""

TIMEOUT_HOURS: Mapping[str, int] = MappingProxyType({"create": 3, "update": 6, "delete": 2})
"""Default timeouts in hours. MSK needs up to an hour to create a cluster. Updates of large clusters take longer."""

_SIZE, _VERSION, _CONFIGURATION = "broker size", "Kafka version", "configuration"
_RESTARTING = (_SIZE, _CONFIGURATION, _VERSION)

_OPERATIONS: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "connectivity": (CONNECTIVITY,),
        _SIZE: (INSTANCE_TYPE,),
        "storage": (STORAGE, STORAGE_MODE),
        "broker count": (BROKER_COUNT,),
        _CONFIGURATION: (CONFIGURATION,),
        _VERSION: (KAFKA_VERSION,),
        "authentication": (AUTHENTICATION, CLIENT_BROKER_ENCRYPTION),
    }
)
"""MSK operations in the order in which the provider requests them, with the paths of their inputs.

Source: ``resourceClusterUpdate`` in
https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/kafka/cluster.go
"""


def rolling_restart_minutes(brokers: int) -> tuple[int, int]:
    """Return the minimum and maximum minutes of a rolling restart of all brokers."""
    return RESTART_MINUTES[0] * brokers, RESTART_MINUTES[1] * brokers


def operation_timeouts(brokers: int, hours: Mapping[str, int]) -> pulumi.CustomTimeouts:
    """Return the timeout of each operation.

    The default for updates allows a rolling restart of all brokers plus an hour, and is at least six hours.

    Args:
        brokers: maximum number of brokers.
        hours: hours that the user has set, by operation.

    """
    _, longest = rolling_restart_minutes(brokers)
    defaults = {**TIMEOUT_HOURS, "update": max(TIMEOUT_HOURS["update"], 1 + ceil(longest / 60))}
    return pulumi.CustomTimeouts(**{operation: f"{count}h" for operation, count in {**defaults, **hours}.items()})


def restart_notice(change: ResourceChange) -> str | None:
    """Return a notice about the rolling restarts of an update and their duration, or None."""
    restarting = [operation for operation in changed_operations(change) if operation.startswith(_RESTARTING)]
    brokers = change.after.number(*BROKER_COUNT)
    if change.operation != "update" or not restarting or brokers is None:
        return None
    shortest, longest = (minutes * len(restarting) for minutes in rolling_restart_minutes(int(brokers)))
    times = f" {len(restarting)} times" if len(restarting) > 1 else ""
    return (
        f"rolling restart of {brokers:g} brokers{times} to change {' and '.join(restarting)}, one broker at a time, "
        f"{RESTART_MINUTES[0]} to {RESTART_MINUTES[1]} minutes each: {shortest} to {longest} minutes in total"
    )


def describe_restart(change: ResourceChange) -> Impact | None:
    """Return the rolling restarts of an update as an impact, or None."""
    notice = restart_notice(change)
    return Impact(ImpactLevel.ROLLING, notice) if notice else None


RESTART_IMPACT = ImpactRule(frozenset({CLUSTER_TYPE}), describe_restart)
"""What changes of a cluster do, for reports."""


def changed_operations(change: ResourceChange) -> list[str]:
    """Return the MSK operations that an update requires, in their order."""
    operations = [
        operation
        for operation, paths in _OPERATIONS.items()
        if any(change.before.at(*path) != change.after.at(*path) for path in paths)
    ]
    if _CONFIGURATION in operations and _VERSION in operations:
        # MSK applies both in one operation, with one restart.
        operations[operations.index(_VERSION)] = f"{_VERSION} with {_CONFIGURATION}"
        operations.remove(_CONFIGURATION)
    return operations
