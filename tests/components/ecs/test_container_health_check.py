"""Container health check: the command with which ECS checks the application within the task."""

import pytest

from moorings import ContainerHealthCheck, InvalidInput

COMPONENT = "FargateSingleton 'orders'"

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
    ("field", "minimum", "maximum", "others"),
    [
        ("interval_seconds", 5, 300, {"timeout_seconds": 2}),
        ("timeout_seconds", 2, 60, {"interval_seconds": 300}),
        ("retries", 1, 10, {}),
    ],
)
def test_ranges_are_those_of_ecs(field, minimum, maximum, others):
    def create(value):
        return ContainerHealthCheck.from_input("HealthCheck", {"command": COMMAND, field: value} | others)

    assert [getattr(create(value), field) for value in (minimum, maximum)] == [minimum, maximum]
    for value, comparison, bound in ((minimum - 1, "least", minimum), (maximum + 1, "most", maximum)):
        with pytest.raises(InvalidInput) as rejected:
            create(value)
        assert str(rejected.value) == f"HealthCheck.{field}: must be at {comparison} {bound}"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"command": ["NONE"]}, "command: NONE disables the health check; remove health_check instead"),
        ({"command": ["CMD-SHELL", "curl", "-f"]}, "command: CMD-SHELL must be followed by one string, got 2"),
        ({"command": ["CMD"]}, "command: CMD must be followed by a program"),
        (
            {"command": COMMAND, "timeout_seconds": 15},
            "timeout_seconds: must be less than interval_seconds (15), got 15",
        ),
    ],
)
def test_invalid_health_checks(args, message):
    with pytest.raises(InvalidInput) as rejected:
        ContainerHealthCheck.from_input("HealthCheck", args)
    assert str(rejected.value) == f"HealthCheck: {message}"


def test_health_check_with_a_secret_is_rejected(create):
    with pytest.raises(InvalidInput) as rejected:
        create(unchecked=None, health_check={"command": ["curl", "https://orders:hunter2@localhost/healthy"]})
    assert str(rejected.value) == (
        f"{COMPONENT}.health_check: command: contains a URL with a password and would be stored in plain text; read it "
        "from an environment variable"
    )
