"""Resource limits (ulimits) of a container."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from moorings.validation.args import Args
from moorings.validation.rules import Rule, Violation

UlimitName = Literal[
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
]
"""Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html"""

UNLIMITED = -1

ULIMIT_ORDER = Rule(
    id="ecs-ulimit-order",
    rationale="The container runtime rejects a soft limit above the hard limit, and the container does not start.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html",
    invalid="Ulimit(soft=65536, hard=1024)",
    valid="Ulimit(soft=1024, hard=65536)",
)


class Ulimit(Args):
    """Resource limit of a container.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html
    """

    soft: Annotated[int, Field(ge=-1, le=2**31 - 1)]
    """Soft limit, which a process may raise up to the hard limit. -1 means unlimited."""

    hard: Annotated[int, Field(ge=-1, le=2**31 - 1)]
    """Hard limit. -1 means unlimited."""

    @model_validator(mode="after")
    def _validate_order(self) -> Self:
        if self.hard != UNLIMITED and (self.soft > self.hard or self.soft == UNLIMITED):
            raise Violation(ULIMIT_ORDER, f"soft ({self.soft}) exceeds hard ({self.hard}); lower soft, or raise hard")
        return self


def ulimits(limits: Mapping[UlimitName, Ulimit]) -> list[dict[str, Any]] | None:
    """Return the limits of a container, sorted by name. ECS removes an empty list."""
    return [
        {"hardLimit": limit.hard, "name": name, "softLimit": limit.soft} for name, limit in sorted(limits.items())
    ] or None
