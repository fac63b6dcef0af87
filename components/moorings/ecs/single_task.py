"""Settings that guarantee a single task, unsupported arguments, and checks of the deployed service."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

MINIMUM_HEALTHY_PERCENT, MAXIMUM_PERCENT = 0, 100
"""The only pair with which ECS stops the old task before it starts the new one. With 100 and 100 a deployment of a
single task never progresses, and a maximum above 100 runs two tasks.

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
"""

SERVICE_SETTINGS: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "desired_count": (1, 0),
        "deployment_minimum_healthy_percent": (MINIMUM_HEALTHY_PERCENT,),
        "deployment_maximum_percent": (MAXIMUM_PERCENT,),
        "availability_zone_rebalancing": ("DISABLED",),
        "deployment_configuration.strategy": ("ROLLING", None),
        "deployment_controller.type": ("ECS", None),
        "deployment_circuit_breaker.enable": (True,),
        "deployment_circuit_breaker.rollback": (True,),
        "scheduling_strategy": ("REPLICA", None),
        "launch_type": ("FARGATE",),
        "capacity_provider_strategies": ([], None),
        "wait_for_steady_state": (True,),
    }
)
"""Values that each property of the ECS service may have. None stands for the default of ECS."""

_ROLLING = "only a rolling deployment stops the old task before it starts the new one"
_PERCENTS = f"a singleton uses {MINIMUM_HEALTHY_PERCENT} and {MAXIMUM_PERCENT} percent, so that tasks never overlap"
_ONE_TASK = "a singleton runs one task; desired_count=0 pauses it"

UNSUPPORTED_ARGUMENTS: Mapping[str, str] = MappingProxyType(
    {
        "autoscaling": _ONE_TASK,
        "auto_scaling": _ONE_TASK,
        "min_capacity": _ONE_TASK,
        "max_capacity": _ONE_TASK,
        "replicas": _ONE_TASK,
        "deployment_minimum_healthy_percent": _PERCENTS,
        "deployment_maximum_percent": _PERCENTS,
        "minimum_healthy_percent": _PERCENTS,
        "maximum_percent": _PERCENTS,
        "deployment_configuration": _ROLLING,
        "deployment_controller": _ROLLING,
        "deployment_strategy": _ROLLING,
        "deployment_circuit_breaker": "ECS always rolls a failed deployment back, and the update fails",
        "wait_for_steady_state": "the update always waits for the deployment and fails if ECS rolls it back",
        "availability_zone_rebalancing": "rebalancing starts the second task before it stops the first",
        "scheduling_strategy": "Fargate does not support daemon services",
        "launch_type": "the task always runs on Fargate",
        "capacity_provider_strategies": "the task runs on Fargate On-Demand; Fargate Spot interrupts tasks",
    }
)
"""Arguments that contradict the guarantee of a single task, with the reason why they are not supported."""


def check_desired_count(desired_count: int) -> int:
    """Return the number of tasks, if it is 0 or 1.

    Raises:
        ValueError: for any other number.

    """
    if desired_count not in {0, 1}:
        raise ValueError(f"must be 1, or 0 to pause the service, got {desired_count}; a singleton runs one task")
    return desired_count


def check_service_setting(name: str, value: Any) -> None:
    """Check a property of the service after all transforms.

    Resource options cannot be checked: without ``delete_before_replace``, a replacement would run at the same time as
    the service that it replaces.

    Args:
        name: key of ``SERVICE_SETTINGS``.
        value: the property.

    Raises:
        ValueError: if two tasks could run, or a deployment could fail unnoticed.

    """
    allowed = SERVICE_SETTINGS[name]
    if value not in allowed:
        raise ValueError(
            f"{name}: must be {allowed[0]}, got {value}; remove the transform that changes it, because two tasks could "
            "run at once or a failed deployment could go unnoticed"
        )


def check_deployed_revision(expected: str, deployed: str) -> str:
    """Return the ARN of the deployed task definition, if it is the expected one.

    Raises:
        ValueError: if ECS has rolled the deployment back to another one.

    """
    if deployed != expected:
        raise ValueError(
            f"ECS rolled the deployment of {expected.rpartition('/')[2]} back to {deployed.rpartition('/')[2]}; see "
            "the events of the service and the logs of the stopped tasks. The next update retries the deployment"
        )
    return deployed
