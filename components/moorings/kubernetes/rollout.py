"""Duration of a rollout: progress deadline of the Deployment, and timeouts of Pulumi."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Literal

from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.quantities import MAX_INT32, scaled_value

DEFAULT_DEADLINE_SECONDS = 600
"""Default progress deadline of Kubernetes, and minimum timeout of a StatefulSet, which has no deadline.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#progress-deadline-seconds
"""

SCHEDULING_SECONDS = 120
"""Seconds to schedule a pod and to pull its image."""

REPORT_SECONDS = 30
"""Seconds between the progress deadline and Pulumi's timeout, so that Pulumi can report the failure."""

MIN_DELETION_SECONDS = 300
"""Minimum timeout of a deletion, which is the default of the provider.

Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/await.go
"""

ROUNDING_CYCLE = 200
"""Numbers of pods to compare at either end: twice the period after which the rounding of percentages repeats."""


@dataclass(frozen=True)
class Rollout:
    """Settings of a workload that determine how long an update of all its pods takes."""

    kind: Literal["Deployment", "StatefulSet"]
    recreate: bool
    """Whether all pods stop before new ones start."""
    min_replicas: int
    max_replicas: int
    max_surge: str
    max_unavailable: str
    startup_seconds: int
    """Longest time from the start of a pod's first container until the pod is ready."""
    min_ready_seconds: int
    termination_grace_period_seconds: int

    @property
    def progress_deadline_seconds(self) -> int:
        """Default progress deadline."""
        needed = self.startup_seconds + self.min_ready_seconds + SCHEDULING_SECONDS
        return min(MAX_INT32, max(DEFAULT_DEADLINE_SECONDS, needed))

    def timeout_seconds(self, progress_deadline_seconds: int) -> int:
        """Return Pulumi's timeout for a creation or an update.

        Pulumi waits until the timeout even if Kubernetes has reported that the Deployment exceeded its deadline. Each
        pod that becomes ready extends the deadline, so an update in several batches may take longer.
        """
        pod = self.startup_seconds + self.min_ready_seconds
        if self.kind == "StatefulSet":
            needed = self.max_replicas * (pod + self.termination_grace_period_seconds)
            return max(DEFAULT_DEADLINE_SECONDS, needed + SCHEDULING_SECONDS)
        if self.recreate:
            needed = pod + self.termination_grace_period_seconds
        else:
            needed = max(map(self._batches, self._possible_replicas)) * pod
        scheduling = min(SCHEDULING_SECONDS, max(0, progress_deadline_seconds - pod))
        return max(progress_deadline_seconds, needed + scheduling) + REPORT_SECONDS

    @property
    def deletion_timeout_seconds(self) -> int:
        """Pulumi's timeout for a deletion, which ends when all pods have stopped."""
        return max(MIN_DELETION_SECONDS, self.termination_grace_period_seconds + SCHEDULING_SECONDS)

    @property
    def _possible_replicas(self) -> Iterator[int]:
        """Numbers of pods to compare: because percentages are rounded, the largest may not need the most batches."""
        yield from range(max(1, self.min_replicas), min(self.max_replicas, self.min_replicas + ROUNDING_CYCLE) + 1)
        yield from range(max(1, self.min_replicas, self.max_replicas - ROUNDING_CYCLE), self.max_replicas + 1)

    def _batches(self, replicas: int) -> int:
        """Return the number of batches in which a rolling update replaces the pods."""
        surge = scaled_value(self.max_surge, replicas, round_up=True)
        unavailable = scaled_value(self.max_unavailable, replicas, round_up=False)
        return ceil(replicas / max(1, surge + unavailable))


def max_startup_seconds(
    container: PodContainer, init_containers: Mapping[str, PodContainer], sidecars: Mapping[str, PodContainer]
) -> int:
    """Return the longest time until a pod is ready. Init containers and sidecars start one after another."""
    return (
        sum(init_container.probes.startup_seconds for init_container in init_containers.values())
        + sum(sidecar.probes.max_startup_seconds for sidecar in sidecars.values())
        + container.probes.max_startup_seconds
    )
