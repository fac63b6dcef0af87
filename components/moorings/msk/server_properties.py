"""Server properties that an MSK configuration can set, and their value types.

As published by AWS on 2026-08-20 for Standard brokers and for Express brokers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from moorings.msk.broker_sizes import BrokerType

STANDARD_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-properties.html"
EXPRESS_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-express-read-write.html"

_MAX_INT = 2**31 - 1
_MAX_LONG = 2**63 - 1

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
        try:
            return low <= int(text) <= high
        except ValueError:
            return False

    return f"an integer between {low} and {high}", is_valid


def _retention(high: int) -> ValueType:
    """Return the type of a retention period. Brokers do not start with a retention of 0."""
    is_positive = _integer(1, high)[1]
    return f"-1 (unlimited) or an integer between 1 and {high}", lambda text: text == "-1" or is_positive(text)


def _is_ratio(text: str) -> bool:
    try:
        return 0 <= float(text) <= 1
    except ValueError:
        return False


def _choice(*values: str) -> ValueType:
    return f"one of {', '.join(values)}", lambda text: text in values


def _is_cleanup_policy(text: str) -> bool:
    return set(text.split(",")) <= {"compact", "delete"}


_BOOLEAN = _choice("true", "false")
_CLEANUP_POLICY = ("compact, delete, or both separated by a comma", _is_cleanup_policy)
_RATIO = ("a number between 0 and 1", _is_ratio)
_CLASS = ("a class name", str.isprintable)
_POSITIVE = _integer(1, _MAX_INT)
_COUNT = _integer(0, _MAX_INT)
_MILLISECONDS = _integer(0, _MAX_LONG)
_BUFFER_BYTES = _integer(-1, _MAX_INT)
_UNLIMITED = _integer(-1, _MAX_LONG)

_COMMON: Mapping[str, ValueType] = {
    "allow.everyone.if.no.acl.found": _BOOLEAN,
    "auto.create.topics.enable": _BOOLEAN,
    "compression.type": _choice("gzip", "snappy", "lz4", "zstd", "uncompressed", "producer"),
    "connections.max.idle.ms": _UNLIMITED,
    "delete.topic.enable": _BOOLEAN,
    "group.initial.rebalance.delay.ms": _COUNT,
    "group.max.session.timeout.ms": _POSITIVE,
    "leader.imbalance.per.broker.percentage": _integer(0, 100),
    "log.cleanup.policy": _CLEANUP_POLICY,
    "log.message.timestamp.type": _choice("CreateTime", "LogAppendTime"),
    "log.retention.bytes": _UNLIMITED,
    "log.retention.ms": _retention(_MAX_LONG),
    "max.incremental.fetch.session.cache.slots": _COUNT,
    "message.max.bytes": _COUNT,
    "num.partitions": _POSITIVE,
    "offsets.retention.minutes": _POSITIVE,
    "replica.fetch.max.bytes": _COUNT,
    "replica.selector.class": _CLASS,
    "socket.receive.buffer.bytes": _BUFFER_BYTES,
    "socket.request.max.bytes": _POSITIVE,
    "socket.send.buffer.bytes": _BUFFER_BYTES,
    "transaction.max.timeout.ms": _POSITIVE,
    "transactional.id.expiration.ms": _POSITIVE,
}
_STANDARD: Mapping[str, ValueType] = {
    "default.replication.factor": _POSITIVE,
    "group.min.session.timeout.ms": _POSITIVE,
    "log.cleaner.delete.retention.ms": _MILLISECONDS,
    "log.cleaner.min.cleanable.ratio": _RATIO,
    "log.flush.interval.messages": _integer(1, _MAX_LONG),
    "log.flush.interval.ms": _MILLISECONDS,
    "log.message.timestamp.difference.max.ms": _MILLISECONDS,
    "log.retention.hours": _retention(_MAX_INT),
    "log.retention.minutes": _retention(_MAX_INT),
    "log.roll.ms": _integer(1, _MAX_LONG),
    "log.segment.bytes": _integer(14, _MAX_INT),
    "min.insync.replicas": _POSITIVE,
    "num.io.threads": _POSITIVE,
    "num.network.threads": _POSITIVE,
    "num.recovery.threads.per.data.dir": _POSITIVE,
    "num.replica.fetchers": _POSITIVE,
    "offsets.topic.replication.factor": _POSITIVE,
    "replica.fetch.response.max.bytes": _COUNT,
    "replica.lag.time.max.ms": _integer(10_000, 30_000),
    "replica.socket.receive.buffer.bytes": _POSITIVE,
    "transaction.state.log.min.isr": _POSITIVE,
    "transaction.state.log.replication.factor": _POSITIVE,
    "unclean.leader.election.enable": _BOOLEAN,
    "zookeeper.connection.timeout.ms": _POSITIVE,
    "zookeeper.session.timeout.ms": _integer(6_000, 18_000),
}
_EXPRESS: Mapping[str, ValueType] = {
    "log.message.timestamp.after.max.ms": _MILLISECONDS,
    "log.message.timestamp.before.max.ms": _MILLISECONDS,
    "max.connections.per.ip": _COUNT,
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


def name_problem(name: str, broker_type: BrokerType) -> str | None:
    """Return why a property cannot be set on brokers of the type, or None."""
    if name in ARGUMENTS:
        return f"{name} has its own argument; use {ARGUMENTS[name]}"
    server_property = SERVER_PROPERTIES.get(name)
    if server_property is None:
        return f"{name} is not supported by MSK configurations; remove it"
    if broker_type not in server_property.broker_types:
        return f"{name} cannot be changed on {broker_type.capitalize()} brokers; remove it"
    return None


def value_problem(name: str, value: str) -> str | None:
    """Return why a value of a supported property is invalid, or None."""
    server_property = SERVER_PROPERTIES[name]
    return None if server_property.is_valid(value) else f"{name} must be {server_property.expected}, got {value!r}"
