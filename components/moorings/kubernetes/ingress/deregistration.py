"""How long a load balancer of AWS lets connections to a pod that goes end: as long as the pod itself takes."""

from functools import partial

import pulumi

from moorings.inputs import together
from moorings.kubernetes.behind import budget_behind
from moorings.kubernetes.ingress.capabilities import Controller
from moorings.kubernetes.shutdown import ShutdownBudget

SECONDS = 60
"""For pods of which nothing is known."""

SENDS_TO_PODS = {"aws-ingress": "alb", "aws-gateway": "alb", "aws-nlb": "nlb"}
"""What a workload calls the controllers that know nothing of its Service, as ``shutdown.front``."""


def deregistration(
    where: str, controller: Controller, service_name: pulumi.Input[str] | None, given: pulumi.Input[int] | None
) -> pulumi.Input[int]:
    """Seconds that are given, or else those of the workload whose Service it is, or else a minute.

    Raises:
        InvalidInput: when it is known that the workload's pods go as if another stood before them.

    """
    if controller not in SENDS_TO_PODS or not isinstance(service_name, pulumi.Output):
        return SECONDS if given is None else given
    return together(where, partial(_seconds, controller), budget=budget_behind(service_name), given=given)


def _seconds(controller: Controller, budget: ShutdownBudget | None, given: int | None) -> int:
    front = SENDS_TO_PODS[controller]
    if budget is not None and budget.front not in SENDS_TO_PODS.values():
        raise ValueError(
            f"{controller} sends to the pods themselves, and the workload of service_name says shutdown.front is "
            f"{budget.front!r}, so that its pods stop while they are still sent requests; say front={front!r} there"
        )
    if given is not None:
        return given
    return SECONDS if budget is None else budget.deregistration_seconds
