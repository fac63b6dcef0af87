"""Lifecycle of a SCRAM user: changes of one user do not affect the others."""

import json

import pytest
from emulated_providers.aws_rules import SECRET_VERSION
from programs import NETWORK, with_users

PARTS = ("password", "secret", "version", "policy", "association")


def of(user: str, *parts: str) -> set[str]:
    """The names of a user's resources."""
    return {f"kafka-{user}-{part}" for part in parts}


@pytest.fixture
def stack(engine):
    """A cluster with three users."""
    stack = engine.program("users-test", with_users("kpow", "orders", "payments"), NETWORK)
    stack.up()
    return stack


def credentials(engine) -> dict[str, str]:
    """The passwords in the emulated cloud, by user."""
    found = [json.loads(each.get("secretString")) for each in engine.cloud.all(SECRET_VERSION)]
    return {each["username"]: each["password"] for each in found}


def test_adding_rotating_and_deleting_a_user_affects_only_that_user(engine, stack):
    before = credentials(engine)
    assert set(before) == {"kpow", "orders", "payments"}

    added = stack.up(with_users("kpow", "orders", "payments", "billing"))
    assert set(added.changes) == {"create"}
    assert added.touched() == {"kafka-billing"} | of("billing", *PARTS)

    rotated = stack.up(with_users("kpow", "orders", "payments", "billing", orders=2))
    assert rotated.touched() == of("orders", "password", "version")
    after = credentials(engine)
    assert after["orders"] != before["orders"]
    assert {user: after[user] for user in before if user != "orders"} == {
        user: before[user] for user in before if user != "orders"
    }

    removed = stack.up(with_users("kpow", "orders", "billing", orders=2))
    assert set(removed.changes) == {"delete"}
    assert removed.touched() == {"kafka-payments"} | of("payments", *PARTS)
    assert set(credentials(engine)) == {"kpow", "orders", "billing"}


def test_the_order_of_users_has_no_effect(stack):
    assert stack.preview(with_users("payments", "kpow", "orders")).changes == {}


def test_a_user_can_be_created_again_during_the_recovery_window(engine, stack):
    stack.up(with_users("kpow", "orders"))
    assert any(thing.deleted and thing.type.endswith(":Secret") for thing in engine.cloud)
    back = stack.up(with_users("kpow", "orders", "payments"))
    assert back.errors == []
    assert back.touched() == {"kafka-payments"} | of("payments", *PARTS)
