"""Duration and downtime of a singleton's deployment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.ecs.deployment_timing import DeploymentTiming, format_duration

TIMING = DeploymentTiming(deregistration=15, stop=30, image_pull=90, startup=120, healthy_after=30, unhealthy_after=80)
SECONDS = st.integers(0, 3600)


def test_downtime_lasts_from_deregistration_to_the_first_healthy_check():
    assert TIMING.downtime == 15 + 30 + 90 + 120 + 30


def test_rollback_takes_three_failed_tasks_and_a_start():
    assert TIMING.rollback == 45 + 3 * (90 + 120 + 80 + 30) + 90 + 120 + 30


def test_timeout_is_at_least_20_minutes():
    assert TIMING.timeout_minutes == 32
    assert DeploymentTiming(0, 2, 1, 1, 1, 1).timeout_minutes == 20


@given(st.builds(DeploymentTiming, *[SECONDS] * 6))
def test_alarm_exceeds_the_downtime_and_timeout_exceeds_the_rollback(timing):
    assert 60 * timing.alarm_minutes > timing.downtime
    assert 60 * timing.timeout_minutes > timing.rollback >= timing.downtime


def test_summary_contains_each_step():
    assert TIMING.summary() == (
        "a deployment causes downtime of up to 4 min 45 s (15 s deregistration, 30 s stop, 90 s image pull, 120 s "
        "startup, 30 s health checks); a failed deployment is rolled back within 20 min 45 s. ECS cannot rule out that "
        "two tasks overlap, for example when a host loses its network; use a lock for work that must never run twice"
    )
    assert "(30 s stop, " in DeploymentTiming(0, 30, 90, 120, 30, 80).summary()


@pytest.mark.parametrize(("seconds", "text"), [(0, "0 s"), (59, "59 s"), (60, "1 min"), (285, "4 min 45 s")])
def test_format_duration(seconds, text):
    assert format_duration(seconds) == text
