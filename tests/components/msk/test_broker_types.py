"""Whether brokers fit their type, version, zones and number."""

import pytest

from moorings.msk.broker_types import check_brokers


def fit(**changed):
    asked = {
        "broker_type": "standard",
        "instance_type": "kafka.m7g.large",
        "kafka_version": "3.9.x.kraft",
        "zones": 3,
        "brokers_per_zone": 1,
        "quota": None,
        "burstable": False,
    }
    return check_brokers(**asked | changed)


EXPRESS = {"broker_type": "express", "instance_type": "express.m7g.large"}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"zones": 2},
        {"brokers_per_zone": 20},
        {"kafka_version": "3.9.x", "brokers_per_zone": 10},
        {"kafka_version": "3.9.x", "brokers_per_zone": 11, "quota": 33},
        {"instance_type": "kafka.t3.small", "burstable": True},
        {"kafka_version": "4.1.x.kraft"},
        {"kafka_version": "9.9.x.kraft"},
        EXPRESS,
        EXPRESS | {"kafka_version": "4.2.x.kraft"},
    ],
)
def test_what_fits(changed):
    assert fit(**changed) == changed.get("instance_type", "kafka.m7g.large")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"instance_type": "express.m7g.large"},
            "instance_type express.m7g.large is of express brokers; say broker_type='express' for a new cluster, as an "
            "existing one never changes its type, or take kafka.m7g.large or another standard size",
        ),
        (
            EXPRESS | {"instance_type": "kafka.m7g.large"},
            "instance_type kafka.m7g.large is of standard brokers; say broker_type='standard' for a new cluster, as an "
            "existing one never changes its type, or take express.m7g.large or another express size",
        ),
        (EXPRESS | {"zones": 2}, "express brokers stand in 3 zones; give 3 subnet_ids instead of 2"),
        (
            EXPRESS | {"kafka_version": "3.7.x"},
            "kafka_version 3.7.x does not run on express brokers; take 3.8.x, 3.8.x.kraft, 3.9.x, 3.9.x.kraft, "
            "4.2.x.kraft",
        ),
        (
            {"kafka_version": "4.2.x.kraft"},
            "kafka_version 4.2.x.kraft does not run on standard brokers; take 3.7.x, 3.7.x.kraft, 3.8.x, 3.8.x.kraft, "
            "3.9.x, 3.9.x.kraft, 4.0.x.kraft, 4.1.x.kraft",
        ),
        (
            {"brokers_per_zone": 21},
            "63 brokers are more than the 60 that one cluster may have; lower brokers_per_zone, or let AWS raise the "
            "quota and say broker_quota",
        ),
        (
            {"kafka_version": "3.9.x", "brokers_per_zone": 11},
            "33 brokers are more than the 30 that one cluster may have; lower brokers_per_zone, or let AWS raise the "
            "quota and say broker_quota",
        ),
        (
            {"instance_type": "kafka.t3.small"},
            "instance_type kafka.t3.small lives on CPU credits, for development alone; say burstable_brokers=True if "
            "that is meant, or take kafka.m7g.large",
        ),
    ],
)
def test_what_does_not_fit(changed, message):
    with pytest.raises(ValueError) as refused:
        fit(**changed)
    assert str(refused.value) == message


def test_all_that_does_not_fit_is_said_at_once():
    with pytest.raises(ValueError, match="stand in 3 zones.*; kafka_version 3.7.x does not run"):
        fit(**EXPRESS, zones=2, kafka_version="3.7.x")
