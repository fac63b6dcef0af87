"""Metrics of a HorizontalPodAutoscaler.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import model_validator

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


class Metric(Args):
    """A metric and its target: exactly one of ``average_utilization``, ``average_value`` and ``value``."""

    type: MetricType
    """``Resource`` and ``ContainerResource``: CPU or memory of the pods or of one container. ``Pods``: a metric of each
    pod. ``Object``: a metric of one Kubernetes object. ``External``: a metric from outside the cluster."""

    name: Annotated[str, matches("the name of a metric without '/' and '%'", r"(?!\.{1,2}$)[^/%]+", "cpu")]
    """``cpu`` or ``memory``, or the name of the metric in the metrics API."""

    average_utilization: PositiveNumber | None = None
    """Percentage of the containers' requests."""

    average_value: str | None = None
    """Quantity per pod."""

    value: str | None = None
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
    def target(self) -> str:
        """The argument that is the target."""
        return next(name for name in _TARGET_FIELDS if getattr(self, name) is not None)

    @model_validator(mode="after")
    def _validate_metric(self) -> Self:
        problems = [*self._check_target(), *self._check_source()]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _check_target(self) -> Iterator[str]:
        supported = TARGETS[self.type]
        targets = [name for name in _TARGET_FIELDS if getattr(self, name) is not None]
        if len(targets) != 1 or targets[0] not in supported:
            yield f"a {self.type} metric requires {' or '.join(supported)}, got {' and '.join(targets) or 'no target'}"
        for name in ("average_value", "value"):
            quantity = getattr(self, name)
            if quantity is not None:
                try:
                    check_positive_quantity(quantity)
                except ValueError as error:
                    yield f"{name}: {error}"

    def _check_source(self) -> Iterator[str]:
        is_resource = self.type in {"Resource", "ContainerResource"}
        if is_resource and self.name not in RESOURCES:
            yield f"name: must be cpu or memory for a {self.type} metric, got {self.name!r}"
        if is_resource and self.match_labels:
            yield f"match_labels: a {self.type} metric has no labels; remove them"
        if (self.type == "ContainerResource") != (self.container is not None):
            yield "container: required for a ContainerResource metric, and not allowed for other types"
        described_object = (self.object_api_version, self.object_kind, self.object_name)
        if any((value is not None) != (self.type == "Object") for value in described_object):
            yield (
                "object_api_version, object_kind and object_name are required for an Object metric, and not allowed "
                "for other types"
            )

    def render(self, main_container: str) -> dict[str, Any]:
        """Return the metric in the fields of the API.

        Args:
            main_container: name of the workload's main container.

        """
        target_type, field = _TARGET_FIELDS[self.target]
        source: dict[str, Any] = {"target": {"type": target_type, field: getattr(self, self.target)}}
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
