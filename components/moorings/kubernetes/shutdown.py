"""Graceful shutdown of pods: pre-stop sleep, drain, termination grace period and deregistration delay.

A deleted pod is removed from the endpoints and stopped at the same time, but load balancers send requests to it for
some time. The pod therefore sleeps first, while it still serves requests, and then drains. Both must end within the
termination grace period, which begins with the sleep.

Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from moorings.kubernetes.quantities import Number, PositiveNumber
from moorings.validation.args import Args
from moorings.validation.inputs import Input
from moorings.validation.outputs import StructuredOutput
from moorings.validation.plaintext import unless_secret

EXIT_SECONDS = 15
"""Seconds in which a process exits after its drain."""

GRACE_PERIOD_STEP_SECONDS = 5
"""Default grace periods are rounded up to a multiple of this."""

MAX_DEREGISTRATION_DELAY_SECONDS = 3600
"""Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html"""

LoadBalancer = Literal["none", "service", "alb", "nlb"]

PRE_STOP_SECONDS: dict[LoadBalancer, int] = {"none": 0, "service": 10, "alb": 30, "nlb": 30}
"""Seconds until the load balancer no longer sends requests to a terminating pod.

The proxies on the nodes are updated within seconds. AWS load balancers are updated by a controller and send requests
for 25 to 70 seconds: https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2366
"""


class Shutdown(Args):
    """Graceful shutdown of a workload's pods. Other defaults follow from ``drain_seconds`` and ``load_balancer``."""

    drain_seconds: Number = 30
    """Seconds that the application needs to finish its work after SIGTERM."""

    load_balancer: LoadBalancer | None = None
    """What sends requests to the pods: a ``service``, also through an ingress controller in the cluster; an ``alb`` or
    ``nlb`` with the pods as targets; or ``none``. Defaults to ``service`` if the workload has a Service."""

    pre_stop_seconds: Number | None = None
    """Seconds for which a terminating pod still serves requests before SIGTERM. Defaults to 10 for ``service``, 30 for
    ``alb`` and ``nlb``, and 0 for ``none``. The kubelet sleeps (Kubernetes 1.30), so that the image needs no shell."""

    pre_stop_command: list[Input[str]] = []
    """Command that runs in the main container after the sleep and before SIGTERM, for example to leave a cluster.
    Together with a sleep, the image needs ``sh`` and ``sleep``. Defaults to none.

    Source: https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/
    """

    pre_stop_command_seconds: PositiveNumber | None = None
    """Longest time in seconds that ``pre_stop_command`` runs. The pod serves requests during this time, too."""

    termination_grace_period_seconds: Number | None = None
    """Seconds after which the kubelet kills a terminating pod. Defaults to sleep, command, drain and 15 seconds."""

    deregistration_delay_seconds: Annotated[int, Field(ge=0, le=MAX_DEREGISTRATION_DELAY_SECONDS)] | None = None
    """Seconds for which a load balancer waits for requests to a deregistering target. Defaults to sleep, command and
    drain.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
    """

    @property
    def plaintext(self) -> "Mapping[Any, Any]":
        """Words of the command by path. Late values that are secret are replaced by a mark."""
        return {("pre_stop_command", index): unless_secret(word) for index, word in enumerate(self.pre_stop_command)}


@dataclass(frozen=True)
class ShutdownBudget(StructuredOutput):
    """Durations of a graceful shutdown."""

    load_balancer: str
    """What sends requests to the pods: ``service``, ``alb``, ``nlb`` or ``none``."""

    pre_stop_seconds: int
    """Seconds for which a terminating pod still serves requests before SIGTERM: the sleep and the pre-stop command."""

    drain_seconds: int
    """Seconds that the application needs to finish its work after SIGTERM."""

    termination_grace_period_seconds: int
    """Seconds after which the kubelet kills a terminating pod."""

    deregistration_delay_seconds: int
    """Seconds for which a load balancer waits for requests to a deregistering target."""

    @property
    def serving_seconds(self) -> int:
        """Seconds for which a terminating pod may still complete requests."""
        return self.pre_stop_seconds + self.drain_seconds

    def serving_terms(self, shutdown: Shutdown) -> str:
        """Return the sum of ``serving_seconds`` as its arguments, for messages."""
        command = shutdown.pre_stop_command_seconds or 0
        terms = [f"pre_stop_seconds {self.pre_stop_seconds - command}"]
        if command:
            terms.append(f"pre_stop_command_seconds {command}")
        return " + ".join([*terms, f"drain_seconds {self.drain_seconds}"])

    @property
    def pod_targets(self) -> bool:
        """Whether an AWS load balancer has the pods as its targets."""
        return self.load_balancer in {"alb", "nlb"}

    def to_export(self) -> dict[str, str | int]:
        """Return the budget as an output of the component."""
        return {
            "loadBalancer": self.load_balancer,
            "preStopSeconds": self.pre_stop_seconds,
            "drainSeconds": self.drain_seconds,
            "terminationGracePeriodSeconds": self.termination_grace_period_seconds,
            "deregistrationDelaySeconds": self.deregistration_delay_seconds,
        }


def shutdown_budget(shutdown: Shutdown, default_load_balancer: LoadBalancer) -> ShutdownBudget:
    """Return the durations of a graceful shutdown, with defaults that follow from the drain."""
    load_balancer: LoadBalancer = shutdown.load_balancer or default_load_balancer
    sleep = PRE_STOP_SECONDS[load_balancer] if shutdown.pre_stop_seconds is None else shutdown.pre_stop_seconds
    sleep += shutdown.pre_stop_command_seconds or 0
    serving = sleep + shutdown.drain_seconds
    grace_period, delay = shutdown.termination_grace_period_seconds, shutdown.deregistration_delay_seconds
    if grace_period is None:
        grace_period = -(-(serving + EXIT_SECONDS) // GRACE_PERIOD_STEP_SECONDS) * GRACE_PERIOD_STEP_SECONDS
    if delay is None:
        delay = min(serving, MAX_DEREGISTRATION_DELAY_SECONDS)
    return ShutdownBudget(load_balancer, sleep, shutdown.drain_seconds, grace_period, delay)


def container_lifecycle(shutdown: Shutdown, budget: ShutdownBudget) -> dict[str, Any]:
    """Return the field ``lifecycle`` of the main container. Empty if nothing happens before SIGTERM.

    A container has one pre-stop hook, so a sleep before a command needs a shell.

    Args:
        shutdown: the arguments.
        budget: the durations that follow from them.

    """
    command = shutdown.pre_stop_command
    sleep_seconds = budget.pre_stop_seconds - (shutdown.pre_stop_command_seconds or 0)
    if command and sleep_seconds:
        command = ["sh", "-c", f'sleep {sleep_seconds}; exec "$@"', "sh", *command]
    hook = {"exec": {"command": command}} if command else {"sleep": {"seconds": sleep_seconds}}
    return {"lifecycle": {"preStop": hook}} if command or sleep_seconds else {}
