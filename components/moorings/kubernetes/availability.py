"""How many pods there are, how few there may be, and where they stand."""

from dataclasses import dataclass
from typing import Any, Literal, Self

from pydantic import model_validator

from moorings.kubernetes.quantities import PositiveNumber, Share, int_or_percent, portion
from moorings.validation.args import Args

Level = Literal["development", "standard", "critical"]
Spread = Literal["none", "ScheduleAnyway", "DoNotSchedule"]

MANY = 8
"""Pods above which a drain may take a quarter of them at a time."""


@dataclass(frozen=True)
class _Size:
    replicas: int
    zones: Spread
    nodes: Spread


_SIZES: dict[Level, _Size] = {
    "development": _Size(1, "none", "none"),
    "standard": _Size(2, "ScheduleAnyway", "ScheduleAnyway"),
    "critical": _Size(3, "DoNotSchedule", "ScheduleAnyway"),
}


class Availability(Args):
    """How much of a workload is there while nodes are drained and zones fail.

    ``level`` sizes replicas, disruption budget, spread and the autoscaler's minimum together; the other arguments
    change one of them.
    """

    level: Level = "standard"
    """``development``: one pod, which goes with its node. ``standard``: two, spread over zones and nodes where that can
    be, of which a drain takes one at a time. ``critical``: three, evenly over the zones, or else waiting."""

    replicas: PositiveNumber | None = None
    """Pods. By default 1, 2 or 3, by ``level``. Not together with autoscaling, which has ``min_replicas``."""

    max_unavailable: Share | None = None
    """Pods that a drain may take at a time, as a number or a percentage; by default 1, and above 8 pods ``25%``.

    Source: https://kubernetes.io/docs/tasks/run-application/configure-pdb/
    """

    min_available: Share | None = None
    """Pods that a drain must leave, instead of ``max_unavailable``."""

    zone_spread: Spread | None = None
    """Whether pods are spread evenly over zones: ``DoNotSchedule`` lets a pod wait rather than stand in a full zone.

    Source: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
    """

    node_spread: Spread | None = None
    """Whether pods are spread evenly over nodes."""

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if self.max_unavailable is not None and self.min_available is not None:
            raise ValueError("max_unavailable and min_available say one thing twice; give one of them")
        return self

    @property
    def fewest(self) -> int:
        """Pods when there are no others."""
        return self.replicas or _SIZES[self.level].replicas

    def disruptions(self, fewest: int) -> dict[str, int | str] | None:
        """What a disruption budget says for so many pods; None for a single one, which a drain must be able to take.

        Raises:
            ValueError: for a budget that lets no pod go, so that no drain ends.

        """
        fewest = max(1, fewest)  # where there may be none, the first that comes
        if fewest == 1 and self.max_unavailable is None and self.min_available is None:
            return None
        if self.min_available is not None:
            kept = portion(self.min_available, fewest, up=True)
            if kept >= fewest:
                raise ValueError(
                    f"min_available={self.min_available} keeps {kept} of {fewest} pods, so no drain ends; keep "
                    f"{fewest - 1} at most, or raise the number of pods"
                )
            return {"minAvailable": int_or_percent(self.min_available)}
        share = self.max_unavailable or ("25%" if fewest > MANY else "1")
        if portion(share, fewest, up=True) == 0:
            raise ValueError(f"max_unavailable={share} lets no pod go, so no drain ends; let 1 go at least")
        return {"maxUnavailable": int_or_percent(share)}

    def takes_all(self, fewest: int) -> bool:
        """Whether a disruption budget for so many pods lets all of them go at once."""
        if self.min_available is not None:
            return portion(self.min_available, fewest, up=True) == 0
        return self.max_unavailable is not None and portion(self.max_unavailable, fewest, up=True) >= fewest

    def spread(self, labels: dict[str, str], *, revisions: bool) -> list[dict[str, Any]]:
        """Constraints that spread pods with these labels.

        Args:
            labels: those that select the pods.
            revisions: spread each revision for itself, which a Deployment's pods tell by a label.

        """
        size = _SIZES[self.level]
        wanted = {
            "topology.kubernetes.io/zone": self.zone_spread or size.zones,
            "kubernetes.io/hostname": self.node_spread or size.nodes,
        }
        return [
            {
                "maxSkew": 1,
                "topologyKey": key,
                "whenUnsatisfiable": spread,
                "labelSelector": {"matchLabels": labels},
                **({"matchLabelKeys": ["pod-template-hash"]} if revisions else {}),
            }
            for key, spread in wanted.items()
            if spread != "none"
        ]
