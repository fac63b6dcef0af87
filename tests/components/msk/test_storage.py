"""Checks of broker storage."""

import pytest

from moorings.msk.storage import check_storage


def check(**changed):
    settings = {
        "broker_type": "standard",
        "instance_type": "kafka.m7g.2xlarge",
        "kafka_version": "3.9.x.kraft",
        "volume_gib": None,
        "throughput": None,
        "autoscaling_max_gib": None,
        "tiered_storage": False,
    }
    return check_storage(**settings | changed)


EXPRESS = {"broker_type": "express", "instance_type": "express.m7g.large"}


@pytest.mark.parametrize(
    ("changed", "size"),
    [
        ({}, 100),
        ({"volume_gib": 16384}, 16384),
        ({"autoscaling_max_gib": 101}, 100),
        ({"throughput": 250, "volume_gib": 10}, 10),
        ({"throughput": 312}, 100),
        ({"tiered_storage": True}, 100),
        ({"tiered_storage": True, "kafka_version": "2.8.2.tiered"}, 100),
        (EXPRESS, None),
    ],
)
def test_valid_storage_is_accepted(changed, size):
    assert check(**changed) == size


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"autoscaling_max_gib": 100},
            "volume_autoscaling_max_gib: must be above the volume size of 100 GiB, got 100",
        ),
        (
            {"throughput": 250, "instance_type": "kafka.m5.2xlarge"},
            "volume_throughput_mib_per_second: not supported on kafka.m5.2xlarge; remove it, or use kafka.m5.4xlarge, "
            "kafka.m7g.2xlarge or a larger size",
        ),
        (
            {"throughput": 313},
            "volume_throughput_mib_per_second: must be between 250 and 312 on kafka.m7g.2xlarge, got 313",
        ),
        (
            {"throughput": 249},
            "volume_throughput_mib_per_second: must be between 250 and 312 on kafka.m7g.2xlarge, got 249",
        ),
        (
            {"throughput": 250, "volume_gib": 9},
            "volume_throughput_mib_per_second: requires volume_gib of at least 10, got 9",
        ),
        (
            {"tiered_storage": True, "instance_type": "kafka.t3.small"},
            "tiered_storage: not supported on kafka.t3.small; remove it, or use kafka.m7g.large",
        ),
        (
            {"tiered_storage": True, "kafka_version": "3.5.1"},
            "tiered_storage: requires Kafka 3.6.0 or later, got 3.5.1; remove it, or raise kafka_version",
        ),
        (
            EXPRESS | {"volume_gib": 100, "throughput": 250, "autoscaling_max_gib": 200, "tiered_storage": True},
            "volume_gib, volume_throughput_mib_per_second, volume_autoscaling_max_gib, tiered_storage: Express brokers "
            "have managed storage; remove it",
        ),
    ],
)
def test_invalid_storage_is_rejected(changed, message):
    with pytest.raises(ValueError) as error:
        check(**changed)
    assert str(error.value) == message


def test_all_problems_are_reported_together():
    with pytest.raises(ValueError, match="must be above the volume size.*; tiered_storage: requires"):
        check(autoscaling_max_gib=1, tiered_storage=True, kafka_version="3.5.1")
