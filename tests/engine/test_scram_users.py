"""Lifecycle of a SCRAM user: changes of one user do not affect the others."""

import json

import pytest
from emulated_providers.aws_rules import SECRET_VERSION
from programs import NETWORK, with_users

SUFFIXES = ("password", "secret", "version", "policy", "association")


def resource_names(user: str, *suffixes: str) -> set[str]:
    """The names of resources of a user."""
    return {f"kafka-{user}-{suffix}" for suffix in suffixes}


@pytest.fixture
def stack(engine):
    """A cluster with three users."""
    stack = engine.program("users-test", with_users("kpow", "orders", "payments"), NETWORK)
    stack.up()
    return stack


def credentials(engine) -> dict[str, str]:
    """The passwords in the emulated cloud, by user."""
    values = [json.loads(version.get("secretString")) for version in engine.cloud.all(SECRET_VERSION)]
    return {value["username"]: value["password"] for value in values}


def test_adding_rotating_and_deleting_a_user_affects_only_that_user(engine, stack):
    before = credentials(engine)
    assert set(before) == {"kpow", "orders", "payments"}

    added = stack.up(with_users("kpow", "orders", "payments", "billing"))
    assert set(added.changes) == {"create"}
    assert added.touched() == {"kafka-billing"} | resource_names("billing", *SUFFIXES)

    rotated = stack.up(with_users("kpow", "orders", "payments", "billing", orders=2))
    assert rotated.touched() == resource_names("orders", "password", "version")
    after = credentials(engine)
    assert after["orders"] != before["orders"]
    assert {user: after[user] for user in before if user != "orders"} == {
        user: before[user] for user in before if user != "orders"
    }

    removed = stack.up(with_users("kpow", "orders", "billing", orders=2))
    assert set(removed.changes) == {"delete"}
    assert removed.touched() == {"kafka-payments"} | resource_names("payments", *SUFFIXES)
    assert set(credentials(engine)) == {"kpow", "orders", "billing"}


def test_the_order_of_users_has_no_effect(stack):
    assert stack.preview(with_users("payments", "kpow", "orders")).changes == {}


def test_a_user_can_be_created_again_during_the_recovery_window(engine, stack):
    stack.up(with_users("kpow", "orders"))
    assert any(resource.deleted and resource.type.endswith(":Secret") for resource in engine.cloud)
    restored = stack.up(with_users("kpow", "orders", "payments"))
    assert restored.errors == []
    assert restored.touched() == {"kafka-payments"} | resource_names("payments", *SUFFIXES)
