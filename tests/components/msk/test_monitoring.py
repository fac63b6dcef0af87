"""Monitoring levels and open monitoring."""

import pytest

from moorings.msk.monitoring import EXPORTER_PORTS, MONITORING_LEVELS, includes_metrics, open_monitoring


def test_a_level_includes_the_metrics_of_coarser_levels():
    assert [includes_metrics("PER_BROKER", level) for level in MONITORING_LEVELS] == [True, True, False, False]


def test_exporter_ports():
    assert EXPORTER_PORTS == {"jmx": 11001, "node": 11002}


@pytest.mark.parametrize("enabled", [False, True])
def test_both_exporters_are_set_explicitly(enabled):
    prometheus = open_monitoring(enabled=enabled).prometheus
    assert prometheus.jmx_exporter.enabled_in_broker is enabled
    assert prometheus.node_exporter.enabled_in_broker is enabled
