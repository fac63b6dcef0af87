"""Prometheus exporters on the brokers."""

import pytest

from moorings.msk.open_monitoring import EXPORTERS, exporters


def test_the_ports_are_those_of_msk():
    assert EXPORTERS == {"jmx": 11001, "node": 11002}


@pytest.mark.parametrize(("scrapers", "on"), [(0, False), (1, True), (2, True)])
def test_the_exporters_are_on_only_where_somebody_reads_them(scrapers, on):
    prometheus = exporters(scrapers).prometheus
    assert prometheus.jmx_exporter.enabled_in_broker is on
    assert prometheus.node_exporter.enabled_in_broker is on
