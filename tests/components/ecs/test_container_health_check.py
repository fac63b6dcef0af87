"""Container health check: the command with which ECS checks the application within the task."""

import pytest

from moorings import ContainerHealthCheck

COMMAND = ["curl", "-fsS", "http://localhost:3000/healthy"]


def test_default_health_check():
    assert ContainerHealthCheck(command=COMMAND).definition(120) == {
        "command": ["CMD", *COMMAND],
        "interval": 15,
        "retries": 3,
        "startPeriod": 120,
        "timeout": 5,
    }


@pytest.mark.parametrize("command", [["CMD", "true"], ["CMD-SHELL", "curl -f localhost || exit 1"]])
def test_command_with_a_keyword_is_unchanged(command):
    assert ContainerHealthCheck(command=command).definition(1)["command"] == command


def test_unhealthy_after_all_retries_and_one_timeout():
    check = ContainerHealthCheck(command=COMMAND, interval_seconds=10, timeout_seconds=4, retries=2)
    assert check.unhealthy_after_seconds == 24


@pytest.mark.parametrize(
    ("field", "minimum", "maximum"),
    [("interval_seconds", 5, 300), ("timeout_seconds", 2, 60), ("retries", 1, 10)],
)
def test_ranges_are_those_of_ecs(rejected, field, minimum, maximum):
    for value in (minimum, maximum):
        assert getattr(ContainerHealthCheck(command=COMMAND, **{field: value}), field) == value
    for value in (minimum - 1, maximum + 1):
        with rejected("argument-range", field):
            ContainerHealthCheck(command=COMMAND, **{field: value})


@pytest.mark.parametrize(
    "command",
    [["NONE"], ["CMD-SHELL", "curl", "-f"], ["CMD-SHELL"], ["CMD-SHELL", " "], ["CMD"], ["CMD", ""], [""], ["", "-f"]],
)
def test_commands_without_a_program(create, rejected, command):
    with rejected("ecs-health-check-command", "health_check.command"):
        create(acknowledge=None, health_check={"command": command})


def test_empty_command(create, rejected):
    with rejected("argument-length", "health_check.command"):
        create(acknowledge=None, health_check={"command": []})


@pytest.mark.parametrize(
    "command",
    [
        ["curl", "-f", "http://localhost:3000/", "||", "exit", "1"],
        ["CMD", "curl", "-f", "http://localhost:3000/", "||", "exit", "1"],
        ["curl -f http://localhost:3000/"],
        ["CMD", "curl -f http://localhost:3000/ || exit 1"],
        ["cat", "/tmp/ready", ">", "/dev/null"],
    ],
)
def test_commands_that_need_a_shell(create, rejected, command):
    with rejected("ecs-health-check-shell-syntax", "health_check.command"):
        create(acknowledge=None, health_check={"command": command})


@pytest.mark.parametrize(
    "command",
    [
        ["CMD-SHELL", "curl -f http://localhost:3000/ || exit 1"],
        ["sh", "-c", "curl -f http://localhost:3000/ || exit 1"],
        ["CMD", "/bin/bash", "-c", "a && b"],
        ["env", "A=1", "sh", "-c", "a | b"],
        ["/app/health", "--message", "all is well"],
    ],
)
def test_commands_with_a_shell_or_without_its_syntax(container, command):
    assert container(acknowledge=None, health_check={"command": command})["healthCheck"]["command"][-1] == command[-1]


def test_health_check_with_a_secret_is_rejected(create, rejected):
    with rejected("ecs-plaintext-secret", "health_check.command"):
        create(acknowledge=None, health_check={"command": ["curl", "https://orders:hunter2@localhost/healthy"]})
