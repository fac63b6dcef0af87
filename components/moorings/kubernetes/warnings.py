"""What may be meant, and is seldom right."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.probes import Role
from moorings.kubernetes.quantities import portion
from moorings.kubernetes.security_context import LEAST_FREE_PORT, LEAST_USER_ID
from moorings.kubernetes.shutdown import doubts
from moorings.validation.container_images import has_digest

if TYPE_CHECKING:
    from moorings.kubernetes.workload_args import KubernetesWorkloadArgs

Accepted = Literal[
    "autoscaler-range",
    "client-ip",
    "deregistration",
    "disruption-budget",
    "heap-memory",
    "image-tag",
    "initial-delay",
    "liveness-window",
    "low-port",
    "low-user-id",
    "no-probes",
    "probe-timeout",
    "short-sleep",
    "single-replica",
]
"""Names of the warnings, by which ``acknowledged_warnings`` silences them."""

Caution = tuple[str, str]
"""Name and sentence of a warning."""


def cautions(args: "KubernetesWorkloadArgs") -> Iterator[Caution]:
    """Everything that is seldom right in the arguments of a workload."""
    yield from _containers(args)
    yield from _users(args)
    yield from _replicas(args)
    if args.session_affinity_timeout_seconds and args.budget.load_balancer in {"alb", "nlb"}:
        yield (
            "client-ip",
            (
                f"session_affinity_timeout_seconds is the Service's, and shutdown.load_balancer {args.budget.load_balancer} sends to the "
                "pods themselves, so nothing is sticky; give a StickyIngress"
            ),
        )
    if args.with_service and args.budget.load_balancer in {"none", "service"} and not args.budget.pre_stop_seconds:
        yield (
            "short-sleep",
            (
                "shutdown leaves a pod that goes no second to answer, and the Service sends requests to it for a "
                "while; leave load_balancer and pre_stop_seconds out"
            ),
        )
    yield from doubts(args.budget)


def image_caution(where: str, image: str) -> Caution | None:
    """What is seldom right about an image."""
    if has_digest(image):
        return None
    return "image-tag", f"{where}.image {image} may be another image tomorrow; name its digest beside the tag"


def _containers(args: "KubernetesWorkloadArgs") -> Iterator[Caution]:
    for where, each in placed(args):
        low = {name: port for name, port in each.ports.items() if port < LEAST_FREE_PORT}
        if low and not each.net_bind_service:
            name, port = next(iter(low.items()))
            yield (
                "low-port",
                (
                    f"{where}.ports has {name} {port}, below {LEAST_FREE_PORT}, where some runtimes want root; choose "
                    "another, or say net_bind_service"
                ),
            )
        yield from _probes(f"{where}.probes", each)
    if args.with_service and not (args.container.probes.readiness and args.container.probes.liveness):
        lacking = "readiness" if args.container.probes.readiness is None else "liveness"
        yield (
            "no-probes",
            f"container.probes has no {lacking}, so "
            + (
                "requests come before it answers"
                if lacking == "readiness"
                else "a container that hangs is not restarted"
            ),
        )


def _probes(where: str, container: PodContainer) -> Iterator[Caution]:
    given = container.probes.given
    for role, probe in given.items():
        period, timeout, _ = probe.times(role)
        if timeout > period:
            yield (
                "probe-timeout",
                f"{where}.{role} waits {timeout} s for an answer and asks every {period} s; lower timeout_seconds",
            )
        if role != "startup" and probe.initial_delay_seconds:
            yield (
                "initial-delay",
                (
                    f"{where}.{role} waits {probe.initial_delay_seconds} s before it asks, after the startup probe has "
                    "already waited; leave initial_delay_seconds out"
                ),
            )
    windows: dict[Role, int] = {role: probe.window(role) for role, probe in given.items()}
    if "liveness" in windows and windows.get("readiness", 0) >= windows["liveness"]:
        yield (
            "liveness-window",
            (
                f"{where}.liveness restarts after {windows['liveness']} s, and readiness takes requests away only "
                f"after {windows['readiness']} s; let readiness be first"
            ),
        )


def _users(args: "KubernetesWorkloadArgs") -> Iterator[Caution]:
    users = {"run_as_user": args.run_as_user, "run_as_group": args.run_as_group}
    users |= {f"{where}.run_as_user": each.run_as_user for where, each in placed(args) if each.run_as_user is not None}
    for argument, number in users.items():
        if number < LEAST_USER_ID:
            yield (
                "low-user-id",
                f"{argument} is {number}, which may be somebody on the node; give {LEAST_USER_ID} or more",
            )


def _replicas(args: "KubernetesWorkloadArgs") -> Iterator[Caution]:
    scaled = args.autoscaling
    least = 1 if args.availability.level == "development" else 2
    if scaled and args.fewest == scaled.max_replicas:
        yield "autoscaler-range", f"autoscaling stays at {args.fewest}; raise max_replicas"
    elif scaled and 0 < args.fewest < least:
        yield (
            "autoscaler-range",
            f"autoscaling goes down to {args.fewest}, which goes with its node; give min_replicas {least} or more",
        )
    if not scaled and args.fewest < least and not args.single_writer:
        yield "single-replica", f"availability has {args.fewest} pod, which goes with its node; give {least} or more"
    if args.fewest == 1 and not args.recreates and portion(args.max_unavailable, 1, up=False):
        yield (
            "single-replica",
            f"max_unavailable is {args.max_unavailable} of 1 pod, so that none is there while it is updated; give 0",
        )
    if args.fewest > 1 and args.availability.takes_all(args.fewest):
        yield (
            "disruption-budget",
            f"availability lets a drain take all {args.fewest} pods at once; let {args.fewest - 1} go at most",
        )
    if scaled and any(metric.name == "memory" and metric.target == "average_utilization" for metric in scaled.measured):
        heaps = [each.runtime for _, each in placed(args) if each.runtime != "other"]
        if heaps:
            yield (
                "heap-memory",
                (
                    f"autoscaling measures memory, and the heap of a {heaps[0]} does not shrink, so pods come and "
                    "never go; measure something else"
                ),
            )


def placed(args: "KubernetesWorkloadArgs") -> Iterator[tuple[str, PodContainer]]:
    """All containers, with where they stand in the arguments."""
    yield "container", args.container
    for group in ("init_containers", "sidecars"):
        for name, each in getattr(args, group).items():
            yield f"{group}.{name}", each
