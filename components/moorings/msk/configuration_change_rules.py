"""Rules about changes of an MSK configuration, in the inputs of ``aws.msk.Configuration``."""

import re

from moorings.kafka.topic_change_rules import UNLIMITED, is_shorter
from moorings.validation.change_rules import ChangeRules
from moorings.validation.findings import Severity
from moorings.validation.resource_changes import ResourceChange
from moorings.validation.rules import Findings

CONFIGURATION_CHANGES = ChangeRules("aws:msk/configuration:Configuration", example_type="MskCluster")

_DEFAULT_HOURS = 168
_MS_PER_UNIT = {"ms": 1, "minutes": 60_000, "hours": 3_600_000}
"""Milliseconds of each unit, with the precedence of the settings.

Source: https://kafka.apache.org/documentation/#brokerconfigs_log.retention.ms
"""


@CONFIGURATION_CHANGES.rule(
    "msk-retention-shortened",
    Severity.WARNING,
    source="https://kafka.apache.org/documentation/#brokerconfigs_log.retention.ms",
    before="retention_hours=336",
    invalid="retention_hours=24",
    valid="retention_hours=720",
)
def _retention_shortened(change: ResourceChange) -> Findings:
    """All topics without their own limit lose the records that are older than the new retention of the cluster."""
    before, after = change.before.text("serverProperties"), change.after.text("serverProperties")
    if before is None or after is None:
        return
    for name, old, new in (
        ("log.retention.ms", _retention_ms(before), _retention_ms(after)),
        ("log.retention.bytes", _setting(before, "log.retention.bytes"), _setting(after, "log.retention.bytes")),
    ):
        if is_shorter(UNLIMITED if new is None else new, UNLIMITED if old is None else old):
            limit = "no limit" if old in (None, UNLIMITED) else str(old)
            yield (
                "server_properties",
                (
                    f"{name} becomes {new} instead of {limit}, which deletes older records of topics without their own "
                    "limit; wait until all consumers have read them"
                ),
            )


def _retention_ms(properties: str) -> int:
    for unit, milliseconds in _MS_PER_UNIT.items():
        value = _setting(properties, f"log.retention.{unit}")
        if value is not None:
            return value * milliseconds if value > 0 else UNLIMITED
    return _DEFAULT_HOURS * _MS_PER_UNIT["hours"]


def _setting(properties: str, name: str) -> int | None:
    match = re.search(rf"^\s*{re.escape(name)}\s*[=:]\s*([+-]?\d{{1,18}})\s*$", properties, re.MULTILINE)
    return int(match[1]) if match else None
