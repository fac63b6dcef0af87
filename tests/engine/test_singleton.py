"""A singleton through its life: nothing changes by itself, and what ECS rolls back fails the run."""

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from doubles.aws_containers import CRASHES, SERVICE, TASK
from engine import Engine, FailedError, Stack
from programs import NETWORK

from moorings import FargateSingleton

VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
SECRETS = {"PASSWORD": "first", "CODE": "x"}
SETTINGS = {"ZONE": "eu", "LOG_LEVEL": "info", "A": "1"}


def singleton(**changed: Any) -> Callable[[], None]:
    """A program with one singleton, which has something in every list that ECS gives back in an order of its own."""

    def program() -> None:
        config = pulumi.Config("moorings")
        given = {
            "vpc_id": config.require("vpcId"),
            "subnet_ids": json.loads(config.require("subnetIds")),
            "image": "registry.example/orders:1",
            "user": "1001:1001",
            "port": 3000,
            "environment": SETTINGS,
            "secret_environment": SECRETS,
            "tmpfs_mounts": {"/tmp": 64, "/opt/orders": 16},
            "ephemeral_volume_paths": ["/var/orders", "/data"],
            "health_check": {"command": ["true"]},
            "startup_seconds": 30,
            "protect": False,
        }
        found = FargateSingleton("orders", given | changed)
        pulumi.export("runs", found.task_definition_arn)

    return program


@pytest.fixture
def deployed(engine: Engine) -> Stack:
    stack = engine.program("singleton", singleton(), NETWORK)
    stack.up()
    return stack


def running(engine: Engine) -> tuple[str, str]:
    """The revision that runs, and the password that it reads."""
    (service,) = engine.cloud.all(SERVICE)
    (task,) = [each for each in engine.cloud.all(TASK) if each.outputs["arn"] == service.outputs["taskDefinition"]]
    (container,) = json.loads(task.get("containerDefinitions"))
    read = {each["name"]: each["valueFrom"].rpartition(":")[2] for each in container["secrets"]}
    (version,) = [each for each in engine.cloud.all(VERSION) if read["PASSWORD"] in each.id]
    password = json.loads(version.get("secretString"))["PASSWORD"]
    return str(task.outputs["arn"]).rpartition("/")[2], str(password)


def test_an_unchanged_program_never_registers_a_new_revision(engine, deployed):
    assert deployed.refresh().changes == {}  # what ECS gives back is what was sent, letter by letter
    reordered = singleton(
        environment=dict(reversed(SETTINGS.items())),
        secret_environment=dict(reversed(SECRETS.items())),
        tmpfs_mounts={"/opt/orders": 16, "/tmp": 64},
        ephemeral_volume_paths=["/data", "/var/orders"],
    )
    assert deployed.up(reordered).changes == {}
    paused = deployed.up(singleton(desired_count=0))
    assert paused.touched() == {"orders-service", "orders-none-running", "orders-memory"}
    assert set(paused.changes) == {"update"}
    (service,) = engine.cloud.all(SERVICE)
    assert service.get("desiredCount") == 0
    assert deployed.up().touched() == paused.touched()
    assert [str(thing.outputs["arn"]).rpartition("/")[2] for thing in engine.cloud.all(TASK)] == ["orders:1"]


def test_what_ecs_rolls_back_fails_the_run_and_reads_its_secret_as_before(engine, deployed):
    crashing = f"registry.example/orders:{CRASHES}"
    assert running(engine) == ("orders:1", "first")
    run = deployed.up(singleton(secret_environment=SECRETS | {"PASSWORD": "second"}))
    assert run.touched() == {"orders-secret", "orders-task", "orders-service"}
    assert running(engine) == ("orders:2", "second")
    with pytest.raises(FailedError) as caught:
        deployed.up(singleton(image=crashing, secret_environment=SECRETS | {"PASSWORD": "third"}))
    assert "ECS rolled the deployment of orders:3 back, and orders:2 runs" in caught.value.run.told
    assert running(engine) == ("orders:2", "second")  # the version before is still there
    deployed.up(singleton(secret_environment=SECRETS | {"PASSWORD": "third"}))
    assert running(engine) == ("orders:4", "third")
    assert deployed.outputs["runs"].endswith("/orders:4")
