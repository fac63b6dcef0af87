"""Topics, as a program declares them."""

import pytest

from moorings import InvalidInput
from moorings.kafka.topics import KafkaTopic, distinct_topics

WHERE = "KafkaTopic 'orders'"
TIERED = {"remote.storage.enable": "true", "retention.ms": "604800000"}


def topic(**args):
    return KafkaTopic.from_input(WHERE, {"name": "orders", "partitions": 3} | args)


def test_a_topic_is_protected_and_as_the_cluster_has_them():
    made = topic()
    assert (made.replication_factor, made.config, made.protect, made.tiered) == (None, {}, True, False)


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
def test_what_is_taken(args):
    assert topic(**args)


def test_a_number_in_the_settings_becomes_text():
    assert topic(config={"retention.ms": 60000}).config == {"retention.ms": "60000"}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            {"name": "two words"},
            ".name: 'two words' is not the name of a topic: 1 to 249 letters, digits, dots, underscores, hyphens",
        ),
        (
            {"name": ".."},
            ".name: '..' is not the name of a topic: 1 to 249 letters, digits, dots, underscores, hyphens",
        ),
        (
            {"name": "__consumer_offsets"},
            ".name: '__consumer_offsets' is a name that Kafka and MSK keep for themselves; begin it otherwise",
        ),
        ({"partitions": 0}, ".partitions: Input should be greater than 0"),
        ({"replication_factor": 0}, ".replication_factor: Input should be greater than 0"),
        (
            {"config": {"retention": "7d"}},
            ".config: retention is no setting of a topic; remove it or mend its name",
        ),
        (
            {"config": {"retention.ms": "7d", "min.cleanable.dirty.ratio": "2", "cleanup.policy": "shred"}},
            ".config: cleanup.policy='shred', min.cleanable.dirty.ratio='2', retention.ms='7d' is no value that Kafka "
            "takes; see kafka.apache.org/documentation",
        ),
        (
            {"config": TIERED | {"cleanup.policy": "compact"}},
            ": remote.storage.enable works with cleanup.policy=delete alone; remove one of them",
        ),
        (
            {"config": TIERED | {"retention.ms": "259199999"}},
            ": retention.ms 259199999 of a tiered topic is less than three days; raise it to 259200000",
        ),
        (
            {"config": TIERED | {"retention.ms": "259200000", "local.retention.ms": "259200000"}},
            ": local.retention.ms 259200000 is not below retention.ms 259200000; lower it",
        ),
        (
            {"config": TIERED | {"local.retention.ms": "-1"}},
            ": local.retention.ms -1 is not below retention.ms 604800000; lower it",
        ),
        (
            {"config": TIERED | {"retention.bytes": "1000", "local.retention.bytes": "2000"}},
            ": local.retention.bytes 2000 is not below retention.bytes 1000; lower it",
        ),
        (
            {"config": {"remote.storage.enable": "true"}},
            ": remote.storage.enable wants retention.ms in the topic's own config; say three days or more, or -1 for "
            "ever",
        ),
        (
            {"config": TIERED | {"segment.bytes": "50331647"}},
            ": segment.bytes 50331647 of a tiered topic is less than 48 MiB; raise it to 50331648",
        ),
        (
            {"config": TIERED | {"segment.ms": "599999"}},
            ": segment.ms 599999 of a tiered topic is less than ten minutes; raise it to 600000",
        ),
    ],
)
def test_what_is_refused(args, message):
    with pytest.raises(InvalidInput) as refused:
        topic(**args)
    assert str(refused.value) == f"{WHERE}{message}"


def named(*names):
    return distinct_topics([topic(name=name) for name in names])


def test_names_are_told_apart_by_more_than_dots():
    assert named("orders", "orders-v1", "orders.v1") is None
    assert named("orders", "orders") == "topics names orders more than once; remove one"
    assert named("orders.v1", "orders_v1") == (
        "topics orders.v1 and orders_v1 differ in dots and underscores alone, which Kafka refuses; rename one"
    )
