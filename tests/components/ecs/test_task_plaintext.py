"""Settings that are stored in plain text in the task definition."""

import pulumi
import pytest

from moorings import InvalidInput

COMPONENT = "FargateSingleton 'orders'"
FIX = "use secret_environment or secrets"


@pytest.mark.parametrize("value", ["", "user@example.com", "https://example.com:8443/a@b", "password policy: long"])
def test_a_variable_without_a_secret_is_accepted(container, value):
    assert container(environment={"NOTE": value})["environment"] == [{"name": "NOTE", "value": value}]


def test_late_variables_are_accepted(container):
    definition = container(environment=lambda: {"B": pulumi.Output.from_input("2"), "A": "1"})
    assert definition["environment"] == [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]


@pytest.mark.parametrize("late", [False, True])
def test_a_variable_with_a_secret_is_rejected(create, late):
    value = "postgres://user:hunter2@db.example.com/orders"
    with pytest.raises(InvalidInput) as error:
        create(environment=lambda: {"NOTE": pulumi.Output.from_input(value) if late else value})
    assert str(error.value) == (
        f"{COMPONENT}: environment.NOTE: contains a URL with a password and would be stored in plain text; {FIX}"
    )


@pytest.mark.parametrize("preview", [False, True])
def test_a_variable_that_is_marked_as_a_secret_is_rejected(create, preview):
    with pytest.raises(InvalidInput) as error:
        create(environment=lambda: {"NOTE": pulumi.Output.secret("x")}, preview=preview)
    assert (
        str(error.value) == f"{COMPONENT}: environment.NOTE: contains a secret and would be stored in plain text; {FIX}"
    )


@pytest.mark.parametrize("words", [["--config", "/etc/orders"], []])
def test_a_command_without_a_secret_is_accepted(container, words):
    assert container(command=words, entry_point=words)["command"] == words


@pytest.mark.parametrize("argument", ["command", "entry_point"])
@pytest.mark.parametrize("late", ["no", "items", "list"])
def test_a_command_with_a_secret_is_rejected(create, argument, late):
    words = ["--db-password", "hunter2"]

    def value():
        if late == "items":
            return [pulumi.Output.from_input(word) for word in words]
        return words if late == "no" else pulumi.Output.from_input(words)

    with pytest.raises(InvalidInput) as error:
        create(**{argument: value})
    assert str(error.value) == f"{COMPONENT}: {argument}: contains a password and would be stored in plain text; {FIX}"


@pytest.mark.parametrize("argument", ["command", "entry_point"])
@pytest.mark.parametrize("value", [lambda: ["a", pulumi.Output.secret("b")], lambda: pulumi.Output.secret(["a"])])
@pytest.mark.parametrize("preview", [False, True])
def test_a_command_that_is_marked_as_a_secret_is_rejected(create, argument, value, preview):
    with pytest.raises(InvalidInput) as error:
        create(**{argument: value}, preview=preview)
    assert str(error.value) == f"{COMPONENT}: {argument}: contains a secret and would be stored in plain text; {FIX}"


def test_a_health_check_with_a_secret_is_rejected(create):
    with pytest.raises(InvalidInput) as error:
        create(unchecked=None, health_check={"command": ["curl", "https://orders:hunter2@localhost/healthy"]})
    assert str(error.value) == (
        f"{COMPONENT}.health_check: command: contains a URL with a password and would be stored in plain text; read it "
        "from an environment variable"
    )
