"""Settings that guarantee a single task, unsupported arguments, and checks of the deployed service."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from moorings.validation.inputs import is_mapping
from moorings.validation.rules import Rule, Violation

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
_ONE_TASK = "a singleton runs one task, or none with desired_count=0"

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
        "capacity_provider_strategies": "a single task has one capacity provider, which capacity_provider sets",
    }
)
"""Arguments that contradict the guarantee of a single task, with the reason why they are not supported."""


def _transform(name: str, value: str) -> str:
    """Return an example that changes a property of the service with a transform."""
    changed = f"args.props | {{'{name}': {value}}} if args.type_ == 'aws:ecs/service:Service' else args.props"
    transformation = f"lambda args: pulumi.ResourceTransformationResult({changed}, args.opts)"
    return f"FargateSingleton('orders', SINGLETON_ARGS, pulumi.ResourceOptions(transformations=[{transformation}]))"


UNSUPPORTED_ARGUMENT = Rule(
    id="ecs-unsupported-argument",
    rationale="The argument contradicts the guarantee that exactly one task runs.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html",
    invalid="FargateSingletonArgs(**SINGLETON_ARGS, autoscaling=True)",
    valid="FargateSingletonArgs(**SINGLETON_ARGS, desired_count=0)",
)

TRANSFORMED_SERVICE = Rule(
    id="ecs-transformed-service",
    rationale="With another value, two tasks could run at once, or a failed deployment could go unnoticed.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html",
    invalid=_transform("desired_count", "2"),
    valid=_transform("force_new_deployment", "True"),
)

DEPLOYMENT_ROLLED_BACK = Rule(
    id="ecs-deployment-rolled-back",
    rationale="ECS has rolled the deployment back, because the new task did not become healthy.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html",
    invalid=_transform("task_definition", "'arn:aws:ecs:eu-west-1:123456789012:task-definition/orders:7'"),
    valid="FargateSingleton('orders', SINGLETON_ARGS)",
)


def check_unsupported_arguments(values: Any) -> Any:
    """Return the arguments unchanged, for a validator of the mode ``before``.

    Raises:
        Violation: for the first argument that contradicts the guarantee of a single task.

    """
    for name, reason in UNSUPPORTED_ARGUMENTS.items():
        if is_mapping(values) and name in values:
            raise Violation(UNSUPPORTED_ARGUMENT, f"not supported, because {reason}; remove it", name)
    return values


def _provider_name(strategy: Any) -> Any:
    """Return the capacity provider of a strategy: an output of the SDK, or an input with the names of the provider."""
    # The outputs of the SDK warn about the other name.
    return strategy["capacity_provider"] if "capacity_provider" in strategy else strategy.get("capacityProvider")


def check_service_setting(name: str, value: Any, capacity_provider: str | None = None) -> None:
    """Check a property of the service after all transforms.

    Resource options cannot be checked: without ``delete_before_replace``, a replacement would run at the same time as
    the service that it replaces.

    Args:
        name: key of ``SERVICE_SETTINGS``.
        value: the property.
        capacity_provider: capacity provider that the arguments select.

    Raises:
        Violation: if two tasks could run, or a deployment could fail unnoticed.

    """
    allowed = SERVICE_SETTINGS[name]
    if capacity_provider is not None and name == "launch_type":
        return  # the provider rejects services with a launch type and a capacity provider
    if capacity_provider is not None and name == "capacity_provider_strategies":
        allowed = ([capacity_provider],)
    if name == "capacity_provider_strategies" and value:
        value = list(map(_provider_name, value))
    if value not in allowed:
        raise Violation(
            TRANSFORMED_SERVICE,
            f"{name} of the service must be {allowed[0]}, got {value}; remove the transform that changes it",
        )


def check_deployed_revision(expected: str, deployed: str) -> str:
    """Return the ARN of the deployed task definition, if it is the expected one.

    Raises:
        Violation: if ECS has rolled the deployment back to another one.

    """
    if deployed != expected:
        raise Violation(
            DEPLOYMENT_ROLLED_BACK,
            f"ECS rolled the deployment of {expected.rpartition('/')[2]} back to {deployed.rpartition('/')[2]}; see "
            "the events of the service and the logs of the stopped tasks. The next update retries the deployment",
        )
    return deployed
