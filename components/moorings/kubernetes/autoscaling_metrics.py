"""Metrics of a HorizontalPodAutoscaler.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator

from moorings.kubernetes.names import DnsLabel, LabelKey, LabelValue, Subdomain
from moorings.kubernetes.quantities import PositiveNumber, check_positive_quantity
from moorings.validation.args import Args
from moorings.validation.inputs import Input
from moorings.validation.types import matches

MetricType = Literal["Resource", "ContainerResource", "Pods", "Object", "External"]
TARGETS: Mapping[MetricType, tuple[str, ...]] = {
    "Resource": ("average_utilization", "average_value"),
    "ContainerResource": ("average_utilization", "average_value"),
    "Pods": ("average_value",),
    "Object": ("value", "average_value"),
    "External": ("value", "average_value"),
}
"""Targets that each type of metric supports."""

_TARGET_FIELDS = {
    "average_utilization": ("Utilization", "averageUtilization"),
    "average_value": ("AverageValue", "averageValue"),
    "value": ("Value", "value"),
}
RESOURCES = ("cpu", "memory")


def _check_target_quantity(quantity: str) -> str:
    check_positive_quantity(quantity)
    return quantity


_TargetQuantity = Annotated[str, AfterValidator(_check_target_quantity)]


class Metric(Args):
    """A metric and its target: exactly one of ``average_utilization``, ``average_value`` and ``value``."""

    type: MetricType
    """``Resource`` and ``ContainerResource``: CPU or memory of the pods or of one container. ``Pods``: a metric of each
    pod. ``Object``: a metric of one Kubernetes object. ``External``: a metric from outside the cluster."""

    name: Annotated[str, matches("the name of a metric without '/' and '%'", r"(?!\.{1,2}$)[^/%]+", "cpu")]
    """``cpu`` or ``memory``, or the name of the metric in the metrics API."""

    average_utilization: PositiveNumber | None = None
    """Percentage of the containers' requests."""

    average_value: _TargetQuantity | None = None
    """Quantity per pod."""

    value: _TargetQuantity | None = None
    """Quantity in total."""

    container: DnsLabel | None = None
    """Container of a ``ContainerResource`` metric: ``main``, or the name of a sidecar."""

    match_labels: dict[LabelKey, LabelValue] = {}
    """Labels that select among metrics of the same name."""

    object_api_version: (
        Annotated[str, matches("an API version", "([a-z0-9.-]+/)?[a-z0-9]+", "networking.k8s.io/v1")] | None
    ) = None
    """API version of the object of an ``Object`` metric."""

    object_kind: Annotated[str, matches("the kind of an object", "[A-Za-z][A-Za-z0-9]*", "Ingress")] | None = None
    """Kind of the object of an ``Object`` metric."""

    object_name: Input[Subdomain] | None = None
    """Name of the object of an ``Object`` metric."""

    @property
    def targets(self) -> list[str]:
        """Names of the targets that are set."""
        return [name for name in _TARGET_FIELDS if getattr(self, name) is not None]

    @property
    def has_labels(self) -> bool:
        """Whether labels select among metrics of the same name."""
        return bool(self.match_labels)

    @property
    def object_fields(self) -> list[str]:
        """Names of the arguments that are set and identify an object."""
        fields = ("object_api_version", "object_kind", "object_name")
        return [name for name in fields if getattr(self, name) is not None]

    def render(self, main_container: str) -> dict[str, Any]:
        """Return the metric in the fields of the API.

        Args:
            main_container: name of the workload's main container.

        """
        target = self.targets[0]
        target_type, field = _TARGET_FIELDS[target]
        source: dict[str, Any] = {"target": {"type": target_type, field: getattr(self, target)}}
        if self.type in {"Resource", "ContainerResource"}:
            source["name"] = self.name
        else:
            selector = {"selector": {"matchLabels": self.match_labels}} if self.match_labels else {}
            source["metric"] = {"name": self.name, **selector}
        if self.container is not None:
            source["container"] = main_container if self.container == "main" else self.container
        if self.type == "Object":
            source["describedObject"] = {
                "apiVersion": self.object_api_version,
                "kind": self.object_kind,
                "name": self.object_name,
            }
        return {"type": self.type, self.type[0].lower() + self.type[1:]: source}
