"""How ECS learns whether a container is well."""

import pytest

from moorings import HealthCheck, InvalidInput

COMMAND = ["curl", "-fsS", "http://localhost:3000/healthy"]


def test_a_check_is_what_a_careful_operator_would_write():
    assert HealthCheck(command=COMMAND).definition(120) == {
        "command": ["CMD", *COMMAND],
        "interval": 15,
        "retries": 3,
        "startPeriod": 120,
        "timeout": 5,
    }


@pytest.mark.parametrize("command", [["CMD", "true"], ["CMD-SHELL", "curl -f localhost || exit 1"]])
def test_a_command_that_says_who_runs_it_stays_as_it_is(command):
    assert HealthCheck(command=command).definition(1)["command"] == command


def test_it_is_known_when_a_failure_is_noticed():
    assert HealthCheck(command=COMMAND, interval_seconds=10, timeout_seconds=4, retries=2).noticed_seconds == 24


@pytest.mark.parametrize(
    ("field", "least", "most", "more"),
    [
        ("interval_seconds", 5, 300, {"timeout_seconds": 2}),
        ("timeout_seconds", 2, 60, {"interval_seconds": 300}),
        ("retries", 1, 10, {}),
    ],
)
def test_numbers_are_those_that_ecs_takes(field, least, most, more):
    for good in (least, most):
        assert getattr(HealthCheck.from_input("HealthCheck", {"command": COMMAND, field: good} | more), field) == good
    for bad, word, bound in ((least - 1, "greater", least), (most + 1, "less", most)):
        with pytest.raises(InvalidInput) as refused:
            HealthCheck.from_input("HealthCheck", {"command": COMMAND, field: bad} | more)
        assert str(refused.value) == f"HealthCheck.{field}: Input should be {word} than or equal to {bound}"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            {"command": ["NONE"]},
            "HealthCheck: command NONE turns checks off; leave health_check out instead",
        ),
        (
            {"command": ["CMD-SHELL", "curl", "-f"]},
            "HealthCheck: command CMD-SHELL takes one line for the shell, not 2",
        ),
        ({"command": ["CMD"]}, "HealthCheck: command CMD names no program; add one"),
        (
            {"command": COMMAND, "timeout_seconds": 15},
            "HealthCheck: timeout_seconds 15 reaches into the next check, as interval_seconds is 15; "
            "take a shorter timeout or a longer interval",
        ),
    ],
)
def test_a_check_that_cannot_run_is_refused(args, message):
    with pytest.raises(InvalidInput) as refused:
        HealthCheck.from_input("HealthCheck", args)
    assert str(refused.value) == message
