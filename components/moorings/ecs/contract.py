"""What makes a service a singleton, and the words for whoever asks for something else."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

MINIMUM_HEALTHY_PERCENT, MAXIMUM_PERCENT = 0, 100
"""With one task, the only pair with which ECS stops the old one before it starts the new: 100 and 100 cannot deploy,
and anything above 100 runs two.

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
"""

_ROLLING = "a singleton stops the old task before it starts the new one, which only a rolling deployment does"
_PERCENTS = f"a singleton runs at {MINIMUM_HEALTHY_PERCENT} to {MAXIMUM_PERCENT} percent, so that no two tasks overlap"
_ONE = "a singleton runs one task, and desired_count=0 pauses it"

REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "autoscaling": f"{_ONE}; nothing scales it",
        "auto_scaling": f"{_ONE}; nothing scales it",
        "min_capacity": f"{_ONE}; nothing scales it",
        "max_capacity": f"{_ONE}; nothing scales it",
        "replicas": f"{_ONE}; there are no replicas",
        "deployment_minimum_healthy_percent": _PERCENTS,
        "deployment_maximum_percent": _PERCENTS,
        "minimum_healthy_percent": _PERCENTS,
        "maximum_percent": _PERCENTS,
        "deployment_configuration": _ROLLING,
        "deployment_controller": _ROLLING,
        "deployment_strategy": _ROLLING,
        "deployment_circuit_breaker": "a deployment that fails is always rolled back, and fails the run",
        "wait_for_steady_state": "a run always waits for the deployment, and fails if ECS rolled it back",
        "availability_zone_rebalancing": "rebalancing starts a second task before it stops the first, so it stays off",
        "scheduling_strategy": "Fargate runs no daemons",
        "launch_type": "the task runs on Fargate",
        "capacity_provider_strategies": "the task runs on Fargate, whose Spot would take it away within two minutes",
    }
)
"""Arguments of other libraries that would break the contract, and why there are none here."""


def refused_among(given: Any) -> list[str]:
    """The refused ones among arguments, whatever was handed over as such."""
    return [name for name in REFUSED if isinstance(given, Mapping) and name in given]


def one_or_none(count: int) -> int:
    """How many tasks a singleton has.

    Raises:
        ValueError: for more than one.

    """
    if count not in {0, 1}:
        raise ValueError(f"a singleton runs one task, or none while it is paused (0), not {count}")
    return count


def kept(  # noqa: PLR0917 - named where it is called
    desired_count: int,
    minimum: int,
    maximum: int,
    rebalancing: str,
    strategy: str | None,
    controller: str | None,
) -> bool:
    """Whether a service is a singleton still, whatever a transform has made of it.

    Raises:
        ValueError: for a service that could run two tasks.

    """
    found: dict[str, tuple[Any, Any]] = {
        "deployment_minimum_healthy_percent": (minimum, MINIMUM_HEALTHY_PERCENT),
        "deployment_maximum_percent": (maximum, MAXIMUM_PERCENT),
        "availability_zone_rebalancing": (rebalancing, "DISABLED"),
        "deployment_configuration.strategy": (strategy or "ROLLING", "ROLLING"),
        "deployment_controller.type": (controller or "ECS", "ECS"),
    }
    wrong = [f"{name} is {is_} and not {should}" for name, (is_, should) in found.items() if is_ != should]
    if desired_count not in {0, 1}:
        wrong.append(f"desired_count is {desired_count} and not 1 (0 pauses it)")
    if wrong:
        raise ValueError(f"{'; '.join(wrong)}: two tasks could run at once; take the transform away that changes this")
    return True


def live(wanted: str, found: str) -> str:
    """The revision that runs, if it is the one that was deployed.

    Raises:
        ValueError: for another one, to which ECS has rolled the service back.

    """
    if found != wanted:
        raise ValueError(
            f"ECS rolled the deployment of {wanted.rpartition('/')[2]} back, and {found.rpartition('/')[2]} runs; the "
            "events of the service and the logs of the stopped tasks say why, and the next run tries again"
        )
    return found
