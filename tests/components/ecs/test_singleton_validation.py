"""Checks across the arguments of a singleton."""

import pytest

from moorings import InvalidInput

NAMESPACE = "arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-b92d7f4a1e63c508"
SERVERS = (
    "b-1.orders.abcdef.c2.kafka.eu-west-1.amazonaws.com:9096,b-2.orders.abcdef.c2.kafka.eu-west-1.amazonaws.com:9096"
)
GROUP = "sg-0b92d7f4a1e63c508"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-a1B2c3"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
SCRAM = {
    "listener": "scram",
    "bootstrap_servers": SERVERS,
    "username": "orders",
    "secret_arn": SECRET,
    "kms_key_arn": KEY,
    "security_group_id": GROUP,
}
COMPONENT = "FargateSingleton 'orders'"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            {"kafka": SCRAM | {"security_group_id": None}},
            ": kafka: no rule allows connections to the brokers without a security_group_id; set it, or add the "
            "brokers to egress",
        ),
        (
            {"kafka": SCRAM, "kafka_settings": "spring"},
            ": kafka_settings: 'spring' requires a connection with a password, which is part of the JAAS "
            "configuration; pass the password, or use 'environment', which reads it from secret_arn",
        ),
        (
            {"kafka": SCRAM, "additional_kafka": {"kafka": SCRAM}},
            ": additional_kafka: kafka is the name of the cluster in the argument kafka; rename the other cluster",
        ),
        (
            {"kafka": SCRAM, "egress": {"kafka": {"port": 1, "cidr": "10.0.0.0/16"}}},
            ": egress: kafka is also the name of a Kafka cluster; rename one of them",
        ),
        (
            {"kafka": SCRAM, "environment": {"KAFKA_BOOTSTRAP_SERVERS": "x"}},
            ": kafka_settings: KAFKA_BOOTSTRAP_SERVERS is also set in environment or secrets; remove it "
            "there, or use kafka_settings='none'",
        ),
    ],
)
def test_invalid_kafka_settings(create, args, message):
    with pytest.raises(InvalidInput) as rejected:
        create(**args)
    assert str(rejected.value) == COMPONENT + message


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            {"health_check": {"command": ["true"]}, "startup_seconds": 301},
            "startup_seconds: must be at most 300 with a health_check, got 301; shorten the startup, or use only "
            "the health check of a load_balancer",
        ),
        (
            {"service_connect": {"namespace_arn": NAMESPACE, "dns_name": "orders"}},
            "port: required with service_connect; set it to the port that the application listens on",
        ),
        (
            {"tmpfs_mounts": {"/tmp": 2048}},
            "memory_mib: 2048 leaves nothing for the application, because tmpfs_mounts use 2048 MiB; raise "
            "memory_mib, or keep large files in ephemeral_volume_paths",
        ),
        (
            {"enable_execute_command": True, "ephemeral_volume_paths": ["/tmp"]},
            "enable_execute_command: ECS Exec writes to the root file system; set read_only_root_filesystem=False, "
            "or turn enable_execute_command off\nFargateSingleton 'orders': tmpfs_mounts, ephemeral_volume_paths, "
            "efs_mounts: /tmp and /tmp overlap; use separate paths",
        ),
    ],
)
def test_invalid_combinations(create, args, message):
    with pytest.raises(InvalidInput) as rejected:
        create(**args)
    assert str(rejected.value) == f"{COMPONENT}: {message}"


def test_port_is_required(create, load_balancer):
    with pytest.raises(InvalidInput) as rejected:
        create(load_balancer=load_balancer)
    assert str(rejected.value) == (
        f"{COMPONENT}: port: required with load_balancer; set it to the port that the application listens on"
    )
