"""How long a pod takes to go, solved from how long its application drains.

A pod that is deleted leaves the endpoints and is told to stop at one time, and proxies and load balancers hear of it
later. So it first sleeps, and goes on to answer, until nobody sends it anything; then it drains. All of it is within
the grace period, whose clock starts with the sleep.

Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from moorings.kubernetes.quantities import Number
from moorings.validation.args import Args

MARGIN = 15
"""Seconds that a process gets after its drain, to end by itself."""

STEP = 5
"""Grace periods are rounded up to this."""

MOST_DEREGISTRATION = 3600
"""Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html"""

Front = Literal["none", "service", "alb", "nlb"]

SLEEP: dict[str, int] = {"none": 0, "service": 10, "alb": 30, "nlb": 30}
"""Seconds until those in front of a pod have heard that it goes.

Endpoints reach every node's proxy within seconds. A load balancer of AWS is told by a controller, and keeps sending
for a while after: https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2366 measures 25 to 70.
"""

LEAST_SLEEP_BEHIND_AWS = 15


class Shutdown(Args):
    """How the pods of a workload go; all follows from ``drain_seconds``, and the rest is for those who know better."""

    drain_seconds: Number = 30
    """Seconds that the application needs to finish its work after SIGTERM."""

    load_balancer: Front | None = None
    """What sends requests to the pods: a ``service`` (also through an ingress controller in the cluster), an ``alb`` or
    ``nlb`` with the pods as its targets, or ``none``. A ``service`` by default, if the workload has one."""

    pre_stop_seconds: Number | None = None
    """Seconds for which a pod still answers before it is told to stop: by default 10 behind a service, 30 behind a load
    balancer of AWS, 0 behind nothing. The kubelet sleeps, from Kubernetes 1.30 on, so that the image needs no shell."""

    termination_grace_period_seconds: Number | None = None
    """Seconds after which a pod is killed; by default the sleep, the drain and 15 seconds."""

    deregistration_delay_seconds: Annotated[int, Field(ge=0, le=MOST_DEREGISTRATION)] | None = None
    """Seconds for which a load balancer lets requests to a pod that goes end; by default the sleep and the drain.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
    """


@dataclass(frozen=True)
class ShutdownBudget:
    """What follows from a drain, in seconds."""

    load_balancer: str
    """What sends requests to the pods: ``service``, ``alb``, ``nlb`` or ``none``."""

    pre_stop_seconds: int
    """For so long a pod still answers before it is told to stop."""

    drain_seconds: int
    """For so long it then finishes its work."""

    termination_grace_period_seconds: int
    """After so long it is killed."""

    deregistration_delay_seconds: int
    """For so long a load balancer lets requests to it end."""

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field by its name. The plugin host reads the outputs of a component like dicts."""
        return getattr(self, name, default)

    def to_export(self) -> dict[str, str | int]:
        """The budget as other languages see it."""
        return {
            "loadBalancer": self.load_balancer,
            "preStopSeconds": self.pre_stop_seconds,
            "drainSeconds": self.drain_seconds,
            "terminationGracePeriodSeconds": self.termination_grace_period_seconds,
            "deregistrationDelaySeconds": self.deregistration_delay_seconds,
        }


def solve(shutdown: Shutdown, *, with_service: bool) -> ShutdownBudget:
    """Everything that follows from the drain.

    Raises:
        ValueError: for a sleep, a grace period or a deregistration that contradict the drain, with the numbers.

    """
    load_balancer: Front = shutdown.load_balancer or ("service" if with_service else "none")
    sleep = SLEEP[load_balancer] if shutdown.pre_stop_seconds is None else shutdown.pre_stop_seconds
    busy = sleep + shutdown.drain_seconds
    needed = busy + MARGIN
    grace = (
        -(-needed // STEP) * STEP
        if shutdown.termination_grace_period_seconds is None
        else shutdown.termination_grace_period_seconds
    )
    if grace < needed:
        raise ValueError(
            f"shutdown.termination_grace_period_seconds is {grace}, and a pod needs {needed}: {sleep} of pre_stop_seconds, "
            f"{shutdown.drain_seconds} of drain_seconds and {MARGIN} to end; raise it or leave it out"
        )
    deregistration = busy if shutdown.deregistration_delay_seconds is None else shutdown.deregistration_delay_seconds
    if load_balancer not in {"alb", "nlb"}:
        deregistration = min(deregistration, MOST_DEREGISTRATION)
    if deregistration > MOST_DEREGISTRATION:
        raise ValueError(
            f"a load balancer lets requests end for {MOST_DEREGISTRATION} s at most, and a pod answers for {busy}: "
            f"{sleep} of pre_stop_seconds and {shutdown.drain_seconds} of drain_seconds; lower "
            "shutdown.drain_seconds"
        )
    return ShutdownBudget(load_balancer, sleep, shutdown.drain_seconds, grace, deregistration)


def doubts(budget: ShutdownBudget) -> list[tuple[str, str]]:
    """What may be meant and is seldom right, each with the name that silences it."""
    found: list[tuple[str, str]] = []
    if budget.load_balancer in {"none", "service"}:
        return found
    busy = budget.pre_stop_seconds + budget.drain_seconds
    if budget.deregistration_delay_seconds < busy:
        found.append(
            (
                "deregistration",
                (
                    f"shutdown.deregistration_delay_seconds is {budget.deregistration_delay_seconds}, and a pod answers for {busy} "
                    "s; the load balancer cuts what is under way"
                ),
            )
        )
    if budget.deregistration_delay_seconds > budget.termination_grace_period_seconds:
        found.append(
            (
                "deregistration",
                (
                    f"shutdown.deregistration_delay_seconds is {budget.deregistration_delay_seconds}, and a pod is killed after "
                    f"{budget.termination_grace_period_seconds} s; the target outlives the pod"
                ),
            )
        )
    if budget.pre_stop_seconds < LEAST_SLEEP_BEHIND_AWS:
        found.append(
            (
                "short-sleep",
                (
                    f"shutdown.pre_stop_seconds is {budget.pre_stop_seconds}, and the load balancer sends requests to "
                    f"a pod that goes for {LEAST_SLEEP_BEHIND_AWS} s or more; they fail"
                ),
            )
        )
    return found
