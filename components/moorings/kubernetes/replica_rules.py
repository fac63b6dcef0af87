"""Rules of the number of pods: availability, disruption budget and autoscaler."""

from decimal import Decimal

from moorings.kubernetes.autoscaling import Autoscaling
from moorings.kubernetes.autoscaling_rules import AUTOSCALING_RULES
from moorings.kubernetes.availability import Availability
from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.keda_rules import KEDA_RULES
from moorings.kubernetes.quantities import IntOrPercent, parse_quantity, scaled_value
from moorings.kubernetes.workload_args import KubernetesWorkloadArgs
from moorings.validation.findings import Path, Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

_AVAILABILITY_RULES = RuleSet(Availability)
REPLICA_RULES = RuleSet(KubernetesWorkloadArgs, _AVAILABILITY_RULES, AUTOSCALING_RULES, KEDA_RULES)

_BUDGET = "https://kubernetes.io/docs/tasks/run-application/configure-pdb/"
_DRAIN = "https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/"
_AUTOSCALER = "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/"

DEFAULT_TOLERANCE = Decimal("0.1")
"""Deviation from the target within which a HorizontalPodAutoscaler does not scale."""


@_AVAILABILITY_RULES.rule(
    "k8s-disruption-budget-limits",
    Severity.ERROR,
    source=_BUDGET,
    invalid="max_unavailable=1, min_available=1",
    valid="min_available=1",
)
def _disruption_budget_limits(max_unavailable: str | None, min_available: str | None) -> Findings:
    """The API server accepts only one of the two limits."""
    if max_unavailable is not None and min_available is not None:
        yield "cannot be combined with min_available; remove one of them"


@REPLICA_RULES.rule(
    "k8s-replicas-with-autoscaler",
    Severity.ERROR,
    source=_AUTOSCALER,
    invalid="availability=Availability(replicas=3), autoscaling=Autoscaling(max_replicas=10)",
    valid="autoscaling=Autoscaling(min_replicas=3, max_replicas=10)",
)
def _replicas_with_autoscaler(availability: Availability, autoscaling: Autoscaling | None) -> Findings:
    """The autoscaler sets the number of pods, and every update would reset it."""
    if autoscaling and availability.replicas is not None:
        yield (
            ("availability", "replicas"),
            "the autoscaler sets the number of pods; use autoscaling.min_replicas",
        )


@REPLICA_RULES.rule(
    "k8s-autoscaler-range",
    Severity.ERROR,
    source=_AUTOSCALER,
    invalid="availability=Availability(level='critical'), autoscaling=Autoscaling(max_replicas=2)",
    valid="availability=Availability(level='critical'), autoscaling=Autoscaling(max_replicas=4)",
)
def _autoscaler_range(autoscaling: Autoscaling | None, availability: Availability) -> Findings:
    """The API server rejects a minimum above the maximum. The minimum defaults to the pods of ``availability``."""
    if autoscaling is None:
        return
    minimum, maximum = autoscaling.min_replicas, autoscaling.max_replicas
    if minimum is not None and minimum > maximum:
        yield ("autoscaling", "min_replicas"), f"must be at most max_replicas {maximum}, got {minimum}; lower it"
    elif minimum is None and availability.min_replicas > maximum:
        pods = f"{availability.min_replicas}, the number of pods that availability sets"
        yield ("autoscaling", "max_replicas"), f"must be at least {pods}, got {maximum}; raise it, or set min_replicas"


@REPLICA_RULES.rule(
    "k8s-autoscaler-without-effect",
    Severity.WARNING,
    source=_AUTOSCALER,
    invalid="autoscaling=Autoscaling(min_replicas=2, max_replicas=2)",
    valid="autoscaling=Autoscaling(min_replicas=2, max_replicas=3)",
)
def _autoscaler_without_effect(autoscaling: Autoscaling | None, min_replicas: int) -> Findings:
    """An autoscaler whose minimum is its maximum never changes the number of pods."""
    if autoscaling is not None and min_replicas == autoscaling.max_replicas:
        yield (
            ("autoscaling", "max_replicas"),
            f"equals the minimum of {min_replicas}, so the autoscaler has no effect; raise it",
        )


@REPLICA_RULES.rule(
    "k8s-single-replica",
    Severity.WARNING,
    source=_DRAIN,
    invalid="availability=Availability(replicas=1)",
    valid="availability=Availability(level='development')",
)
def _single_replica(
    availability: Availability,
    autoscaling: Autoscaling | None,
    min_replicas: int,
    single_writer: bool,
) -> Findings:
    """A single pod is unavailable while its node is drained."""
    recommended = 1 if availability.level == "development" else 2
    problem = f"{min_replicas} pod is unavailable while its node is drained; run at least {recommended}"
    if autoscaling is None:
        if min_replicas < recommended and not single_writer:
            yield ("availability", "replicas"), problem
    elif 0 < min_replicas < recommended and min_replicas != autoscaling.max_replicas:
        yield ("autoscaling", "min_replicas"), problem


@REPLICA_RULES.rule(
    "k8s-update-downtime",
    Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-unavailable",
    invalid="availability=Availability(level='development'), max_unavailable=1",
    valid="availability=Availability(level='development'), max_unavailable=0",
)
def _update_downtime(max_unavailable: IntOrPercent, min_replicas: int, recreate: bool) -> Findings:
    """The only pod may be stopped before its replacement is ready."""
    if min_replicas == 1 and not recreate and scaled_value(max_unavailable, 1, round_up=False):
        yield f"{max_unavailable} allows the only pod to stop before its replacement is ready; set 0"


@REPLICA_RULES.rule(
    "k8s-drain-blocked",
    Severity.UNSAFE,
    source=_BUDGET,
    invalid="availability=Availability(max_unavailable=0)",
    valid="availability=Availability(max_unavailable=1)",
)
def _drain_blocked(availability: Availability, min_replicas: int) -> Findings:
    """The disruption budget allows no eviction, so node drains never complete and nodes cannot be upgraded."""
    if availability.evictable_pods(min_replicas) > 0:
        return
    if availability.min_available is not None:
        pods = max(1, min_replicas)
        retained = scaled_value(availability.min_available, pods, round_up=True)
        fix = f"set at most {pods - 1}, or raise the number of pods" if pods > 1 else "remove it, or run two pods"
        yield (
            ("availability", "min_available"),
            f"{availability.min_available} requires {retained} of {pods} pods, so no node drain completes; {fix}",
        )
    else:
        yield (
            ("availability", "max_unavailable"),
            f"{availability.max_unavailable} allows no eviction, so no node drain completes; set at least 1",
        )


@REPLICA_RULES.rule(
    "k8s-drain-evicts-all",
    Severity.WARNING,
    source=_BUDGET,
    invalid="availability=Availability(max_unavailable=2)",
    valid="availability=Availability(max_unavailable=1)",
)
def _drain_evicts_all(availability: Availability, min_replicas: int) -> Findings:
    """A node drain may evict all pods at once, which makes the workload unavailable."""
    if min_replicas > 1 and availability.evictable_pods(min_replicas) >= min_replicas:
        argument = "max_unavailable" if availability.min_available is None else "min_available"
        yield (
            ("availability", argument),
            f"allows a node drain to evict all {min_replicas} pods at once; allow at most {min_replicas - 1}",
        )


@REPLICA_RULES.rule(
    "k8s-metric-container",
    Severity.ERROR,
    source=_AUTOSCALER,
    invalid="autoscaling=Autoscaling(metrics=[Metric(type='ContainerResource', name='cpu', average_utilization=70, "
    "container='envoy')])",
    valid="autoscaling=Autoscaling(metrics=[Metric(type='ContainerResource', name='cpu', average_utilization=70, "
    "container='main')])",
)
def _metric_container(
    autoscaling: Autoscaling | None, init_containers: dict[str, PodContainer], sidecars: dict[str, PodContainer]
) -> Findings:
    """The metric refers to a container that a running pod does not have."""
    for index, metric in enumerate(autoscaling.metrics if autoscaling else ()):
        path, known = ("autoscaling", "metrics", index, "container"), ["main", *sidecars]
        if metric.container in init_containers:
            yield path, f"init container {metric.container} ends before the main container starts; use another"
        elif metric.container is not None and metric.container not in known:
            yield path, f"must be one of {', '.join(known)}, got {metric.container}; correct the name"


@REPLICA_RULES.rule(
    "k8s-heap-memory-metric",
    Severity.WARNING,
    source=_AUTOSCALER,
    invalid="container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi', runtime='jvm'), "
    "autoscaling=Autoscaling(memory_utilization_percent=80)",
    valid="container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi', runtime='jvm'), "
    "autoscaling=Autoscaling(cpu_utilization_percent=70)",
)
def _heap_memory_metric(autoscaling: Autoscaling | None, containers: dict[Path, PodContainer]) -> Findings:
    """The heap of a JVM or of Ruby rarely shrinks, so the autoscaler does not remove pods."""
    runtimes = [container.runtime for container in containers.values() if container.runtime != "other"]
    if autoscaling is None or not runtimes:
        return
    targets: list[tuple[Path, int | None]] = [
        (("autoscaling", "memory_utilization_percent"), autoscaling.memory_utilization_percent)
    ]
    targets += [
        (("autoscaling", "metrics", index, "average_utilization"), metric.average_utilization)
        for index, metric in enumerate(autoscaling.metrics)
        if metric.name == "memory"
    ]
    for path, target in targets:
        if target is not None:
            problem = f"the heap of the runtime {runtimes[0]} rarely shrinks, so the autoscaler does not remove pods"
            yield path, f"{problem}; use another metric"


@REPLICA_RULES.rule(
    "k8s-autoscaler-target",
    Severity.UNSAFE,
    source=f"{_AUTOSCALER}#algorithm-details",
    invalid="autoscaling=Autoscaling(cpu_utilization_percent=120)",
    valid="autoscaling=Autoscaling(cpu_utilization_percent=80)",
)
def _autoscaler_target(autoscaling: Autoscaling | None, containers: dict[Path, PodContainer]) -> Findings:
    """Utilization is a percentage of the requests. With too high a target, pods are added too late or never."""
    if autoscaling is None:
        return
    tolerance = autoscaling.scale_up.tolerance
    threshold = 1 + (DEFAULT_TOLERANCE if tolerance is None else parse_quantity(tolerance))
    running = [container for path, container in containers.items() if path[0] != "init_containers"]
    for path, resource, target in _utilization_targets(autoscaling):
        highest, unit = _highest_utilization(running, resource), "CPU" if resource == "cpu" else resource
        if highest is not None and target * threshold >= highest:
            yield (
                path,
                (
                    f"the {unit} limits, {highest:.0f}% of the requests, do not exceed {target}% by more than the "
                    f"tolerance, so no pod is added; set at most {int(highest / threshold) - 5}"
                ),
            )
        elif target > 100:  # noqa: PLR2004 - percent
            yield path, f"pods are added only when {unit} usage exceeds the requests; set at most 100"


def _utilization_targets(autoscaling: Autoscaling) -> list[tuple[Path, str, int]]:
    """Return the path, the resource and the percentage of each target of the whole pod."""
    targets: list[tuple[Path, str, int | None]] = [
        (("autoscaling", "cpu_utilization_percent"), "cpu", autoscaling.cpu_utilization_percent),
        (("autoscaling", "memory_utilization_percent"), "memory", autoscaling.memory_utilization_percent),
    ]
    targets += [
        (("autoscaling", "metrics", index, "average_utilization"), metric.name, metric.average_utilization)
        for index, metric in enumerate(autoscaling.metrics)
        if metric.type == "Resource"
    ]
    return [(path, resource, target) for path, resource, target in targets if target is not None]


def _highest_utilization(containers: list[PodContainer], resource: str) -> Decimal | None:
    """Return the limits of the containers as a percentage of their requests, None if a container has no limit."""
    limits = [container.cpu_limit if resource == "cpu" else container.memory for container in containers]
    requests = [container.cpu_request if resource == "cpu" else container.memory_request for container in containers]
    known = [parse_quantity(limit) for limit in limits if limit is not None]
    if len(known) < len(limits):
        return None
    return 100 * sum(known, Decimal(0)) / sum(map(parse_quantity, requests), Decimal(0))
