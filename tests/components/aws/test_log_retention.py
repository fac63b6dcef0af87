"""Retention periods."""

import pytest

from moorings.aws.log_retention import PERIODS, find_unknown_period


@pytest.mark.parametrize("days", PERIODS)
def test_known_periods(days):
    assert not list(find_unknown_period(days))


@pytest.mark.parametrize(("days", "longer"), [(2, 3), (366, 400), (5000, 3653)])
def test_another_period_is_reported(days, longer):
    message = f"{days} days is not a known retention period of CloudWatch Logs; use {longer}"
    assert list(find_unknown_period(days)) == [message]
