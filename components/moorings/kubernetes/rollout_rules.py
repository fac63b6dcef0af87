"""Rules of updates and of the graceful shutdown: strategy, deadlines, grace period and implausible durations."""

from collections.abc import Iterator

from moorings.kubernetes.autoscaling import Autoscaling
from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.monitoring import Monitoring
from moorings.kubernetes.rollout import Rollout
from moorings.kubernetes.shutdown import MAX_DEREGISTRATION_DELAY_SECONDS, Shutdown, ShutdownBudget
from moorings.kubernetes.shutdown_rules import short_grace_period
from moorings.kubernetes.workload_args import KubernetesWorkloadArgs
from moorings.validation.findings import Path, Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

ROLLOUT_RULES = RuleSet(KubernetesWorkloadArgs)

MIN_AWS_PRE_STOP_SECONDS = 15
"""Shortest time for which an AWS load balancer still sends requests to a terminating pod."""

HOUR = 3600
_DEPLOYMENT = "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/"
_TERMINATION = "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination"
_TARGET_GROUP = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html"


@ROLLOUT_RULES.rule(
    "k8s-rollout-blocked",
    Severity.ERROR,
    source=f"{_DEPLOYMENT}#rolling-update-deployment",
    invalid="max_surge=0, max_unavailable=0",
    valid="max_surge=0, max_unavailable=1",
)
def _rollout_blocked(max_surge: str, max_unavailable: str) -> Findings:
    """The API server rejects an update that may neither add a pod nor stop one, because it could not start."""
    if {max_surge, max_unavailable} <= {"0", "0%"}:
        yield "cannot be 0 together with max_unavailable, because no update could start; raise one of them"


@ROLLOUT_RULES.rule(
    "k8s-progress-deadline",
    Severity.UNSAFE,
    source=f"{_DEPLOYMENT}#progress-deadline-seconds",
    invalid="progress_deadline_seconds=10",
    valid="progress_deadline_seconds=600",
)
def _progress_deadline(progress_deadline_seconds: int | None, rollout: Rollout, min_ready_seconds: int) -> Findings:
    """The update is reported as failed before a pod can become ready."""
    startup, needed = rollout.startup_seconds, rollout.startup_seconds + min_ready_seconds
    if progress_deadline_seconds is not None and progress_deadline_seconds <= needed:
        yield (
            f"must be greater than {needed} ({startup} for a pod to start + min_ready_seconds {min_ready_seconds}), "
            f"got {progress_deadline_seconds}; raise it"
        )


@ROLLOUT_RULES.rule(
    "k8s-grace-period",
    Severity.UNSAFE,
    source=_TERMINATION,
    invalid="shutdown=Shutdown(drain_seconds=30, termination_grace_period_seconds=30)",
    valid="shutdown=Shutdown(drain_seconds=30, termination_grace_period_seconds=60)",
)
def _grace_period(shutdown: Shutdown, shutdown_budget: ShutdownBudget) -> Findings:
    """The kubelet kills the pod before its requests are completed."""
    yield from short_grace_period(shutdown, shutdown_budget)


@ROLLOUT_RULES.rule(
    "k8s-drain-too-long",
    Severity.UNSAFE,
    source=_TARGET_GROUP,
    invalid="shutdown=Shutdown(drain_seconds=3600, load_balancer='alb')",
    valid="shutdown=Shutdown(drain_seconds=3500, load_balancer='alb')",
)
def _drain_too_long(shutdown: Shutdown, shutdown_budget: ShutdownBudget) -> Findings:
    """The load balancer closes connections on which the pod still serves requests."""
    budget = shutdown_budget
    if budget.pod_targets and budget.serving_seconds > MAX_DEREGISTRATION_DELAY_SECONDS:
        yield (
            ("shutdown", "drain_seconds"),
            (
                f"a terminating pod serves requests for {budget.serving_seconds} s "
                f"({budget.serving_terms(shutdown)}), but the deregistration delay of a load balancer is at most "
                f"{MAX_DEREGISTRATION_DELAY_SECONDS} s; lower it"
            ),
        )


@ROLLOUT_RULES.rule(
    "k8s-deregistration-delay",
    Severity.WARNING,
    source=_TARGET_GROUP,
    invalid="shutdown=Shutdown(load_balancer='alb', deregistration_delay_seconds=59)",
    valid="shutdown=Shutdown(load_balancer='alb', deregistration_delay_seconds=60)",
)
def _deregistration_delay(shutdown: Shutdown, shutdown_budget: ShutdownBudget) -> Findings:
    """The deregistration delay should end after the pod has drained and before it is killed."""
    budget, path = shutdown_budget, ("shutdown", "deregistration_delay_seconds")
    delay = budget.deregistration_delay_seconds
    if not budget.pod_targets or shutdown.deregistration_delay_seconds is None:
        return
    if delay < budget.serving_seconds:
        yield (
            path,
            (
                f"{delay} s is shorter than the {budget.serving_seconds} s for which a terminating pod serves "
                "requests, so the load balancer closes their connections; raise it"
            ),
        )
    elif delay > budget.termination_grace_period_seconds:
        yield (
            path,
            (
                f"{delay} s is longer than termination_grace_period_seconds "
                f"{budget.termination_grace_period_seconds}, so the target remains after its pod; lower it"
            ),
        )


@ROLLOUT_RULES.rule(
    "k8s-pre-stop-too-short",
    Severity.WARNING,
    source=_TERMINATION,
    invalid="shutdown=Shutdown(load_balancer='alb', pre_stop_seconds=14)",
    valid="shutdown=Shutdown(load_balancer='alb', pre_stop_seconds=15)",
)
def _pre_stop_too_short(shutdown: Shutdown, shutdown_budget: ShutdownBudget, receives_requests: bool) -> Findings:
    """Load balancers send requests to a terminating pod for some time, which fail after it has stopped serving."""
    budget, path = shutdown_budget, ("shutdown", "pre_stop_seconds")
    sleep = budget.pre_stop_seconds - (shutdown.pre_stop_command_seconds or 0)
    if budget.pod_targets:
        if sleep < MIN_AWS_PRE_STOP_SECONDS:
            yield (
                path,
                (
                    f"with {sleep} s, requests that the load balancer still sends to a terminating "
                    f"pod fail; set at least {MIN_AWS_PRE_STOP_SECONDS}"
                ),
            )
    elif receives_requests and not sleep:
        yield (
            path,
            (
                "with 0 s, requests that the Service still sends to a terminating pod fail; remove pre_stop_seconds "
                "and load_balancer"
            ),
        )


def _durations(
    containers: dict[Path, PodContainer],
    shutdown: Shutdown,
    autoscaling: Autoscaling | None,
    monitoring: Monitoring | None,
) -> Iterator[tuple[Path, int | None, int]]:
    """Yield the path, the seconds and the longest plausible duration of the arguments of nested classes."""
    for path, container in containers.items():
        yield (*path, "probes", "startup_seconds"), container.probes.startup_seconds, 4 * HOUR
        for probe_type, probe in container.probes.declared.items():
            probe_path = (*path, "probes", probe_type)
            yield (*probe_path, "period_seconds"), probe.period_seconds, HOUR
            yield (*probe_path, "timeout_seconds"), probe.timeout_seconds, 600
            yield (*probe_path, "initial_delay_seconds"), probe.initial_delay_seconds, HOUR
    for argument in (
        "drain_seconds",
        "pre_stop_seconds",
        "pre_stop_command_seconds",
        "termination_grace_period_seconds",
    ):
        yield ("shutdown", argument), getattr(shutdown, argument), 4 * HOUR
    if autoscaling is not None and autoscaling.kafka_lag is not None:
        path = ("autoscaling", "kafka_lag", "polling_interval_seconds")
        yield path, autoscaling.kafka_lag.polling_interval_seconds, HOUR
    if autoscaling is not None and autoscaling.keda is not None:
        path = ("autoscaling", "keda", "polling_interval_seconds")
        yield path, autoscaling.keda.polling_interval_seconds, HOUR
    if monitoring is not None:
        yield ("monitoring", "interval_seconds"), monitoring.interval_seconds, HOUR


@ROLLOUT_RULES.rule(
    "k8s-implausible-seconds",
    Severity.UNSAFE,
    source=_TERMINATION,
    invalid="shutdown=Shutdown(drain_seconds=30000)",
    valid="shutdown=Shutdown(drain_seconds=30)",
)
def _implausible_seconds(  # noqa: PLR0917 - arguments
    min_ready_seconds: int,
    progress_deadline_seconds: int | None,
    containers: dict[Path, PodContainer],
    shutdown: Shutdown,
    autoscaling: Autoscaling | None,
    monitoring: Monitoring | None,
) -> Findings:
    """A duration of hours is usually a value in milliseconds. Updates, shutdown or probes would take as long."""
    durations: list[tuple[Path, int | None, int]] = [
        (("min_ready_seconds",), min_ready_seconds, HOUR),
        (("progress_deadline_seconds",), progress_deadline_seconds, 24 * HOUR),
        *_durations(containers, shutdown, autoscaling, monitoring),
    ]
    for path, seconds, longest in durations:
        if seconds is not None and seconds > longest:
            milliseconds = f"; did you mean {seconds // 1000} s?" if seconds % 1000 == 0 else "; the unit is seconds"
            yield path, f"{seconds} s is {seconds / HOUR:.1f} hours{milliseconds}"
