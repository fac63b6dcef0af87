"""Changes of a topic that lose records or cannot be undone."""

import json

import pytest
from pulumi.runtime import rpc

from moorings.kafka.topic_change_rules import TOPIC_CHANGES
from moorings.validation.change_rules import evaluate_change
from moorings.validation.resource_changes import Properties, ResourceChange

TIERED = {"remote.storage.enable": "true", "retention.ms": "-1"}
OFF = {"remote.storage.enable": "false", "remote.log.msk.disable.policy": "Delete"}
KAFKA = "kafka:index/topic:Topic"
COMPACT = {"cleanup.policy": "compact"}
DAY, WEEK = {"retention.ms": "86400000"}, {"retention.ms": "604800000"}


def judge(before, after, type_="aws:msk/topic:Topic"):
    """Return rule and path of all findings."""
    change = ResourceChange("update", type_, Properties(before), Properties(after))
    return [(rule.id, path) for rule, path, _ in evaluate_change(TOPIC_CHANGES.rules, change)]


def judge_config(before, after):
    """Return the rules that a change of the configuration violates, for both types of topics."""
    msk = judge(*({"configs": json.dumps(config)} for config in (before, after)))
    kafka = judge(*({"config": config} for config in (before, after)), "kafka:index/topic:Topic")
    assert [rule for rule, _ in msk] == [rule for rule, _ in kafka]
    assert {path[0] for _, path in msk} <= {"configs"}
    assert {path[0] for _, path in kafka} <= {"config"}
    return [rule for rule, _ in msk]


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        (TIERED, {"retention.ms": "-1"}, "kafka-tiered-storage-disabled"),
        (TIERED, {"remote.storage.enable": "false", "retention.ms": "-1"}, "kafka-tiered-storage-disabled"),
        (OFF, TIERED, "kafka-tiered-storage-enabled-again"),
        (COMPACT, {}, "kafka-compaction-removed"),
        (COMPACT, {"cleanup.policy": "compact,delete"}, "kafka-compaction-removed"),
        (WEEK, DAY, "kafka-retention-shortened"),
        ({"retention.ms": "-1"}, WEEK, "kafka-retention-shortened"),
        ({"retention.bytes": 9}, {"retention.bytes": 5}, "kafka-retention-shortened"),
    ],
)
def test_changes_that_lose_records_are_found(before, after, rule):
    assert judge_config(before, after) == [rule]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (TIERED, TIERED),
        (TIERED, {**OFF, "retention.ms": "-1"}),
        (TIERED, {"remote.log.delete.on.disable": "true", "retention.ms": "-1"}),
        ({}, TIERED),
        ({"remote.storage.enable": "false"}, TIERED),
        (OFF, {}),
        (COMPACT, {"cleanup.policy": "delete", "retention.ms": "-1"}),
        (COMPACT, {**COMPACT, **DAY}),
        ({}, COMPACT),
        (DAY, WEEK),
        (DAY, {"retention.ms": "-1"}),
        (DAY, {}),
        (DAY, {"retention.ms": None}),
        ({}, DAY),
    ],
)
def test_other_changes_are_allowed(before, after):
    assert judge_config(before, after) == []


@pytest.mark.parametrize("unknown", [rpc.UNKNOWN, object(), "not JSON", "[]"])
def test_unknown_configurations_are_not_checked(unknown):
    for config in (TIERED, OFF, COMPACT, WEEK):
        known = {"configs": json.dumps(config)}
        assert judge(known, {"configs": unknown}) == judge({"configs": unknown}, known) == []
    assert judge({"config": unknown}, {"config": TIERED}) == []
    assert judge({"config": TIERED}, {"config": {**TIERED, "remote.storage.enable": unknown}}, KAFKA) == (
        [("kafka-tiered-storage-disabled", ("config", "remote.storage.enable"))]
        if unknown in ("not JSON", "[]")
        else []
    )


@pytest.mark.parametrize("name", ["partitionCount", "partitions"])
def test_partitions_can_only_be_added(name):
    for after in (12, 13, rpc.UNKNOWN, None):
        assert judge({name: 12}, {name: after}) == judge(None, {name: after}) == []
    assert judge({name: 12}, {name: 11.0}) == [("kafka-fewer-partitions", (name,))]
