"""Shorter retention in an MSK configuration."""

import pytest
from pulumi.runtime import rpc

from moorings.msk.configuration_change_rules import CONFIGURATION_CHANGES
from moorings.validation.change_rules import evaluate_change
from moorings.validation.resource_changes import Properties, ResourceChange


def judge(before, after):
    inputs = [Properties({"serverProperties": properties}) for properties in (before, after)]
    change = ResourceChange("update", "aws:msk/configuration:Configuration", *inputs)
    return [message for _, _, message in evaluate_change(CONFIGURATION_CHANGES.rules, change)]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("", "log.retention.hours=24", "log.retention.ms becomes 86400000 instead of 604800000"),
        (
            "log.retention.hours = 72",
            "log.retention.minutes: 60",
            "log.retention.ms becomes 3600000 instead of 259200000",
        ),
        ("log.retention.ms=-1", "", "log.retention.ms becomes 604800000 instead of no limit"),
        ("", "log.retention.ms=1\nlog.retention.hours=9999", "log.retention.ms becomes 1 instead of 604800000"),
        ("", "a=b\nlog.retention.bytes=1", "log.retention.bytes becomes 1 instead of no limit"),
        ("log.retention.bytes=9", "log.retention.bytes=5", "log.retention.bytes becomes 5 instead of 9"),
    ],
)
def test_shorter_retentions_are_found(before, after, message):
    (found,) = judge(before, after)
    assert found.startswith(message)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("", "log.retention.hours=169"),
        ("log.retention.hours=1", ""),
        ("", "log.retention.ms=-1"),
        ("log.retention.bytes=5", "log.retention.bytes=-1"),
        ("log.retention.bytes=5", ""),
        ("", rpc.UNKNOWN),
        (None, "log.retention.hours=1"),
    ],
)
def test_other_retentions_are_not(before, after):
    assert judge(before, after) == []
