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

CONTRACT: Mapping[str, tuple[Any, ...]] = MappingProxyType(
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
"""What every singleton is registered with, and None where that is ECS's own default."""

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


def contract_stands(given: Any, refused: Mapping[str, str] = REFUSED) -> Any:
    """Arguments as they were handed over, if none of them would break the contract.

    Args:
        given: the arguments.
        refused: those that would, and why there are none.

    Raises:
        ValueError: for one of those.

    """
    broken = _among(given, refused)
    if broken:
        raise ValueError("; ".join(f"{name} is no argument, as {refused[name]}" for name in broken))
    return given


def _among(given: Any, refused: Mapping[str, str]) -> list[str]:
    return [name for name in refused if isinstance(given, Mapping) and name in given]


def one_or_none(count: int) -> int:
    """How many tasks a singleton has.

    Raises:
        ValueError: for more than one.

    """
    if count not in {0, 1}:
        raise ValueError(f"a singleton runs one task, or none while it is paused (0), not {count}")
    return count


def kept(name: str, found: Any) -> bool:
    """Whether a property of a service is what the contract says, whatever a transform has made of it.

    What a transform makes of options is not seen: without ``delete_before_replace`` a replacement would run beside the
    service that it replaces.

    Args:
        name: one of ``CONTRACT``.
        found: what the service was registered with.

    Raises:
        ValueError: for a service that could run two tasks, or whose deployments could fail unseen.

    """
    if found not in CONTRACT[name]:
        raise ValueError(
            f"{name} is {found} and not {CONTRACT[name][0]}: two tasks could run at once, or a deployment fail unseen; "
            "take the transform away that changes this"
        )
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
