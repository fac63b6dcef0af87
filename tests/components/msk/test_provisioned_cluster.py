"""How long a cluster is waited for."""

import pytest

from moorings import InvalidInput, MskCluster

NEEDED = {
    "vpc_id": "vpc-0d1c7a52e8b94f360",
    "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"],
    "kafka_version": "3.9.x.kraft",
}


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
def test_large_clusters_are_waited_for_longer(deploy, args, expected):
    plan = deploy(lambda: MskCluster("kafka", NEEDED | args))
    assert plan["kafka-cluster"].custom_timeouts == dict(zip(["create", "update", "delete"], expected, strict=True))


@pytest.mark.parametrize(
    ("hours", "message"),
    [
        ({"update": 0}, ".timeout_hours.update: Input should be greater than 0"),
        ({"read": 1}, ".timeout_hours.read.[key]: Input should be 'create', 'update' or 'delete'"),
    ],
)
def test_other_times_are_refused(deploy, hours, message):
    with pytest.raises(InvalidInput) as refused:
        deploy(lambda: MskCluster("kafka", NEEDED | {"timeout_hours": hours}))
    assert str(refused.value) == f"MskCluster 'kafka'{message}"
