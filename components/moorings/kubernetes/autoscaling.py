"""Autoscaling of a workload: range, metrics, consumer lag and scaling behavior.

Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from moorings.kafka.listeners import check_bootstrap_servers
from moorings.kafka.topics import check_topic_name
from moorings.kubernetes.autoscaling_metrics import Metric
from moorings.kubernetes.keda import DEFAULT_POLLING_INTERVAL_SECONDS, KedaScaling
from moorings.kubernetes.names import Subdomain
from moorings.kubernetes.quantities import Number, PositiveNumber, parse_quantity
from moorings.validation.args import Args
from moorings.validation.inputs import Input

MAX_STABILIZATION_SECONDS = 3600
MAX_PERIOD_SECONDS = 1800
DEFAULT_CPU_UTILIZATION_PERCENT = 70


class ScalingPolicy(Args):
    """Limit of the pods added or removed in a period: exactly one of ``pods`` and ``percent``."""

    pods: PositiveNumber | None = None
    """Number of pods."""

    percent: PositiveNumber | None = None
    """Percentage of the current pods."""

    period_seconds: Annotated[int, Field(ge=1, le=MAX_PERIOD_SECONDS)] = 60
    """Length of the period, 1 to 1800 seconds."""

    @property
    def rendered(self) -> dict[str, Any]:
        """The policy in the fields of the API."""
        policy_type, value = ("Pods", self.pods) if self.pods else ("Percent", self.percent)
        return {"type": policy_type, "value": value, "periodSeconds": self.period_seconds}


def _check_tolerance(tolerance: str) -> str:
    parse_quantity(tolerance)
    return tolerance


class ScalingRules(Args):
    """Scaling behavior in one direction."""

    stabilization_window_seconds: Annotated[int, Field(ge=0, le=MAX_STABILIZATION_SECONDS)]
    """Seconds for which past recommendations are considered, 0 to 3600. The autoscaler follows the one that
    changes the number of pods least."""

    policies: list[ScalingPolicy] = []
    """Limits. Defaults to those of Kubernetes."""

    tolerance: Annotated[str, AfterValidator(_check_tolerance)] | None = None
    """Deviation of a metric from its target within which the autoscaler does not scale (``0.05``). Defaults to 10 %.

    Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#tolerance
    """

    select_policy: Literal["Max", "Min", "Disabled"] = "Max"
    """Policy that applies: the one that allows the largest change (``Max``), the smallest change (``Min``), or no
    change in this direction (``Disabled``)."""

    @property
    def rendered(self) -> dict[str, Any]:
        """The rules in the fields of the API."""
        rules: dict[str, Any] = {
            "stabilizationWindowSeconds": self.stabilization_window_seconds,
            "selectPolicy": self.select_policy,
        }
        if self.policies:
            rules["policies"] = [policy.rendered for policy in self.policies]
        if self.tolerance is not None:
            rules["tolerance"] = self.tolerance
        return rules


SCALE_UP = ScalingRules(
    stabilization_window_seconds=0,
    policies=[ScalingPolicy(percent=100, period_seconds=15), ScalingPolicy(pods=4, period_seconds=15)],
)
SCALE_DOWN = ScalingRules(stabilization_window_seconds=300, policies=[ScalingPolicy(percent=50)])
GRADUAL_SCALE_DOWN = ScalingRules(stabilization_window_seconds=600, policies=[ScalingPolicy(pods=1)])


class KafkaLag(Args):
    """Consumer lag that KEDA measures with its Apache Kafka scaler. The cluster must run KEDA.

    Source: https://keda.sh/docs/latest/scalers/apache-kafka/
    """

    bootstrap_servers: Input[Annotated[str, AfterValidator(check_bootstrap_servers)]] | None = None
    """Bootstrap servers as ``host:port``, separated by commas. Defaults to those of ``container.kafka``."""

    consumer_group: Annotated[str, Field(min_length=1)]
    """Consumer group whose lag is measured."""

    topic: Annotated[str, AfterValidator(check_topic_name)]
    """Topic that the group consumes."""

    partitions: PositiveNumber
    """Number of partitions of the topic. Additional consumers would be idle."""

    consumers_per_pod: PositiveNumber = 1
    """Number of consumers in each pod. For Karafka: processes times subscription groups."""

    lag_threshold: PositiveNumber = 1000
    """Target lag in records per pod."""

    polling_interval_seconds: PositiveNumber = DEFAULT_POLLING_INTERVAL_SECONDS
    """Seconds between measurements."""

    authentication_ref: Input[Subdomain] | None = None
    """Name of the TriggerAuthentication with which KEDA authenticates. Defaults to a new one with the username and
    password of ``container.kafka``, unless ``bootstrap_servers`` is set."""

    @property
    def has_authentication(self) -> bool:
        """Whether KEDA authenticates with a given TriggerAuthentication."""
        return self.authentication_ref is not None

    @property
    def max_pods(self) -> int:
        """Number of pods above which consumers would be idle."""
        return self.partitions // self.consumers_per_pod


class Autoscaling(Args):
    """An autoscaler, which sets the number of pods."""

    max_replicas: PositiveNumber = 10
    """Maximum number of pods."""

    min_replicas: Number | None = None
    """Minimum number of pods, with which a new workload starts. Defaults to that of ``availability.level``. 0 requires
    ``kafka_lag`` or ``keda``: without pods, records wait until KEDA's next measurement and the start of a pod."""

    cpu_utilization_percent: PositiveNumber | None = None
    """Target of CPU usage, as a percentage of the requests. Defaults to 70 if no other metric is set."""

    memory_utilization_percent: PositiveNumber | None = None
    """Target of memory usage, as a percentage of the requests. Not suitable for a heap that never shrinks."""

    metrics: list[Metric] = []
    """Additional metrics. The autoscaler follows the metric that requires the most pods."""

    kafka_lag: KafkaLag | None = None
    """Consumer lag, instead of all other metrics. KEDA creates the HorizontalPodAutoscaler."""

    keda: KedaScaling | None = None
    """KEDA triggers, such as the length of a queue, a Prometheus query or a schedule, instead of the metrics above and
    in addition to ``kafka_lag``. KEDA creates the HorizontalPodAutoscaler."""

    gradual_scale_down: bool = False
    """Remove one pod per minute after ten minutes of lower load. Suitable if users notice the removal of a pod, as with
    sticky sessions or Kafka consumers."""

    scale_up: ScalingRules = SCALE_UP
    """Rules for adding pods. By default, at most 100 % or four pods every 15 seconds, whichever is more."""

    scale_down: ScalingRules | None = None
    """Rules for removing pods. By default, at most 50 % per minute, after five minutes of lower load."""

    @property
    def uses_keda(self) -> bool:
        """Whether KEDA creates the HorizontalPodAutoscaler."""
        return self.kafka_lag is not None or self.keda is not None

    @property
    def polling_interval_seconds(self) -> int:
        """Seconds between the measurements of KEDA."""
        default = self.kafka_lag.polling_interval_seconds if self.kafka_lag else DEFAULT_POLLING_INTERVAL_SECONDS
        return (self.keda.polling_interval_seconds if self.keda else None) or default

    @property
    def all_metrics(self) -> list[Metric]:
        """The metrics, including those of CPU and memory."""
        cpu = self.cpu_utilization_percent
        if not (cpu or self.memory_utilization_percent or self.metrics):
            cpu = DEFAULT_CPU_UTILIZATION_PERCENT
        utilizations = [("cpu", cpu), ("memory", self.memory_utilization_percent)]
        resources = [
            Metric(type="Resource", name=name, average_utilization=percent) for name, percent in utilizations if percent
        ]
        return [*resources, *self.metrics]

    @property
    def behavior(self) -> dict[str, Any]:
        """Scaling behavior in the fields of the API."""
        scale_down = self.scale_down or (GRADUAL_SCALE_DOWN if self.gradual_scale_down else SCALE_DOWN)
        return {"scaleUp": self.scale_up.rendered, "scaleDown": scale_down.rendered}
