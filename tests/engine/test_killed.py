"""A run that is killed goes on at the next ``up``, and ends where an undisturbed one ends."""

import re

import pytest
from doubles import halts
from programs import NETWORK, with_users

FIRST, ROTATED = with_users("orders"), with_users("orders", orders=2)

_CHOSEN = re.compile(r"[0-9a-f]{6,}(?:-[0-9a-f]+)*|K[0-9A-F]{13}")


def end_state(stack) -> dict[str, object]:
    """The state without what is chosen anew for each deployment: digits in names, passwords."""
    return {
        urn: {
            "parent": each.get("parent"),
            "protect": each.get("protect", False),
            "dependencies": sorted(each.get("dependencies", [])),
            "inputs": without_choices(each.get("inputs", {})),
            "outputs": without_choices(each.get("outputs", {})),
        }
        for urn, each in stack.resources.items()
    }


def without_choices(value):
    """A value with a mark in place of what is chosen anew."""
    if isinstance(value, dict):
        if "plaintext" in value:
            return "a secret"
        return {key: without_choices(each) for key, each in value.items()}
    if isinstance(value, list):
        return [without_choices(each) for each in value]
    return _CHOSEN.sub("#", value) if isinstance(value, str) else value


@pytest.fixture(scope="module")
def undisturbed(engine_in, tmp_path_factory):
    """Where runs end that nobody disturbs: after the first ``up``, and after a rotation."""
    stack = engine_in(tmp_path_factory.mktemp("undisturbed")).program("killed-test", FIRST, NETWORK)
    stack.up()
    first = end_state(stack)
    stack.up(ROTATED)
    return {"first": first, "rotated": end_state(stack)}


@pytest.mark.parametrize(
    ("victim", "moment", "name"),
    [
        ("provider", halts.AFTER_CREATE, "kafka-cluster"),
        ("engine", halts.BEFORE_CREATE, "kafka-cluster"),
        ("engine", halts.AFTER_CREATE, "kafka-orders-association"),
    ],
)
def test_a_first_up_that_was_killed_goes_on(engine, undisturbed, victim, moment, name):
    halting = engine.halting(moment, name)
    doomed = halting.engine.program("killed-test", FIRST, NETWORK)
    assert halting.kill(victim, lambda: doomed.up(parallel=1)).failed
    stack = engine.program("killed-test", FIRST, NETWORK)
    if victim == "engine":
        stack.unlock()
    warned = stack.up().messages
    assert end_state(stack) == undisturbed["first"]
    if victim == "engine":  # it tells what it was at, until somebody has looked whether that was made
        assert any("interrupted while creating" in text and name in text for _, text in warned)
        stack.refresh(clear_pending_creates=True)
    assert stack.preview().changes == {}
    assert not stack.deployment.get("pending_operations")
    # What was made while nobody could take note of it stays behind, as it does in a real cloud; nothing else does.
    ids = {each["id"] for each in stack.resources.values() if each.get("id")}
    strays = [thing for thing in engine.cloud if thing.urn and thing.id not in ids]
    assert {thing.urn.rpartition("::")[2] for thing in strays} <= ({name} if moment == halts.AFTER_CREATE else set())


def test_a_rotation_that_was_killed_goes_on(engine, undisturbed):
    engine.program("killed-test", FIRST, NETWORK).up()
    halting = engine.halting(halts.BEFORE_DELETE, "kafka-orders-version")
    doomed = halting.engine.program("killed-test", ROTATED, NETWORK)
    assert halting.kill("engine", lambda: doomed.up(parallel=1)).failed
    stack = engine.program("killed-test", ROTATED, NETWORK)
    stack.unlock()
    stack.up()
    assert end_state(stack) == undisturbed["rotated"]


def test_a_destroy_that_was_killed_goes_on(engine):
    engine.program("killed-test", FIRST, NETWORK).up()
    halting = engine.halting(halts.AFTER_DELETE, "kafka-cluster")
    assert halting.kill("engine", halting.engine.program("killed-test", FIRST, NETWORK).destroy).failed
    stack = engine.program("killed-test", FIRST, NETWORK)
    stack.unlock()
    stack.destroy()
    assert not stack.resources
    assert [thing.id for thing in engine.cloud if thing.urn and not thing.deleted] == []
