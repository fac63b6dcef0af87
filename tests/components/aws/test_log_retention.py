"""How long CloudWatch keeps logs."""

import pytest
from pydantic import TypeAdapter, ValidationError

from moorings.aws.log_retention import PERIODS, RetentionDays

DAYS = TypeAdapter(RetentionDays)


@pytest.mark.parametrize("days", PERIODS)
def test_a_period_of_cloudwatch_is_taken(days):
    assert DAYS.validate_python(days) == days


@pytest.mark.parametrize("days", [0, 2, 366])
def test_any_other_is_refused(days):
    with pytest.raises(ValidationError, match=f"CloudWatch keeps logs 1, 3, 5, .*, 3653 days, not {days}"):
        DAYS.validate_python(days)
