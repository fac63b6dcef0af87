"""Cron expressions, as the API server parses them, and the time between two runs."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.kubernetes.jobs.schedules import DAY_SECONDS, period_seconds
from moorings.validation.rules import Violation


@pytest.mark.parametrize(
    ("schedule", "seconds"),
    [
        ("* * * * *", 60),
        ("*/5 * * * *", 300),
        ("5/10 * * * *", 600),
        ("0,10,45 * * * *", 600),
        ("50,55 * * * *", 300),
        ("0 9-17 * * mon-fri", 3600),
        ("0 1,23 * * *", 7200),  # over midnight
        ("0 0 * * ?", DAY_SECONDS),
        ("0 0 * * 1,3", 2 * DAY_SECONDS),
        ("0 0 1 * *", 28 * DAY_SECONDS),
        ("0 0 31 * *", 31 * DAY_SECONDS),
        ("0 0 1 JAN,jul *", 181 * DAY_SECONDS),
        ("0 0 29 2 *", 1461 * DAY_SECONDS),
        ("0 0 13 * 5", DAY_SECONDS),  # Fridays, and each 13th
        ("0 0 */10 * 1", DAY_SECONDS),  # an asterisk with a step restricts the days: either matches
        ("0 0 */1 * 1", 7 * DAY_SECONDS),
        ("@hourly", 3600),
        ("@daily", DAY_SECONDS),
        ("@midnight", DAY_SECONDS),
        ("@weekly", 7 * DAY_SECONDS),
        ("@monthly", 28 * DAY_SECONDS),
        ("@yearly", 365 * DAY_SECONDS),
        ("@annually", 365 * DAY_SECONDS),
        ("@every 1h30m", 5400),
        ("@every 1.5h", 5400),
        ("@every 90s", 90),
        ("@every 0s", 1),
        ("  30   2 * * * ", DAY_SECONDS),
    ],
)
def test_the_shortest_time_between_two_runs(schedule, seconds):
    assert period_seconds(schedule) == seconds


@pytest.mark.parametrize(
    ("schedule", "problem"),
    [
        ("0 0 * * 7", "the day of the week must be between 0 and 6, got '7'; use 0 for Sunday"),
        ("0 24 * * *", "the hour must be between 0 and 23, got '24'; correct it"),
        ("0-60 * * * *", "the minute must be between 0 and 59, got '60'; correct it"),
        ("0 0 0 * *", "the day of the month must be between 1 and 31, got '0'; correct it"),
        ("0 0 * foo *", "the month must be between 1 and 12, got 'foo'; correct it"),
        ("5-1 * * * *", "the range '5-1' of the minute ends before it starts; write it as two ranges"),
        ("*/0 * * * *", "expected a minute such as 5, 1-5 or */2, got '*/0'; correct it"),
        ("1-2-3 * * * *", "expected a minute such as 5, 1-5 or */2, got '1-2-3'; correct it"),
        ("0 0 30 2 *", "'0 0 30 2 *' matches no date; correct the day or the month"),
        ("CRON_TZ=UTC 0 0 * * *", "the schedule cannot contain a time zone; remove it, and set time_zone"),
    ],
)
def test_schedules_that_do_not_work(schedule, problem):
    with pytest.raises(Violation) as rejection:
        period_seconds(schedule)
    assert rejection.value.message == problem


@pytest.mark.parametrize(
    "schedule", ["", "* * * *", "* * * * * *", "@Daily", "@reboot", "@every", "@every 1x", "@every h"]
)
def test_other_texts_are_rejected(schedule):
    with pytest.raises(Violation, match="expected five fields"):
        period_seconds(schedule)


@given(st.text(alphabet="0123456789*/-,? @abcdefmnorstuwy٣", max_size=30))
def test_any_text_is_parsed_or_rejected(schedule):
    with suppress(Violation):
        assert period_seconds(schedule) >= 1


@given(st.integers(1, 59), st.integers(0, 23))
def test_a_fixed_time_runs_daily(minute, hour):
    assert period_seconds(f"{minute} {hour} * * *") == DAY_SECONDS
