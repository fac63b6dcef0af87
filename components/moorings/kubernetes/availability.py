"""High availability: number of pods, PodDisruptionBudget and topology spread constraints."""

from dataclasses import dataclass
from typing import Any, Literal

from moorings.kubernetes.quantities import IntOrPercent, PositiveNumber, render_int_or_percent, scaled_value
from moorings.validation.args import Args

Level = Literal["development", "standard", "critical"]
Spread = Literal["none", "ScheduleAnyway", "DoNotSchedule"]

QUARTER_ABOVE = 8
"""Number of pods above which a drain may evict a quarter of them at a time."""


@dataclass(frozen=True)
class _LevelDefaults:
    replicas: int
    zone_spread: Spread
    node_spread: Spread


_LEVELS: dict[Level, _LevelDefaults] = {
    "development": _LevelDefaults(1, "none", "none"),
    "standard": _LevelDefaults(2, "ScheduleAnyway", "ScheduleAnyway"),
    "critical": _LevelDefaults(3, "DoNotSchedule", "ScheduleAnyway"),
}


class Availability(Args):
    """Availability of a workload while nodes are drained and zones fail.

    ``level`` decides the number of pods, the disruption budget, the spread and the autoscaler's minimum. The other
    arguments override one of them.
    """

    level: Level = "standard"
    """``development``: one pod, which is unavailable while its node is drained. ``standard``: two pods, spread over
    zones and nodes if possible; a drain evicts one at a time. ``critical``: three pods, evenly spread over the
    zones."""

    replicas: PositiveNumber | None = None
    """Number of pods. Defaults to 1, 2 or 3, depending on ``level``. With autoscaling set ``autoscaling.min_replicas``
    instead. If it is set, updates overwrite fields that other clients of the API have changed, such as the number of
    pods of an autoscaler that was removed; otherwise, they fail with a conflict."""

    max_unavailable: IntOrPercent | None = None
    """Number or percentage of pods that a drain may evict at a time. Defaults to 1, and above 8 pods to ``25%``.

    Source: https://kubernetes.io/docs/tasks/run-application/configure-pdb/
    """

    min_available: IntOrPercent | None = None
    """Number or percentage of pods that a drain must keep, instead of ``max_unavailable``."""

    zone_spread: Spread | None = None
    """Whether pods are spread evenly over Availability Zones. With ``DoNotSchedule`` a pod stays pending if it cannot
    be placed evenly, with ``ScheduleAnyway`` it is scheduled elsewhere. Defaults to the value of ``level``.

    Source: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
    """

    node_spread: Spread | None = None
    """Whether pods are spread evenly over nodes. Defaults to the value of ``level``."""

    @property
    def min_replicas(self) -> int:
        """Number of pods without an autoscaler."""
        return self.replicas or _LEVELS[self.level].replicas

    def disruption_budget(self, replicas: int) -> dict[str, int | str] | None:
        """Return the limit of a PodDisruptionBudget. None for a single pod, which a drain must be able to evict.

        Args:
            replicas: lowest number of pods.

        """
        replicas = max(1, replicas)  # an autoscaler may scale to zero
        if self.min_available is not None:
            return {"minAvailable": render_int_or_percent(self.min_available)}
        if self.max_unavailable is not None:
            return {"maxUnavailable": render_int_or_percent(self.max_unavailable)}
        if replicas == 1:
            return None
        return {"maxUnavailable": "25%" if replicas > QUARTER_ABOVE else 1}

    def evictable_pods(self, replicas: int) -> int:
        """Return how many pods the disruption budget allows a drain to evict at once.

        Args:
            replicas: lowest number of pods.

        """
        replicas = max(1, replicas)
        if self.min_available is not None:
            return replicas - scaled_value(self.min_available, replicas, round_up=True)
        if self.max_unavailable is not None:
            return scaled_value(self.max_unavailable, replicas, round_up=True)
        return 1

    def topology_spread_constraints(self, selector: dict[str, str], *, per_revision: bool) -> list[dict[str, Any]]:
        """Return the topology spread constraints of pods.

        Args:
            selector: labels that select the pods.
            per_revision: whether each revision of a Deployment is spread separately.

        """
        level = _LEVELS[self.level]
        spreads = {
            "topology.kubernetes.io/zone": self.zone_spread or level.zone_spread,
            "kubernetes.io/hostname": self.node_spread or level.node_spread,
        }
        return [
            {
                "maxSkew": 1,
                "topologyKey": topology_key,
                "whenUnsatisfiable": spread,
                "labelSelector": {"matchLabels": selector},
                **({"matchLabelKeys": ["pod-template-hash"]} if per_revision else {}),
            }
            for topology_key, spread in spreads.items()
            if spread != "none"
        ]
