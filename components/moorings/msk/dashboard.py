"""What a person looks at when something seems wrong with a cluster."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi
import pulumi_aws as aws

from moorings.msk.alarm_definitions import Alarm, MonitoringLevel, includes
from moorings.msk.broker_sizes import BrokerType

_WIDTH, _HEIGHT, _COLUMNS = 12, 6, 2
_SPREAD = {
    "cluster": '"Cluster Name"',
    "broker": '"Broker ID","Cluster Name"',
    "consumer": '"Cluster Name","Consumer Group",Topic',
}
_LABEL = {
    "cluster": "${LABEL}",
    "broker": "broker ${PROP('Dim.Broker ID')}",
    "consumer": "${PROP('Dim.Consumer Group')} ${PROP('Dim.Topic')}",
}


@dataclass(frozen=True)
class Graph:
    """A graph, with a line for each broker, or each group of consumers."""

    title: str
    metric: str
    per: Literal["cluster", "broker", "consumer"]
    statistic: Literal["Average", "Maximum", "Sum"]
    types: tuple[BrokerType, ...] = ("standard", "express")
    level: MonitoringLevel = "DEFAULT"

    idle: bool = False
    """The metric is the share of the time in percent that is not used, and the graph shows the rest."""

    alarm: str | None = None
    """Role of the alarm whose threshold is drawn into it; that of the metric's own without."""


GRAPHS: tuple[Graph, ...] = (
    Graph("Partitions without a leader", "OfflinePartitionsCount", "cluster", "Maximum", ("standard",)),
    Graph("Active controllers", "ActiveControllerCount", "cluster", "Maximum"),
    Graph("Partitions below min.insync.replicas", "UnderMinIsrPartitionCount", "broker", "Maximum", ("standard",)),
    Graph("Partitions with replicas that lag behind", "UnderReplicatedPartitions", "broker", "Maximum", ("standard",)),
    Graph("CPU in use (%)", "CpuIdle", "broker", "Average", idle=True, alarm="cpu"),
    Graph("Disk in use (%)", "KafkaDataLogsDiskUsed", "broker", "Maximum", ("standard",)),
    Graph("Storage in use (bytes)", "StorageUsed", "cluster", "Maximum", ("express",)),
    Graph("Heap after garbage collection (%)", "HeapMemoryAfterGC", "broker", "Average", ("standard",)),
    Graph("Bytes in per second", "BytesInPerSec", "broker", "Average"),
    Graph("Bytes out per second", "BytesOutPerSec", "broker", "Average"),
    Graph("Producers slowed down (ms)", "ProduceThrottleTime", "broker", "Average", ("express",), "PER_BROKER"),
    Graph("Consumers slowed down (ms)", "FetchThrottleTime", "broker", "Average", ("express",), "PER_BROKER"),
    Graph("Partitions, with replicas", "PartitionCount", "broker", "Maximum"),
    Graph("Connections", "ConnectionCount", "broker", "Sum"),
    Graph("Time to produce (ms)", "ProduceTotalTimeMsMean", "broker", "Average", level="PER_BROKER"),
    Graph("Idle request handlers", "RequestHandlerAvgIdlePercent", "broker", "Average", level="PER_BROKER"),
    Graph("Records that consumers lag behind", "MaxOffsetLag", "consumer", "Maximum"),
    Graph("Seconds that consumers lag behind", "EstimatedMaxTimeLag", "consumer", "Maximum"),
)
"""Graphs in the order of what to look at first.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details.html
"""


def dashboard_body(
    cluster_name: str, region: str, broker_type: BrokerType, level: MonitoringLevel, alarms: Sequence[Alarm] = ()
) -> str:
    """The body of a dashboard, as JSON that is the same for the same cluster.

    Lines are found by a search, so that a broker that comes, a topic or a group of consumers shows by itself.

    Args:
        cluster_name: name of the cluster, by which CloudWatch knows it.
        region: region of the cluster.
        broker_type: type of its brokers.
        level: its monitoring level; a graph of a finer one's metric is left out.
        alarms: alarms of the cluster, whose thresholds are drawn into the graphs.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    """
    graphs = [graph for graph in GRAPHS if broker_type in graph.types and includes(level, graph.level)]
    widgets = [
        {
            "type": "metric",
            "x": at % _COLUMNS * _WIDTH,
            "y": at // _COLUMNS * _HEIGHT,
            "width": _WIDTH,
            "height": _HEIGHT,
            "properties": _properties(graph, cluster_name, region, alarms),
        }
        for at, graph in enumerate(graphs)
    ]
    return json.dumps({"widgets": widgets}, sort_keys=True, separators=(",", ":"))


def cluster_dashboard(
    name: str,
    *,
    cluster_name: pulumi.Input[str],
    region: pulumi.Input[str],
    broker_type: BrokerType,
    level: MonitoringLevel,
    alarms: Sequence[Alarm],
    opts: pulumi.ResourceOptions,
) -> aws.cloudwatch.Dashboard:
    """The dashboard of a cluster, which bears the cluster's own name, since CloudWatch demands one.

    Args:
        name: logical name that the dashboard's begins with.
        cluster_name: name of the cluster.
        region: region of the cluster.
        broker_type: type of its brokers.
        level: its monitoring level.
        alarms: alarms of the cluster, whose thresholds are drawn into the graphs.
        opts: options of the dashboard.

    """

    def body(at: dict[str, str]) -> str:
        return dashboard_body(at["cluster_name"], at["region"], broker_type, level, alarms)

    return aws.cloudwatch.Dashboard(
        f"{name}-dashboard",
        dashboard_name=cluster_name,
        dashboard_body=pulumi.Output.all(cluster_name=cluster_name, region=region).apply(body),
        opts=opts,
    )


def _properties(graph: Graph, cluster_name: str, region: str, alarms: Sequence[Alarm]) -> dict[str, Any]:
    drawn = [alarm for alarm in alarms if alarm.role == graph.alarm or alarm.metrics == (graph.metric,)]
    lines = [
        {"label": f"alarm: {alarm.role}", "value": alarm.threshold}
        for alarm in drawn
        if alarm.threshold is not None and alarm.comparison != "GreaterThanUpperThreshold"
    ]
    found = f'{{AWS/Kafka,{_SPREAD[graph.per]}}} "Cluster Name"="{cluster_name}" MetricName="{graph.metric}"'
    search = f"SEARCH('{found}', '{graph.statistic}', 300)"
    line = {"id": "lines", "expression": f"100 - {search}" if graph.idle else search, "label": _LABEL[graph.per]}
    return {
        "title": graph.title,
        "region": region,
        "view": "timeSeries",
        "stacked": False,
        "metrics": [[line]],
        "yAxis": {"left": {"min": 0}},
        **({"annotations": {"horizontal": lines}} if lines else {}),
    }
