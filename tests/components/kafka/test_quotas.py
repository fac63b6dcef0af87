"""Kafka quotas."""

import pytest

from moorings.kafka.quotas import KafkaQuota

COMMAND = 'kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --command-config client.properties --alter'


@pytest.mark.parametrize(
    ("args", "entity", "change"),
    [
        (
            {"user": "orders", "producer_byte_rate": 1048576, "consumer_byte_rate": 2097152},
            "--entity-type users --entity-name orders",
            "producer_byte_rate=1048576,consumer_byte_rate=2097152",
        ),
        (
            {"user": "*", "request_percentage": 50, "controller_mutation_rate": 0.5},
            "--entity-type users --entity-default",
            "request_percentage=50,controller_mutation_rate=0.5",
        ),
        (
            {"client_id": "it's batch", "consumer_byte_rate": 10**16},
            "--entity-type clients --entity-name 'it'\"'\"'s batch'",
            "consumer_byte_rate=10000000000000000",
        ),
        (
            {"user": "orders", "client_id": "*", "producer_byte_rate": 2048},
            "--entity-type users --entity-name orders --entity-type clients --entity-default",
            "producer_byte_rate=2048",
        ),
        (
            {"ip": "10.0.0.1", "connection_creation_rate": 20},
            "--entity-type ips --entity-name 10.0.0.1",
            "connection_creation_rate=20",
        ),
    ],
)
def test_commands_set_quotas(args, entity, change):
    assert KafkaQuota.commands([KafkaQuota(**args)]) == [f"{COMMAND} {entity} --add-config {change}"]


def test_commands_remove_quotas():
    quota = KafkaQuota(user="orders", producer_byte_rate=1024, consumer_byte_rate=1024)
    assert KafkaQuota.commands([quota], remove=True, tool="kafka-configs", config="admin.properties") == [
        'kafka-configs --bootstrap-server "$BOOTSTRAP_SERVERS" --command-config admin.properties --alter '
        "--entity-type users --entity-name orders --delete-config producer_byte_rate,consumer_byte_rate"
    ]


@pytest.mark.parametrize(
    ("args", "rule", "path"),
    [
        ({"user": "orders", "ip": "10.0.0.1", "connection_creation_rate": 20}, "kafka-quota-entity", "ip"),
        ({"client_id": "batch"}, "kafka-quota-limit", ""),
        ({"ip": "10.0.0.1"}, "kafka-quota-limit", ""),
        (
            {"ip": "10.0.0.1", "connection_creation_rate": 1, "producer_byte_rate": 2048},
            "kafka-quota-limit",
            "producer_byte_rate",
        ),
        ({"user": "orders", "request_percentage": 0.5}, "kafka-quota-implausible", "request_percentage"),
        ({"user": "orders", "consumer_byte_rate": 1023}, "kafka-quota-implausible", "consumer_byte_rate"),
        ({"user": "orders", "request_percentage": float("inf")}, "argument-type", "request_percentage"),
    ],
)
def test_invalid_quotas_are_rejected(rejected, args, rule, path):
    with rejected(rule, path):
        KafkaQuota(**args)
