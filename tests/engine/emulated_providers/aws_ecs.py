"""Emulates how ECS normalizes container definitions and rolls back failed deployments.

Sources: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html and, for the order of
the provider, https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service/ecs
"""

import json
from typing import Any

from emulated_providers.cloud import Cloud
from emulated_providers.property_encoding import Properties, plain

SERVICE, TASK = "aws:ecs/service:Service", "aws:ecs/taskDefinition:TaskDefinition"
CRASHES = "crashes"
"""Image tag of a container that never becomes healthy."""

_ALWAYS = {
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
_CHECK = {"interval": 30, "retries": 3, "timeout": 5}


def described(properties: Properties) -> Properties:
    """A Fargate task definition as ECS describes it: with defaults, and in ECS's order instead of the program's."""
    containers = [_container(each) for each in json.loads(plain(properties["containerDefinitions"]))]
    containers.sort(key=lambda each: str(each["name"]))
    return {**properties, "containerDefinitions": json.dumps(containers, sort_keys=True, separators=(",", ":"))}


def _container(given: Properties) -> Properties:
    found: dict[str, Any] = {**_ALWAYS, **{key: value for key, value in given.items() if value is not None}}
    if not found.get("secrets"):
        found.pop("secrets", None)
    found["portMappings"] = [
        {"hostPort": port["containerPort"], "protocol": "tcp", **port} for port in found["portMappings"]
    ]
    found["mountPoints"] = [{"readOnly": False, **mount} for mount in found["mountPoints"]]
    for key, name in _SORTED_BY.items():
        if key in found:
            found[key] = sorted(found[key], key=lambda each, name=name: each[name])
    if found.get("healthCheck"):
        found["healthCheck"] = {**_CHECK, **found["healthCheck"]}
    return found


def running_task(cloud: Cloud, before: Properties, inputs: Properties) -> Properties:
    """Outputs of a service after an update: the previous task definition if the circuit breaker rolls back."""
    wanted = plain(inputs.get("taskDefinition"))
    breaker = plain(inputs.get("deploymentCircuitBreaker")) or {}
    crashes = any(
        each["image"].endswith(f":{CRASHES}")
        for thing in cloud.all(TASK)
        if thing.outputs.get("arn") == wanted
        for each in json.loads(thing.get("containerDefinitions"))
    )
    return {"taskDefinition": before["taskDefinition"]} if crashes and breaker.get("rollback") else {}
