"""Topic properties of Kafka: valid values, and the Kafka versions that support each property."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from moorings.validation.errors import suggestion

SOURCE = "https://kafka.apache.org/documentation/#topicconfigs"
CHECKED = "2026-11-21"
"""Date on which the properties were compared with Kafka 2.8 to 4.2."""

NEWEST = (4, 2)
"""Newest Kafka version whose properties are in the table."""

_MAX_INT = 2**31 - 1
_MAX_LONG = 2**63 - 1

Version = tuple[int, int]
"""Major and minor version of Kafka."""


@dataclass(frozen=True)
class TopicProperty:
    """A topic property."""

    expected: str
    """Description of the valid values, to follow "expected"."""

    is_valid: Callable[[str], bool]
    """Whether Kafka accepts a value, without leading and trailing spaces."""

    since: Version | None = None
    """First version that supports the property. None if it is older than all versions of MSK."""

    removed: Version | None = None
    """First version that no longer supports the property. None if all newer ones do."""


def _integer(low: int, high: int, since: Version | None = None, removed: Version | None = None) -> TopicProperty:
    def is_valid(text: str) -> bool:
        number = parse_integer(text)
        return number is not None and low <= number <= high

    limit = f"of at most {high}" if high == _MAX_INT else "of at most 9223372036854775807"
    expected = f"a whole number {limit}" if low < -1 else f"a whole number of at least {low}"
    return TopicProperty(expected, is_valid, since, removed)


def _level(low: int, high: int, default: int) -> TopicProperty:
    def is_valid(text: str) -> bool:
        number = parse_integer(text)
        return number is not None and (low <= number <= high or number == default)

    return TopicProperty(f"a level between {low} and {high}", is_valid, since=(3, 8))


def _choice(*choices: str, since: Version | None = None, removed: Version | None = None) -> TopicProperty:
    return TopicProperty(f"one of {', '.join(choices)}", lambda text: text in choices, since, removed)


def _boolean(since: Version | None = None, removed: Version | None = None) -> TopicProperty:
    return TopicProperty("true or false", lambda text: text.lower() in {"true", "false"}, since, removed)


def _is_ratio(text: str) -> bool:
    return bool(re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text)) and 0 <= float(text) <= 1


def _is_cleanup_policy(text: str) -> bool:
    return {policy.strip() for policy in text.split(",")} <= {"compact", "delete", ""}


def _is_replica_list(text: str) -> bool:
    return text == "*" or all(re.fullmatch(r"([0-9]+:[0-9]+)?", replica.strip()) for replica in text.split(","))


def parse_integer(text: str) -> int | None:
    """Return the number that a property value spells, None if it is no number."""
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,20}", text.strip()) else None


_REPLICA_LIST = TopicProperty("* or partition:broker pairs, separated by commas", _is_replica_list)
_SIZE = _integer(0, _MAX_INT)
_TIME = _integer(0, _MAX_LONG)
_COUNT = _integer(1, _MAX_LONG)
_UNLIMITED = _integer(-1, _MAX_LONG)
_LOCAL_RETENTION = _integer(-2, _MAX_LONG)

TOPIC_PROPERTIES: Mapping[str, TopicProperty] = MappingProxyType(
    {
        "cleanup.policy": TopicProperty("compact, delete, or both separated by a comma", _is_cleanup_policy),
        "compression.gzip.level": _level(1, 9, -1),
        "compression.lz4.level": _level(1, 17, 9),
        "compression.type": _choice("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"),
        "compression.zstd.level": _level(-131_072, 22, 3),
        "delete.retention.ms": _TIME,
        "file.delete.delay.ms": _TIME,
        "flush.messages": _COUNT,
        "flush.ms": _TIME,
        "follower.replication.throttled.replicas": _REPLICA_LIST,
        "index.interval.bytes": _SIZE,
        "leader.replication.throttled.replicas": _REPLICA_LIST,
        "local.retention.bytes": _LOCAL_RETENTION,
        "local.retention.ms": _LOCAL_RETENTION,
        "max.compaction.lag.ms": _COUNT,
        "max.message.bytes": _SIZE,
        "message.downconversion.enable": _boolean(removed=(4, 0)),
        "message.format.version": TopicProperty("a Kafka version", str.isprintable, removed=(4, 0)),
        "message.timestamp.after.max.ms": _integer(0, _MAX_LONG, since=(3, 6)),
        "message.timestamp.before.max.ms": _integer(0, _MAX_LONG, since=(3, 6)),
        "message.timestamp.difference.max.ms": _integer(0, _MAX_LONG, removed=(4, 0)),
        "message.timestamp.type": _choice("CreateTime", "LogAppendTime"),
        "min.cleanable.dirty.ratio": TopicProperty("a number between 0 and 1", _is_ratio),
        "min.compaction.lag.ms": _TIME,
        "min.insync.replicas": _integer(1, _MAX_INT),
        "preallocate": _boolean(),
        "remote.log.copy.disable": _boolean(since=(3, 9)),
        "remote.log.delete.on.disable": _boolean(since=(3, 9)),
        "remote.log.msk.disable.policy": _choice("Retain", "Delete"),
        "remote.storage.enable": _boolean(),
        "retention.bytes": _integer(-_MAX_LONG, _MAX_LONG),
        "retention.ms": _UNLIMITED,
        "segment.bytes": _integer(14, _MAX_INT),
        "segment.index.bytes": _integer(4, _MAX_INT),
        "segment.jitter.ms": _TIME,
        "segment.ms": _COUNT,
        "unclean.leader.election.enable": _boolean(),
    }
)
"""Topic properties of Kafka 2.8 to 4.2.

Source: https://kafka.apache.org/documentation/#topicconfigs and, for ``remote.log.msk.disable.policy``,
https://docs.aws.amazon.com/msk/latest/developerguide/msk-disable-tiered-storage-existing-topic.html
"""

_LARGER_SEGMENTS = (4, 0), _integer(1_048_576, _MAX_INT)
"""The version that raised the minimum of ``segment.bytes``, and its values.

Source: https://cwiki.apache.org/confluence/display/KAFKA/KIP-1030%3A+Change+constraints+and+default+values+for+various+configurations
"""


def unknown_property(name: str) -> str | None:
    """Return the problem with the fix if a property is not in the table, None if it is."""
    if name in TOPIC_PROPERTIES:
        return None
    similar = suggestion(name, TOPIC_PROPERTIES)
    fix = f"did you mean {similar}?" if similar else "check that the Kafka version of the cluster supports it"
    return f"is not a known topic property; {fix}"


def unsupported_property(name: str, version: Version) -> str | None:
    """Return the problem with the fix if a Kafka version does not support a property, None if it does."""
    known = TOPIC_PROPERTIES.get(name)
    if known and known.since and version < known.since:
        return f"requires Kafka {_spell(known.since)}, got {_spell(version)}; remove it, or raise kafka_version"
    if known and known.removed and version >= known.removed:
        return f"Kafka {_spell(known.removed)} removed this property, and brokers reject it; remove it"
    return None


def invalid_value(name: str, value: str, version: Version) -> str | None:
    """Return the problem with the fix if a Kafka version does not accept a value, None if it does.

    Values of unknown properties, and of versions that are newer than the table, are not judged.
    """
    known = TOPIC_PROPERTIES.get(name)
    if known is None or version > NEWEST:
        return None
    if name == "segment.bytes" and version >= _LARGER_SEGMENTS[0]:
        known = _LARGER_SEGMENTS[1]
    if known.is_valid(value.strip()):
        return None
    return f"Kafka {_spell(version)} does not accept {value!r}; set it to {known.expected}"


def _spell(version: Version) -> str:
    return ".".join(map(str, version))
