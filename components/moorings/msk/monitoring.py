"""Monitoring levels of a cluster, and open monitoring with Prometheus."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

import pulumi_aws as aws

MonitoringLevel = Literal["DEFAULT", "PER_BROKER", "PER_TOPIC_PER_BROKER", "PER_TOPIC_PER_PARTITION"]
"""Levels of CloudWatch metrics, from the least detailed, which is free, to the most detailed. Each level includes the
metrics of the levels before it.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details.html
"""

MONITORING_LEVELS: tuple[MonitoringLevel, ...] = get_args(MonitoringLevel)

Exporter = Literal["jmx", "node"]

EXPORTER_PORTS: Mapping[Exporter, int] = MappingProxyType({"jmx": 11001, "node": 11002})
"""Ports of the JMX Exporter (Kafka metrics) and of the Node Exporter (CPU and disk metrics).

Source: https://docs.aws.amazon.com/msk/latest/developerguide/open-monitoring.html
"""


def includes_metrics(level: MonitoringLevel, required: MonitoringLevel) -> bool:
    """Whether a monitoring level includes the metrics of another level."""
    return MONITORING_LEVELS.index(level) >= MONITORING_LEVELS.index(required)


def open_monitoring(*, enabled: bool) -> aws.msk.ClusterOpenMonitoringArgs:
    """Return the ``open_monitoring`` block of a cluster. It disables exporters explicitly."""
    return aws.msk.ClusterOpenMonitoringArgs(
        prometheus=aws.msk.ClusterOpenMonitoringPrometheusArgs(
            jmx_exporter=aws.msk.ClusterOpenMonitoringPrometheusJmxExporterArgs(enabled_in_broker=enabled),
            node_exporter=aws.msk.ClusterOpenMonitoringPrometheusNodeExporterArgs(enabled_in_broker=enabled),
        )
    )
