"""Warnings of a workload: valid but risky arguments."""

from collections.abc import Iterator
from typing import NamedTuple

from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.probes import ProbeType
from moorings.kubernetes.quantities import scaled_value
from moorings.kubernetes.security_context import FIRST_SAFE_USER_ID, FIRST_UNPRIVILEGED_PORT
from moorings.kubernetes.shutdown import ShutdownBudget
from moorings.kubernetes.workload_args import KubernetesWorkloadArgs, WorkloadWarning
from moorings.validation.container_images import has_digest

MIN_AWS_PRE_STOP_SECONDS = 15
"""Shortest time for which an AWS load balancer still sends requests to a terminating pod."""


class NamedWarning(NamedTuple):
    """A warning, and the name by which it is acknowledged."""

    name: WorkloadWarning
    message: str


def workload_warnings(args: KubernetesWorkloadArgs) -> Iterator[NamedWarning]:
    """Yield the warnings of a workload, except for those about images, which may be late."""
    for path, container in args.containers:
        yield from _port_warnings(path, container)
        yield from _probe_warnings(f"{path}.probes", container)
    if args.has_service:
        if args.container.probes.readiness is None:
            yield NamedWarning(
                "no-probes",
                "container.probes.readiness: not set, so that pods receive requests before they can serve them",
            )
        elif args.container.probes.liveness is None:
            yield NamedWarning(
                "no-probes", "container.probes.liveness: not set, so that a container that hangs is not restarted"
            )
    yield from _user_warnings(args)
    yield from _replica_warnings(args)
    yield from _autoscaling_warnings(args)
    if args.session_affinity_timeout_seconds and args.shutdown_budget.pod_targets:
        yield NamedWarning(
            "client-ip",
            "session_affinity_timeout_seconds: has no effect, since shutdown.load_balancer "
            f"{args.shutdown_budget.load_balancer} sends requests directly to the pods; use a StickyIngress",
        )
    yield from _shutdown_warnings(args.shutdown_budget, has_service=args.has_service)


def image_warning(path: str, image: str) -> NamedWarning | None:
    """Return a warning about an image without a digest.

    Args:
        path: argument that contains the container.
        image: image of the container.

    """
    if has_digest(image):
        return None
    return NamedWarning("image-tag", f"{path}.image: {image} is a mutable tag; pin a digest")


def _port_warnings(path: str, container: PodContainer) -> Iterator[NamedWarning]:
    privileged = {name: port for name, port in container.ports.items() if port < FIRST_UNPRIVILEGED_PORT}
    if privileged and not container.net_bind_service:
        name, port = next(iter(privileged.items()))
        yield NamedWarning(
            "low-port",
            f"{path}.ports.{name}: some container runtimes require root below {FIRST_UNPRIVILEGED_PORT}, got {port}; "
            "use another port, or set net_bind_service=True",
        )


def _probe_warnings(path: str, container: PodContainer) -> Iterator[NamedWarning]:
    probes = container.probes.effective
    for probe_type, probe in probes.items():
        period, timeout, _ = probe.times(probe_type)
        if timeout > period:
            yield NamedWarning(
                "probe-timeout",
                f"{path}.{probe_type}.timeout_seconds: should be at most period_seconds {period}, got {timeout}",
            )
        if probe_type != "startup" and probe.initial_delay_seconds:
            yield NamedWarning(
                "initial-delay",
                f"{path}.{probe_type}.initial_delay_seconds: {probe.initial_delay_seconds} s are added to the startup "
                "probe; remove it",
            )
    seconds: dict[ProbeType, int] = {
        probe_type: probe.failure_seconds(probe_type) for probe_type, probe in probes.items()
    }
    if "liveness" in seconds and seconds.get("readiness", 0) >= seconds["liveness"]:
        yield NamedWarning(
            "liveness-window",
            f"{path}.liveness: restarts a container after {seconds['liveness']} s of failures, but readiness removes "
            f"it from the endpoints only after {seconds['readiness']} s; lower readiness.failure_threshold",
        )


def _user_warnings(args: KubernetesWorkloadArgs) -> Iterator[NamedWarning]:
    users = {"run_as_user": args.run_as_user, "run_as_group": args.run_as_group}
    users |= {
        f"{path}.run_as_user": container.run_as_user
        for path, container in args.containers
        if container.run_as_user is not None
    }
    for argument, number in users.items():
        if number < FIRST_SAFE_USER_ID:
            yield NamedWarning(
                "low-user-id",
                f"{argument}: {number} may belong to a user of the node; use at least {FIRST_SAFE_USER_ID}",
            )


def _recommended_replicas(args: KubernetesWorkloadArgs) -> int:
    return 1 if args.availability.level == "development" else 2


def _replica_warnings(args: KubernetesWorkloadArgs) -> Iterator[NamedWarning]:
    recommended = _recommended_replicas(args)
    if not args.autoscaling and args.min_replicas < recommended and not args.single_writer:
        yield NamedWarning(
            "single-replica",
            f"availability: {args.min_replicas} pod is unavailable while its node is drained; run at least "
            f"{recommended}",
        )
    if args.min_replicas == 1 and not args.recreate and scaled_value(args.max_unavailable, 1, round_up=False):
        yield NamedWarning(
            "single-replica",
            f"max_unavailable: {args.max_unavailable} of 1 pod causes downtime during updates; set 0",
        )
    if args.min_replicas > 1 and args.availability.allows_total_disruption(args.min_replicas):
        yield NamedWarning(
            "disruption-budget",
            f"availability: a drain may evict all {args.min_replicas} pods at once; allow at most "
            f"{args.min_replicas - 1}",
        )


def _autoscaling_warnings(args: KubernetesWorkloadArgs) -> Iterator[NamedWarning]:
    autoscaling, recommended = args.autoscaling, _recommended_replicas(args)
    if autoscaling is None:
        return
    if args.min_replicas == autoscaling.max_replicas:
        yield NamedWarning(
            "autoscaler-range",
            f"autoscaling.max_replicas: equals the minimum of {args.min_replicas}, so that the autoscaler has no "
            "effect; raise it",
        )
    elif 0 < args.min_replicas < recommended:
        yield NamedWarning(
            "autoscaler-range",
            f"autoscaling.min_replicas: {args.min_replicas} pod is unavailable while its node is drained; set at least "
            f"{recommended}",
        )
    if any(metric.name == "memory" and metric.target == "average_utilization" for metric in autoscaling.all_metrics):
        runtimes = [container.runtime for _, container in args.containers if container.runtime != "other"]
        if runtimes:
            yield NamedWarning(
                "heap-memory",
                f"autoscaling: the heap of the runtime {runtimes[0]} does not shrink, so that memory usage never "
                "scales down; use another metric",
            )


def _shutdown_warnings(budget: ShutdownBudget, *, has_service: bool) -> Iterator[NamedWarning]:
    if not budget.pod_targets:
        if has_service and not budget.pre_stop_seconds:
            yield NamedWarning(
                "short-sleep",
                "shutdown.pre_stop_seconds: with 0 s, requests that the Service still sends to a terminating pod fail; "
                "remove pre_stop_seconds and load_balancer",
            )
        return
    delay = budget.deregistration_delay_seconds
    if delay < budget.serving_seconds:
        yield NamedWarning(
            "deregistration",
            f"shutdown.deregistration_delay_seconds: {delay} s are shorter than the {budget.serving_seconds} s for "
            "which a pod completes requests, so that the load balancer closes their connections; raise it",
        )
    if delay > budget.termination_grace_period_seconds:
        yield NamedWarning(
            "deregistration",
            f"shutdown.deregistration_delay_seconds: {delay} s are longer than termination_grace_period_seconds "
            f"{budget.termination_grace_period_seconds}, so that the target remains after its pod; lower it",
        )
    if budget.pre_stop_seconds < MIN_AWS_PRE_STOP_SECONDS:
        yield NamedWarning(
            "short-sleep",
            f"shutdown.pre_stop_seconds: with {budget.pre_stop_seconds} s, requests that the load balancer still sends "
            f"to a terminating pod fail; set at least {MIN_AWS_PRE_STOP_SECONDS}",
        )
