"""Topics, as a program declares them."""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import AfterValidator, Field, PositiveInt, model_validator

from moorings.validation.args import Args

_LEAST_TIERED_MS = 3 * 24 * 3_600_000
_LEAST_TIERED_SEGMENT = 48 * 1024 * 1024
_LEAST_TIERED_ROLL_MS = 10 * 60_000


def topic_name(name: str) -> str:
    """The name, if a topic may have it.

    Raises:
        ValueError: for one that no topic has, or that Kafka keeps for itself.

    """
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,249}", name) or name in {".", ".."}:
        raise ValueError(f"{name!r} is not the name of a topic: 1 to 249 letters, digits, dots, underscores, hyphens")
    if name.startswith("__"):
        raise ValueError(f"{name!r} is a name that Kafka and MSK keep for themselves; begin it otherwise")
    return name


def _number(low: int) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        return re.fullmatch(r"-?\d+", text) is not None and int(text) >= low

    return fits


def _one_of(*values: str) -> Callable[[str], bool]:
    return lambda text: text in values


def _share(text: str) -> bool:
    return re.fullmatch(r"0(\.\d+)?|1(\.0+)?", text) is not None


_POLICIES = _one_of("delete", "compact", "compact,delete", "delete,compact")
_FLAG = _one_of("true", "false")

TOPIC_CONFIG: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        "cleanup.policy": _POLICIES,
        "compression.gzip.level": _number(-1),
        "compression.lz4.level": _number(1),
        "compression.type": _one_of("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"),
        "compression.zstd.level": _number(-131_072),
        "delete.retention.ms": _number(0),
        "file.delete.delay.ms": _number(0),
        "flush.messages": _number(1),
        "flush.ms": _number(0),
        "follower.replication.throttled.replicas": str.isprintable,
        "index.interval.bytes": _number(0),
        "leader.replication.throttled.replicas": str.isprintable,
        "local.retention.bytes": _number(-2),
        "local.retention.ms": _number(-2),
        "max.compaction.lag.ms": _number(1),
        "max.message.bytes": _number(0),
        "message.timestamp.after.max.ms": _number(0),
        "message.timestamp.before.max.ms": _number(0),
        "message.timestamp.difference.max.ms": _number(0),
        "message.timestamp.type": _one_of("CreateTime", "LogAppendTime"),
        "min.cleanable.dirty.ratio": _share,
        "min.compaction.lag.ms": _number(0),
        "min.insync.replicas": _number(1),
        "preallocate": _FLAG,
        "remote.log.copy.disable": _FLAG,
        "remote.log.delete.on.disable": _FLAG,
        "remote.log.msk.disable.policy": _one_of("Retain", "Delete"),
        "remote.storage.enable": _FLAG,
        "retention.bytes": _number(-1),
        "retention.ms": _number(-1),
        "segment.bytes": _number(14),
        "segment.index.bytes": _number(4),
        "segment.jitter.ms": _number(0),
        "segment.ms": _number(1),
        "unclean.leader.election.enable": _FLAG,
    }
)
"""Settings of a topic, and which values each takes.

Source: https://kafka.apache.org/documentation/#topicconfigs and, for what begins with ``remote.log.msk``,
https://docs.aws.amazon.com/msk/latest/developerguide/msk-disable-tiered-storage-existing-topic.html
"""


def _config(config: dict[str, str]) -> dict[str, str]:
    unknown = sorted(config.keys() - TOPIC_CONFIG.keys())
    if unknown:
        raise ValueError(f"{', '.join(unknown)} is no setting of a topic; remove it or mend its name")
    wrong = [f"{name}={value!r}" for name, value in sorted(config.items()) if not TOPIC_CONFIG[name](value)]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} is no value that Kafka takes; see kafka.apache.org/documentation")
    return config


class KafkaTopic(Args):
    """A topic: ``MskCluster(topics=[...])`` makes it, with MSK's own API, so that no way to the brokers is needed.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-topic-operations-information.html
    """

    name: Annotated[str, AfterValidator(topic_name)]
    """Name of the topic. A changed name makes a new, empty topic, and deletes the old one once ``protect`` is off."""

    partitions: PositiveInt
    """Partitions of the topic. They can be added in place, which gives keys another partition than before; taking one
    away is refused, in a preview as well."""

    replication_factor: PositiveInt | None = None
    """Replicas of each partition; by default as the cluster has them for topics that name no number. A change would
    replace the topic and lose its records, and is refused while ``protect`` is on."""

    config: Annotated[dict[str, Annotated[str, Field(coerce_numbers_to_str=True)]], AfterValidator(_config)] = {}
    """Settings of the topic (``{"retention.ms": "604800000"}``), changed in place. The cluster's by default.

    Source: https://kafka.apache.org/documentation/#topicconfigs
    """

    protect: bool = True
    """Refuse to delete or replace the topic and its records until this is turned off, by default."""

    @property
    def tiered(self) -> bool:
        """Whether old segments move to the second tier."""
        return self.config.get("remote.storage.enable") == "true"

    @model_validator(mode="after")
    def _tier(self) -> Self:
        found = [sentence for sentence in self._tier_rules() if sentence] if self.tiered else []
        if found:
            raise ValueError("; ".join(found))
        return self

    def _tier_rules(self) -> list[str | None]:
        """Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-guidelines-tiered-storage-topic-level-config.html."""
        kept = int(self.config.get("retention.ms", -1))
        segment, roll = self.config.get("segment.bytes"), self.config.get("segment.ms")
        return [
            "remote.storage.enable works with cleanup.policy=delete alone; remove one of them"
            if "compact" in self.config.get("cleanup.policy", "delete")
            else None,
            f"retention.ms {kept} of a tiered topic is less than three days; raise it to {_LEAST_TIERED_MS}"
            if 0 <= kept < _LEAST_TIERED_MS
            else None,
            "remote.storage.enable wants retention.ms in the topic's own config; say three days or more, or -1 for ever"
            if "retention.ms" not in self.config
            else None,
            self._near("ms"),
            self._near("bytes"),
            f"segment.bytes {segment} of a tiered topic is less than 48 MiB; raise it to {_LEAST_TIERED_SEGMENT}"
            if segment is not None and int(segment) < _LEAST_TIERED_SEGMENT
            else None,
            f"segment.ms {roll} of a tiered topic is less than ten minutes; raise it to {_LEAST_TIERED_ROLL_MS}"
            if roll is not None and int(roll) < _LEAST_TIERED_ROLL_MS
            else None,
        ]

    def _near(self, unit: str) -> str | None:
        """What is wrong with what stays on the brokers; -1 is for ever there, and -2 as in both tiers together."""
        both, near = int(self.config.get(f"retention.{unit}", -1)), int(self.config.get(f"local.retention.{unit}", -2))
        if both < 0 or (0 <= near < both) or near == -2:  # noqa: PLR2004 - Kafka's own word
            return None
        return f"local.retention.{unit} {near} is not below retention.{unit} {both}; lower it"


def distinct_topics(topics: Sequence[KafkaTopic]) -> str | None:
    """What is wrong with the names together: one twice, or two that differ in dots and underscores alone.

    Kafka names its metrics with underscores for dots, so that it refuses the second.
    """
    taken: dict[str, str] = {}
    for name in (topic.name for topic in topics):
        same = name.replace(".", "_")
        if taken.get(same) == name:
            return f"topics names {name} more than once; remove one"
        if same in taken:
            return (
                f"topics {taken[same]} and {name} differ in dots and underscores alone, which Kafka refuses; rename one"
            )
        taken[same] = name
    return None
