"""Rules of replication, partitions and retention: cases besides the examples of the rules."""

import pytest

SUBNETS = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"]


@pytest.mark.parametrize(
    "args",
    [
        {"subnet_ids": SUBNETS, "brokers_per_zone": 2, "default_replication_factor": 4, "min_insync_replicas": 3},
        {"broker_type": "express", "default_replication_factor": 3, "min_insync_replicas": 2},
        {"retention_hours": -1},
        {"server_properties": {"log.retention.ms": "3600000"}},
        {"brokers_per_zone": 2, "num_partitions": 2000},
    ],
)
def test_valid_configurations_are_accepted(create, logged, args):
    assert logged(create(**args)) == []


@pytest.mark.parametrize(
    ("args", "rule", "path"),
    [
        (
            {"default_replication_factor": 2, "min_insync_replicas": 3},
            "msk-min-insync-replicas",
            "min_insync_replicas",
        ),
        (
            {"subnet_ids": SUBNETS, "min_insync_replicas": 2},
            "msk-min-insync-replicas",
            "min_insync_replicas",
        ),
        (
            {"default_replication_factor": 1, "min_insync_replicas": 2},
            "msk-min-insync-replicas",
            "min_insync_replicas",
        ),
        (
            {"broker_type": "express", "default_replication_factor": 1},
            "msk-express-replication",
            "default_replication_factor",
        ),
        ({"retention_hours": -2}, "msk-retention-hours", "retention_hours"),
        (
            {"retention_hours": 1, "server_properties": {"log.retention.ms": "3600000"}},
            "msk-contradictory-arguments",
            "retention_hours",
        ),
    ],
)
def test_invalid_configurations_are_rejected(create, rejected, args, rule, path):
    with rejected(rule, path):
        create(**args)


def test_a_cluster_for_development_may_have_single_replicas(create, logged):
    plan = create(default_replication_factor=1, acknowledge={"msk-single-replica": "its data can be created again"})
    properties = plan["kafka-configuration"].inputs["serverProperties"]
    assert "default.replication.factor=1\n" in properties
    assert "min.insync.replicas=1\n" in properties
    assert logged(plan) == []
