"""What is worth an alarm on a cluster, by type of broker. Figures as AWS advised them on 2026-11-20."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from moorings.msk.broker_sizes import BrokerType

MonitoringLevel = Literal["DEFAULT", "PER_BROKER", "PER_TOPIC_PER_BROKER", "PER_TOPIC_PER_PARTITION"]
"""Levels of metrics, from the coarsest, which is free, to the finest. Each holds those before it.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details.html
"""

LEVELS: tuple[MonitoringLevel, ...] = ("DEFAULT", "PER_BROKER", "PER_TOPIC_PER_BROKER", "PER_TOPIC_PER_PARTITION")

STANDARD_PAGE = "https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html"
EXPRESS_PAGE = "https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices-express.html"
METRICS_PAGE = "https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details.html"
EXPRESS_METRICS_PAGE = "https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details-express.html"
LIMITS_PAGE = "https://docs.aws.amazon.com/msk/latest/developerguide/limits.html"

Comparison = Literal[
    "GreaterThanThreshold",
    "GreaterThanOrEqualToThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
    "GreaterThanUpperThreshold",
]


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """A condition on a metric that a person should hear of."""

    role: str
    """What it is called in resources' names, and where its threshold is overridden."""

    metrics: tuple[str, ...]
    """The metric; of several, their sum."""

    threshold: float | None
    """In the metric's own unit. With ``GreaterThanUpperThreshold`` the width of the band that CloudWatch expects, in
    standard deviations. None where it depends on the size of the brokers."""

    why: str
    """What it means, and what to do."""

    source: str = STANDARD_PAGE
    """Page of the vendor that advises it."""

    critical: bool = False
    """Whether data or availability is at stake now; otherwise there is time to act."""

    per: Literal["cluster", "broker"] = "broker"
    """Whether the cluster has one value, or each broker its own."""

    statistic: Literal["Average", "Maximum", "Sum"] = "Average"
    comparison: Comparison = "GreaterThanThreshold"

    period: int = 300
    """Seconds over which a value is taken."""

    periods: int = 3
    """How many values in a row break the threshold before it is an alarm."""

    missing: Literal["missing", "notBreaching"] = "missing"
    """How CloudWatch treats the absence of values: some metrics are only there while something is wrong."""

    types: tuple[BrokerType, ...] = ("standard", "express")
    level: MonitoringLevel = "DEFAULT"
    """Coarsest monitoring level that has the metric."""

    only: Literal["burstable", "iam"] | None = None
    """Clusters that have the metric: those of burstable brokers, those with IAM on."""


ALARMS: tuple[Alarm, ...] = (
    Alarm(
        role="offline-partitions",
        metrics=("OfflinePartitionsCount",),
        threshold=0,
        critical=True,
        per="cluster",
        statistic="Maximum",
        period=60,
        periods=1,
        types=("standard",),
        why="Partitions have no leader: nobody can write to them or read from them. Look for brokers that are down.",
    ),
    Alarm(
        role="under-min-isr",
        metrics=("UnderMinIsrPartitionCount",),
        threshold=1,
        critical=True,
        comparison="GreaterThanOrEqualToThreshold",
        period=60,
        periods=1,
        types=("standard",),
        why="Fewer replicas are in sync than min.insync.replicas: producers with acks=all are refused. Look for "
        "brokers that are down, and for topics whose replication factor is no more than their "
        "min.insync.replicas.",
    ),
    Alarm(
        role="controller",
        metrics=("ActiveControllerCount",),
        threshold=1,
        critical=True,
        per="cluster",
        statistic="Maximum",
        comparison="LessThanThreshold",
        periods=1,
        why="No controller is active: leaders are not moved away from brokers that fail. A short gap while a "
        "broker restarts is normal; this one lasts.",
    ),
    Alarm(
        role="disk",
        metrics=("KafkaDataLogsDiskUsed",),
        threshold=85,
        critical=True,
        statistic="Maximum",
        comparison="GreaterThanOrEqualToThreshold",
        periods=1,
        types=("standard",),
        why="A broker's disk is nearly full, and a broker whose disk is full stops. Grow volume_gib, or keep "
        "records for a shorter time.",
    ),
    Alarm(
        role="under-replicated",
        metrics=("UnderReplicatedPartitions",),
        threshold=0,
        statistic="Maximum",
        types=("standard",),
        why="Replicas have lagged behind for a quarter of an hour, longer than a broker takes to restart. Unless "
        "MSK is at work on the cluster, look for a broker that is overloaded or down.",
    ),
    Alarm(
        role="cpu",
        metrics=("CpuUser", "CpuSystem"),
        threshold=60,
        why="A broker has too little CPU left to take over from one that restarts. Send larger batches, or take a "
        "larger instance_type or more brokers_per_zone.",
    ),
    Alarm(
        role="heap",
        metrics=("HeapMemoryAfterGC",),
        threshold=60,
        types=("standard",),
        why="A broker's memory stays full after garbage collection, as many connections, groups, partitions or "
        "transactional IDs make it. Have fewer, or take a larger instance_type.",
    ),
    Alarm(
        role="partitions",
        metrics=("PartitionCount",),
        threshold=None,
        statistic="Maximum",
        why="A broker has more partitions than AWS recommends for its size; further up MSK refuses updates and "
        "new users. Remove topics, or take a larger instance_type or more brokers_per_zone.",
    ),
    Alarm(
        role="cpu-credits",
        metrics=("CPUCreditBalance",),
        threshold=100,
        comparison="LessThanOrEqualToThreshold",
        types=("standard",),
        only="burstable",
        why="A burstable broker has nearly used up its CPU credits, and will slow down to a fifth of its CPU. "
        "Take a kafka.m7g size.",
        source=METRICS_PAGE,
    ),
    Alarm(
        role="request-handlers",
        metrics=("RequestHandlerAvgIdlePercent",),
        threshold=0.3,
        comparison="LessThanThreshold",
        level="PER_BROKER",
        why="A broker's threads have little time left to answer requests. Send larger batches, or take a larger "
        "instance_type or more brokers_per_zone.",
        source=METRICS_PAGE,
    ),
    Alarm(
        role="network-processors",
        metrics=("NetworkProcessorAvgIdlePercent",),
        threshold=0.3,
        comparison="LessThanThreshold",
        level="PER_BROKER",
        why="A broker's network threads have little time left: many clients connect, or reconnect all the time. "
        "Let clients keep their connections.",
        source=METRICS_PAGE,
    ),
    Alarm(
        role="iam-connections",
        metrics=("IAMTooManyConnections",),
        threshold=0,
        statistic="Sum",
        periods=1,
        missing="notBreaching",
        level="PER_BROKER",
        only="iam",
        why="More clients log in with IAM at once than a broker accepts. Let clients keep their connections, and "
        "spread their start.",
        source=LIMITS_PAGE,
    ),
    Alarm(
        role="produce-throttle",
        metrics=("ProduceThrottleTime",),
        threshold=0,
        periods=1,
        missing="notBreaching",
        types=("express",),
        level="PER_BROKER",
        why="An Express broker slows producers down, because they write more than its size allows. Take a larger "
        "instance_type or more brokers_per_zone.",
        source=EXPRESS_PAGE,
    ),
    Alarm(
        role="fetch-throttle",
        metrics=("FetchThrottleTime",),
        threshold=0,
        periods=1,
        missing="notBreaching",
        types=("express",),
        level="PER_BROKER",
        why="An Express broker slows consumers down, because they read more than its size allows. Take a larger "
        "instance_type or more brokers_per_zone.",
        source=EXPRESS_PAGE,
    ),
    Alarm(
        role="storage",
        metrics=("StorageUsed",),
        threshold=2,
        per="cluster",
        statistic="Maximum",
        comparison="GreaterThanUpperThreshold",
        missing="notBreaching",
        types=("express",),
        why="The storage grows faster than it used to, and it is paid by the byte. Look for topics that keep too much.",
        source=EXPRESS_METRICS_PAGE,
    ),
)


def includes(level: MonitoringLevel, needed: MonitoringLevel) -> bool:
    """Whether the metrics of a level hold those of another one."""
    return LEVELS.index(level) >= LEVELS.index(needed)


def alarm_set(
    broker_type: BrokerType,
    level: MonitoringLevel,
    *,
    burstable: bool = False,
    iam: bool = True,
    thresholds: Mapping[str, float] | None = None,
    without: Collection[str] = (),
) -> tuple[Alarm, ...]:
    """The alarms of a cluster, those that cannot wait first.

    Args:
        broker_type: type of its brokers.
        level: its monitoring level; an alarm on a metric of a finer one is left out.
        burstable: whether its brokers live on CPU credits.
        iam: whether identities of IAM log in.
        thresholds: thresholds of your own, by the role of the alarm.
        without: roles of alarms that are left out.

    Raises:
        ValueError: for a role that none of the cluster's alarms has, or one that is both left out and overridden.

    """
    thresholds = thresholds or {}
    has = {"burstable": burstable, "iam": iam, None: True}
    there = [each for each in ALARMS if broker_type in each.types and includes(level, each.level) and has[each.only]]
    roles = [each.role for each in there]
    for argument, named in {"alarm_thresholds": thresholds, "disabled_alarms": without}.items():
        strangers = sorted(set(named) - set(roles))
        if strangers:
            raise ValueError(
                f"{argument} names {', '.join(strangers)}, which is no alarm of this cluster; there are "
                f"{', '.join(sorted(roles))}"
            )
    both = sorted(set(thresholds) & set(without))
    if both:
        raise ValueError(f"alarm_thresholds and disabled_alarms both name {', '.join(both)}; drop it from one of them")
    chosen = [each for each in there if each.role not in without]
    return tuple(replace(each, threshold=thresholds.get(each.role, each.threshold)) for each in chosen)
