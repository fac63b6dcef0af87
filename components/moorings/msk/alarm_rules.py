"""Rules of the alarms of a cluster."""

from collections.abc import Mapping, Sequence

from moorings.msk.alarm_definitions import ALARMS, METRICS_PAGE, STANDARD_PAGE
from moorings.msk.cluster_args import MskClusterArgs
from moorings.validation.errors import suggestion
from moorings.validation.findings import Path, Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

_LIMITS: Mapping[str, tuple[float, float, str]] = {
    "percent": (1, 100, "a percentage from 1 to 100"),
    "ratio": (0, 1, "a ratio between 0 (never idle) and 1 (always idle)"),
    "number": (0, float("inf"), "a positive number, or 0"),
    "standard deviations": (0.1, 10, "a number of standard deviations from 0.1 to 10"),
}
"""Plausible thresholds by the unit of the metric, and their description."""

_ALARMS = "alarm_topic_arns=['arn:aws:sns:eu-west-1:123456789012:operations']"
_UNITS = {alarm.role: alarm.unit for alarm in ALARMS}

ALARM_RULES = RuleSet(MskClusterArgs)


@ALARM_RULES.rule(
    "msk-alarm-unknown",
    Severity.ERROR,
    source=STANDARD_PAGE,
    invalid=f"{_ALARMS}, disabled_alarms=['disc']",
    valid=f"{_ALARMS}, disabled_alarms=['disk']",
)
def _unknown(
    alarm_thresholds: Mapping[str, float], disabled_alarms: Sequence[str], alarm_roles: Sequence[str]
) -> Findings:
    """A cluster has alarms only on metrics that it publishes. Any other name would be ignored."""
    thresholds: list[tuple[Path, str]] = [(("alarm_thresholds", role), role) for role in alarm_thresholds]
    for path, role in [*thresholds, *_indexed(disabled_alarms)]:
        if role not in alarm_roles:
            similar = suggestion(role, alarm_roles)
            fix = f"did you mean {similar}?" if similar else f"use one of {', '.join(sorted(alarm_roles))}"
            yield path, f"this cluster has no alarm {role!r}; {fix}"


@ALARM_RULES.rule(
    "msk-alarm-disabled",
    Severity.ERROR,
    source=STANDARD_PAGE,
    invalid=f"{_ALARMS}, alarm_thresholds={{'disk': 70}}, disabled_alarms=['disk']",
    valid=f"{_ALARMS}, alarm_thresholds={{'disk': 70}}",
)
def _disabled(alarm_thresholds: Mapping[str, float], disabled_alarms: Sequence[str]) -> Findings:
    """The threshold of a disabled alarm has no effect."""
    for path, role in _indexed(disabled_alarms):
        if role in alarm_thresholds:
            yield path, f"the disabled alarm {role} has a threshold; remove it here, or from alarm_thresholds"


@ALARM_RULES.rule(
    "msk-alarm-threshold",
    Severity.UNSAFE,
    source=METRICS_PAGE,
    invalid=f"{_ALARMS}, alarm_thresholds={{'cpu': 600}}",
    valid=f"{_ALARMS}, alarm_thresholds={{'cpu': 60}}",
    each="alarm_thresholds",
)
def _threshold(role: str, threshold: float) -> Findings:
    """An alarm reports nothing useful if the metric never reaches its threshold, or always exceeds it."""
    unit = _UNITS.get(role)
    if unit is None:
        return
    low, high, expected = _LIMITS[unit]
    if not low <= threshold <= high:
        yield f"{threshold:g} is not a plausible threshold for this metric; set it to {expected}"


def _indexed(roles: Sequence[str]) -> list[tuple[Path, str]]:
    return [(("disabled_alarms", index), role) for index, role in enumerate(roles)]
