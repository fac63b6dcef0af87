"""Values that stand in a task definition, where whoever may describe it reads them."""

import pulumi
import pytest

from moorings import InvalidInput
from moorings.ecs.plaintext import words_hold

READ = "whoever may describe the task definition could read it"
WAY_OUT = "hand it over in secret_environment or secrets"
WHERE = "FargateSingleton 'orders'"


@pytest.mark.parametrize("value", ["", "user@example.com", "https://example.com:8443/a@b", "password policy: long"])
def test_an_open_value_is_taken(container, value):
    assert container(environment={"NOTE": value})["environment"] == [{"name": "NOTE", "value": value}]


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("-----BEGIN RSA PRIVATE KEY-----\nMII", "a private key"),
        ("AKIAIOSFODNN7EXAMPLE", "an access key of AWS"),
        ('x.ScramLoginModule required username="u" password="hunter2";', "a password"),
        ("postgres://user:hunter2@db.example.com/orders", "a URL with a password"),
    ],
)
@pytest.mark.parametrize("late", [False, True])
def test_a_value_that_holds_a_secret_is_refused_without_being_told(made, value, what, late):
    with pytest.raises(InvalidInput) as refused:
        made(environment=lambda: {"NOTE": pulumi.Output.from_input(value) if late else value})
    assert str(refused.value) == (
        f"FargateSingleton 'orders': environment['NOTE'] holds {what}, and whoever may describe the task definition "
        "could read it; move it to secret_environment or refer to it in secrets"
    )


@pytest.mark.parametrize("preview", [False, True])
def test_a_value_that_is_secret_is_refused(made, preview):
    with pytest.raises(InvalidInput) as refused:
        made(environment=lambda: {"NOTE": pulumi.Output.secret("x")}, preview=preview)
    assert str(refused.value) == (
        "FargateSingleton 'orders': environment['NOTE'] is secret, and whoever may describe the task definition could "
        "read it; move it to secret_environment"
    )


def test_a_late_value_that_is_not_secret_is_taken(container):
    found = container(environment=lambda: {"B": pulumi.Output.from_input("2"), "A": "1"})
    assert found["environment"] == [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]


@pytest.mark.parametrize(
    "words", [["--config", "/etc/orders"], ["--password-file=/run/x", "-p", "3000"], ["$TOKEN"], []]
)
def test_open_words_are_taken(container, words):
    assert container(command=words, entry_point=words)["command"] == words
    assert words_hold(words) is None


@pytest.mark.parametrize("argument", ["command", "entry_point"])
@pytest.mark.parametrize("late", ["not", "each", "all"])
@pytest.mark.parametrize(
    "words", [["serve", "--password=hunter2"], ["--db-password", "hunter2"], ["-Dkey.password=hunter2"]]
)
def test_words_that_hold_a_secret_are_refused_without_being_told(made, argument, words, late):
    def given():
        if late == "each":
            return [pulumi.Output.from_input(word) for word in words]
        return words if late == "not" else pulumi.Output.from_input(words)

    with pytest.raises(InvalidInput) as refused:
        made(**{argument: given})
    assert str(refused.value) == f"{WHERE}: {argument} holds a password, and {READ}; {WAY_OUT}"


@pytest.mark.parametrize("argument", ["command", "entry_point"])
@pytest.mark.parametrize("given", [lambda: ["a", pulumi.Output.secret("b")], lambda: pulumi.Output.secret(["a"])])
@pytest.mark.parametrize("preview", [False, True])
def test_words_that_are_secret_are_refused(made, argument, given, preview):
    with pytest.raises(InvalidInput) as refused:
        made(**{argument: given}, preview=preview)
    assert str(refused.value) == f"{WHERE}: {argument} is secret, and {READ}; {WAY_OUT}"


def test_a_check_that_holds_a_secret_is_refused(made):
    with pytest.raises(InvalidInput) as refused:
        made(unchecked=None, health_check={"command": ["curl", "https://orders:hunter2@localhost/healthy"]})
    assert str(refused.value) == (
        f"{WHERE}.health_check: command holds a URL with a password, and {READ}; let the check read it from the environment"
    )
