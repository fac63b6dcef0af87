"""Schedules of CronJobs: cron expressions that Kubernetes accepts, and the shortest time between two runs.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax
"""

import re
from calendar import monthrange, weekday
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator

from moorings.validation.argument_rules import FORMAT
from moorings.validation.rules import Rule, Violation

DAY_SECONDS = 24 * 60 * 60
_HOUR_SECONDS = 60 * 60

MACROS: Mapping[str, str] = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS: Mapping[str, tuple[int, int, tuple[str, ...]]] = {
    "minute": (0, 59, ()),
    "hour": (0, 23, ()),
    "day of the month": (1, 31, ()),
    "month": (1, 12, _MONTHS),
    "day of the week": (0, 6, _WEEKDAYS),
}
"""Minimum and maximum of each field, and the names of its values, starting with the minimum."""

_VALUE = "[A-Za-z]{3}|[0-9]{1,4}"
_ITEM = re.compile(rf"(?:(?P<all>[*?])|(?P<first>{_VALUE})(?:-(?P<last>{_VALUE}))?)(?:/(?P<step>[0-9]{{1,4}}))?")
_ALL = re.compile(r"(?:^|,)[*?](?:/1)?(?:,|$)")
"""Matches a field that does not restrict the days: one with the item ``*``, but not ``*/2``."""
_NUMBER = r"[0-9]{1,6}(?:\.[0-9]{1,6})?"
_DURATION = re.compile(rf"@every (?=\d)(?:({_NUMBER})h)?(?:({_NUMBER})m)?(?:({_NUMBER})s)?")
_YEARS = range(2024, 2032)
"""Years whose days are compared. They contain two leap years, and each date on several days of the week."""

NEVER_RUNS = Rule(
    id="k8s-cron-job-never-runs",
    rationale="The months of the schedule do not have its day, such as February 30, so the CronJob never runs.",
    source="https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax",
    invalid="KubernetesCronJobArgs(namespace='shop', schedule='0 0 30 2 *', "
    "container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi'))",
    valid="KubernetesCronJobArgs(namespace='shop', schedule='0 0 29 2 *', "
    "container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi'))",
)


@dataclass(frozen=True)
class _Schedule:
    """A parsed schedule: the values of each field, and which fields restrict the days."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    restricts_days: bool
    restricts_weekdays: bool

    @property
    def period_seconds(self) -> int | None:
        """Shortest time between two runs. None if there are no runs."""
        times = sorted(hour * _HOUR_SECONDS + minute * 60 for hour in self.hours for minute in self.minutes)
        distance = self._day_distance
        if distance is None:
            return None
        gaps = [later - earlier for earlier, later in pairwise(times)]
        return min([*gaps, distance * DAY_SECONDS - times[-1] + times[0]])

    @property
    def _day_distance(self) -> int | None:
        """Shortest number of days between two days with runs. None if there are no such days."""
        every_month = len(self.months) == len(_MONTHS)
        if every_month and not (self.restricts_days or self.restricts_weekdays):
            return 1
        days = [number for number, matches in enumerate(self._calendar()) if matches]
        return min((later - earlier for earlier, later in pairwise(days)), default=None)

    def _calendar(self) -> Iterator[bool]:
        """Yield for each day of ``_YEARS`` whether there are runs."""
        for year in _YEARS:
            for month in range(1, len(_MONTHS) + 1):
                for day in range(1, monthrange(year, month)[1] + 1):
                    yield month in self.months and self._matches(day, (weekday(year, month, day) + 1) % 7)

    def _matches(self, day: int, day_of_week: int) -> bool:
        by_day, by_weekday = day in self.days, day_of_week in self.weekdays
        # If both fields are restricted, one of them must match.
        return by_day or by_weekday if self.restricts_days and self.restricts_weekdays else by_day and by_weekday


def _values(field: str, text: str) -> frozenset[int]:
    """Return the values of a field.

    Raises:
        Violation: if Kubernetes rejects the field.

    """
    minimum, maximum, names = _FIELDS[field]

    def number(value: str) -> int:
        known = value.lower() in names
        parsed = minimum + names.index(value.lower()) if known else int(value) if value.isdecimal() else -1
        if not minimum <= parsed <= maximum:
            hint = "; use 0 for Sunday" if field == "day of the week" and parsed == maximum + 1 else "; correct it"
            problem = f"the {field} must be between {minimum} and {maximum}, got {value!r}{hint}"
            raise Violation(FORMAT, problem)
        return parsed

    values = set[int]()
    for item in text.split(","):
        match = _ITEM.fullmatch(item)
        step = int(match["step"] or 1) if match else 0
        if match is None or not step:
            raise Violation(FORMAT, f"expected a {field} such as 5, 1-5 or */2, got {item!r}; correct it")
        if match["all"]:
            first, last = minimum, maximum
        else:
            first = number(match["first"])
            last = number(match["last"]) if match["last"] else maximum if match["step"] else first
        if last < first:
            raise Violation(FORMAT, f"the range {item!r} of the {field} ends before it starts; write it as two ranges")
        values.update(range(first, last + 1, step))
    return frozenset(values)


@cache
def period_seconds(schedule: str) -> int:
    """Return the shortest time in seconds between two runs of a schedule.

    Raises:
        Violation: if Kubernetes rejects the schedule, or if it has no runs.

    """
    duration = _DURATION.fullmatch(schedule)
    if duration is not None:
        units = zip(duration.groups(), (_HOUR_SECONDS, 60, 1), strict=True)
        return max(1, int(sum(float(number or 0) * unit for number, unit in units)))
    if "TZ" in schedule:
        raise Violation(FORMAT, "the schedule cannot contain a time zone; remove it, and set time_zone")
    fields = MACROS.get(schedule, schedule).split()
    if len(fields) != len(_FIELDS):
        example = "five fields such as '30 2 * * *' (minute, hour, day of the month, month, day of the week)"
        raise Violation(FORMAT, f"expected {example}, or one of {', '.join(MACROS)}, got {schedule!r}")
    minutes, hours, days, months, weekdays = (_values(field, text) for field, text in zip(_FIELDS, fields, strict=True))
    restricts_days, restricts_weekdays = (not _ALL.search(text) for text in (fields[2], fields[4]))
    period = _Schedule(minutes, hours, days, months, weekdays, restricts_days, restricts_weekdays).period_seconds
    if period is None:
        raise Violation(NEVER_RUNS, f"{schedule!r} matches no date; correct the day or the month")
    return period


def _check_schedule(schedule: str) -> str:
    period_seconds(schedule)
    return schedule


Schedule = Annotated[str, AfterValidator(_check_schedule)]
"""A cron expression with five fields, a macro such as ``@daily``, or an interval such as ``@every 1h30m``."""
