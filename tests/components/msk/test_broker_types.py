"""Checks of broker size, version, zones and count."""

import pytest

from moorings.msk.broker_types import check_brokers


def check(**changed):
    settings = {
        "broker_type": "standard",
        "instance_type": "kafka.m7g.large",
        "kafka_version": "3.9.x.kraft",
        "zones": 3,
        "brokers_per_zone": 1,
        "quota": None,
        "burstable_brokers": False,
    }
    return check_brokers(**settings | changed)


EXPRESS = {"broker_type": "express", "instance_type": "express.m7g.large"}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"zones": 2},
        {"brokers_per_zone": 20},
        {"kafka_version": "3.9.x", "brokers_per_zone": 10},
        {"kafka_version": "3.9.x", "brokers_per_zone": 11, "quota": 33},
        {"instance_type": "kafka.t3.small", "burstable_brokers": True},
        {"kafka_version": "4.1.x.kraft"},
        {"kafka_version": "9.9.x.kraft"},
        EXPRESS,
        EXPRESS | {"kafka_version": "4.2.x.kraft"},
    ],
)
def test_valid_brokers_are_accepted(changed):
    assert check(**changed) == changed.get("instance_type", "kafka.m7g.large")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"instance_type": "express.m7g.large"},
            "instance_type: express.m7g.large is a size of Express brokers; use kafka.m7g.large or another Standard size, "
            "or set broker_type='express' on a new cluster (MSK cannot change the type of an existing one)",
        ),
        (
            EXPRESS | {"instance_type": "kafka.m7g.large"},
            "instance_type: kafka.m7g.large is a size of Standard brokers; use express.m7g.large or another Express size, "
            "or set broker_type='standard' on a new cluster (MSK cannot change the type of an existing one)",
        ),
        (EXPRESS | {"zones": 2}, "subnet_ids: Express brokers require 3 Availability Zones, got 2 subnets"),
        (
            EXPRESS | {"kafka_version": "3.7.x"},
            "kafka_version: 3.7.x is not supported on Express brokers; supported: 3.8.x, 3.8.x.kraft, 3.9.x, 3.9.x.kraft, "
            "4.2.x.kraft",
        ),
        (
            {"kafka_version": "4.2.x.kraft"},
            "kafka_version: 4.2.x.kraft is not supported on Standard brokers; supported: 3.7.x, 3.7.x.kraft, 3.8.x, "
            "3.8.x.kraft, 3.9.x, 3.9.x.kraft, 4.0.x.kraft, 4.1.x.kraft",
        ),
        (
            {"brokers_per_zone": 21},
            "brokers_per_zone: 63 brokers exceed the quota of 60 per cluster; lower it, or request a higher quota from AWS "
            "and set broker_quota",
        ),
        (
            {"kafka_version": "3.9.x", "brokers_per_zone": 11},
            "brokers_per_zone: 33 brokers exceed the quota of 30 per cluster; lower it, or request a higher quota from AWS "
            "and set broker_quota",
        ),
        (
            {"instance_type": "kafka.t3.small"},
            "instance_type: kafka.t3.small has CPU credits and is for development only; use kafka.m7g.large, or set "
            "burstable_brokers=True",
        ),
    ],
)
def test_invalid_brokers_are_rejected(changed, message):
    with pytest.raises(ValueError) as error:
        check(**changed)
    assert str(error.value) == message


def test_all_problems_are_reported_together():
    with pytest.raises(ValueError, match="require 3 Availability Zones.*; kafka_version: 3.7.x is not supported"):
        check(**EXPRESS, zones=2, kafka_version="3.7.x")
