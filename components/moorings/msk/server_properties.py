"""The server properties that MSK lets a configuration set, with the values that brokers take.

As AWS published them on 2026-08-20, for Standard brokers and for Express brokers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from moorings.msk.broker_sizes import BrokerType

STANDARD_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-properties.html"
EXPRESS_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-express-read-write.html"

_INT = 2**31 - 1
_LONG = 2**63 - 1


@dataclass(frozen=True)
class ServerProperty:
    """A property: which values it takes, and on which brokers it can be set."""

    takes: str
    """What it takes, in words that follow "takes"."""

    fits: Callable[[str], bool]
    """Whether a value is of that kind."""

    on: tuple[BrokerType, ...] = ("standard",)
    """Types of brokers on which it can be set."""


def _number(low: int, high: int) -> tuple[str, Callable[[str], bool]]:
    def fits(text: str) -> bool:
        try:
            return low <= int(text) <= high
        except ValueError:
            return False

    return f"a whole number from {low} to {high}", fits


def _kept(high: int) -> tuple[str, Callable[[str], bool]]:
    """For how long records are kept: Kafka's brokers do not start with nothing at all."""
    whole = _number(1, high)[1]
    return f"-1 for ever, or a whole number from 1 to {high}", lambda text: text == "-1" or whole(text)


def _share(text: str) -> bool:
    try:
        return 0 <= float(text) <= 1
    except ValueError:
        return False


def _one_of(*values: str) -> tuple[str, Callable[[str], bool]]:
    return f"one of {', '.join(values)}", lambda text: text in values


def _policies(text: str) -> bool:
    return set(text.split(",")) <= {"compact", "delete"}


_FLAG = _one_of("true", "false")
_POLICY = ("compact, delete, or both with a comma between", _policies)
_SHARE = ("a number from 0 to 1", _share)
_NAME = ("the name of a class", str.isprintable)
_SOME = _number(1, _INT)
_COUNT = _number(0, _INT)
_TIME = _number(0, _LONG)
_BYTES = _number(-1, _INT)
_KEPT = _number(-1, _LONG)

_BOTH: Mapping[str, tuple[str, Callable[[str], bool]]] = {
    "allow.everyone.if.no.acl.found": _FLAG,
    "auto.create.topics.enable": _FLAG,
    "compression.type": _one_of("gzip", "snappy", "lz4", "zstd", "uncompressed", "producer"),
    "connections.max.idle.ms": _KEPT,
    "delete.topic.enable": _FLAG,
    "group.initial.rebalance.delay.ms": _COUNT,
    "group.max.session.timeout.ms": _SOME,
    "leader.imbalance.per.broker.percentage": _number(0, 100),
    "log.cleanup.policy": _POLICY,
    "log.message.timestamp.type": _one_of("CreateTime", "LogAppendTime"),
    "log.retention.bytes": _KEPT,
    "log.retention.ms": _kept(_LONG),
    "max.incremental.fetch.session.cache.slots": _COUNT,
    "message.max.bytes": _COUNT,
    "num.partitions": _SOME,
    "offsets.retention.minutes": _SOME,
    "replica.fetch.max.bytes": _COUNT,
    "replica.selector.class": _NAME,
    "socket.receive.buffer.bytes": _BYTES,
    "socket.request.max.bytes": _SOME,
    "socket.send.buffer.bytes": _BYTES,
    "transaction.max.timeout.ms": _SOME,
    "transactional.id.expiration.ms": _SOME,
}
_STANDARD: Mapping[str, tuple[str, Callable[[str], bool]]] = {
    "default.replication.factor": _SOME,
    "group.min.session.timeout.ms": _SOME,
    "log.cleaner.delete.retention.ms": _TIME,
    "log.cleaner.min.cleanable.ratio": _SHARE,
    "log.flush.interval.messages": _number(1, _LONG),
    "log.flush.interval.ms": _TIME,
    "log.message.timestamp.difference.max.ms": _TIME,
    "log.retention.hours": _kept(_INT),
    "log.retention.minutes": _kept(_INT),
    "log.roll.ms": _number(1, _LONG),
    "log.segment.bytes": _number(14, _INT),
    "min.insync.replicas": _SOME,
    "num.io.threads": _SOME,
    "num.network.threads": _SOME,
    "num.recovery.threads.per.data.dir": _SOME,
    "num.replica.fetchers": _SOME,
    "offsets.topic.replication.factor": _SOME,
    "replica.fetch.response.max.bytes": _COUNT,
    "replica.lag.time.max.ms": _number(10_000, 30_000),
    "replica.socket.receive.buffer.bytes": _SOME,
    "transaction.state.log.min.isr": _SOME,
    "transaction.state.log.replication.factor": _SOME,
    "unclean.leader.election.enable": _FLAG,
    "zookeeper.connection.timeout.ms": _SOME,
    "zookeeper.session.timeout.ms": _number(6_000, 18_000),
}
_EXPRESS: Mapping[str, tuple[str, Callable[[str], bool]]] = {
    "log.message.timestamp.after.max.ms": _TIME,
    "log.message.timestamp.before.max.ms": _TIME,
    "max.connections.per.ip": _COUNT,
}

_BY_TYPE: tuple[tuple[tuple[BrokerType, ...], Mapping[str, tuple[str, Callable[[str], bool]]]], ...] = (
    (("standard", "express"), _BOTH),
    (("standard",), _STANDARD),
    (("express",), _EXPRESS),
)

SERVER_PROPERTIES: Mapping[str, ServerProperty] = MappingProxyType(
    {name: ServerProperty(*kind, on=on) for on, properties in _BY_TYPE for name, kind in sorted(properties.items())}
)
"""Every property that can be set, by name."""

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
"""Properties that have an argument of their own."""


def settable(name: str, broker_type: BrokerType) -> str | None:
    """What is wrong with a property's name, as a sentence that follows the name; None where it can be set."""
    if name in ARGUMENTS:
        return f"has an argument of its own; say {ARGUMENTS[name]} instead"
    known = SERVER_PROPERTIES.get(name)
    if known is None:
        return "is none of the properties that MSK lets a configuration set; remove it"
    if broker_type not in known.on:
        return f"is fixed by MSK on {broker_type} brokers; remove it"
    return None


def misfit(name: str, value: str) -> str | None:
    """What is wrong with a known property's value; None where it fits."""
    known = SERVER_PROPERTIES[name]
    return None if known.fits(value) else f"{name} takes {known.takes}, not {value!r}"
