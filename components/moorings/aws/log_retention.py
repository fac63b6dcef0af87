"""Retention periods of CloudWatch Logs."""

from typing import Annotated

from pydantic import AfterValidator

PERIODS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
"""Days, as published on 2026-08-20.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
"""


def _check_period(days: int) -> int:
    if days not in PERIODS:
        raise ValueError(f"must be one of {', '.join(map(str, PERIODS))} days, got {days}")
    return days


RetentionDays = Annotated[int, AfterValidator(_check_period)]
"""A retention period that CloudWatch Logs supports."""
