"""Rules of the topics of a cluster that depend on its Kafka version, its brokers and its other topics."""

from collections.abc import Sequence

from moorings.kafka.topic_properties import (
    CHECKED,
    invalid_value,
    parse_integer,
    unknown_property,
    unsupported_property,
)
from moorings.kafka.topic_properties import SOURCE as TOPIC_PROPERTIES_SOURCE
from moorings.kafka.topic_rules import KAFKA_TOPIC_RULES
from moorings.kafka.topics import KafkaTopic
from moorings.msk.broker_sizes import BrokerType, broker_size
from moorings.msk.broker_types import BROKER_TYPES
from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.kafka_versions import parse_version
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

FIRST_VERSION_WITH_TOPIC_API = (3, 6)
"""First Kafka version with topic operations in the MSK API."""

EXPRESS_FIXED_PROPERTIES = ("min.insync.replicas", "unclean.leader.election.enable")
"""Topic properties that cannot be changed on Express brokers."""

_TIERED_STORAGE_PREFIXES = ("local.", "remote.")
_TOPIC_API = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-topic-operations-information.html"
_EXPRESS = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-express-read-write.html"
_PARTITIONS = "https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html#partitions-per-broker"
_REPLICAS = "https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html"
_NAMES = "https://kafka.apache.org/documentation/#operations_in_kafka"

_ON_EXPRESS = "broker_type='express', instance_type=None, volume_gib=None"

MSK_TOPIC_RULES = RuleSet(MskClusterArgs, KAFKA_TOPIC_RULES)


def _topic(name: str = "orders", *, partitions: int = 12, **arguments: object) -> str:
    """Return the expression of a topic for an example."""
    given = "".join(f", {argument}={value!r}" for argument, value in arguments.items())
    return f"KafkaTopic(name={name!r}, partitions={partitions}{given})"


@MSK_TOPIC_RULES.rule(
    "msk-topic-name-collision",
    Severity.ERROR,
    source=_NAMES,
    invalid=f"topics=[{_topic('orders.v1')}, {_topic('orders_v1')}]",
    valid=f"topics=[{_topic('orders.v1')}, {_topic('orders.v2')}]",
)
def _name_collision(topics: Sequence[KafkaTopic]) -> Findings:
    """Metric names contain underscores instead of dots, so brokers reject names that differ only in these."""
    names: dict[str, str] = {}
    for index, topic in enumerate(topics):
        other = names.setdefault(topic.name.replace(".", "_"), topic.name)
        if index and other == topic.name and topic.name in [earlier.name for earlier in topics[:index]]:
            yield ("topics", index, "name"), f"{topic.name} is declared twice; remove one"
        elif other != topic.name:
            yield ("topics", index, "name"), f"differs from {other} only in dots and underscores; rename one"


@MSK_TOPIC_RULES.rule(
    "msk-topic-api-version",
    Severity.ERROR,
    source=_TOPIC_API,
    invalid=f"kafka_version='3.5.1', topics=[{_topic()}]",
    valid=f"kafka_version='3.6.0', topics=[{_topic()}]",
)
def _api_version(topics: Sequence[KafkaTopic], kafka_version: str) -> Findings:
    """The topic operations of the MSK API require Kafka 3.6."""
    if topics and parse_version(kafka_version)[:2] < FIRST_VERSION_WITH_TOPIC_API:
        yield (
            f"require Kafka 3.6.0 or later, got {kafka_version}; raise kafka_version, or create the topics with "
            "Kafka's tools"
        )


@MSK_TOPIC_RULES.rule(
    "kafka-unknown-topic-property",
    Severity.UNVERIFIED,
    source=TOPIC_PROPERTIES_SOURCE,
    invalid=f"topics=[{_topic(config={'retention': '604800000'})}]",
    valid=f"topics=[{_topic(config={'retention.ms': '604800000'})}]",
    checked=CHECKED,
    each="topics",
)
def _unknown_property(index: int, topic: KafkaTopic) -> Findings:
    """Brokers reject unknown topic properties. The table lists those of Kafka 2.8 to 4.2."""
    for name in topic.config:
        problem = unknown_property(name)
        if problem:
            yield ("topics", index, "config", name), problem


@MSK_TOPIC_RULES.rule(
    "kafka-topic-property-version",
    Severity.ERROR,
    source=TOPIC_PROPERTIES_SOURCE,
    invalid=f"kafka_version='4.1.x.kraft', topics=[{_topic(config={'message.downconversion.enable': 'true'})}]",
    valid=f"kafka_version='3.9.x', topics=[{_topic(config={'message.downconversion.enable': 'true'})}]",
    each="topics",
)
def _property_version(index: int, topic: KafkaTopic, kafka_version: str) -> Findings:
    """Brokers reject topic properties that their Kafka version does not support yet, or no longer supports."""
    for name in topic.config:
        problem = unsupported_property(name, parse_version(kafka_version)[:2])
        if problem:
            yield ("topics", index, "config", name), problem


@MSK_TOPIC_RULES.rule(
    "kafka-topic-property-value",
    Severity.ERROR,
    source=TOPIC_PROPERTIES_SOURCE,
    invalid=f"kafka_version='4.1.x.kraft', topics=[{_topic(config={'segment.bytes': '65536'})}]",
    valid=f"kafka_version='3.9.x.kraft', topics=[{_topic(config={'segment.bytes': '65536'})}]",
    each="topics",
)
def _property_value(index: int, topic: KafkaTopic, kafka_version: str) -> Findings:
    """Brokers reject values of the wrong type or outside of the range of a topic property."""
    for name, value in topic.config.items():
        problem = invalid_value(name, value, parse_version(kafka_version)[:2])
        if problem:
            yield ("topics", index, "config", name), problem


@MSK_TOPIC_RULES.rule(
    "msk-topic-replication-factor",
    Severity.ERROR,
    source=_REPLICAS,
    invalid=f"topics=[{_topic(replication_factor=4)}]",
    valid=f"topics=[{_topic(replication_factor=3)}]",
    each="topics",
)
def _replication_factor(index: int, topic: KafkaTopic, broker_count: int, broker_type: BrokerType) -> Findings:
    """Each replica of a partition is on another broker. Express brokers always have three replicas."""
    factor, fixed = topic.replication_factor, BROKER_TYPES[broker_type].fixed_replication
    path = ("topics", index, "replication_factor")
    if factor is None:
        return
    if fixed and factor != fixed[0]:
        yield path, f"Express brokers keep {fixed[0]} replicas, got {factor}; remove it"
    elif factor > broker_count:
        yield path, f"{factor} replicas exceed the {broker_count} brokers; lower it, or raise brokers_per_zone"


@MSK_TOPIC_RULES.rule(
    "msk-topic-single-replica",
    Severity.UNSAFE,
    source="https://docs.aws.amazon.com/msk/latest/developerguide/msk-default-configuration.html",
    invalid=f"topics=[{_topic(replication_factor=1, config={'min.insync.replicas': '1'})}]",
    valid=f"topics=[{_topic(replication_factor=2, config={'min.insync.replicas': '1'})}]",
    each="topics",
)
def _single_replica(index: int, topic: KafkaTopic) -> Findings:
    """A topic with one replica is unavailable while its broker restarts, and lost with the broker's volume."""
    if topic.replication_factor == 1:
        yield (
            ("topics", index, "replication_factor"),
            "one replica is unavailable while its broker restarts; set it to 2 or 3",
        )


@MSK_TOPIC_RULES.rule(
    "msk-topic-min-insync-replicas",
    Severity.UNSAFE,
    source=_REPLICAS,
    invalid=f"topics=[{_topic(replication_factor=2)}]",
    valid=f"topics=[{_topic(replication_factor=2, config={'min.insync.replicas': '1'})}]",
    each="topics",
)
def _min_insync_replicas(
    index: int, topic: KafkaTopic, replication_factor: int, insync_replicas: int, broker_type: BrokerType
) -> Findings:
    """Producers with acks=all fail while a broker restarts if all replicas must be in sync."""
    own = topic.config.get("min.insync.replicas")
    if BROKER_TYPES[broker_type].fixed_replication or (own is None and topic.replication_factor is None):
        return
    factor, minimum = topic.replication_factor or replication_factor, parse_integer(own) if own else insync_replicas
    path = ("topics", index, "config", "min.insync.replicas")
    if factor > 1 and minimum is not None and minimum >= factor:
        yield path, f"{minimum} of {factor} replicas must be in sync; set it to {factor - 1}"
    elif factor == 1 and minimum is not None and minimum > 1:
        yield path, f"{minimum} replicas must be in sync, but the topic has one; set it to 1"


@MSK_TOPIC_RULES.rule(
    "msk-topic-low-insync-replicas",
    Severity.WARNING,
    source=_REPLICAS,
    invalid=f"topics=[{_topic(config={'min.insync.replicas': '1'})}]",
    valid=f"topics=[{_topic(config={'min.insync.replicas': '2'})}]",
    each="topics",
)
def _low_insync_replicas(index: int, topic: KafkaTopic, replication_factor: int, broker_type: BrokerType) -> Findings:
    """A record that only the leader has written is lost if its volume fails, even if the producer used acks=all."""
    factor, own = topic.replication_factor or replication_factor, topic.config.get("min.insync.replicas", "")
    if parse_integer(own) == 1 and factor > 2 and broker_type == "standard":  # noqa: PLR2004 - 1 of 2 is the most
        path = ("topics", index, "config", "min.insync.replicas")
        yield path, f"1 of {factor} replicas acknowledges a record with acks=all; set it to {factor - 1}"


@MSK_TOPIC_RULES.rule(
    "msk-topic-tiered-storage",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/msk/latest/developerguide/msk-tiered-storage.html",
    invalid=f"topics=[{_topic(config={'remote.storage.enable': 'true', 'retention.ms': '-1'})}]",
    valid=f"tiered_storage=True, topics=[{_topic(config={'remote.storage.enable': 'true', 'retention.ms': '-1'})}]",
    each="topics",
)
def _tiered_storage(index: int, topic: KafkaTopic, tiered_storage: bool, broker_type: BrokerType) -> Findings:
    """A topic can use tiered storage only if it is enabled on the cluster."""
    if broker_type == "standard" and topic.tiered and not tiered_storage:
        fix = "set tiered_storage=True on the cluster, or remove it"
        yield ("topics", index, "config", "remote.storage.enable"), f"the cluster has no tiered storage; {fix}"


@MSK_TOPIC_RULES.rule(
    "msk-express-topic-property",
    Severity.ERROR,
    source=_EXPRESS,
    invalid=f"{_ON_EXPRESS}, topics=[{_topic(config={'min.insync.replicas': '1'})}]",
    valid=f"{_ON_EXPRESS}, topics=[{_topic(config={'retention.ms': '604800000'})}]",
    each="topics",
)
def _express_property(index: int, topic: KafkaTopic, broker_type: BrokerType) -> Findings:
    """Express brokers have fixed replication settings, and no tiered storage."""
    for name in topic.config if broker_type == "express" else ():
        path = ("topics", index, "config", name)
        if name in EXPRESS_FIXED_PROPERTIES:
            yield path, "cannot be changed on Express brokers; remove it"
        elif name.startswith(_TIERED_STORAGE_PREFIXES):
            yield path, "Express brokers have no tiered storage; remove it"


@MSK_TOPIC_RULES.rule(
    "msk-too-many-partitions",
    Severity.UNSAFE,
    source=_PARTITIONS,
    invalid=f"topics=[{_topic(partitions=1600)}]",
    valid=f"topics=[{_topic(partitions=1000)}]",
)
def _too_many_partitions(
    topics: Sequence[KafkaTopic], other_partitions: int, replication_factor: int, broker_count: int, broker_size: str
) -> Findings:
    """MSK rejects updates and new users of a cluster with more partitions per broker than the maximum of the size."""
    partitions = partitions_per_broker(topics, replication_factor, other_partitions, broker_count)
    limits = _limits(broker_size)
    if limits and partitions > limits[1]:
        problem = f"{partitions} partitions per broker, including replicas, exceed the maximum of {limits[1]}"
        yield _path(topics), f"{problem} on {broker_size}; use larger or more brokers"


@MSK_TOPIC_RULES.rule(
    "msk-many-partitions",
    Severity.WARNING,
    source=_PARTITIONS,
    invalid=f"topics=[{_topic(partitions=1200)}]",
    valid=f"topics=[{_topic(partitions=1000)}]",
)
def _many_partitions(
    topics: Sequence[KafkaTopic], other_partitions: int, replication_factor: int, broker_count: int, broker_size: str
) -> Findings:
    """Brokers with more partitions than AWS recommends restart slowly and use more CPU and memory."""
    partitions = partitions_per_broker(topics, replication_factor, other_partitions, broker_count)
    limits = _limits(broker_size)
    if limits and limits[0] < partitions <= limits[1]:
        problem = f"{partitions} partitions per broker, including replicas, exceed the {limits[0]} that AWS recommends"
        yield _path(topics), f"{problem} on {broker_size}; use larger or more brokers"


def partitions_per_broker(
    topics: Sequence[KafkaTopic], replication_factor: int, other_partitions: int, brokers: int
) -> int:
    """Return the partitions of each broker, including replicas and rounded up, if they are distributed evenly."""
    declared = sum(topic.partitions * (topic.replication_factor or replication_factor) for topic in topics)
    return -(-(declared + other_partitions) // brokers)


def _limits(instance_type: str) -> tuple[int, int] | None:
    size = broker_size(instance_type)
    return (size.recommended_partitions, size.updatable_partitions) if size else None


def _path(topics: Sequence[KafkaTopic]) -> str:
    return "topics" if topics else "other_partitions"
