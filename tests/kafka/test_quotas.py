"""The commands of `KafkaQuota.commands`, run with Kafka's own tool: what the broker stores and enforces."""

import time

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AclOperation
from users import User

from moorings import KafkaQuota

QUOTAS = {
    "user": KafkaQuota(user="o'r\"ders $(id)", producer_byte_rate=1_048_576, consumer_byte_rate=2_097_152),
    "client": KafkaQuota(client_id="batch import", request_percentage=12.5, controller_mutation_rate=0.5),
    "user and client": KafkaQuota(user="orders", client_id="import", producer_byte_rate=4096),
    "user and default client": KafkaQuota(user="orders", client_id="*", producer_byte_rate=8192),
    "default user": KafkaQuota(user="*", consumer_byte_rate=10**15),
    "default client": KafkaQuota(client_id="*", producer_byte_rate=10**15),
    "default user and client": KafkaQuota(user="*", client_id="*", request_percentage=1000),
    "address": KafkaQuota(ip="192.0.2.1", connection_creation_rate=20),
    "default address": KafkaQuota(ip="*", connection_creation_rate=100_000),
}
"""All combinations of entities and all limits. Defaults do not limit other tests, which use the same broker."""
LIST = [
    'kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --describe --entity-type users --entity-type clients',
    *(
        f'kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --describe --entity-type {entities}'
        for entities in ("users", "clients", "ips")
    ),
]
THROTTLED = "quotas"
"""User of another test."""
OTHER_TESTS = {f"user-principal '{THROTTLED}'", "client-id 'administer'"}
"""Quotas that other tests set."""
RATE = 10_240


def stored(broker):
    """The quotas of the broker as its tool lists them: numbers by entity and name."""
    listed = broker.shell("\n".join(["set -e", *LIST]))
    assert listed.returncode == 0, listed.stderr
    quotas = {}
    for line in listed.stdout.splitlines():
        if line.startswith("Quota configs for "):
            entity, _, limits = line.removeprefix("Quota configs for ").partition(" are ")
            pairs = (limit.strip().partition("=") for limit in limits.split(","))
            quotas[entity] = {name: float(value) for name, _, value in pairs}
    return {entity: limits for entity, limits in quotas.items() if entity not in OTHER_TESTS}


def entity(quota):
    """The entity of a quota as the tool lists it."""
    names = {"user": "user-principal", "client-id": "client-id", "ip": "ip"}
    return ", ".join(
        f"the default {names[kind]}" if name is None else f"{names[kind]} '{name}'"
        for kind, name in quota.entities.items()
    )


def test_the_commands_set_and_remove_exactly_these_quotas(broker):
    limits = {entity(quota): {name: float(value) for name, value in quota.limits.items()} for quota in QUOTAS.values()}

    added = broker.shell("\n".join(["set -e", *KafkaQuota.commands(QUOTAS.values())]))
    assert added.returncode == 0, added.stderr
    assert stored(broker) == limits

    removed = broker.shell("\n".join(["set -e", *KafkaQuota.commands(QUOTAS.values(), remove=True)]))
    assert removed.returncode == 0, removed.stderr
    assert stored(broker) == {}


@pytest.fixture
def quota_user(broker):
    user = User(broker, THROTTLED)
    broker.create_topic("quotas")
    broker.allow(f"User:{THROTTLED}", AclOperation.WRITE, "quotas")
    set_quota = broker.shell("\n".join(KafkaQuota.commands([KafkaQuota(user=THROTTLED, producer_byte_rate=RATE)])))
    assert set_quota.returncode == 0, set_quota.stderr
    return user


def test_the_broker_throttles_a_producer_that_exceeds_its_quota(broker, quota_user):
    throttled, delivered = [], []
    client = Producer({**quota_user.settings, "throttle_cb": throttled.append})

    end = time.monotonic() + 30
    while not throttled and time.monotonic() < end:
        client.produce("quotas", b"x" * RATE, on_delivery=lambda error, _: delivered.append(error))
        client.poll(0.2)

    assert throttled, "the producer was not throttled"
    assert throttled[0].throttle_time > 0
    assert set(delivered) == {None}
    client.purge()
