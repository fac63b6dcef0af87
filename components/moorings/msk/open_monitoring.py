"""Prometheus exporters on the brokers: off until somebody is named who reads them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import pulumi_aws as aws

ExporterKind = Literal["jmx", "node"]

EXPORTERS: Mapping[ExporterKind, int] = MappingProxyType({"jmx": 11001, "node": 11002})
"""Port of each exporter: Kafka's own figures (``jmx``), and those of the machine (``node``).

Source: https://docs.aws.amazon.com/msk/latest/developerguide/open-monitoring.html
"""


def exporters(scrapers: int) -> aws.msk.ClusterOpenMonitoringArgs:
    """The exporters of a cluster: on as soon as there is a scraper, and written out when they are off."""
    on = scrapers > 0
    return aws.msk.ClusterOpenMonitoringArgs(
        prometheus=aws.msk.ClusterOpenMonitoringPrometheusArgs(
            jmx_exporter=aws.msk.ClusterOpenMonitoringPrometheusJmxExporterArgs(enabled_in_broker=on),
            node_exporter=aws.msk.ClusterOpenMonitoringPrometheusNodeExporterArgs(enabled_in_broker=on),
        )
    )
