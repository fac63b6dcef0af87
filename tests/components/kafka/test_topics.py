"""KafkaTopic."""

import pytest

from moorings import InvalidInput
from moorings.kafka.topics import KafkaTopic, topic_name_conflicts

OWNER = "KafkaTopic 'orders'"
TIERED = {"remote.storage.enable": "true", "retention.ms": "604800000"}


def topic(**args):
    return KafkaTopic.from_input(OWNER, {"name": "orders", "partitions": 3} | args)


def test_defaults():
    defaults = topic()
    assert (defaults.replication_factor, defaults.config, defaults.protect, defaults.tiered) == (None, {}, True, False)


@pytest.mark.parametrize(
    "args",
    [
        {"name": "a" * 249},
        {"name": "orders.v1_dead-letters"},
        {"config": {"retention.ms": 604800000, "cleanup.policy": "compact,delete", "min.cleanable.dirty.ratio": "0.5"}},
        {"config": TIERED | {"retention.ms": "259200000", "local.retention.ms": "3600000"}},
        {"config": TIERED | {"segment.bytes": "50331648", "segment.ms": "600000"}},
        {"config": TIERED | {"retention.bytes": "1000", "local.retention.bytes": "999", "local.retention.ms": "-2"}},
        {"config": TIERED | {"retention.ms": "-1", "local.retention.ms": "-1", "local.retention.bytes": "2000"}},
        {"config": {"remote.storage.enable": "false", "cleanup.policy": "compact", "retention.ms": "1"}},
    ],
)
def test_valid_topics(args):
    assert topic(**args)


def test_numbers_in_config_become_strings():
    assert topic(config={"retention.ms": 60000}).config == {"retention.ms": "60000"}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            {"name": "two words"},
            ".name: must be 1 to 249 letters, digits, dots, underscores and hyphens, got 'two words'",
        ),
        (
            {"name": ".."},
            ".name: must be 1 to 249 letters, digits, dots, underscores and hyphens, got '..'",
        ),
        (
            {"name": "__consumer_offsets"},
            ".name: the prefix __ is reserved for internal topics of Kafka and MSK, got '__consumer_offsets'",
        ),
        ({"partitions": 0}, ".partitions: must be greater than 0"),
        ({"replication_factor": 0}, ".replication_factor: must be greater than 0"),
        (
            {"config": {"retention": "7d"}},
            ".config: unknown topic configuration retention; correct the name or remove it",
        ),
        (
            {"config": {"retention.ms": "7d", "min.cleanable.dirty.ratio": "2", "cleanup.policy": "shred"}},
            ".config: invalid value cleanup.policy='shred', min.cleanable.dirty.ratio='2', retention.ms='7d'; see "
            "https://kafka.apache.org/documentation/#topicconfigs",
        ),
        (
            {"config": TIERED | {"cleanup.policy": "compact"}},
            ": config: tiered storage requires cleanup.policy=delete; remove compact or remote.storage.enable",
        ),
        (
            {"config": TIERED | {"retention.ms": "259199999"}},
            ": config: tiered storage requires retention.ms of at least 259200000 (three days), got 259199999",
        ),
        (
            {"config": TIERED | {"retention.ms": "259200000", "local.retention.ms": "259200000"}},
            ": config: local.retention.ms must be less than retention.ms 259200000, got 259200000",
        ),
        (
            {"config": TIERED | {"local.retention.ms": "-1"}},
            ": config: local.retention.ms must be less than retention.ms 604800000, got -1",
        ),
        (
            {"config": TIERED | {"retention.bytes": "1000", "local.retention.bytes": "2000"}},
            ": config: local.retention.bytes must be less than retention.bytes 1000, got 2000",
        ),
        (
            {"config": {"remote.storage.enable": "true"}},
            ": config: tiered storage requires retention.ms; set it to at least three days, or -1 for no limit",
        ),
        (
            {"config": TIERED | {"segment.bytes": "50331647"}},
            ": config: tiered storage requires segment.bytes of at least 50331648 (48 MiB), got 50331647",
        ),
        (
            {"config": TIERED | {"segment.ms": "599999"}},
            ": config: tiered storage requires segment.ms of at least 600000 (ten minutes), got 599999",
        ),
    ],
)
def test_invalid_topics_are_rejected(args, message):
    with pytest.raises(InvalidInput) as error:
        topic(**args)
    assert str(error.value) == f"{OWNER}{message}"


def conflicts(*names):
    return list(topic_name_conflicts([topic(name=name) for name in names]))


def test_topic_name_conflicts():
    assert conflicts("orders", "orders-v1", "orders.v1") == []
    assert conflicts("orders", "orders") == ["topics: duplicate topic orders; remove one"]
    assert conflicts("orders.v1", "orders_v1") == [
        "topics: orders.v1 and orders_v1 differ only in dots and underscores; rename one"
    ]
