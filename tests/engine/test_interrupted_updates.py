"""After a killed operation, the next ``up`` continues and reaches the same state as without interruption."""

import json
import re
from collections.abc import Callable

import pytest
from emulated_providers import pause_points
from programs import NETWORK, with_users
from workloads import IMAGE, container

from moorings import FargateSingleton, KubernetesWorkload, Network

VPC, SUBNETS = NETWORK["moorings:vpcId"], json.loads(NETWORK["moorings:subnetIds"])
FIRST, ROTATED = with_users("orders"), with_users("orders", orders=2)

_CHOSEN = re.compile(r"[0-9a-f]{6,}(?:-[0-9a-f]+)*|K[0-9A-F]{13}")


def end_state(stack) -> dict[str, object]:
    """The state without values that differ between deployments: digits in names, and passwords."""
    return {
        urn: {
            "parent": resource.get("parent"),
            "protect": resource.get("protect", False),
            "dependencies": sorted(resource.get("dependencies", [])),
            "inputs": without_choices(resource.get("inputs", {})),
            "outputs": without_choices(resource.get("outputs", {})),
        }
        for urn, resource in stack.resources.items()
    }


def without_choices(value):
    """A value with a marker for generated parts."""
    if isinstance(value, dict):
        if "plaintext" in value:
            return "a secret"
        return {key: without_choices(element) for key, element in value.items()}
    if isinstance(value, list):
        return [without_choices(element) for element in value]
    return _CHOSEN.sub("#", value) if isinstance(value, str) else value


@pytest.fixture(scope="module")
def undisturbed(engine_in, tmp_path_factory):
    """The states without interruption: after the first ``up``, and after a rotation."""
    stack = engine_in(tmp_path_factory.mktemp("undisturbed")).program("killed-test", FIRST, NETWORK)
    stack.up()
    first = end_state(stack)
    stack.up(ROTATED)
    return {"first": first, "rotated": end_state(stack)}


@pytest.mark.parametrize(
    ("victim", "moment", "name"),
    [
        ("provider", pause_points.AFTER_CREATE, "kafka-cluster"),
        ("engine", pause_points.BEFORE_CREATE, "kafka-cluster"),
        ("engine", pause_points.AFTER_CREATE, "kafka-orders-association"),
    ],
)
def test_a_killed_first_update_continues(engine, undisturbed, victim, moment, name):
    pausing = engine.pausing(moment, name)
    doomed = pausing.engine.program("killed-test", FIRST, NETWORK)
    assert pausing.kill(victim, lambda: doomed.up(parallel=1)).failed
    stack = engine.program("killed-test", FIRST, NETWORK)
    if victim == "engine":
        stack.unlock()
    warned = stack.up().messages
    assert end_state(stack) == undisturbed["first"]
    if victim == "engine":  # a pending operation is reported until it is known whether the resource was created
        assert any("interrupted while creating" in text and name in text for _, text in warned)
        stack.refresh(clear_pending_creates=True)
    assert stack.preview().changes == {}
    assert not stack.deployment.get("pending_operations")
    # A resource that was created when the engine could not record it remains, as in a real cloud; no other one does.
    ids = {resource["id"] for resource in stack.resources.values() if resource.get("id")}
    strays = [thing for thing in engine.cloud if thing.urn and thing.id not in ids]
    assert {thing.urn.rpartition("::")[2] for thing in strays} <= (
        {name} if moment == pause_points.AFTER_CREATE else set()
    )


def test_a_killed_rotation_continues(engine, undisturbed):
    engine.program("killed-test", FIRST, NETWORK).up()
    pausing = engine.pausing(pause_points.BEFORE_DELETE, "kafka-orders-version")
    doomed = pausing.engine.program("killed-test", ROTATED, NETWORK)
    assert pausing.kill("engine", lambda: doomed.up(parallel=1)).failed
    stack = engine.program("killed-test", ROTATED, NETWORK)
    stack.unlock()
    stack.up()
    assert end_state(stack) == undisturbed["rotated"]


def test_a_killed_destroy_continues(engine):
    engine.program("killed-test", FIRST, NETWORK).up()
    pausing = engine.pausing(pause_points.AFTER_DELETE, "kafka-cluster")
    assert pausing.kill("engine", pausing.engine.program("killed-test", FIRST, NETWORK).destroy).failed
    stack = engine.program("killed-test", FIRST, NETWORK)
    stack.unlock()
    stack.destroy()
    assert not stack.resources
    assert [thing.id for thing in engine.cloud if thing.urn and not thing.deleted] == []


def families(namespace: str, *components: str, version: str = "1") -> Callable[[], None]:
    """A program with the components of the committed stacks, except clusters."""
    common = {"vpc_id": VPC, "subnet_ids": SUBNETS, "image": IMAGE, "user": "1001:1001", "protect": False}

    def program() -> None:
        if "network" in components:
            zones = ["eu-west-1a", "eu-west-1b"]
            Network("network", {"zones": zones, "cidr": "10.40.0.0/20", "tags": {"is": version}})
        if "service" in components:
            FargateSingleton("single", {**common, "environment": {"IS": version}, "unchecked": True})
        if "workload" in components:
            KubernetesWorkload(
                "orders", {"namespace": namespace, "container": container(config_map_environment={"IS": version})}
            )

    return program


def test_killed_updates_of_all_components_continue(engine, api_server):
    """Killed during each ``up``, the stack ends with exactly the resources of its program."""
    namespace, everything = api_server.namespace(), ("network", "service", "workload")
    for program, moment, name in (
        (families(namespace, "network"), pause_points.BEFORE_CREATE, "network-nat-eu-west-1a"),
        (families(namespace, "network", "service"), pause_points.BEFORE_CREATE, "single-service"),
        (families(namespace, *everything), pause_points.AFTER_CREATE, "orders-config"),
        (families(namespace, *everything), "", ""),
        (families(namespace, *everything, version="2"), pause_points.BEFORE_UPDATE, "orders-deployment"),
    ):
        stack = engine.program("families-test", program, NETWORK)
        if moment:
            pausing = engine.pausing(moment, name)
            doomed = pausing.engine.program("families-test", program, NETWORK)
            assert pausing.kill("engine", lambda doomed=doomed: doomed.up(parallel=1)).failed
            stack.unlock()
        else:
            assert not stack.up().errors
    assert not stack.up().errors
    stack.refresh(clear_pending_creates=True)
    assert stack.preview().changes == {}
    assert not stack.deployment.get("pending_operations")
    ids = {resource["id"] for resource in stack.resources.values() if resource.get("id")}
    assert [thing.urn for thing in engine.cloud if thing.urn and not thing.deleted and thing.id not in ids] == []
    objects = [*in_namespace(api_server, "apps/v1", "Deployment", namespace)]
    objects += in_namespace(api_server, "v1", "ConfigMap", namespace)
    # A resource that was created when the engine could not record it remains.
    assert [name.rpartition("-")[0] for name in objects if f"{namespace}/{name}" not in ids] == ["orders-config"]


def in_namespace(cluster, api_version, kind, namespace):
    """The names of objects of a kind."""
    return [object_["metadata"]["name"] for object_ in cluster.api.list(api_version, kind, namespace)]
