"""Rolling restarts and timeouts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import rpc

from moorings import MskCluster
from moorings.msk.update_effects import (
    describe_restart,
    restart_notice,
    rolling_restart_minutes,
)
from moorings.validation.impacts import Impact, ImpactLevel
from moorings.validation.resource_changes import Properties, ResourceChange

REQUIRED = {
    "vpc_id": "vpc-0d1c7a52e8b94f360",
    "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"],
    "kafka_version": "3.9.x.kraft",
}


@given(st.integers(1, 90), st.integers(1, 90))
def test_the_duration_of_a_restart_is_proportional_to_the_brokers(first, second):
    assert rolling_restart_minutes(first + second) == tuple(
        a + b for a, b in zip(rolling_restart_minutes(first), rolling_restart_minutes(second), strict=True)
    )


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({}, ("3h", "6h", "2h")),
        ({"brokers_per_zone": 6}, ("3h", "6h", "2h")),
        ({"brokers_per_zone": 7}, ("3h", "7h", "2h")),
        ({"brokers_per_zone": 20}, ("3h", "16h", "2h")),
        ({"brokers_per_zone": 20, "timeout_hours": {"update": 24}}, ("3h", "24h", "2h")),
        ({"timeout_hours": {"create": 1, "delete": 4}}, ("1h", "6h", "4h")),
    ],
)
def test_timeouts_depend_on_the_number_of_brokers(deploy, args, expected):
    plan = deploy(lambda: MskCluster("kafka", REQUIRED | args))
    assert plan["kafka-cluster"].custom_timeouts == dict(zip(["create", "update", "delete"], expected, strict=True))


@pytest.mark.parametrize(
    ("hours", "rule"),
    [({"update": 0}, "argument-range"), ({"read": 1}, "argument-choice")],
)
def test_invalid_timeouts_are_rejected(deploy, rejected, hours, rule):
    with rejected(rule):
        deploy(lambda: MskCluster("kafka", REQUIRED | {"timeout_hours": hours}))


BEFORE = {
    "numberOfBrokerNodes": 3,
    "kafkaVersion": "3.8.x.kraft",
    "configurationInfo": {"revision": 1},
    "brokerNodeGroupInfo": {"instanceType": "kafka.m7g.large"},
    "enhancedMonitoring": "DEFAULT",
}
ONE_RESTART = "one broker at a time, 5 to 15 minutes each: 15 to 45 minutes in total"


@pytest.mark.parametrize(
    ("changed", "notice"),
    [
        ({}, None),
        ({"enhancedMonitoring": "PER_BROKER", "numberOfBrokerNodes": 6}, None),
        ({"kafkaVersion": "3.9.x.kraft"}, f"rolling restart of 3 brokers to change Kafka version, {ONE_RESTART}"),
        (
            {"kafkaVersion": "3.9.x.kraft", "configurationInfo": {"revision": 2}},
            f"rolling restart of 3 brokers to change Kafka version with configuration, {ONE_RESTART}",
        ),
        (
            {"configurationInfo": {"revision": 2}, "brokerNodeGroupInfo": {"instanceType": "kafka.m7g.xlarge"}},
            "rolling restart of 3 brokers 2 times to change broker size and configuration, one broker at a time, 5 to 15 "
            "minutes each: 30 to 90 minutes in total",
        ),
        ({"kafkaVersion": "3.9.x.kraft", "numberOfBrokerNodes": None}, None),
        ({"kafkaVersion": "3.9.x.kraft", "numberOfBrokerNodes": rpc.UNKNOWN}, None),
        (
            {"brokerNodeGroupInfo": None, "numberOfBrokerNodes": 3.0},
            f"rolling restart of 3 brokers to change broker size, {ONE_RESTART}",
        ),
    ],
)
def test_a_rolling_restart_is_announced_with_its_duration(changed, notice):
    change = ResourceChange("update", "", Properties(BEFORE), Properties(BEFORE | changed))
    assert restart_notice(change) == notice


def test_a_creation_restarts_no_brokers():
    assert restart_notice(ResourceChange("create", "", after=Properties(BEFORE))) is None


def test_a_rolling_restart_is_an_impact():
    after = Properties(BEFORE | {"kafkaVersion": "3.9.x.kraft"})
    impact = describe_restart(ResourceChange("update", "", Properties(BEFORE), after))
    assert impact == Impact(ImpactLevel.ROLLING, f"rolling restart of 3 brokers to change Kafka version, {ONE_RESTART}")


def test_an_update_without_a_restart_has_no_impact():
    assert describe_restart(ResourceChange("update", "", Properties(BEFORE), Properties(BEFORE))) is None
