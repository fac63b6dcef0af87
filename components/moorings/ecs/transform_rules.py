"""Rules of the service, the task definition and the target group after all transforms, such as overrides."""

import json
from typing import Any

from pydantic.alias_generators import to_camel

from moorings.ecs.single_task import SERVICE_SETTINGS, TRANSFORMED_SERVICE, check_service_setting
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.overrides.container_secrets import find_added_secrets, is_marked
from moorings.validation.findings import Path, Severity
from moorings.validation.resource_changes import UNKNOWN, Properties
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Check, Findings, Violation

TRANSFORM_RULES = RuleSet(FargateSingletonArgs)

SERVICE_TYPE = "aws:ecs/service:Service"
TASK_TYPE = "aws:ecs/taskDefinition:TaskDefinition"
TARGET_GROUP_TYPE = "aws:lb/targetGroup:TargetGroup"

_LOAD_BALANCER = "port=3000, load_balancer=SingletonLoadBalancer(**LOAD_BALANCER_ARGS)"


def _check_service(final: Properties, capacity_provider: str | None) -> Findings:
    for name in SERVICE_SETTINGS:
        value = final.at(*map(to_camel, name.split(".")))
        if value is UNKNOWN:
            continue
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # the engine sends every number as a float
        try:
            check_service_setting(name, value, capacity_provider)
        except Violation as error:
            yield "", error.message


transformed_service = Check(TRANSFORMED_SERVICE, _check_service, ("final", "capacity_provider"))
"""Rule of the service. In previews, the component evaluates it on the outputs of the service in any case."""


@TRANSFORM_RULES.explicit(
    "ecs-transformed-drain",
    Severity.UNSAFE,
    source="https://docs.aws.amazon.com/AmazonECS/latest/bestpracticesguide/load-balancer-connection-draining.html",
    invalid=f"{_LOAD_BALANCER}, transforms=[override('tg', {{'deregistrationDelay': 300}})]",
    valid=f"{_LOAD_BALANCER}, transforms=[override('tg', {{'slowStart': 60}})]",
)
def transformed_drain(final: Properties, role: str, deregistration_delay_seconds: int) -> Findings:
    """The timeouts of a deployment and its downtime follow from the argument, and from no other value."""
    delay = final.at("deregistrationDelay")
    if delay not in {UNKNOWN, None} and float(delay) != deregistration_delay_seconds:
        yield (
            ("transforms", role, "deregistrationDelay"),
            (
                f"{int(delay)} s differ from the {deregistration_delay_seconds} s of "
                "load_balancer.deregistration_delay_seconds; set the argument instead"
            ),
        )


@TRANSFORM_RULES.explicit(
    "ecs-transformed-stop-timeout",
    Severity.UNSAFE,
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html",
    invalid="transforms=[override('task', {'containerDefinitions': [{'name': 'example', 'stopTimeout': 2}]})]",
    valid="transforms=[override('task', {'containerDefinitions': [{'name': 'example', 'interactive': True}]})]",
)
def transformed_stop_timeout(final: Properties, name: str, stop_timeout_seconds: int) -> Findings:
    """ECS kills the container before its work is complete, or after the time that the deployment waits for it."""
    for container in _containers(final):
        timeout = container.get("stopTimeout")
        if container.get("name") == name and timeout != stop_timeout_seconds:
            yield (
                ("transforms", "task", "containerDefinitions", name, "stopTimeout"),
                (
                    f"{timeout} s differ from the {stop_timeout_seconds} s of stop_timeout_seconds; set the argument "
                    "instead"
                ),
            )


@TRANSFORM_RULES.explicit(
    "ecs-transformed-plaintext-secret",
    Severity.UNSAFE,
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/"
    "security-secrets-management-best-practices.html",
    invalid="transforms=[override('task', {'containerDefinitions': [{'name': 'agent', 'image': 'example.com/agent:1', "
    "'environment': [{'name': 'API_KEY', 'value': 'hunter2'}]}]})]",
    valid="transforms=[override('task', {'containerDefinitions': [{'name': 'agent', 'image': 'example.com/agent:1', "
    "'secrets': [{'name': 'API_KEY', 'valueFrom': SECRET_ARN}]}]})]",
)
def transformed_plaintext_secret(final: Properties, rendered: str, marked: list[Any]) -> Findings:
    """Everyone who may describe the task definition can read the secret, and every revision keeps it."""
    found = dict(find_added_secrets(_containers(final), json.loads(rendered)))
    paths: dict[Path, str] = {("task", "containerDefinitions", *path): kind for path, kind in found.items()}
    paths |= {tuple(path): "a secret" for path, value in marked if is_marked(value)}
    for path, kind in paths.items():
        yield (
            ("transforms", *path),
            (
                f"contains {kind} and would be stored in plain text; set valueFrom of secrets instead, or use "
                "secret_environment"
            ),
        )


def _containers(final: Properties) -> list[dict[str, Any]]:
    """Return the container definitions, none if they are unknown."""
    text = final.text("containerDefinitions")
    return json.loads(text) if text and text.startswith("[") else []
