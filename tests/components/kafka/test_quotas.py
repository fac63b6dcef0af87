"""Kafka quotas."""

import pytest

from moorings import InvalidInput
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
    ("args", "message"),
    [
        ({"producer_byte_rate": 1}, "requires exactly one of user, client_id and ip"),
        (
            {"user": "orders", "ip": "10.0.0.1", "producer_byte_rate": 1},
            "requires exactly one of user, client_id and ip",
        ),
        ({"client_id": "batch"}, "no quota is set for the client-id; set at least one"),
        (
            {"ip": "10.0.0.1", "connection_creation_rate": 1, "producer_byte_rate": 1},
            "ip: supports only connection_creation_rate; set other quotas for a user",
        ),
        (
            {"user": "orders", "connection_creation_rate": 1},
            "connection_creation_rate: supported for an ip only; set ip",
        ),
    ],
)
def test_invalid_combinations_are_rejected(args, message):
    with pytest.raises(InvalidInput) as error:
        KafkaQuota.from_input("quota", args)
    assert str(error.value) == f"quota: {message}"
