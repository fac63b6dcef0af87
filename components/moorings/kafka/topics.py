"""KafkaTopic: name, partitions and configuration of a topic, validated against Kafka and MSK tiered storage."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import AfterValidator, Field, PositiveInt, model_validator

from moorings.validation.args import Args

_MIN_TIERED_RETENTION_MS = 3 * 24 * 3_600_000
_MIN_TIERED_SEGMENT_BYTES = 48 * 1024 * 1024
_MIN_TIERED_SEGMENT_MS = 10 * 60_000
_SAME_AS_RETENTION = -2
"""Kafka's value of ``local.retention.*`` for the value of ``retention.*``."""


def check_topic_name(name: str) -> str:
    """Return the topic name if Kafka allows it.

    Raises:
        ValueError: for an invalid name, and for the names of internal topics.

    """
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,249}", name) or name in {".", ".."}:
        raise ValueError(f"must be 1 to 249 letters, digits, dots, underscores and hyphens, got {name!r}")
    if name.startswith("__"):
        raise ValueError(f"the prefix __ is reserved for internal topics of Kafka and MSK, got {name!r}")
    return name


def _integer(minimum: int) -> Callable[[str], bool]:
    return lambda value: re.fullmatch(r"-?\d+", value) is not None and int(value) >= minimum


def _one_of(*allowed: str) -> Callable[[str], bool]:
    return lambda value: value in allowed


def _is_ratio(value: str) -> bool:
    return re.fullmatch(r"0(\.\d+)?|1(\.0+)?", value) is not None


_is_boolean = _one_of("true", "false")

TOPIC_CONFIG: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        "cleanup.policy": _one_of("delete", "compact", "compact,delete", "delete,compact"),
        "compression.gzip.level": _integer(-1),
        "compression.lz4.level": _integer(1),
        "compression.type": _one_of("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"),
        "compression.zstd.level": _integer(-131_072),
        "delete.retention.ms": _integer(0),
        "file.delete.delay.ms": _integer(0),
        "flush.messages": _integer(1),
        "flush.ms": _integer(0),
        "follower.replication.throttled.replicas": str.isprintable,
        "index.interval.bytes": _integer(0),
        "leader.replication.throttled.replicas": str.isprintable,
        "local.retention.bytes": _integer(-2),
        "local.retention.ms": _integer(-2),
        "max.compaction.lag.ms": _integer(1),
        "max.message.bytes": _integer(0),
        "message.timestamp.after.max.ms": _integer(0),
        "message.timestamp.before.max.ms": _integer(0),
        "message.timestamp.difference.max.ms": _integer(0),
        "message.timestamp.type": _one_of("CreateTime", "LogAppendTime"),
        "min.cleanable.dirty.ratio": _is_ratio,
        "min.compaction.lag.ms": _integer(0),
        "min.insync.replicas": _integer(1),
        "preallocate": _is_boolean,
        "remote.log.copy.disable": _is_boolean,
        "remote.log.delete.on.disable": _is_boolean,
        "remote.log.msk.disable.policy": _one_of("Retain", "Delete"),
        "remote.storage.enable": _is_boolean,
        "retention.bytes": _integer(-1),
        "retention.ms": _integer(-1),
        "segment.bytes": _integer(14),
        "segment.index.bytes": _integer(4),
        "segment.jitter.ms": _integer(0),
        "segment.ms": _integer(1),
        "unclean.leader.election.enable": _is_boolean,
    }
)
"""Topic configurations, each with a check of its values.

Source: https://kafka.apache.org/documentation/#topicconfigs and, for ``remote.log.msk.disable.policy``,
https://docs.aws.amazon.com/msk/latest/developerguide/msk-disable-tiered-storage-existing-topic.html
"""


def _validate_config(config: dict[str, str]) -> dict[str, str]:
    unknown = sorted(config.keys() - TOPIC_CONFIG.keys())
    if unknown:
        raise ValueError(f"unknown topic configuration {', '.join(unknown)}; correct the name or remove it")
    invalid = [f"{name}={value!r}" for name, value in sorted(config.items()) if not TOPIC_CONFIG[name](value)]
    if invalid:
        raise ValueError(
            f"invalid value {', '.join(invalid)}; see https://kafka.apache.org/documentation/#topicconfigs"
        )
    return config


class KafkaTopic(Args):
    """A topic. ``MskCluster(topics=[...])`` creates it with the MSK API, without network access to the brokers.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-topic-operations-information.html
    """

    name: Annotated[str, AfterValidator(check_topic_name)]
    """Name of the topic. Changing this creates a new, empty topic and deletes the old one, which requires
    ``protect=False``."""

    partitions: PositiveInt
    """Number of partitions. Can be increased in place, which assigns most keys to another partition. Reducing it is
    rejected, also in a preview."""

    replication_factor: PositiveInt | None = None
    """Replicas of each partition. Defaults to the cluster's ``default.replication.factor``. Changing this replaces the
    topic and deletes its records, which requires ``protect=False``."""

    config: Annotated[
        dict[str, Annotated[str, Field(coerce_numbers_to_str=True)]], AfterValidator(_validate_config)
    ] = {}
    """Topic configurations (``{"retention.ms": "604800000"}``), updated in place. Default to the cluster's.

    Source: https://kafka.apache.org/documentation/#topicconfigs
    """

    protect: bool = True
    """Whether deleting or replacing the topic and its records is rejected. Defaults to true."""

    @property
    def tiered(self) -> bool:
        """Whether tiered storage is enabled for the topic."""
        return self.config.get("remote.storage.enable") == "true"

    @model_validator(mode="after")
    def _validate_tiered_storage(self) -> Self:
        problems = list(self._check_tiered_storage()) if self.tiered else []
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _check_tiered_storage(self) -> Iterator[str]:
        """Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-guidelines-tiered-storage-topic-level-config.html."""
        config = self.config
        if "compact" in config.get("cleanup.policy", "delete"):
            yield "config: tiered storage requires cleanup.policy=delete; remove compact or remote.storage.enable"
        if "retention.ms" not in config:
            yield "config: tiered storage requires retention.ms; set it to at least three days, or -1 for no limit"
        elif 0 <= int(config["retention.ms"]) < _MIN_TIERED_RETENTION_MS:
            yield (
                f"config: tiered storage requires retention.ms of at least {_MIN_TIERED_RETENTION_MS} (three days), "
                f"got {config['retention.ms']}"
            )
        for unit in ("ms", "bytes"):
            total = int(config.get(f"retention.{unit}", -1))
            local = int(config.get(f"local.retention.{unit}", _SAME_AS_RETENTION))
            if total >= 0 and local != _SAME_AS_RETENTION and not 0 <= local < total:
                yield f"config: local.retention.{unit} must be less than retention.{unit} {total}, got {local}"
        for name, minimum, unit in (
            ("segment.bytes", _MIN_TIERED_SEGMENT_BYTES, "48 MiB"),
            ("segment.ms", _MIN_TIERED_SEGMENT_MS, "ten minutes"),
        ):
            if name in config and int(config[name]) < minimum:
                yield f"config: tiered storage requires {name} of at least {minimum} ({unit}), got {config[name]}"


def topic_name_conflicts(topics: Sequence[KafkaTopic]) -> Iterator[str]:
    """Yield a problem for duplicate topic names, and for names that differ only in dots and underscores.

    Kafka's metric names contain underscores instead of dots, so brokers reject the second topic of such a pair.
    """
    names: dict[str, str] = {}
    for name in (topic.name for topic in topics):
        metric_name = name.replace(".", "_")
        if names.get(metric_name) == name:
            yield f"topics: duplicate topic {name}; remove one"
        elif metric_name in names:
            yield f"topics: {names[metric_name]} and {name} differ only in dots and underscores; rename one"
        names[metric_name] = name
