"""KafkaTopic and its rules: cases besides the examples of the rules."""

import pytest

from moorings import KafkaTopic, MskCluster
from moorings.kafka.topic_properties import TOPIC_PROPERTIES, invalid_value, unknown_property, unsupported_property

CLUSTER = {
    "vpc_id": "vpc-0d1c7a52e8b94f360",
    "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"],
    "kafka_version": "3.9.x.kraft",
    "tiered_storage": True,
}
TIERED = {"remote.storage.enable": "true", "retention.ms": "604800000"}


@pytest.fixture
def deploy_topic(deploy):
    """Returns a function that deploys a topic."""

    def deploy_topic(acknowledge=None, **args):
        topic = {"name": "orders", "partitions": 3} | args
        return deploy(lambda: MskCluster("kafka", CLUSTER | {"topics": [topic], "acknowledge": acknowledge or {}}))

    return deploy_topic


def test_defaults():
    topic = KafkaTopic(name="orders", partitions=3)
    assert (topic.replication_factor, topic.config, topic.protect, topic.tiered) == (None, {}, True, False)


@pytest.mark.parametrize(
    "args",
    [
        {"name": "a" * 249},
        {"name": "orders.v1_dead-letters"},
        {
            "config": {
                "retention.ms": 604800000,
                "cleanup.policy": "compact, delete",
                "min.cleanable.dirty.ratio": "0.5",
            }
        },
        {"config": TIERED | {"retention.ms": "259200000", "local.retention.ms": "3600000"}},
        {"config": TIERED | {"segment.bytes": "50331648", "segment.ms": "600000"}},
        {"config": TIERED | {"retention.bytes": "2000000", "local.retention.bytes": "999", "local.retention.ms": "-2"}},
        {"config": TIERED | {"retention.ms": "-1", "local.retention.ms": "-1", "local.retention.bytes": "2000"}},
        {"config": TIERED | {"remote.log.copy.disable": "true", "local.retention.ms": "604800000"}},
        {"config": {"remote.storage.enable": "false", "cleanup.policy": "compact"}},
        {"config": {"message.downconversion.enable": "false", "preallocate": "TRUE"}},
        {"config": {"compression.type": "gzip", "compression.gzip.level": "9"}},
        {"config": {"cleanup.policy": "compact", "max.compaction.lag.ms": "86400000"}},
        {"config": {"leader.replication.throttled.replicas": "0:1,1:2"}},
    ],
)
def test_valid_topics_cause_no_findings(deploy_topic, logged, args):
    assert logged(deploy_topic(**args)) == []


def test_numbers_in_config_become_strings():
    assert KafkaTopic(name="orders", partitions=3, config={"retention.ms": 60000}).config == {"retention.ms": "60000"}


@pytest.mark.parametrize(
    ("args", "rule", "path"),
    [
        ({"name": "two words"}, "argument-format", "topics[0].name"),
        ({"name": ".."}, "argument-format", "topics[0].name"),
        ({"name": "__oprtr_audit"}, "kafka-internal-topic", "topics[0].name"),
        ({"partitions": 0}, "argument-range", "topics[0].partitions"),
        ({"replication_factor": 0}, "argument-range", "topics[0].replication_factor"),
        ({"config": {"retention.ms": "7d"}}, "kafka-topic-property-value", "topics[0].config['retention.ms']"),
        ({"config": TIERED | {"local.retention.ms": "-1"}}, "kafka-tiered-topic-local-retention", None),
        ({"config": TIERED | {"local.retention.ms": "604800000"}}, "kafka-tiered-topic-local-retention", None),
        (
            {"config": TIERED | {"retention.bytes": "2000000", "local.retention.bytes": "4000000"}},
            "kafka-tiered-topic-local-retention",
            "topics[0].config['local.retention.bytes']",
        ),
        ({"config": {"remote.storage.enable": "true"}}, "msk-tiered-topic-retention", "topics[0].config"),
        ({"config": TIERED | {"segment.ms": "599999"}}, "msk-tiered-topic-segment", "topics[0].config['segment.ms']"),
    ],
)
def test_invalid_topics_are_rejected(deploy_topic, rejected, args, rule, path):
    with rejected(rule, path):
        deploy_topic(**args)


@pytest.mark.parametrize(
    ("config", "rule", "name"),
    [
        ({"retention": "604800000"}, "kafka-unknown-topic-property", "retention"),
        ({"min.compaction.lag.ms": "60000"}, "kafka-topic-property-without-effect", "min.compaction.lag.ms"),
        ({"local.retention.ms": "60000"}, "kafka-topic-property-without-effect", "local.retention.ms"),
        ({"compression.zstd.level": "3"}, "kafka-topic-property-without-effect", "compression.zstd.level"),
        ({"retention.bytes": "1024"}, "kafka-topic-implausible-value", "retention.bytes"),
        ({"max.message.bytes": "10"}, "kafka-topic-implausible-value", "max.message.bytes"),
    ],
)
def test_unusual_properties_are_reported(deploy_topic, logged, config, rule, name):
    path = f"topics[0].config['{name}']" if "." in name else f"topics[0].config.{name}"
    assert logged(deploy_topic(config=config)) == [(rule, path)]
    assert logged(deploy_topic(config=config, acknowledge={rule: "a test"})) == []


def test_internal_topics_can_be_acknowledged(deploy_topic):
    plan = deploy_topic(name="__oprtr_audit", acknowledge={"kafka-internal-topic": "kPow may not create topics"})
    assert plan["kafka-__oprtr_audit-topic"].inputs["name"] == "__oprtr_audit"


# Topic properties

OLD, NEW = (3, 9), (4, 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cleanup.policy", ""),
        ("cleanup.policy", "delete,compact"),
        ("compression.gzip.level", "-1"),
        ("compression.lz4.level", "17"),
        ("compression.zstd.level", "-131072"),
        ("follower.replication.throttled.replicas", "*"),
        ("min.cleanable.dirty.ratio", ".5"),
        ("min.cleanable.dirty.ratio", "5e-1"),
        ("retention.bytes", "-1"),
        ("retention.ms", " 60000 "),
        ("segment.bytes", "14"),
        ("remote.copy.lag.ms", "anything"),
    ],
)
def test_valid_values(name, value):
    assert invalid_value(name, value, OLD) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cleanup.policy", "shred"),
        ("compression.gzip.level", "0"),
        ("compression.lz4.level", "fast"),
        ("compression.type", "GZIP"),
        ("follower.replication.throttled.replicas", "all"),
        ("min.cleanable.dirty.ratio", "2"),
        ("min.cleanable.dirty.ratio", "nan"),
        ("min.insync.replicas", "0"),
        ("preallocate", "yes"),
        ("retention.ms", "-2"),
        ("retention.ms", "9223372036854775808"),
        ("segment.bytes", "2147483648"),
    ],
)
def test_invalid_values(name, value):
    problem = invalid_value(name, value, OLD)
    assert problem is not None
    assert repr(value) in problem


def test_kafka_4_1_raised_the_minimum_of_segments():
    """Source: tests/kafka, which asks brokers of 4.0 and 4.1."""
    assert invalid_value("segment.bytes", "1048575", OLD) is None
    assert invalid_value("segment.bytes", "1048575", (4, 0)) is None
    assert invalid_value("segment.bytes", "1048575", (4, 1)) is not None
    assert invalid_value("segment.bytes", "1048576", (4, 1)) is None


def test_values_of_newer_versions_are_not_judged():
    assert invalid_value("compression.type", "brotli", (4, 3)) is None


@pytest.mark.parametrize(
    ("name", "supported", "unsupported"),
    [
        ("compression.gzip.level", (3, 8), (3, 7)),
        ("message.downconversion.enable", (3, 9), (4, 0)),
        ("message.format.version", (3, 9), (4, 0)),
        ("message.timestamp.after.max.ms", (3, 6), (3, 5)),
        ("message.timestamp.difference.max.ms", (3, 9), (4, 0)),
        ("remote.log.copy.disable", (3, 9), (3, 8)),
    ],
)
def test_properties_by_version(name, supported, unsupported):
    assert unsupported_property(name, supported) is None
    assert unsupported_property(name, unsupported) is not None


def test_unknown_properties():
    assert all(unknown_property(name) is None for name in TOPIC_PROPERTIES)
    assert "did you mean retention.ms?" in (unknown_property("retention.m") or "")
    assert "check that the Kafka version" in (unknown_property("x") or "")
    assert unsupported_property("x", NEW) is None


@pytest.mark.parametrize(
    ("name", "value", "version", "valid"),
    [
        ("cleanup.policy", "delete,", (3, 9), False),
        ("cleanup.policy", "", (3, 9), True),
        ("message.format.version", "2.8-IV1", (3, 6), True),
        ("message.format.version", "3.9", (3, 6), False),
        ("message.format.version", "text", (3, 6), False),
        ("min.cleanable.dirty.ratio", "0.5f", (4, 2), True),
        ("min.cleanable.dirty.ratio", "1.01", (4, 2), False),
        ("segment.bytes", "14", (3, 9), True),
        ("segment.bytes", "14", (4, 1), False),
    ],
)
def test_values_by_version(name, value, version, valid):
    """Cases of tests/kafka, which asks brokers."""
    assert (invalid_value(name, value, version) is None) is valid
