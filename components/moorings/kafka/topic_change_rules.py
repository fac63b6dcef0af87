"""Rules about changes of a topic that delete records or that Kafka and MSK do not support.

They apply to ``aws.msk.Topic`` and to ``pulumi_kafka.Topic``.
"""

import json
from collections.abc import Mapping
from typing import Any, cast

from moorings.validation.change_rules import ChangeRules
from moorings.validation.findings import Severity
from moorings.validation.resource_changes import Properties, ResourceChange, is_unknown
from moorings.validation.rules import Findings

TOPIC_CHANGES = ChangeRules("aws:msk/topic:Topic", "kafka:index/topic:Topic")

_TOPIC_CONFIGS = "https://kafka.apache.org/documentation/#topicconfigs"
_TIERED_STORAGE_SOURCE = (
    "https://docs.aws.amazon.com/msk/latest/developerguide/msk-enable-disable-topic-tiered-storage-cli.html"
)
_ENABLED = "remote.storage.enable"
_DISABLE_POLICIES = ("remote.log.msk.disable.policy", "remote.log.delete.on.disable")
"""Settings that determine what happens to the records in tiered storage when it is disabled."""

UNLIMITED = -1
"""Kafka's value of a retention without limit."""

_RETENTIONS = ("retention.ms", "retention.bytes")


@TOPIC_CHANGES.rule(
    "kafka-fewer-partitions",
    Severity.ERROR,
    source="https://kafka.apache.org/documentation/#basic_ops_modify_topic",
    before="partitionCount=6",
    invalid="partitionCount=3",
    valid="partitionCount=12",
)
def _fewer_partitions(change: ResourceChange) -> Findings:
    """Kafka cannot remove partitions of a topic."""
    for name in ("partitionCount", "partitions"):
        old, new = change.before.number(name), change.after.number(name)
        if old is not None and new is not None and new < old:
            yield (
                name,
                (
                    f"{new:g} instead of {old:g}, but Kafka cannot remove partitions; use {old:g} or more, or create a "
                    "topic with another name"
                ),
            )


@TOPIC_CHANGES.rule(
    "kafka-tiered-storage-disabled",
    Severity.UNSAFE,
    source=_TIERED_STORAGE_SOURCE,
    before="""configs='{"remote.storage.enable": "true"}'""",
    invalid="""configs='{"remote.storage.enable": "false"}'""",
    valid="""configs='{"remote.storage.enable": "false", "remote.log.msk.disable.policy": "Retain"}'""",
)
def _tiered_storage_disabled(change: ResourceChange) -> Findings:
    """Without a policy, the records in tiered storage are deleted when it is disabled for the topic."""
    before, after = _config(change.before), _config(change.after)
    if before is None or after is None or before.get(_ENABLED) != "true" or after.get(_ENABLED) == "true":
        return
    if not any(policy in after for policy in _DISABLE_POLICIES):
        yield (
            _config_path(change, _ENABLED),
            (
                f"disabling tiered storage deletes the records in it; keep {_ENABLED}=true, or also set "
                f"{_DISABLE_POLICIES[0]}=Retain"
            ),
        )


@TOPIC_CHANGES.rule(
    "kafka-tiered-storage-enabled-again",
    Severity.ERROR,
    source=_TIERED_STORAGE_SOURCE,
    before="""configs='{"remote.storage.enable": "false", "remote.log.msk.disable.policy": "Retain"}'""",
    invalid="""configs='{"remote.storage.enable": "true"}'""",
    valid="""configs='{"remote.storage.enable": "false"}'""",
)
def _tiered_storage_enabled_again(change: ResourceChange) -> Findings:
    """MSK does not enable tiered storage again after it was disabled for a topic."""
    before, after = _config(change.before), _config(change.after)
    if before is None or after is None or before.get(_ENABLED) == "true" or after.get(_ENABLED) != "true":
        return
    if any(policy in before for policy in _DISABLE_POLICIES):
        yield (
            _config_path(change, _ENABLED),
            "MSK cannot enable tiered storage again; create a topic with another name",
        )


@TOPIC_CHANGES.rule(
    "kafka-compaction-removed",
    Severity.UNSAFE,
    source=_TOPIC_CONFIGS,
    before="""configs='{"cleanup.policy": "compact"}'""",
    invalid="""configs='{"cleanup.policy": "delete"}'""",
    valid="""configs='{"cleanup.policy": "compact", "retention.ms": "86400000"}'""",
)
def _compaction_removed(change: ResourceChange) -> Findings:
    """A compacted topic keeps the latest record of each key. With ``delete``, records older than the limit are lost."""
    before, after = _config(change.before), _config(change.after)
    if before is None or after is None or before.get("cleanup.policy") != "compact":
        return
    policy = str(after.get("cleanup.policy", "delete"))
    if "delete" in policy and after.get("retention.ms") != str(UNLIMITED):
        yield (
            _config_path(change, "cleanup.policy"),
            (
                f"{policy} instead of compact deletes records that are older than retention.ms; keep compact, or set "
                "retention.ms=-1"
            ),
        )


@TOPIC_CHANGES.rule(
    "kafka-retention-shortened",
    Severity.WARNING,
    source=_TOPIC_CONFIGS,
    before="""configs='{"retention.ms": "604800000"}'""",
    invalid="""configs='{"retention.ms": "86400000"}'""",
    valid="""configs='{"retention.ms": "1209600000"}'""",
)
def _retention_shortened(change: ResourceChange) -> Findings:
    """A shorter retention deletes older records, even if consumers have not read them."""
    before, after = _config(change.before), _config(change.after)
    if before is None or after is None:
        return
    for name in _RETENTIONS:
        old, new = _limit(before, name), _limit(after, name)
        if old is not None and new is not None and is_shorter(new, old):
            limit = "no limit" if old == UNLIMITED else str(old)
            yield (
                _config_path(change, name),
                f"{new} instead of {limit} deletes older records; wait until all consumers have read them",
            )


def is_shorter(new: int, old: int) -> bool:
    """Whether a retention is shorter than another one; -1 stands for no limit."""
    return new != UNLIMITED and (old == UNLIMITED or new < old)


def _limit(config: Mapping[str, Any], name: str) -> int | None:
    """Return a limit, or None if the topic has the default of its cluster."""
    try:
        return int(config[name])
    except (KeyError, TypeError, ValueError):
        return None


def _config(inputs: Properties) -> Mapping[str, Any] | None:
    """Return the configuration of a topic, or None if it is unknown."""
    configs = inputs.at("configs")
    if configs is None:
        config = inputs.at("config")
        return {} if config is None else _mapping(config)
    try:
        return _mapping(json.loads(configs))
    except (TypeError, ValueError, RecursionError):
        return None


def _mapping(value: Any) -> Mapping[str, Any] | None:
    if not isinstance(value, Mapping):
        return None
    config = cast("Mapping[str, Any]", value)
    return None if any(map(is_unknown, config.values())) else config


def _config_path(change: ResourceChange, name: str) -> tuple[str, str]:
    return ("config" if change.after.is_missing("configs") and change.before.is_missing("configs") else "configs", name)
