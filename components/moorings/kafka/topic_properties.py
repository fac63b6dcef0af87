"""Topic properties of Kafka: valid values, and the Kafka versions that support each property."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from moorings.validation.errors import suggestion

SOURCE = "https://kafka.apache.org/documentation/#topicconfigs"
CHECKED = "2026-11-22"
"""Date on which the properties were compared with what brokers of Kafka 3.6 to 4.2 accept."""

NEWEST = (4, 2)
"""Newest Kafka version whose properties are in the table."""

_MAX_INT = 2**31 - 1
_MAX_LONG = 2**63 - 1

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?[fFdD]?")
_FORMAT_VERSION = re.compile(
    r"(?:0\.(?:8\.[0-2]|9\.0|10\.[0-2]|11\.0)|1\.[01]|2\.[0-8]|3\.[0-9])(?:-IV[0-9])?(?:\..*)?"
)

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


def is_ratio(text: str) -> bool:
    """Whether Kafka reads a property value as a number between 0 and 1."""
    number = text.strip()
    return _DECIMAL.fullmatch(number) is not None and 0 <= float(number.rstrip("fFdD")) <= 1


def is_cleanup_policy(text: str) -> bool:
    """Whether Kafka reads a property value as a list of cleanup policies, which may be empty."""
    policies = text.strip()
    return not policies or set(re.split(r"\s*,\s*", policies)) <= {"compact", "delete"}


def _is_replica_list(text: str) -> bool:
    return text == "*" or all(re.fullmatch(r"([0-9]+:[0-9]+)?", replica.strip()) for replica in text.split(","))


def _is_format_version(text: str) -> bool:
    return _FORMAT_VERSION.fullmatch(text) is not None


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
        "cleanup.policy": TopicProperty("compact, delete, or both separated by a comma", is_cleanup_policy),
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
        "message.format.version": TopicProperty("a Kafka version", _is_format_version, removed=(4, 0)),
        "message.timestamp.after.max.ms": _integer(0, _MAX_LONG, since=(3, 6)),
        "message.timestamp.before.max.ms": _integer(0, _MAX_LONG, since=(3, 6)),
        "message.timestamp.difference.max.ms": _integer(0, _MAX_LONG, removed=(4, 0)),
        "message.timestamp.type": _choice("CreateTime", "LogAppendTime"),
        "min.cleanable.dirty.ratio": TopicProperty("a number between 0 and 1", is_ratio),
        "min.compaction.lag.ms": _TIME,
        "min.insync.replicas": _integer(1, _MAX_INT),
        "preallocate": _boolean(),
        "remote.log.copy.disable": _boolean(since=(3, 9)),
        "remote.log.delete.on.disable": _boolean(since=(3, 9)),
        "remote.log.msk.disable.policy": _choice("Retain", "Delete"),
        "remote.storage.enable": _boolean(),
        "retention.bytes": _integer(-_MAX_LONG - 1, _MAX_LONG),
        "retention.ms": _UNLIMITED,
        "segment.bytes": _integer(14, _MAX_INT),
        "segment.index.bytes": _integer(4, _MAX_INT),
        "segment.jitter.ms": _TIME,
        "segment.ms": _COUNT,
        "unclean.leader.election.enable": _boolean(),
    }
)
"""Topic properties of Kafka 2.8 to 4.2. Their limits are those of Kafka.

Source: https://kafka.apache.org/documentation/#topicconfigs
"""

MSK_PROPERTIES = frozenset({"remote.log.msk.disable.policy"})
"""Properties that only MSK knows.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-disable-tiered-storage-existing-topic.html
"""

_LARGER_SEGMENTS = (4, 1), _integer(1_048_576, _MAX_INT)
"""The version that raised the minimum of ``segment.bytes``, and its values.

KIP-1030 raised it for brokers (``log.segment.bytes``) in 4.0, whose brokers still accept topics with smaller segments.

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

    Values of unknown properties, and of versions that are newer than the table, are not checked.
    """
    known = TOPIC_PROPERTIES.get(name)
    if known is None or version > NEWEST:
        return None
    if name == "segment.bytes" and version >= _LARGER_SEGMENTS[0]:
        known = _LARGER_SEGMENTS[1]
    if known.is_valid(value.strip()) and not (name == "message.format.version" and _is_later(value, version)):
        return None
    return f"Kafka {_spell(version)} does not accept {value!r}; set it to {known.expected}"


def _is_later(format_version: str, version: Version) -> bool:
    """Whether a message format is that of a later minor version than a broker's."""
    major, minor = re.split(r"[.-]", format_version.strip())[:2]
    return (int(major), int(minor)) > version


def _spell(version: Version) -> str:
    return ".".join(map(str, version))
