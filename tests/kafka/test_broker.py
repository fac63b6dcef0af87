"""The brokers of these tests run the pinned version, and start only with valid properties."""

import pytest
from broker import Broker
from distributions import NEWEST
from servers import StartError


def test_the_broker_runs_its_version(broker):
    log = broker.log.read_text("utf-8")

    assert f"Kafka version: {broker.version}" in log


def test_an_invalid_property_prevents_the_start():
    with (
        pytest.raises(StartError, match="Invalid value none for configuration num.partitions"),
        Broker(NEWEST, {"num.partitions": "none"}, {}),
    ):
        pytest.fail("the broker has started")


def test_the_tools_administer_the_broker(broker):
    created = broker.shell('kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --create --topic by-a-tool')

    assert created.returncode == 0, created.stderr
    assert "by-a-tool" in broker.admin.list_topics(timeout=10).topics
