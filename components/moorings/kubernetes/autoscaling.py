"""How many pods there are, by what is measured.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
"""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from moorings.kafka.listeners import check_bootstrap_servers
from moorings.kafka.topics import check_topic_name
from moorings.kubernetes.names import DnsLabel, LabelKey, LabelValue, Subdomain
from moorings.kubernetes.quantities import Number, PositiveNumber, amount, positive
from moorings.validation.args import Args
from moorings.validation.inputs import Input

MetricType = Literal["Resource", "ContainerResource", "Pods", "Object", "External"]
TARGETS: Mapping[MetricType, tuple[str, ...]] = {
    "Resource": ("average_utilization", "average_value"),
    "ContainerResource": ("average_utilization", "average_value"),
    "Pods": ("average_value",),
    "Object": ("value", "average_value"),
    "External": ("value", "average_value"),
}
"""What a metric of each kind may be compared with."""

REQUESTS = {"cpu": "cpu_request", "memory": "memory_request"}
MOST_STABILIZATION = 3600
MOST_PERIOD = 1800
CPU_UTILIZATION = 70


def _metric_name(name: str) -> str:
    """It is a part of the path at which the API server is asked for it."""
    if name in {"", ".", ".."} or {"/", "%"} & {*name}:
        raise ValueError(f"{name!r} must be the name of a metric, without '/' and '%'")
    return name


def _object_api(version: str) -> str:
    if not re.fullmatch(r"([a-z0-9.-]+/)?[a-z0-9]+", version):
        raise ValueError(f"{version!r} is no API of an object, such as v1 or networking.k8s.io/v1")
    return version


def _object_kind(kind: str) -> str:
    if not re.fullmatch("[A-Za-z][A-Za-z0-9]*", kind):
        raise ValueError(f"{kind!r} is no kind of an object, such as Ingress")
    return kind


class Metric(Args):
    """Something that is measured, and what it should be: one of ``average_utilization``, ``average_value`` and ``value``."""

    type: MetricType
    """``Resource`` and ``ContainerResource``: CPU or memory, of the pod or of one container. ``Pods``: what each pod
    tells. ``Object``: of one object. ``External``: of something outside of the cluster."""

    name: Annotated[str, AfterValidator(_metric_name)]
    """``cpu`` or ``memory``, or how the metrics' API calls it."""

    average_utilization: PositiveNumber | None = None
    """Percentage of what the containers request."""

    average_value: str | None = None
    """Quantity for each pod."""

    value: str | None = None
    """Quantity as a whole."""

    container: DnsLabel | None = None
    """Container whose use is measured, a sidecar or ``main``; for ``ContainerResource`` alone."""

    match_labels: dict[LabelKey, LabelValue] = {}
    """Labels that choose among metrics of one name."""

    object_api_version: Annotated[str, AfterValidator(_object_api)] | None = None
    """API of the object; for ``Object`` alone, as the next two."""

    object_kind: Annotated[str, AfterValidator(_object_kind)] | None = None
    """Kind of the object."""

    object_name: Input[Subdomain] | None = None
    """Name of the object."""

    @property
    def target(self) -> str:
        """What it is compared with."""
        return next(
            name for name in ("average_utilization", "average_value", "value") if getattr(self, name) is not None
        )

    @model_validator(mode="after")
    def _rules(self) -> Self:
        broken = [*self._lawful_target(), *self._lawful_source()]
        if broken:
            raise ValueError("; ".join(broken))
        return self

    def _lawful_target(self) -> Iterator[str]:
        lawful = TARGETS[self.type]
        given = [name for name in ("average_utilization", "average_value", "value") if getattr(self, name) is not None]
        if len(given) != 1 or given[0] not in lawful:
            yield (
                f"a metric of type {self.type} is compared with {' or '.join(lawful)}, and "
                f"{' and '.join(given) or 'nothing'} is given; give {'one of them' if len(lawful) > 1 else 'that'}"
            )
        for name in ("average_value", "value"):
            quantity = getattr(self, name)
            if quantity is not None:
                try:
                    positive(quantity)
                except ValueError as error:
                    yield f"{name}: {error}"

    def _lawful_source(self) -> Iterator[str]:
        of_resource = self.type in {"Resource", "ContainerResource"}
        if of_resource and self.name not in REQUESTS:
            yield f"{self.name!r} is no resource; a metric of type {self.type} is cpu or memory"
        if of_resource and self.match_labels:
            yield f"a metric of type {self.type} has no match_labels; leave them out"
        if (self.type == "ContainerResource") != (self.container is not None):
            yield "container names whose use is measured; give it for ContainerResource, and for no other type"
        described = (self.object_api_version, self.object_kind, self.object_name)
        if any((each is not None) != (self.type == "Object") for each in described):
            yield (
                "object_api_version, object_kind and object_name name the object; give all three for Object, and for "
                "no other type"
            )

    def rendered(self, main: str) -> dict[str, Any]:
        """The metric as the API takes it, where ``main`` is called so."""
        kinds = {"average_utilization": "Utilization", "average_value": "AverageValue", "value": "Value"}
        keys = {"average_utilization": "averageUtilization", "average_value": "averageValue", "value": "value"}
        source: dict[str, Any] = {"target": {"type": kinds[self.target], keys[self.target]: getattr(self, self.target)}}
        if self.type in {"Resource", "ContainerResource"}:
            source["name"] = self.name
        else:
            selector = {"selector": {"matchLabels": self.match_labels}} if self.match_labels else {}
            source["metric"] = {"name": self.name, **selector}
        if self.container is not None:
            source["container"] = main if self.container == "main" else self.container
        if self.type == "Object":
            source["describedObject"] = {
                "apiVersion": self.object_api_version,
                "kind": self.object_kind,
                "name": self.object_name,
            }
        return {"type": self.type, self.type[0].lower() + self.type[1:]: source}


class ScalingPolicy(Args):
    """How many pods may come or go in a time: exactly one of ``pods`` and ``percent``."""

    pods: PositiveNumber | None = None
    """Number of pods."""

    percent: PositiveNumber | None = None
    """Percentage of the pods that are there."""

    period_seconds: Annotated[int, Field(ge=1, le=MOST_PERIOD)] = 60
    """The time, 1 to 1800 seconds."""

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if (self.pods is None) == (self.percent is None):
            raise ValueError(
                f"{'neither' if self.pods is None else 'each'} of pods and percent is given; give exactly one"
            )
        return self

    @property
    def rendered(self) -> dict[str, Any]:
        """The policy as the API takes it."""
        kind, value = ("Pods", self.pods) if self.pods else ("Percent", self.percent)
        return {"type": kind, "value": value, "periodSeconds": self.period_seconds}


def _tolerance(share: str) -> str:
    amount(share)
    return share


class ScalingRules(Args):
    """How fast pods come, or go."""

    stabilization_window_seconds: Annotated[int, Field(ge=0, le=MOST_STABILIZATION)]
    """Seconds of the past whose most careful advice is followed, 0 to 3600."""

    policies: list[ScalingPolicy] = []
    """Bounds; the API's own by default."""

    tolerance: Annotated[str, AfterValidator(_tolerance)] | None = None
    """How far from its target a metric may be before anything changes (``0.05``); a tenth by default.

    Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#tolerance
    """

    select_policy: Literal["Max", "Min", "Disabled"] = "Max"
    """Which bound holds: the widest (``Max``), the narrowest, or none may change (``Disabled``)."""

    @property
    def rendered(self) -> dict[str, Any]:
        """The rules as the API takes them."""
        found: dict[str, Any] = {
            "stabilizationWindowSeconds": self.stabilization_window_seconds,
            "selectPolicy": self.select_policy,
        }
        if self.policies:
            found["policies"] = [each.rendered for each in self.policies]
        if self.tolerance is not None:
            found["tolerance"] = self.tolerance
        return found


UP = ScalingRules(
    stabilization_window_seconds=0,
    policies=[ScalingPolicy(percent=100, period_seconds=15), ScalingPolicy(pods=4, period_seconds=15)],
)
DOWN = ScalingRules(stabilization_window_seconds=300, policies=[ScalingPolicy(percent=50)])
GENTLY_DOWN = ScalingRules(stabilization_window_seconds=600, policies=[ScalingPolicy(pods=1)])


class KafkaLag(Args):
    """Records that wait in Kafka, as KEDA measures them. The cluster must have KEDA.

    Source: https://keda.sh/docs/latest/scalers/apache-kafka/
    """

    bootstrap_servers: Input[Annotated[str, AfterValidator(check_bootstrap_servers)]] | None = None
    """Brokers, as ``host:port``, joined by commas; by default those of ``container.kafka``, with its login."""

    consumer_group: Annotated[str, Field(min_length=1)]
    """Group whose lag it is."""

    topic: Annotated[str, AfterValidator(check_topic_name)]
    """Topic that the group reads."""

    partitions: PositiveNumber
    """Partitions of the topic: no more consumers than these have work."""

    consumers_per_pod: PositiveNumber = 1
    """Consumers in each pod: processes times subscription groups."""

    lag_threshold: PositiveNumber = 1000
    """Records that may wait for each pod."""

    polling_interval_seconds: PositiveNumber = 30
    """Seconds from one reading to the next."""

    authentication_ref: Input[Subdomain] | None = None
    """Name of the TriggerAuthentication by which KEDA logs in; by default one is made with the password of
    ``container.kafka``, if the brokers are its brokers."""

    @property
    def most_pods(self) -> int:
        """Pods whose consumers all have a partition."""
        return self.partitions // self.consumers_per_pod


class Autoscaling(Args):
    """An autoscaler that owns the number of pods: nothing else sets it from the first day on."""

    max_replicas: PositiveNumber = 10
    """The most pods; 10 by default."""

    min_replicas: Number | None = None
    """The fewest pods; by default as many as ``availability.level`` says. 0 is for ``kafka_lag`` alone: nobody reads
    until records wait, and then KEDA's next reading and the start of a pod come first."""

    cpu_utilization_percent: PositiveNumber | None = None
    """Percentage of the requested CPU that is used; 70 by default, if nothing else is measured."""

    memory_utilization_percent: PositiveNumber | None = None
    """Percentage of the requested memory that is used. A heap that never shrinks never scales in."""

    metrics: list[Metric] = []
    """Other metrics. The one that asks for most pods decides."""

    kafka_lag: KafkaLag | None = None
    """Records that wait in Kafka, instead of all other metrics: KEDA makes the autoscaler."""

    gradual_scale_down: bool = False
    """Pods go one a minute, after ten quiet minutes, for what hurts its users whenever a pod goes: sticky sessions,
    consumers of Kafka."""

    scale_up: ScalingRules = UP
    """How fast pods come; by default at once, doubled or four more each 15 seconds."""

    scale_down: ScalingRules | None = None
    """How fast pods go; by default after five quiet minutes, at most half of them a minute."""

    @model_validator(mode="after")
    def _rules(self) -> Self:
        broken = [*self._range(), *self._one_autoscaler(), *self._partitions()]
        if broken:
            raise ValueError("; ".join(broken))
        return self

    def _range(self) -> Iterator[str]:
        if self.min_replicas and self.min_replicas > self.max_replicas:
            yield f"min_replicas {self.min_replicas} is above max_replicas {self.max_replicas}; lower it"
        if self.min_replicas == 0 and not self.kafka_lag:
            yield "min_replicas is 0, and pods that are not there tell no metric; give 1 at least, or kafka_lag"

    def _one_autoscaler(self) -> Iterator[str]:
        if self.kafka_lag and (self.cpu_utilization_percent or self.memory_utilization_percent or self.metrics):
            yield "kafka_lag makes an autoscaler of its own, and two of them fight; leave the other metrics out"
        if self.gradual_scale_down and self.scale_down:
            yield "gradual_scale_down and scale_down both say how fast pods go; give one of them"

    def _partitions(self) -> Iterator[str]:
        lag = self.kafka_lag
        if lag and not lag.most_pods:
            yield (
                f"kafka_lag.consumers_per_pod {lag.consumers_per_pod} are more than the {lag.partitions} partitions, "
                "and the rest would be idle; lower it"
            )
        elif lag and self.max_replicas > lag.most_pods:
            yield (
                f"max_replicas {self.max_replicas} of {lag.consumers_per_pod} consumers each are more than the "
                f"{lag.partitions} partitions, and the rest would be idle; give {lag.most_pods} at most"
            )

    @property
    def measured(self) -> list[Metric]:
        """All metrics."""
        cpu = self.cpu_utilization_percent
        if not (cpu or self.memory_utilization_percent or self.metrics):
            cpu = CPU_UTILIZATION
        found = [("cpu", cpu), ("memory", self.memory_utilization_percent)]
        own = [Metric(type="Resource", name=name, average_utilization=share) for name, share in found if share]
        return [*own, *self.metrics]

    @property
    def behavior(self) -> dict[str, Any]:
        """How fast pods come and go."""
        down = self.scale_down or (GENTLY_DOWN if self.gradual_scale_down else DOWN)
        return {"scaleUp": self.scale_up.rendered, "scaleDown": down.rendered}
