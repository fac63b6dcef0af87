"""How long pods take to come, and how long Pulumi waits for them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Literal

from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.quantities import MOST_NUMBER, portion

LEAST_DEADLINE = 600
"""Kubernetes' own progress deadline, and the ten minutes that Pulumi waits by itself.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#progress-deadline-seconds
"""

SLACK = 120
"""Seconds to pull an image and find a node."""


TURNS = 200
"""Numbers of pods after which percentages have been rounded in every way, twice."""


@dataclass(frozen=True)
class Rollout:
    """An update of all pods: what it needs to know, in seconds and pods."""

    kind: Literal["Deployment", "StatefulSet"]
    recreates: bool
    fewest: int
    """Pods, as few as there can be."""
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
        return min(MOST_NUMBER, max(LEAST_DEADLINE, self.startup + self.min_ready + SLACK))

    def wait(self, deadline: int) -> int:
        """How long Pulumi waits: longer than the update may take, and than the deadline, whose message says more."""
        each = self.startup + self.min_ready
        if self.kind == "StatefulSet":
            needed = self.most * (each + self.grace)
        elif self.recreates:
            needed = each + self.grace
        else:
            needed = max(map(self._rounds, self._numbers)) * each
        return max(LEAST_DEADLINE, deadline + SLACK, needed + SLACK)

    @property
    def _numbers(self) -> Iterator[int]:
        """Numbers of pods of which one takes longest: percentages of fewer pods may round to slower updates."""
        yield from range(max(1, self.fewest), min(self.most, self.fewest + TURNS) + 1)
        yield from range(max(1, self.fewest, self.most - TURNS), self.most + 1)

    def _rounds(self, pods: int) -> int:
        """How often some pods are replaced until all of so many are."""
        at_once = portion(self.surge, pods, up=True) + portion(self.unavailable, pods, up=False)
        return ceil(pods / max(1, at_once))


def startup_budget(
    container: PodContainer, init_containers: Mapping[str, PodContainer], sidecars: Mapping[str, PodContainer]
) -> int:
    """Seconds until a pod is ready at the longest: init containers and sidecars come one after the other."""
    return (
        sum(each.probes.startup_seconds for each in init_containers.values())
        + _in_turn(sidecars.values())
        + container.probes.startup_budget
    )


def _in_turn(sidecars: Iterable[PodContainer]) -> int:
    return sum(each.probes.startup_budget for each in sidecars)
