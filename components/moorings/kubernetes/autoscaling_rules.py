"""Rules of autoscaling: range, metrics, scaling behavior and consumer lag."""

from moorings.kubernetes.autoscaling import Autoscaling, KafkaLag, ScalingPolicy, ScalingRules
from moorings.kubernetes.autoscaling_metrics import RESOURCES, TARGETS, Metric, MetricType
from moorings.kubernetes.keda import KedaScaling
from moorings.kubernetes.quantities import parse_quantity
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

_POLICY_RULES = RuleSet(ScalingPolicy)
_BEHAVIOR_RULES = RuleSet(ScalingRules, _POLICY_RULES)
_METRIC_RULES = RuleSet(Metric)
AUTOSCALING_RULES = RuleSet(Autoscaling, _BEHAVIOR_RULES, _METRIC_RULES)

_API = "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/"
_TASK = "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/"


@_POLICY_RULES.rule(
    "k8s-scaling-policy",
    Severity.ERROR,
    source=_API,
    invalid="pods=4, percent=100",
    valid="pods=4",
)
def _scaling_policy(pods: int | None, percent: int | None) -> Findings:
    """A scaling policy limits each change to either a number or a percentage of pods."""
    if (pods is None) == (percent is None):
        yield "", f"exactly one of pods and percent is required, got {'none' if pods is None else 'both'}; set one"


@_BEHAVIOR_RULES.rule(
    "k8s-autoscaler-tolerance",
    Severity.UNSAFE,
    source=f"{_TASK}#tolerance",
    invalid="stabilization_window_seconds=0, tolerance='5'",
    valid="stabilization_window_seconds=0, tolerance='0.05'",
)
def _tolerance(tolerance: str | None) -> Findings:
    """The tolerance is a fraction. With 1 or more, pods are never removed, or are added only above twice the target."""
    if tolerance is not None and parse_quantity(tolerance) >= 1:
        percent = (parse_quantity(tolerance) * 100).normalize()
        yield f"{tolerance} is {percent:f}% of the target; set a fraction, such as 0.05 for 5%"


@_METRIC_RULES.rule(
    "k8s-metric",
    Severity.ERROR,
    source=_API,
    invalid="type='Pods', name='queue', average_utilization=70",
    valid="type='Pods', name='queue', average_value='30'",
)
def _metric(  # noqa: PLR0917 - arguments
    type: MetricType,  # noqa: A002 - an argument
    targets: list[str],
    name: str,
    container: str | None,
    has_labels: bool,
    object_fields: list[str],
) -> Findings:
    """The API server requires different fields and targets for each type of metric."""
    supported = TARGETS[type]
    if len(targets) != 1 or targets[0] not in supported:
        problem = f"a {type} metric requires {' or '.join(supported)}, got {' and '.join(targets) or 'no target'}"
        yield f"{problem}; set {supported[0]} only"
    is_resource = type in {"Resource", "ContainerResource"}
    if is_resource and name not in RESOURCES:
        yield "name", f"must be cpu or memory for a {type} metric, got {name!r}; correct the name or the type"
    if is_resource and has_labels:
        yield "match_labels", f"a {type} metric has no labels; remove them"
    if (type == "ContainerResource") != (container is not None):
        yield "container", "required for a ContainerResource metric, and not allowed for other types; correct the type"
    for field in ("object_api_version", "object_kind", "object_name"):
        if (type == "Object") != (field in object_fields):
            yield field, "required for an Object metric, and not allowed for other types; correct the type"


@AUTOSCALING_RULES.rule(
    "k8s-scale-to-zero",
    Severity.ERROR,
    source=_TASK,
    invalid="min_replicas=0, cpu_utilization_percent=70",
    valid="min_replicas=1, cpu_utilization_percent=70",
)
def _scale_to_zero(min_replicas: int | None, uses_keda: bool, metrics: list[Metric]) -> Findings:
    """Without pods there is no CPU or memory usage to measure, so no pod would ever be started again."""
    external = any(metric.type in {"Object", "External"} for metric in metrics)
    if min_replicas == 0 and not uses_keda and not external:
        yield (
            "0 requires kafka_lag, keda, or an Object or External metric, because other metrics require a running pod; "
            "set at least 1"
        )


@AUTOSCALING_RULES.rule(
    "k8s-scale-to-zero-version",
    Severity.WARNING,
    source="https://kubernetes.io/blog/2026/09/02/kubernetes-v1-37-hpa-scale-to-zero-beta/",
    invalid="min_replicas=0, metrics=[Metric(type='External', name='queue', average_value='30')]",
    valid="min_replicas=1, metrics=[Metric(type='External', name='queue', average_value='30')]",
)
def _scale_to_zero_version(min_replicas: int | None, uses_keda: bool, metrics: list[Metric]) -> Findings:
    """Before Kubernetes 1.37, a HorizontalPodAutoscaler scales to zero only with the feature gate HPAScaleToZero."""
    if min_replicas == 0 and not uses_keda and metrics:
        yield "0 requires Kubernetes 1.37 or the feature gate HPAScaleToZero; set at least 1 on older clusters"


@AUTOSCALING_RULES.rule(
    "k8s-autoscaler-conflict",
    Severity.ERROR,
    source="https://keda.sh/docs/latest/concepts/scaling-deployments/",
    invalid="kafka_lag=KafkaLag(consumer_group='orders', topic='orders', partitions=12, "
    "bootstrap_servers='b.example:9092'), cpu_utilization_percent=70",
    valid="kafka_lag=KafkaLag(consumer_group='orders', topic='orders', partitions=12, "
    "bootstrap_servers='b.example:9092')",
)
def _autoscaler_conflict(  # noqa: PLR0917 - arguments
    kafka_lag: KafkaLag | None,
    cpu_utilization_percent: int | None,
    memory_utilization_percent: int | None,
    metrics: list[Metric],
    gradual_scale_down: bool,
    scale_down: ScalingRules | None,
    keda: KedaScaling | None,
) -> Findings:
    """Two autoscalers of the same pods, or two sets of rules for scaling down, would contradict each other."""
    if kafka_lag and (cpu_utilization_percent or memory_utilization_percent or metrics):
        yield "cannot be combined with other metrics, because two autoscalers would conflict; remove those metrics"
    elif keda and (cpu_utilization_percent or memory_utilization_percent or metrics):
        problem = "cannot be combined with other metrics, because two autoscalers would conflict"
        yield "keda", f"{problem}; use triggers of type cpu and memory instead"
    if gradual_scale_down and scale_down:
        yield "scale_down", "cannot be combined with gradual_scale_down; remove one of them"
