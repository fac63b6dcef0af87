"""How long a deployment takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.ecs.deployment_timing import DeployTime, duration

TIME = DeployTime(drain=15, stop=30, pull=90, start=120, confirm=30, notice=80)
SECONDS = st.integers(0, 3600)


def test_nothing_serves_from_the_drain_to_the_check():
    assert TIME.away == 15 + 30 + 90 + 120 + 30


def test_a_deployment_that_fails_takes_three_attempts_and_the_way_back():
    assert TIME.rolled_back == 45 + 3 * (90 + 120 + 80 + 30) + 90 + 120 + 30


def test_the_timeout_is_long_after_ecs_has_decided():
    assert TIME.timeout_minutes == 32
    assert DeployTime(0, 2, 1, 1, 1, 1).timeout_minutes == 20


@given(st.builds(DeployTime, *[SECONDS] * 6))
def test_alarms_wait_longer_than_a_deployment_and_timeouts_longer_than_its_way_back(time):
    assert 60 * time.alarm_minutes > time.away
    assert 60 * time.timeout_minutes > time.rolled_back >= time.away


def test_it_is_told_in_a_sentence():
    assert TIME.sentence() == (
        "a deployment leaves the service away for up to 4 min 45 s (15 s drain, 30 s stop, 90 s pull, 120 s start, "
        "30 s checks), and one that fails is rolled back within 20 min 45 s; ECS does its best that no two tasks meet, "
        "so what must never happen twice also wants a lock in the application"
    )
    assert "(30 s stop, " in DeployTime(0, 30, 90, 120, 30, 80).sentence()


@pytest.mark.parametrize(("seconds", "words"), [(0, "0 s"), (59, "59 s"), (60, "1 min"), (285, "4 min 45 s")])
def test_seconds_are_told_as_a_person_says_them(seconds, words):
    assert duration(seconds) == words
