"""Previews of the engine for every kind of step. They are the test data of the reports, in ``tests/golden/previews``.

``pytest tests/engine/test_previews.py --update-golden`` records them again.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
from engine import Engine, FailedError, Program, Stack
from programs import NETWORK, cluster

from moorings import ContainerHealthCheck, FargateSingleton, FargateSingletonArgs, KafkaTopic
from moorings.preview.plan_json import plan_from_json

PREVIEWS = Path(__file__).parents[1] / "golden" / "previews"


def program(
    *, partitions: int = 6, image: str = "orders:1.4.2", queue: str = "orders", secret: str = "first", **more: Any
) -> Program:
    """A cluster, a singleton, and resources without a component."""

    def deploy() -> None:
        orders = KafkaTopic(name="orders", partitions=partitions, config={"retention.ms": "604800000"})
        kafka = cluster(users=["orders"], topics=[orders], **more.get("cluster", {}))
        config = pulumi.Config("moorings")
        FargateSingleton(
            "orders",
            FargateSingletonArgs(
                vpc_id=config.require("vpcId"),
                subnet_ids=json.loads(config.require("subnetIds")),
                image=f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/{image}",
                user="1001:1001",
                environment={"LOG_LEVEL": more.get("log_level", "info")},
                secret_environment={"LOGIN": secret},
                kafka=kafka.connection("orders"),
                health_check=ContainerHealthCheck(command=["CMD", "orders", "--check"]),
                protect=False,
            ),
        )
        if more.get("has_queue", True):
            aws.sqs.Queue(
                "queue",
                name=queue,
                visibility_timeout_seconds=more.get("timeout", 30),
                policy=json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT | more.get("statement", {})]}),
                opts=pulumi.ResourceOptions(protect=more.get("protect", False)),
            )
        if more.get("imports"):
            aws.sqs.Queue("imported", name="imported", opts=pulumi.ResourceOptions(import_=more["imports"]))
        pulumi.export("queue", queue)

    return deploy


STATEMENT = {
    "Sid": "Send",
    "Effect": "Allow",
    "Principal": "*",
    "Action": "sqs:SendMessage",
    "Resource": "arn:aws:sqs:eu-west-1:123456789012:orders",
}


OTHER_SUBNETS = ["subnet-01e7c4a9f36bd8255", "subnet-0d61b8f27ac4e9305"]


def fail() -> None:
    """A program with an error."""
    raise pulumi.RunError("the settings name no network")


def document(operation: Callable[[], Any]) -> dict[str, Any]:
    """Return the JSON of a preview, also of one that fails."""
    try:
        output = operation().output
    except FailedError as error:
        output = error.run.output
    return without_paths(json.JSONDecoder().raw_decode(output[output.index("{") :])[0])


def without_paths(value: Any) -> Any:
    """Return a document without the paths of this machine."""
    if isinstance(value, dict):
        return {
            key: "project:///program.py#1" if key == "sourcePosition" else without_paths(item)
            for key, item in value.items()
            if key != "stackTrace"
        }
    return [without_paths(item) for item in value] if isinstance(value, list) else value


def previews(stack: Stack, existing: str) -> dict[str, dict[str, Any]]:
    """Deploy and change a stack, and return a preview of each kind. One of them imports the queue with an ID."""
    found = {"create": document(lambda: stack.preview_json(program()))}
    stack.up(program())
    changed = {
        "same": program(),
        "update": program(timeout=60, statement={"Action": "sqs:*"}, log_level="debug", secret="second", partitions=12),
        "replace": program(queue="orders-v2", cluster={"subnet_ids": OTHER_SUBNETS}),
        "delete": program(has_queue=False),
        "import": program(imports=existing),
        "failure": fail,
    }
    found |= {name: document(lambda change=change: stack.preview_json(change)) for name, change in changed.items()}
    stack.up(program(protect=True))
    found["protected delete"] = document(lambda: stack.preview_json(program(has_queue=False)))
    return found


def test_previews_of_every_kind(engine: Engine, request: pytest.FixtureRequest) -> None:
    settings = {**NETWORK, "moorings:others": json.dumps(OTHER_SUBNETS)}
    other = engine.program("other", lambda: aws.sqs.Queue("other", name="imported"), settings)
    other.up()
    (existing,) = other.resources.values()
    found = previews(engine.program("kafka-test", program(), settings), existing["id"])
    for name, preview in found.items():
        file = PREVIEWS / f"{name.replace(' ', '_')}.json"
        if request.config.getoption("--update-golden"):
            file.parent.mkdir(exist_ok=True)
            file.write_text(json.dumps(preview, indent=1) + "\n")
        assert steps(preview) == steps(json.loads(file.read_text())), name


def steps(preview: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    """Return the operation, the name and the changed properties of each resource."""
    return [(step.op, step.resource.name, step.changed) for step in plan_from_json(preview).steps]
