"""CloudWatch dashboard of a cluster."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi
import pulumi_aws as aws

from moorings.msk.alarm_definitions import AlarmDefinition
from moorings.msk.broker_sizes import BrokerType
from moorings.msk.monitoring import MonitoringLevel, includes_metrics

_WIDTH, _HEIGHT, _COLUMNS = 12, 6, 2
_DIMENSIONS = {
    "cluster": '"Cluster Name"',
    "broker": '"Broker ID","Cluster Name"',
    "consumer group": '"Cluster Name","Consumer Group",Topic',
}
_LABELS = {
    "cluster": "${LABEL}",
    "broker": "broker ${PROP('Dim.Broker ID')}",
    "consumer group": "${PROP('Dim.Consumer Group')} ${PROP('Dim.Topic')}",
}


@dataclass(frozen=True)
class DashboardGraph:
    """A graph of a metric, with one line for the cluster, for each broker, or for each consumer group and topic."""

    title: str
    metric: str
    scope: Literal["cluster", "broker", "consumer group"]
    statistic: Literal["Average", "Maximum", "Sum"]
    broker_types: tuple[BrokerType, ...] = ("standard", "express")
    monitoring_level: MonitoringLevel = "DEFAULT"

    subtract_from_100: bool = False
    """Whether the metric is the idle percentage and the graph shows the used percentage."""

    alarm: str | None = None
    """Role of the alarm whose threshold the graph shows. Defaults to the alarm on the same metric."""


GRAPHS: tuple[DashboardGraph, ...] = (
    DashboardGraph("Offline partitions", "OfflinePartitionsCount", "cluster", "Maximum", ("standard",)),
    DashboardGraph("Active controllers", "ActiveControllerCount", "cluster", "Maximum"),
    DashboardGraph(
        "Partitions below min.insync.replicas", "UnderMinIsrPartitionCount", "broker", "Maximum", ("standard",)
    ),
    DashboardGraph("Under-replicated partitions", "UnderReplicatedPartitions", "broker", "Maximum", ("standard",)),
    DashboardGraph("CPU usage (%)", "CpuIdle", "broker", "Average", subtract_from_100=True, alarm="cpu"),
    DashboardGraph("Disk usage (%)", "KafkaDataLogsDiskUsed", "broker", "Maximum", ("standard",)),
    DashboardGraph("Storage usage (bytes)", "StorageUsed", "cluster", "Maximum", ("express",)),
    DashboardGraph("Heap usage after GC (%)", "HeapMemoryAfterGC", "broker", "Average", ("standard",)),
    DashboardGraph("Bytes in per second", "BytesInPerSec", "broker", "Average"),
    DashboardGraph("Bytes out per second", "BytesOutPerSec", "broker", "Average"),
    DashboardGraph(
        "Produce throttle time (ms)", "ProduceThrottleTime", "broker", "Average", ("express",), "PER_BROKER"
    ),
    DashboardGraph("Fetch throttle time (ms)", "FetchThrottleTime", "broker", "Average", ("express",), "PER_BROKER"),
    DashboardGraph("Partitions, including replicas", "PartitionCount", "broker", "Maximum"),
    DashboardGraph("Connections", "ConnectionCount", "broker", "Sum"),
    DashboardGraph(
        "Mean produce latency (ms)", "ProduceTotalTimeMsMean", "broker", "Average", monitoring_level="PER_BROKER"
    ),
    DashboardGraph(
        "Request handler idle ratio",
        "RequestHandlerAvgIdlePercent",
        "broker",
        "Average",
        monitoring_level="PER_BROKER",
    ),
    DashboardGraph("Consumer lag (records)", "MaxOffsetLag", "consumer group", "Maximum"),
    DashboardGraph("Consumer lag (seconds)", "EstimatedMaxTimeLag", "consumer group", "Maximum"),
)
"""Graphs, the most urgent first.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details.html
"""


def create_dashboard(
    name: str,
    *,
    cluster_name: pulumi.Input[str],
    region: pulumi.Input[str],
    broker_type: BrokerType,
    level: MonitoringLevel,
    alarms: Sequence[AlarmDefinition],
    opts: pulumi.ResourceOptions,
) -> aws.cloudwatch.Dashboard:
    """Create the dashboard. Its physical name, which CloudWatch requires, is the cluster's name.

    Args:
        name: logical name of the cluster.
        cluster_name: name of the cluster.
        region: Region of the cluster.
        broker_type: type of the brokers.
        level: monitoring level; graphs of metrics of a more detailed level are left out.
        alarms: alarms whose thresholds the graphs show.
        opts: options of the dashboard.

    """

    def body(resolved: dict[str, str]) -> str:
        return render_dashboard(resolved["cluster_name"], resolved["region"], broker_type, level, alarms)

    return aws.cloudwatch.Dashboard(
        f"{name}-dashboard",
        dashboard_name=cluster_name,
        dashboard_body=pulumi.Output.all(cluster_name=cluster_name, region=region).apply(body),
        opts=opts,
    )


def render_dashboard(
    cluster_name: str,
    region: str,
    broker_type: BrokerType,
    level: MonitoringLevel,
    alarms: Sequence[AlarmDefinition] = (),
) -> str:
    """Return the dashboard body as canonical JSON.

    Search expressions select the metrics, so that new brokers, topics and consumer groups appear without an update of
    the dashboard.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    """
    graphs = [
        graph
        for graph in GRAPHS
        if broker_type in graph.broker_types and includes_metrics(level, graph.monitoring_level)
    ]
    widgets = [
        {
            "type": "metric",
            "x": index % _COLUMNS * _WIDTH,
            "y": index // _COLUMNS * _HEIGHT,
            "width": _WIDTH,
            "height": _HEIGHT,
            "properties": _widget_properties(graph, cluster_name, region, alarms),
        }
        for index, graph in enumerate(graphs)
    ]
    return json.dumps({"widgets": widgets}, sort_keys=True, separators=(",", ":"))


def _widget_properties(
    graph: DashboardGraph, cluster_name: str, region: str, alarms: Sequence[AlarmDefinition]
) -> dict[str, Any]:
    query = f'{{AWS/Kafka,{_DIMENSIONS[graph.scope]}}} "Cluster Name"="{cluster_name}" MetricName="{graph.metric}"'
    search = f"SEARCH('{query}', '{graph.statistic}', 300)"
    line = {
        "id": "lines",
        "expression": f"100 - {search}" if graph.subtract_from_100 else search,
        "label": _LABELS[graph.scope],
    }
    thresholds = [
        {"label": f"alarm: {alarm.role}", "value": alarm.threshold}
        for alarm in alarms
        if (alarm.role == graph.alarm or alarm.metrics == (graph.metric,))
        and alarm.threshold is not None
        and not alarm.detects_anomalies
    ]
    return {
        "title": graph.title,
        "region": region,
        "view": "timeSeries",
        "stacked": False,
        "metrics": [[line]],
        "yAxis": {"left": {"min": 0}},
        **({"annotations": {"horizontal": thresholds}} if thresholds else {}),
    }
