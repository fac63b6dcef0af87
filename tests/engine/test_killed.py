"""A run that is killed goes on at the next ``up``, and ends where an undisturbed one ends."""

import json
import re
from collections.abc import Callable

import pytest
from doubles import halts
from programs import NETWORK, with_users
from workloads import IMAGE, container

from moorings import FargateSingleton, KubernetesWorkload, Network

VPC, SUBNETS = NETWORK["moorings:vpcId"], json.loads(NETWORK["moorings:subnetIds"])
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


def families(namespace: str, *made: str, version: str = "1") -> Callable[[], None]:
    """A program with what the committed stacks are made of, beside clusters."""
    there = {"vpc_id": VPC, "subnet_ids": SUBNETS, "image": IMAGE, "user": "1001:1001", "protect": False}

    def program() -> None:
        if "network" in made:
            zones = ["eu-west-1a", "eu-west-1b"]
            Network("network", {"zones": zones, "cidr": "10.40.0.0/20", "tags": {"is": version}})
        if "service" in made:
            FargateSingleton("single", {**there, "environment": {"IS": version}, "unchecked": True})
        if "workload" in made:
            KubernetesWorkload(
                "orders", {"namespace": namespace, "container": container(config_map_environment={"IS": version})}
            )

    return program


def test_every_kind_of_stack_goes_on(engine, api_server):
    """Killed at each ``up``, it ends with what its program says, and with nothing beside that."""
    namespace, everything = api_server.namespace(), ("network", "service", "workload")
    for program, moment, name in (
        (families(namespace, "network"), halts.BEFORE_CREATE, "network-nat-eu-west-1a"),
        (families(namespace, "network", "service"), halts.BEFORE_CREATE, "single-service"),
        (families(namespace, *everything), halts.AFTER_CREATE, "orders-config"),
        (families(namespace, *everything), "", ""),
        (families(namespace, *everything, version="2"), halts.BEFORE_UPDATE, "orders-deployment"),
    ):
        stack = engine.program("families-test", program, NETWORK)
        if moment:
            halting = engine.halting(moment, name)
            doomed = halting.engine.program("families-test", program, NETWORK)
            assert halting.kill("engine", lambda doomed=doomed: doomed.up(parallel=1)).failed
            stack.unlock()
        else:
            assert not stack.up().errors
    assert not stack.up().errors
    stack.refresh(clear_pending_creates=True)
    assert stack.preview().changes == {}
    assert not stack.deployment.get("pending_operations")
    ids = {each["id"] for each in stack.resources.values() if each.get("id")}
    assert [thing.urn for thing in engine.cloud if thing.urn and not thing.deleted and thing.id not in ids] == []
    objects = [*in_namespace(api_server, "apps/v1", "Deployment", namespace)]
    objects += in_namespace(api_server, "v1", "ConfigMap", namespace)
    # What was made while nobody could take note of it stays behind.
    assert [each.rpartition("-")[0] for each in objects if f"{namespace}/{each}" not in ids] == ["orders-config"]


def in_namespace(cluster, api_version, kind, namespace):
    """The names of objects of a kind."""
    return [each["metadata"]["name"] for each in cluster.api.list(api_version, kind, namespace)]
