"""How long pods take to come, and how long Pulumi waits for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Literal

from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.quantities import portion

LEAST_DEADLINE = 600
"""Kubernetes' own progress deadline, and the ten minutes that Pulumi waits by itself.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#progress-deadline-seconds
"""

SLACK = 120
"""Seconds to pull an image and find a node."""


@dataclass(frozen=True)
class Rollout:
    """An update of all pods: what it needs to know, in seconds and pods."""

    kind: Literal["Deployment", "StatefulSet"]
    recreates: bool
    most: int
    """Pods, as many as there can be."""
    surge: str
    unavailable: str
    startup: int
    """From a pod's first container until it is ready, at the longest."""
    min_ready: int
    grace: int

    @property
    def deadline(self) -> int:
        """Without progress for so long, an update has failed."""
        return max(LEAST_DEADLINE, self.startup + self.min_ready + SLACK)

    def wait(self, deadline: int) -> int:
        """How long Pulumi waits: longer than the update may take, and than the deadline, whose message says more."""
        each = self.startup + self.min_ready
        if self.kind == "StatefulSet":
            needed = self.most * (each + self.grace)
        elif self.recreates:
            needed = each + self.grace
        else:
            at_once = portion(self.surge, self.most, up=True) + portion(self.unavailable, self.most, up=False)
            needed = ceil(self.most / max(1, at_once)) * each
        return max(LEAST_DEADLINE, deadline + SLACK, needed + SLACK)


def startup_budget(
    container: PodContainer, init_containers: Mapping[str, PodContainer], sidecars: Mapping[str, PodContainer]
) -> int:
    """Seconds until a pod is ready at the longest: init containers and sidecars come one after the other."""
    return (
        sum(each.probes.boot_seconds for each in init_containers.values())
        + _in_turn(sidecars.values())
        + container.probes.startup_budget
    )


def _in_turn(sidecars: Iterable[PodContainer]) -> int:
    return sum(each.probes.startup_budget for each in sidecars)
