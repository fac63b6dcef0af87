"""Brokers' volumes."""

import pytest

from moorings.msk.storage import check_storage


def fit(**changed):
    asked = {
        "broker_type": "standard",
        "instance_type": "kafka.m7g.2xlarge",
        "kafka_version": "3.9.x.kraft",
        "volume_gib": None,
        "throughput": None,
        "grown_gib": None,
        "tiered": False,
    }
    return check_storage(**asked | changed)


EXPRESS = {"broker_type": "express", "instance_type": "express.m7g.large"}


@pytest.mark.parametrize(
    ("changed", "size"),
    [
        ({}, 100),
        ({"volume_gib": 16384}, 16384),
        ({"grown_gib": 101}, 100),
        ({"throughput": 250, "volume_gib": 10}, 10),
        ({"throughput": 312}, 100),
        ({"tiered": True}, 100),
        ({"tiered": True, "kafka_version": "2.8.2.tiered"}, 100),
        (EXPRESS, None),
    ],
)
def test_what_fits(changed, size):
    assert fit(**changed) == size


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"grown_gib": 100},
            "volume_autoscaling_max_gib 100 leaves a volume of 100 GiB no room to grow; raise it, or leave it out to "
            "resize the volume by hand",
        ),
        (
            {"throughput": 250, "instance_type": "kafka.m5.2xlarge"},
            "volume_throughput_mib_per_second is for kafka.m5.4xlarge, kafka.m7g.2xlarge and larger, not for kafka.m5.2xlarge; leave it "
            "out or take a larger broker",
        ),
        (
            {"throughput": 313},
            "volume_throughput_mib_per_second of kafka.m7g.2xlarge is 250 to 312 MiB in a second, not 313",
        ),
        (
            {"throughput": 249},
            "volume_throughput_mib_per_second of kafka.m7g.2xlarge is 250 to 312 MiB in a second, not 249",
        ),
        (
            {"throughput": 250, "volume_gib": 9},
            "volume_throughput_mib_per_second needs a volume of 10 GiB, not 9; raise volume_gib",
        ),
        (
            {"tiered": True, "instance_type": "kafka.t3.small"},
            "tiered_storage does not work on kafka.t3.small; leave it out or take kafka.m7g.large",
        ),
        (
            {"tiered": True, "kafka_version": "3.5.1"},
            "tiered_storage needs Kafka 3.6.0 or later, not 3.5.1; leave it out or raise kafka_version",
        ),
        (
            EXPRESS | {"volume_gib": 100, "throughput": 250, "grown_gib": 200, "tiered": True},
            "volume_gib, volume_throughput_mib_per_second, volume_autoscaling_max_gib, tiered_storage: express brokers have no volumes "
            "to choose; leave it out",
        ),
    ],
)
def test_what_does_not_fit(changed, message):
    with pytest.raises(ValueError) as refused:
        fit(**changed)
    assert str(refused.value) == message


def test_all_that_does_not_fit_is_said_at_once():
    with pytest.raises(ValueError, match="no room to grow.*; tiered_storage needs"):
        fit(grown_gib=1, tiered=True, kafka_version="3.5.1")
