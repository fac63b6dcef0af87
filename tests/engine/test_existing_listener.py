"""A singleton behind an existing listener: it moves to another load balancer, and the task keeps running."""

import json
import re
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
from emulated_providers.aws_ecs import SERVICE
from engine import Engine, FailedError, Stack
from programs import NETWORK

from moorings import FargateSingleton

GROUP = "sg-0b92d7f4a1e63c508"
HOST = "orders.example.com"
RULE = "aws:lb/listenerRule:ListenerRule"
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"


def edge() -> None:
    """A program with two load balancers that several services share."""
    subnet_ids = json.loads(pulumi.Config("moorings").require("subnetIds"))
    not_found: Any = {"type": "fixed-response", "fixed_response": {"content_type": "text/plain", "status_code": "404"}}
    for name in ("staff", "partners"):
        balancer = aws.lb.LoadBalancer(name, internal=True, subnets=subnet_ids, security_groups=[GROUP])
        listener = aws.lb.Listener(
            name,
            load_balancer_arn=balancer.arn,
            port=443,
            protocol="HTTPS",
            certificate_arn=CERTIFICATE,
            default_actions=[not_found],
        )
        pulumi.export(name, listener.arn)


def behind(listener_arn: Any, **settings: Any) -> Callable[[], None]:
    """A program with a singleton behind a listener."""

    def program() -> None:
        config = pulumi.Config("moorings")
        listener = {"listener_arn": listener_arn, "hosts": [HOST], "health_check_path": "/healthy", **settings}
        service = FargateSingleton(
            "orders",
            {
                "vpc_id": config.require("vpcId"),
                "subnet_ids": json.loads(config.require("subnetIds")),
                "image": "registry.example/orders:1",
                "user": "1001:1001",
                "port": 3000,
                "existing_listener": listener,
                "startup_seconds": 30,
                "protect": False,
            },
        )
        pulumi.export("url", service.url)

    return program


@pytest.fixture
def listeners(engine: Engine) -> dict[str, str]:
    """ARNs of the listeners of another stack."""
    stack = engine.program("edge", edge, {**NETWORK, "moorings:groupId": GROUP})
    stack.up()
    return {name: stack.outputs[name] for name in ("staff", "partners")}


@pytest.fixture
def deployed(engine: Engine, listeners: dict[str, str]) -> Stack:
    stack = engine.program("orders", behind(listeners["staff"]), NETWORK)
    stack.up()
    return stack


def rules(engine: Engine) -> list[tuple[str, int]]:
    """Listener and priority of each rule."""
    return sorted((rule.get("listenerArn"), rule.get("priority")) for rule in engine.cloud.all(RULE))


def test_an_unchanged_program_changes_nothing(deployed):
    assert deployed.outputs["url"] == f"https://{HOST}"
    assert deployed.up().changes == {}
    assert deployed.refresh().changes == {}


def test_moving_to_another_load_balancer_keeps_the_task_running(engine, deployed, listeners):
    (before,) = engine.cloud.all(SERVICE)
    priorities = [priority for _, priority in rules(engine)]
    assert priorities[1] == priorities[0] + 1
    run = deployed.up(behind(listeners["partners"]))
    assert rules(engine) == [(listeners["partners"], priority) for priority in priorities]
    (after,) = engine.cloud.all(SERVICE)
    assert after.id == before.id
    assert "orders-service" not in run.touched()


def test_aws_rejects_the_priority_of_another_program(engine, deployed, listeners):
    _, (_, priority) = rules(engine)
    other = engine.program("other", behind(listeners["staff"], hosts=["b.example.com"], priority=priority), NETWORK)
    with pytest.raises(FailedError) as error:
        other.up()
    # The rule of the closed paths has the priority before it. Both rules are created at the same time.
    message = rf"PriorityInUse: priority ({priority - 1}|{priority}) is already used"
    assert re.search(message, error.value.run.all_output)


def test_two_services_of_a_program_with_the_same_host_are_rejected_in_the_first_preview(engine, listeners):
    def program() -> None:
        behind(pulumi.Output.from_input(listeners["staff"]))()
        config = pulumi.Config("moorings")
        FargateSingleton(
            "billing",
            {
                "vpc_id": config.require("vpcId"),
                "subnet_ids": json.loads(config.require("subnetIds")),
                "image": "registry.example/billing:1",
                "user": "1001:1001",
                "port": 3000,
                "existing_listener": {
                    "listener_arn": listeners["staff"],
                    "hosts": [HOST],
                    "health_check_path": "/healthy",
                },
            },
        )

    stack = engine.program("both", program, NETWORK)
    with pytest.raises(FailedError) as error:
        stack.preview()
    assert "[ecs-duplicate-route]" in error.value.run.all_output
