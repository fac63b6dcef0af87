"""Retention periods."""

import pytest
from pydantic import TypeAdapter, ValidationError

from moorings.aws.log_retention import PERIODS, RetentionDays

DAYS = TypeAdapter(RetentionDays)


@pytest.mark.parametrize("days", PERIODS)
def test_a_supported_period_is_accepted(days):
    assert DAYS.validate_python(days) == days


@pytest.mark.parametrize("days", [0, 2, 366])
def test_other_periods_are_rejected(days):
    with pytest.raises(ValidationError, match=f"must be one of 1, 3, 5, .*, 3653 days, got {days}"):
        DAYS.validate_python(days)
