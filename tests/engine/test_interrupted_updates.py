"""After an operation was killed, the next ``up`` reaches the same state as without the interruption."""

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

_GENERATED = re.compile(r"[0-9a-f]{6,}(?:-[0-9a-f]+)*|K[0-9A-F]{13}")


def end_state(stack) -> dict[str, object]:
    """The state without values that differ between deployments: generated names, IDs and passwords."""
    return {
        urn: {
            "parent": resource.get("parent"),
            "protect": resource.get("protect", False),
            "dependencies": sorted(resource.get("dependencies", [])),
            "inputs": without_generated_values(resource.get("inputs", {})),
            "outputs": without_generated_values(resource.get("outputs", {})),
        }
        for urn, resource in stack.resources.items()
    }


def without_generated_values(value):
    """A value with placeholders for generated parts."""
    if isinstance(value, dict):
        if "plaintext" in value:
            return "a secret"
        return {key: without_generated_values(element) for key, element in value.items()}
    if isinstance(value, list):
        return [without_generated_values(element) for element in value]
    return _GENERATED.sub("#", value) if isinstance(value, str) else value


@pytest.fixture(scope="module")
def uninterrupted(engine_in, tmp_path_factory):
    """The states without interruption, after the first ``up`` and after a password rotation."""
    stack = engine_in(tmp_path_factory.mktemp("uninterrupted")).program("killed-test", FIRST, NETWORK)
    stack.up()
    first = end_state(stack)
    stack.up(ROTATED)
    return {"first": first, "rotated": end_state(stack)}


@pytest.mark.parametrize(
    ("process_name", "moment", "name"),
    [
        ("provider", pause_points.AFTER_CREATE, "kafka-cluster"),
        ("engine", pause_points.BEFORE_CREATE, "kafka-cluster"),
        ("engine", pause_points.AFTER_CREATE, "kafka-orders-association"),
    ],
)
def test_a_killed_first_update_continues(engine, uninterrupted, process_name, moment, name):
    pausing = engine.pausing(moment, name)
    interrupted = pausing.engine.program("killed-test", FIRST, NETWORK)
    assert pausing.kill(process_name, lambda: interrupted.up(parallel=1)).failed
    stack = engine.program("killed-test", FIRST, NETWORK)
    if process_name == "engine":
        stack.unlock()
    messages = stack.up().messages
    assert end_state(stack) == uninterrupted["first"]
    if process_name == "engine":  # the pending operation is reported until a refresh clears it
        assert any("interrupted while creating" in text and name in text for _, text in messages)
        stack.refresh(clear_pending_creates=True)
    assert stack.preview().changes == {}
    assert not stack.deployment.get("pending_operations")
    # Only a resource that was created after the engine was killed remains in the cloud without being in the state.
    ids = {resource["id"] for resource in stack.resources.values() if resource.get("id")}
    unrecorded = [stored for stored in engine.cloud if stored.urn and stored.id not in ids]
    assert {stored.urn.rpartition("::")[2] for stored in unrecorded} <= (
        {name} if moment == pause_points.AFTER_CREATE else set()
    )


def test_a_killed_rotation_continues(engine, uninterrupted):
    engine.program("killed-test", FIRST, NETWORK).up()
    pausing = engine.pausing(pause_points.BEFORE_DELETE, "kafka-orders-version")
    interrupted = pausing.engine.program("killed-test", ROTATED, NETWORK)
    assert pausing.kill("engine", lambda: interrupted.up(parallel=1)).failed
    stack = engine.program("killed-test", ROTATED, NETWORK)
    stack.unlock()
    stack.up()
    assert end_state(stack) == uninterrupted["rotated"]


def test_a_killed_destroy_continues(engine):
    engine.program("killed-test", FIRST, NETWORK).up()
    pausing = engine.pausing(pause_points.AFTER_DELETE, "kafka-cluster")
    assert pausing.kill("engine", pausing.engine.program("killed-test", FIRST, NETWORK).destroy).failed
    stack = engine.program("killed-test", FIRST, NETWORK)
    stack.unlock()
    stack.destroy()
    assert not stack.resources
    assert [stored.id for stored in engine.cloud if stored.urn and not stored.deleted] == []


def components_program(namespace: str, *components: str, version: str = "1") -> Callable[[], None]:
    """A program with some components of the committed stacks, except clusters."""
    common = {"vpc_id": VPC, "subnet_ids": SUBNETS, "image": IMAGE, "user": "1001:1001", "protect": False}

    def program() -> None:
        if "network" in components:
            zones = ["eu-west-1a", "eu-west-1b"]
            Network("network", {"availability_zones": zones, "cidr": "10.40.0.0/20", "tags": {"version": version}})
        if "service" in components:
            FargateSingleton(
                "single",
                {**common, "environment": {"VERSION": version}, "acknowledge": {"ecs-no-health-check": "a test"}},
            )
        if "workload" in components:
            KubernetesWorkload(
                "orders", {"namespace": namespace, "container": container(config_map_environment={"VERSION": version})}
            )

    return program


def test_killed_updates_of_all_components_continue(engine, api_server):
    """After an interruption of each ``up``, the stack has exactly the resources of its program."""
    namespace, all_components = api_server.namespace(), ("network", "service", "workload")
    for program, moment, name in (
        (components_program(namespace, "network"), pause_points.BEFORE_CREATE, "network-nat-eu-west-1a"),
        (components_program(namespace, "network", "service"), pause_points.BEFORE_CREATE, "single-service"),
        (components_program(namespace, *all_components), pause_points.AFTER_CREATE, "orders-config"),
        (components_program(namespace, *all_components), "", ""),
        (components_program(namespace, *all_components, version="2"), pause_points.BEFORE_UPDATE, "orders-deployment"),
    ):
        stack = engine.program("components-test", program, NETWORK)
        if moment:
            pausing = engine.pausing(moment, name)
            interrupted = pausing.engine.program("components-test", program, NETWORK)
            assert pausing.kill("engine", lambda interrupted=interrupted: interrupted.up(parallel=1)).failed
            stack.unlock()
        else:
            assert not stack.up().errors
    assert not stack.up().errors
    stack.refresh(clear_pending_creates=True)
    assert stack.preview().changes == {}
    assert not stack.deployment.get("pending_operations")
    ids = {resource["id"] for resource in stack.resources.values() if resource.get("id")}
    assert [stored.urn for stored in engine.cloud if stored.urn and not stored.deleted and stored.id not in ids] == []
    objects = [*in_namespace(api_server, "apps/v1", "Deployment", namespace)]
    objects += in_namespace(api_server, "v1", "ConfigMap", namespace)
    # Only the object that was created after the engine was killed remains.
    assert [name.rpartition("-")[0] for name in objects if f"{namespace}/{name}" not in ids] == ["orders-config"]


def in_namespace(cluster, api_version, kind, namespace):
    """The names of objects of a kind."""
    return [object_["metadata"]["name"] for object_ in cluster.api.list(api_version, kind, namespace)]
