"""Lifecycle of a singleton: updates without changes do nothing, and a rollback of ECS fails the update."""

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from emulated_providers.aws_ecs import CRASHES, SERVICE, TASK
from engine import Engine, FailedError, Stack
from programs import NETWORK

from moorings import FargateSingleton

VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
SECRETS = {"PASSWORD": "first", "CODE": "x"}
SETTINGS = {"ZONE": "eu", "LOG_LEVEL": "info", "A": "1"}


def singleton(**changed: Any) -> Callable[[], None]:
    """A program with a singleton that has an item in every list that ECS sorts."""

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
    """The running revision, and the password that it reads."""
    (service,) = engine.cloud.all(SERVICE)
    (task,) = [each for each in engine.cloud.all(TASK) if each.outputs["arn"] == service.outputs["taskDefinition"]]
    (container,) = json.loads(task.get("containerDefinitions"))
    read = {each["name"]: each["valueFrom"].rpartition(":")[2] for each in container["secrets"]}
    (version,) = [each for each in engine.cloud.all(VERSION) if read["PASSWORD"] in each.id]
    password = json.loads(version.get("secretString"))["PASSWORD"]
    return str(task.outputs["arn"]).rpartition("/")[2], str(password)


def test_an_unchanged_program_registers_no_new_revision(engine, deployed):
    assert deployed.refresh().changes == {}  # ECS returns exactly what was sent
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


def test_a_rollback_fails_the_update_and_keeps_the_secret_version(engine, deployed):
    crashing = f"registry.example/orders:{CRASHES}"
    assert running(engine) == ("orders:1", "first")
    run = deployed.up(singleton(secret_environment=SECRETS | {"PASSWORD": "second"}))
    assert run.touched() == {"orders-secret", "orders-task", "orders-service"}
    assert running(engine) == ("orders:2", "second")
    with pytest.raises(FailedError) as error:
        deployed.up(singleton(image=crashing, secret_environment=SECRETS | {"PASSWORD": "third"}))
    assert "ECS rolled the deployment of orders:3 back to orders:2" in error.value.run.all_output
    assert running(engine) == ("orders:2", "second")  # the previous version still exists
    deployed.up(singleton(secret_environment=SECRETS | {"PASSWORD": "third"}))
    assert running(engine) == ("orders:4", "third")
    assert deployed.outputs["runs"].endswith("/orders:4")
