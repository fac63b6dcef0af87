"""Updates of a singleton: unchanged programs, rollbacks by ECS, and updates during a scheduled pause."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pulumi
import pytest
from emulated_providers.aws_ecs import CRASHES, SERVICE, TASK
from engine import Engine, FailedError, Stack
from programs import NETWORK

from moorings import FargateSingleton

SCHEDULE_TYPE = "aws:scheduler/schedule:Schedule"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
SECRETS = {"PASSWORD": "first", "CODE": "x"}
SETTINGS = {"ZONE": "eu", "LOG_LEVEL": "info", "A": "1"}


def singleton(**changed: Any) -> Callable[[], None]:
    """A program with a singleton that has elements in every list that ECS sorts."""

    def program() -> None:
        config = pulumi.Config("moorings")
        defaults = {
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
        service = FargateSingleton("orders", defaults | changed)
        pulumi.export("task_definition_arn", service.task_definition_arn)

    return program


@pytest.fixture
def deployed(engine: Engine) -> Stack:
    stack = engine.program("singleton", singleton(), NETWORK)
    stack.up()
    return stack


def running(engine: Engine) -> tuple[str, str]:
    """The revision of the running task, and its password."""
    (service,) = engine.cloud.all(SERVICE)
    (task,) = [task for task in engine.cloud.all(TASK) if task.outputs["arn"] == service.outputs["taskDefinition"]]
    (container,) = json.loads(task.get("containerDefinitions"))
    secret_versions = {secret["name"]: secret["valueFrom"].rpartition(":")[2] for secret in container["secrets"]}
    (version,) = [version for version in engine.cloud.all(VERSION) if secret_versions["PASSWORD"] in version.id]
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
    assert [str(task.outputs["arn"]).rpartition("/")[2] for task in engine.cloud.all(TASK)] == ["orders:1"]


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
    assert deployed.outputs["task_definition_arn"].endswith("/orders:4")


SCHEDULE = {"pause": "cron(0 20 ? * MON-FRI *)", "resume": "cron(0 7 ? * MON-FRI *)"}


def run_schedule(engine: Engine, role: str) -> None:
    """Call ECS as a schedule does."""
    (schedule,) = [each for each in engine.cloud.all(SCHEDULE_TYPE) if each.get("name").startswith(f"orders-{role}-")]
    call = json.loads(schedule.get("target.input"))
    (service,) = engine.cloud.all(SERVICE)
    assert (call["Service"], call["Cluster"]) == (service.outputs["arn"], service.get("cluster"))
    count = {"desiredCount": call["DesiredCount"]}
    engine.cloud.put(replace(service, inputs={**service.inputs, **count}, outputs={**service.outputs, **count}))


def state_of_service(engine: Engine) -> tuple[int, str]:
    """The number of tasks, and the deployed revision."""
    (service,) = engine.cloud.all(SERVICE)
    return int(service.outputs["desiredCount"]), str(service.outputs["taskDefinition"]).rpartition("/")[2]


def test_updates_do_not_end_a_scheduled_pause(engine):
    def scheduled(version: int) -> Callable[[], None]:
        return singleton(pause_schedule=SCHEDULE, image=f"registry.example/orders:{version}")

    stack = engine.program("scheduled-singleton", scheduled(1), NETWORK)
    stack.up()
    assert state_of_service(engine) == (1, "orders:1")
    run_schedule(engine, "pause")
    assert stack.up().changes == {}
    assert stack.up(scheduled(2)).touched() == {"orders-task", "orders-service"}
    assert state_of_service(engine) == (0, "orders:2")
    stack.refresh()
    stack.up(scheduled(3))
    assert state_of_service(engine) == (0, "orders:3")
    run_schedule(engine, "resume")
    assert stack.up(scheduled(3)).changes == {}
    assert state_of_service(engine) == (1, "orders:3")
    stack.up(scheduled(4))
    assert state_of_service(engine) == (1, "orders:4")


def test_an_unchanged_task_with_sidecars_registers_no_new_revision(engine):
    agent = {"image": "registry.example/agent:1", "user": "1001:1001", "environment": SETTINGS}
    sidecars = {
        "router": {**agent, "firelens_router": {}},
        "agent": {**agent, "depends_on": {"router": "START", "application": "HEALTHY"}, "memory_mib": 64},
        "migrate": {**agent, "essential": False, "shared_volumes": {"/in": {"path": "/data"}}},
    }
    args = {
        "sidecars": sidecars,
        "depends_on": {"router": "START", "migrate": "SUCCESS"},
        "additional_ports": {"metrics": {"port": 9090}, "admin": {"port": 8080}},
        "ulimits": {name: {"soft": 1024, "hard": 2048} for name in ("nproc", "nofile")},
        "firelens_logs": {"options": {"Name": "stdout"}},
    }
    stack = engine.program("sidecars-singleton", singleton(**args), NETWORK)
    stack.up()
    assert stack.refresh().changes == {}
    reordered = {name: dict(reversed(value.items())) for name, value in args.items()}
    assert stack.up(singleton(**reordered)).changes == {}
    assert stack.up(singleton(**args, image="registry.example/orders:2")).touched() == {"orders-task", "orders-service"}
