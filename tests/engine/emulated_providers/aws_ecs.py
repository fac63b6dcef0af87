"""Emulates how ECS normalizes container definitions and rolls back failed deployments.

Sources: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html and, for the
sorting in the provider, https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service/ecs
"""

import json
from typing import Any

from emulated_providers.cloud import Cloud
from emulated_providers.property_encoding import Properties, plain

SERVICE, TASK = "aws:ecs/service:Service", "aws:ecs/taskDefinition:TaskDefinition"
CRASHES = "crashes"
"""Image tag of a container that never becomes healthy."""

_DEFAULTS = {
    "cpu": 0,
    "environment": [],
    "essential": True,
    "mountPoints": [],
    "portMappings": [],
    "systemControls": [],
    "volumesFrom": [],
}
_SORTED_BY = {
    "environment": "name",
    "mountPoints": "containerPath",
    "portMappings": "containerPort",
    "secrets": "name",
    "volumesFrom": "sourceContainer",
}
_HEALTH_CHECK_DEFAULTS = {"interval": 30, "retries": 3, "timeout": 5}


def as_described_by_ecs(properties: Properties) -> Properties:
    """A Fargate task definition as ECS describes it: with defaults, and with sorted lists."""
    containers = [_normalized(definition) for definition in json.loads(plain(properties["containerDefinitions"]))]
    containers.sort(key=lambda container: str(container["name"]))
    return {**properties, "containerDefinitions": json.dumps(containers, sort_keys=True, separators=(",", ":"))}


def _normalized(definition: Properties) -> Properties:
    container: dict[str, Any] = {**_DEFAULTS, **{key: value for key, value in definition.items() if value is not None}}
    if not container.get("secrets"):
        container.pop("secrets", None)
    container["portMappings"] = [
        {"hostPort": port["containerPort"], "protocol": "tcp", **port} for port in container["portMappings"]
    ]
    container["mountPoints"] = [{"readOnly": False, **mount} for mount in container["mountPoints"]]
    for key, name in _SORTED_BY.items():
        if key in container:
            container[key] = sorted(container[key], key=lambda element, name=name: element[name])
    if container.get("healthCheck"):
        container["healthCheck"] = {**_HEALTH_CHECK_DEFAULTS, **container["healthCheck"]}
    return container


def running_task(cloud: Cloud, old_outputs: Properties, inputs: Properties) -> Properties:
    """Outputs of a service after an update: the previous task definition if the circuit breaker rolls back."""
    task_definition = plain(inputs.get("taskDefinition"))
    circuit_breaker = plain(inputs.get("deploymentCircuitBreaker")) or {}
    crashes = any(
        container["image"].endswith(f":{CRASHES}")
        for task in cloud.all(TASK)
        if task.outputs.get("arn") == task_definition
        for container in json.loads(task.get("containerDefinitions"))
    )
    return {"taskDefinition": old_outputs["taskDefinition"]} if crashes and circuit_breaker.get("rollback") else {}
