"""Limits of Kafka's users."""

import pytest

from moorings import InvalidInput
from moorings.kafka.quotas import KafkaQuota

BEGIN = 'kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --command-config client.properties --alter'


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
def test_commands_that_set_limits(args, entity, change):
    assert KafkaQuota.commands([KafkaQuota(**args)]) == [f"{BEGIN} {entity} --add-config {change}"]


def test_commands_that_take_limits_back():
    quota = KafkaQuota(user="orders", producer_byte_rate=1024, consumer_byte_rate=1024)
    assert KafkaQuota.commands([quota], remove=True, tool="kafka-configs", config="admin.properties") == [
        'kafka-configs --bootstrap-server "$BOOTSTRAP_SERVERS" --command-config admin.properties --alter '
        "--entity-type users --entity-name orders --delete-config producer_byte_rate,consumer_byte_rate"
    ]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"producer_byte_rate": 1}, "give one of user, client_id and ip, whose limits these are"),
        (
            {"user": "orders", "ip": "10.0.0.1", "producer_byte_rate": 1},
            "give one of user, client_id and ip, whose limits these are",
        ),
        ({"client_id": "batch"}, "the client-id has no limit; give one, or remove the quota"),
        (
            {"ip": "10.0.0.1", "connection_creation_rate": 1, "producer_byte_rate": 1},
            "an IP address has a connection_creation_rate and no other limit; give others to a user",
        ),
        (
            {"user": "orders", "connection_creation_rate": 1},
            "connection_creation_rate is of an ip, not of a user; give an ip",
        ),
    ],
)
def test_limits_that_cannot_work_are_refused(args, message):
    with pytest.raises(InvalidInput) as caught:
        KafkaQuota.from_input("quota", args)
    assert str(caught.value) == f"quota: {message}"
