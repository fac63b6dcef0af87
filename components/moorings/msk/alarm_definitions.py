"""Recommended CloudWatch alarms for each broker type, as published by AWS on 2026-11-20."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from moorings.msk.broker_sizes import BrokerType
from moorings.msk.monitoring import MonitoringLevel, includes_metrics

STANDARD_PAGE = "https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html"
EXPRESS_PAGE = "https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices-express.html"
METRICS_PAGE = "https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details.html"
EXPRESS_METRICS_PAGE = "https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details-express.html"
LIMITS_PAGE = "https://docs.aws.amazon.com/msk/latest/developerguide/limits.html"


@dataclass(frozen=True, kw_only=True)
class AlarmDefinition:
    """A CloudWatch alarm on one or more metrics of a cluster."""

    role: str
    """Part of the alarm's resource name, and its key in ``alarm_thresholds`` and ``disabled_alarms``."""

    metrics: tuple[str, ...]
    """Metric names. The alarm evaluates their sum."""

    threshold: float | None
    """Threshold in the unit of the metric, or the width of the anomaly detection band in standard deviations. None for
    the recommended maximum of partitions, which depends on the instance type."""

    description: str
    """What is wrong, its effect and what to do."""

    unit: Literal["percent", "ratio", "number", "standard deviations"] = "number"
    """Unit of the threshold."""

    source: str = STANDARD_PAGE
    """AWS page that recommends the alarm or describes the metric."""

    severity: Literal["Critical", "Warning"] = "Warning"
    """``Critical``: data or availability is at risk now."""

    scope: Literal["cluster", "broker"] = "broker"
    """``broker``: one alarm for each broker."""

    statistic: Literal["Average", "Maximum", "Sum"] = "Average"

    comparison: Literal[
        "GreaterThanThreshold",
        "GreaterThanOrEqualToThreshold",
        "LessThanThreshold",
        "LessThanOrEqualToThreshold",
        "GreaterThanUpperThreshold",
    ] = "GreaterThanThreshold"

    period_seconds: int = 300

    evaluation_periods: int = 3
    """Number of consecutive periods in which the threshold must be breached."""

    treat_missing_data: Literal["missing", "notBreaching"] = "missing"
    """``notBreaching`` for metrics that are only published while there is a problem."""

    broker_types: tuple[BrokerType, ...] = ("standard", "express")

    monitoring_level: MonitoringLevel = "DEFAULT"
    """Least detailed monitoring level that includes the metrics."""

    requires: Literal["burstable", "iam"] | None = None
    """Feature without which the cluster does not publish the metric: burstable brokers, or IAM access control."""

    @property
    def detects_anomalies(self) -> bool:
        """Whether the metric is compared with an anomaly detection band instead of a threshold."""
        return self.comparison == "GreaterThanUpperThreshold"


def _busy_threads(role: str, metric: str, description: str) -> AlarmDefinition:
    return AlarmDefinition(
        role=role,
        metrics=(metric,),
        threshold=0.3,
        unit="ratio",
        comparison="LessThanThreshold",
        monitoring_level="PER_BROKER",
        description=description,
        source=METRICS_PAGE,
    )


def _throttling(role: str, metric: str, problem: str) -> AlarmDefinition:
    return AlarmDefinition(
        role=role,
        metrics=(metric,),
        threshold=0,
        evaluation_periods=1,
        treat_missing_data="notBreaching",
        broker_types=("express",),
        monitoring_level="PER_BROKER",
        description=f"{problem} more than the instance type of the broker allows. Use a larger instance_type or more "
        "brokers_per_zone.",
        source=EXPRESS_PAGE,
    )


ALARMS: tuple[AlarmDefinition, ...] = (
    AlarmDefinition(
        role="offline-partitions",
        metrics=("OfflinePartitionsCount",),
        threshold=0,
        severity="Critical",
        scope="cluster",
        statistic="Maximum",
        period_seconds=60,
        evaluation_periods=1,
        broker_types=("standard",),
        description="Offline partitions: they have no leader, so clients can neither write to them nor read from them. "
        "Check for brokers that are down.",
    ),
    AlarmDefinition(
        role="under-min-isr",
        metrics=("UnderMinIsrPartitionCount",),
        threshold=1,
        severity="Critical",
        comparison="GreaterThanOrEqualToThreshold",
        period_seconds=60,
        evaluation_periods=1,
        broker_types=("standard",),
        description="Partitions below min.insync.replicas: producers with acks=all receive errors. Check for brokers "
        "that are down, and for topics whose replication factor is not higher than their min.insync.replicas.",
    ),
    AlarmDefinition(
        role="controller",
        metrics=("ActiveControllerCount",),
        threshold=1,
        severity="Critical",
        scope="cluster",
        statistic="Maximum",
        comparison="LessThanThreshold",
        evaluation_periods=1,
        description="No active controller for 5 minutes, longer than during a broker restart: partitions of a failed "
        "broker get no new leader. Check for brokers that are down.",
    ),
    AlarmDefinition(
        role="disk",
        metrics=("KafkaDataLogsDiskUsed",),
        threshold=85,
        unit="percent",
        severity="Critical",
        statistic="Maximum",
        comparison="GreaterThanOrEqualToThreshold",
        evaluation_periods=1,
        broker_types=("standard",),
        description="Disk almost full: a broker stops when its disk is full. Increase volume_gib, or shorten the "
        "retention of topics.",
    ),
    AlarmDefinition(
        role="under-replicated",
        metrics=("UnderReplicatedPartitions",),
        threshold=0,
        statistic="Maximum",
        broker_types=("standard",),
        description="Under-replicated partitions for 15 minutes, longer than a broker restart takes. Unless MSK is "
        "performing maintenance, check for brokers that are overloaded or down.",
    ),
    AlarmDefinition(
        role="cpu",
        metrics=("CpuUser", "CpuSystem"),
        threshold=60,
        unit="percent",
        description="High CPU usage: a broker cannot take over the load of another broker during a restart. Use larger "
        "batches, a larger instance_type or more brokers_per_zone.",
    ),
    AlarmDefinition(
        role="heap",
        metrics=("HeapMemoryAfterGC",),
        threshold=60,
        unit="percent",
        broker_types=("standard",),
        description="High heap usage after garbage collection, caused by many connections, consumer groups, partitions "
        "or transactional IDs. Reduce their number, or use a larger instance_type.",
    ),
    AlarmDefinition(
        role="partitions",
        metrics=("PartitionCount",),
        threshold=None,
        statistic="Maximum",
        description="Too many partitions: the broker has more than AWS recommends for its instance type. Above the "
        "maximum, MSK rejects updates and new SCRAM users. Delete topics, or use a larger instance_type or more "
        "brokers_per_zone.",
    ),
    AlarmDefinition(
        role="cpu-credits",
        metrics=("CPUCreditBalance",),
        threshold=100,
        comparison="LessThanOrEqualToThreshold",
        broker_types=("standard",),
        requires="burstable",
        description="Low CPU credit balance: without credits, a burstable broker is throttled to 20 % of its CPU. Use "
        "a kafka.m7g instance type.",
        source=METRICS_PAGE,
    ),
    _busy_threads(
        "request-handlers",
        "RequestHandlerAvgIdlePercent",
        "Request handler threads are rarely idle: the broker is close to its limit. Use larger batches, a larger "
        "instance_type or more brokers_per_zone.",
    ),
    _busy_threads(
        "network-processors",
        "NetworkProcessorAvgIdlePercent",
        "Network processor threads are rarely idle: many clients connect, or reconnect frequently. Make clients reuse "
        "their connections.",
    ),
    AlarmDefinition(
        role="iam-connections",
        metrics=("IAMTooManyConnections",),
        threshold=0,
        statistic="Sum",
        evaluation_periods=1,
        treat_missing_data="notBreaching",
        monitoring_level="PER_BROKER",
        requires="iam",
        description="Too many IAM connections: clients open more connections at once than a broker accepts. Make "
        "clients reuse their connections, and do not start all of them at the same time.",
        source=LIMITS_PAGE,
    ),
    _throttling("produce-throttle", "ProduceThrottleTime", "Producers are throttled: they write"),
    _throttling("fetch-throttle", "FetchThrottleTime", "Consumers are throttled: they read"),
    AlarmDefinition(
        role="storage",
        metrics=("StorageUsed",),
        threshold=2,
        unit="standard deviations",
        scope="cluster",
        statistic="Maximum",
        comparison="GreaterThanUpperThreshold",
        treat_missing_data="notBreaching",
        broker_types=("express",),
        description="Storage usage grows faster than expected, and is billed by size. Check for topics whose retention "
        "is too long.",
        source=EXPRESS_METRICS_PAGE,
    ),
)


def available_alarms(
    broker_type: BrokerType, level: MonitoringLevel, *, burstable: bool = False, iam: bool = True
) -> tuple[AlarmDefinition, ...]:
    """Return the alarms on the metrics that a cluster publishes, critical alarms first.

    Args:
        broker_type: type of the brokers.
        level: monitoring level; alarms on metrics of a more detailed level are left out.
        burstable: whether the brokers are burstable.
        iam: whether IAM access control is on.

    """
    features = {"burstable": burstable, "iam": iam, None: True}
    return tuple(
        alarm
        for alarm in ALARMS
        if broker_type in alarm.broker_types
        and includes_metrics(level, alarm.monitoring_level)
        and features[alarm.requires]
    )


def select_alarms(
    alarms: Iterable[AlarmDefinition], *, thresholds: Mapping[str, float], disabled: Collection[str]
) -> tuple[AlarmDefinition, ...]:
    """Return the alarms that are created, with their thresholds.

    Args:
        alarms: the available alarms.
        thresholds: thresholds that replace the recommended ones, by alarm role.
        disabled: roles of alarms to leave out.

    """
    return tuple(
        replace(alarm, threshold=thresholds.get(alarm.role, alarm.threshold))
        for alarm in alarms
        if alarm.role not in disabled
    )
