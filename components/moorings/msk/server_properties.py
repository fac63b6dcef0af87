"""Server properties of an MSK configuration: the known ones with their value types, versions and usual magnitudes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from moorings.kafka.topic_properties import is_cleanup_policy, is_ratio, parse_integer
from moorings.msk.broker_sizes import BrokerType
from moorings.validation.errors import suggestion

STANDARD_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-properties.html"
EXPRESS_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-express-read-write.html"

KAFKA_SOURCE = "https://kafka.apache.org/documentation/#brokerconfigs"
CHECKED = "2026-11-22"
"""Date on which the properties were compared with their sources, and with what brokers of Kafka 3.6 to 4.2 accept."""

_MIN_INT, _MAX_INT = -(2**31), 2**31 - 1
_MIN_LONG, _MAX_LONG = -(2**63), 2**63 - 1
_MAX_SHORT = 2**15 - 1


ValueType = tuple[str, Callable[[str], bool]]
"""Description of the valid values, to follow "must be", and a function that returns whether a value is valid."""


@dataclass(frozen=True)
class ServerProperty:
    """A server property."""

    expected: str
    """Description of the valid values, to follow "must be"."""

    is_valid: Callable[[str], bool]
    """Whether a value is valid."""

    broker_types: tuple[BrokerType, ...] = ("standard",)
    """Broker types on which the property can be set."""


def _integer(low: int, high: int) -> ValueType:
    def is_valid(text: str) -> bool:
        number = parse_integer(text)
        return number is not None and low <= number <= high

    return f"an integer between {low} and {high}", is_valid


def _unlimited_or(low: int, high: int) -> ValueType:
    """Return the type of a limit that a negative number, by convention -1, turns off."""

    def is_valid(text: str) -> bool:
        number = parse_integer(text)
        return number is not None and (-high - 1 <= number < 0 or low <= number <= high)

    return f"-1 (unlimited) or an integer between {low} and {high}", is_valid


def _choice(*values: str) -> ValueType:
    return f"one of {', '.join(values)}", lambda text: text.strip() in values


def _is_boolean(text: str) -> bool:
    return text.strip().lower() in {"true", "false"}


_BOOLEAN = ("one of true, false", _is_boolean)
_CLEANUP_POLICY = ("compact, delete, or both separated by a comma", is_cleanup_policy)
_RATIO = ("a number between 0 and 1", is_ratio)
_CLASS = ("a class name", str.isprintable)
_TEXT = ("a text without control characters", str.isprintable)
_POSITIVE = _integer(1, _MAX_INT)
_COUNT = _integer(0, _MAX_INT)
_MILLISECONDS = _integer(0, _MAX_LONG)
_INT = _integer(_MIN_INT, _MAX_INT)
_REPLICAS = _integer(1, _MAX_SHORT)
_RETENTION_INT = _unlimited_or(1, _MAX_INT)
_IDLE = _unlimited_or(101, _MAX_LONG)
"""More than ``connection.failed.authentication.delay.ms``, which cannot be set in MSK and is 100."""

_COMMON: Mapping[str, ValueType] = {
    "allow.everyone.if.no.acl.found": _BOOLEAN,
    "auto.create.topics.enable": _BOOLEAN,
    "compression.type": _choice("gzip", "snappy", "lz4", "zstd", "uncompressed", "producer"),
    "connections.max.idle.ms": _IDLE,
    "custom.advertised.listeners": _TEXT,
    "delete.topic.enable": _BOOLEAN,
    "group.initial.rebalance.delay.ms": _INT,
    "group.max.session.timeout.ms": _INT,
    "leader.imbalance.per.broker.percentage": _INT,
    "log.cleanup.policy": _CLEANUP_POLICY,
    "log.message.timestamp.type": _choice("CreateTime", "LogAppendTime"),
    "log.retention.bytes": _integer(_MIN_LONG, _MAX_LONG),
    "log.retention.ms": _unlimited_or(1, _MAX_LONG),
    "max.incremental.fetch.session.cache.slots": _COUNT,
    "message.max.bytes": _COUNT,
    "num.partitions": _POSITIVE,
    "offsets.retention.minutes": _POSITIVE,
    "replica.fetch.max.bytes": _COUNT,
    "replica.selector.class": _CLASS,
    "socket.receive.buffer.bytes": _INT,
    "socket.request.max.bytes": _POSITIVE,
    "socket.send.buffer.bytes": _INT,
    "transaction.max.timeout.ms": _POSITIVE,
    "transactional.id.expiration.ms": _POSITIVE,
}
_STANDARD: Mapping[str, ValueType] = {
    "default.replication.factor": _POSITIVE,
    "group.min.session.timeout.ms": _INT,
    "log.cleaner.delete.retention.ms": _MILLISECONDS,
    "log.cleaner.min.cleanable.ratio": _RATIO,
    "log.flush.interval.messages": _integer(1, _MAX_LONG),
    "log.flush.interval.ms": _MILLISECONDS,
    "log.message.timestamp.difference.max.ms": _MILLISECONDS,
    "log.retention.hours": _RETENTION_INT,
    "log.retention.minutes": _RETENTION_INT,
    "log.roll.ms": _integer(1, _MAX_LONG),
    "log.segment.bytes": _integer(14, _MAX_INT),
    "min.insync.replicas": _POSITIVE,
    "num.io.threads": _POSITIVE,
    "num.network.threads": _POSITIVE,
    "num.recovery.threads.per.data.dir": _POSITIVE,
    "num.replica.fetchers": _POSITIVE,
    "offsets.topic.replication.factor": _REPLICAS,
    "replica.fetch.response.max.bytes": _COUNT,
    "replica.lag.time.max.ms": _integer(10_000, 30_000),
    "replica.socket.receive.buffer.bytes": _INT,
    "transaction.state.log.min.isr": _POSITIVE,
    "transaction.state.log.replication.factor": _REPLICAS,
    "unclean.leader.election.enable": _BOOLEAN,
    "zookeeper.connection.timeout.ms": _INT,
    "zookeeper.session.timeout.ms": _integer(6_000, 18_000),
}
_EXPRESS: Mapping[str, ValueType] = {
    "log.message.timestamp.after.max.ms": _MILLISECONDS,
    "log.message.timestamp.before.max.ms": _MILLISECONDS,
    "max.connections.per.ip": _POSITIVE,
}

_BY_BROKER_TYPE: tuple[tuple[tuple[BrokerType, ...], Mapping[str, ValueType]], ...] = (
    (("standard", "express"), _COMMON),
    (("standard",), _STANDARD),
    (("express",), _EXPRESS),
)

SERVER_PROPERTIES: Mapping[str, ServerProperty] = MappingProxyType(
    {
        name: ServerProperty(*value_type, broker_types=broker_types)
        for broker_types, properties in _BY_BROKER_TYPE
        for name, value_type in sorted(properties.items())
    }
)
"""All properties that can be set, by name."""

MSK_LIMITS: frozenset[str] = frozenset({"replica.lag.time.max.ms", "zookeeper.session.timeout.ms"})
"""Properties whose limits are those of MSK. Brokers accept more; all other limits are those of Kafka.

Source: ``STANDARD_SOURCE``
"""

INTERNAL_REPLICAS = ("offsets.topic.replication.factor", "transaction.state.log.replication.factor")
"""Properties with the number of replicas of Kafka's internal topics."""

ARGUMENTS: Mapping[str, str] = MappingProxyType(
    {
        "allow.everyone.if.no.acl.found": "allow_everyone_if_no_acl_found",
        "auto.create.topics.enable": "auto_create_topics",
        "default.replication.factor": "default_replication_factor",
        "log.retention.hours": "retention_hours",
        "min.insync.replicas": "min_insync_replicas",
        "num.partitions": "num_partitions",
    }
)
"""Arguments of `MskCluster` that set a property."""


MANAGED: frozenset[str] = frozenset(
    {
        "advertised.listeners",
        "broker.id",
        "broker.rack",
        "inter.broker.listener.name",
        "listeners",
        "log.dir",
        "log.dirs",
        "node.id",
        "process.roles",
        "security.inter.broker.protocol",
        "super.users",
        "zookeeper.connect",
    }
)
"""Properties that MSK sets on all brokers: their addresses, identities and disks, and the users without ACLs.

Source: ``EXPRESS_READ_ONLY_SOURCE`` and https://docs.aws.amazon.com/msk/latest/developerguide/msk-acls.html
"""

EXPRESS_READ_ONLY_SOURCE = (
    "https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-express-read-only.html"
)
EXPRESS_READ_ONLY: frozenset[str] = frozenset(
    {
        "default.replication.factor",
        "fetch.max.bytes",
        "group.max.size",
        "inter.broker.protocol.version",
        "log.message.format.version",
        "min.insync.replicas",
        "num.io.threads",
        "num.network.threads",
        "replica.fetch.response.max.bytes",
        "request.timeout.ms",
        "transaction.state.log.min.isr",
        "transaction.state.log.replication.factor",
        "unclean.leader.election.enable",
    }
)
"""Properties that are read-only on Express brokers, in addition to those that MSK sets on all brokers."""

FIRST_VERSIONS: Mapping[str, tuple[int, int, int]] = MappingProxyType(
    {
        "log.message.timestamp.after.max.ms": (3, 6, 0),
        "log.message.timestamp.before.max.ms": (3, 6, 0),
    }
)
"""First Kafka version of a property. Source: https://kafka.apache.org/36/documentation.html#upgrade_360_notable"""

REMOVALS: Mapping[str, tuple[int, int, int]] = MappingProxyType(
    {
        "inter.broker.protocol.version": (4, 0, 0),
        "leader.imbalance.per.broker.percentage": (4, 0, 0),
        "log.message.downconversion.enable": (4, 0, 0),
        "log.message.format.version": (4, 0, 0),
        "log.message.timestamp.difference.max.ms": (4, 0, 0),
    }
)
"""Kafka version that removed a property. Source: https://kafka.apache.org/40/documentation.html#upgrade_servers_400"""

MIN_SEGMENT_BYTES = 1024 * 1024
"""Minimum of ``log.segment.bytes`` since Kafka 4.0 (KIP-1030). Earlier versions accept 14 bytes.

Source: https://cwiki.apache.org/confluence/pages/viewpage.action?pageId=296290836
"""

_SECOND, _MINUTE, _HOUR, _DAY = 1_000, 60_000, 3_600_000, 86_400_000

Unit = Literal["ms", "minutes", "bytes"]

USUAL_MINIMUMS: Mapping[str, tuple[int, Unit, str]] = MappingProxyType(
    {
        "connections.max.idle.ms": (10 * _SECOND, "ms", "clients reconnect all the time"),
        "group.max.session.timeout.ms": (30 * _SECOND, "ms", "consumers with the default timeout cannot join"),
        "log.cleaner.delete.retention.ms": (_MINUTE, "ms", "consumers miss deletions in compacted topics"),
        "log.message.timestamp.after.max.ms": (_SECOND, "ms", "brokers reject most records"),
        "log.message.timestamp.before.max.ms": (_SECOND, "ms", "brokers reject most records"),
        "log.message.timestamp.difference.max.ms": (_SECOND, "ms", "brokers reject most records"),
        "log.retention.bytes": (MIN_SEGMENT_BYTES, "bytes", "records are deleted almost immediately"),
        "log.retention.minutes": (60, "minutes", "records are deleted before slow consumers read them"),
        "log.retention.ms": (_HOUR, "ms", "records are deleted before slow consumers read them"),
        "log.roll.ms": (_MINUTE, "ms", "brokers open too many files"),
        "message.max.bytes": (10_000, "bytes", "brokers reject most records"),
        "offsets.retention.minutes": (
            24 * 60,
            "minutes",
            "consumers that stop for a day lose their offsets",
        ),
        "replica.fetch.max.bytes": (10_000, "bytes", "replication falls behind"),
        "replica.fetch.response.max.bytes": (10_000, "bytes", "replication falls behind"),
        "socket.request.max.bytes": (MIN_SEGMENT_BYTES, "bytes", "brokers reject most requests"),
        "transaction.max.timeout.ms": (
            _MINUTE,
            "ms",
            "producers with the default timeout cannot start transactions",
        ),
        "transactional.id.expiration.ms": (_HOUR, "ms", "idle producers lose their transactional IDs"),
    }
)
"""Smallest value, its unit, and what smaller values cause. They are valid, but usually mistakes of the unit."""


def similar_property(name: str, broker_type: BrokerType) -> str | None:
    """Return the known property that is most similar to an unknown one, or None."""
    return suggestion(name, [known for known, it in SERVER_PROPERTIES.items() if broker_type in it.broker_types])


def is_known(name: str, broker_type: BrokerType) -> bool:
    """Whether AWS lists a property for brokers of the type."""
    server_property = SERVER_PROPERTIES.get(name)
    return server_property is not None and broker_type in server_property.broker_types


def number_in(properties: Mapping[str, str], name: str, default: int) -> int:
    """Return the number that a property has, or its default if it is not set or is invalid."""
    return (
        int(properties[name]) if name in properties and SERVER_PROPERTIES[name].is_valid(properties[name]) else default
    )


_LARGER_UNITS: Mapping[Unit, tuple[tuple[int, str], ...]] = {
    "bytes": ((1024 * 1024, "MiB"), (1024, "KiB")),
    "minutes": ((24 * 60, "d"), (60, "h")),
    "ms": ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"), (_SECOND, "s")),
}


def describe_amount(value: int, unit: Unit) -> str:
    """Return a duration or size with its unit, and in a larger unit: ``600000 ms (10 min)``."""
    larger = next((f" ({value / size:.3g} {name})" for size, name in _LARGER_UNITS[unit] if value >= size), "")
    return f"{value} {unit}{larger}"
