"""Retention periods of CloudWatch Logs."""

from typing import Annotated

from pydantic import Field

from moorings.validation.rules import Findings

PERIODS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
"""Days.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
"""

CHECKED = "2026-11-21"
"""Date on which ``PERIODS`` was compared with its source."""

RetentionDays = Annotated[int, Field(ge=1)]
"""A retention period in days. Each component with such an argument has a rule with ``find_unknown_period``."""


def find_unknown_period(days: int) -> Findings:
    """CloudWatch Logs supports only certain retention periods and rejects others when the log group is created.

    For a rule of a component that is ``unverified``.
    """
    if days not in PERIODS:
        longer = next((period for period in PERIODS if period > days), PERIODS[-1])
        yield f"{days} days is not a known retention period of CloudWatch Logs; use {longer}"
