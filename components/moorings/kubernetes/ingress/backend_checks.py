"""What follows for a way from the pods behind it: how long they take to go, how they are asked, how they scale."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

import pulumi

from moorings.kubernetes.backend import Behind, HealthCheck
from moorings.kubernetes.ingress.capabilities import Controller
from moorings.kubernetes.ingress.stickiness import Loss
from moorings.validation.inputs import check_together

SECONDS = 60
"""Deregistration of pods of which nothing is known."""

SENDS_TO_PODS = {"aws-ingress": "alb", "aws-gateway": "alb", "aws-nlb": "nlb"}
"""What a workload calls the controllers that know nothing of its Service, as ``shutdown.load_balancer``."""

ASKS_A_PATH = {"aws-ingress", "aws-gateway"}
"""Controllers whose load balancer sends nothing to a pod that does not answer a path well."""


def deregistration(
    where: str,
    controller: Controller,
    found: pulumi.Input[Behind | None],
    given: pulumi.Input[int] | None,
) -> pulumi.Input[int]:
    """Seconds for which a load balancer of AWS lets connections to a pod that goes end.

    They are those that are given, or else those of the workload behind, or else a minute.

    Raises:
        InvalidInput: when it is known that the workload's pods go as if another stood before them, or are gone earlier,
            or later.

    """
    if controller not in SENDS_TO_PODS:
        return SECONDS if given is None else given
    return check_together(where, partial(_seconds, controller), found=found, given=given)


def _seconds(controller: Controller, found: Behind | None, given: int | None) -> int:
    if found is None:
        return SECONDS if given is None else given
    budget, front = found.budget, SENDS_TO_PODS[controller]
    if budget.load_balancer not in SENDS_TO_PODS.values():
        raise ValueError(
            f"{controller} sends to the pods themselves, and the workload behind it says shutdown.load_balancer is "
            f"{budget.load_balancer!r}, so that its pods stop while they are still sent requests; say load_balancer={front!r} there"
        )
    if given is None or given == budget.deregistration_delay_seconds:
        return budget.deregistration_delay_seconds
    busy = budget.pre_stop_seconds + budget.drain_seconds
    if not busy <= given <= budget.termination_grace_period_seconds:
        raise ValueError(
            f"deregistration_delay_seconds is {given}, and a pod of the workload behind it still answers for {busy} s "
            f"({budget.pre_stop_seconds} of pre_stop_seconds, {budget.drain_seconds} of drain_seconds) and is killed "
            f"after {budget.termination_grace_period_seconds}; give {busy} to {budget.termination_grace_period_seconds}, or leave it out"
        )
    return given


def health_check(
    where: str, controller: Controller, found: pulumi.Input[Behind | None], path: str | None
) -> pulumi.Input[HealthCheck | None]:
    """How a load balancer of AWS asks the pods: a path that is given, or else as the kubelet does.

    Returns:
        None where it asks what it asks by itself.

    """
    if controller not in SENDS_TO_PODS:
        return None
    return check_together(where, partial(_health_check, path), found=found)


def _health_check(path: str | None, found: Behind | None) -> HealthCheck | None:
    readiness = found.readiness if found else None
    return replace(readiness or HealthCheck(), path=path) if path is not None else readiness


def doubts(controller: Controller, found: Behind | None, path: str | None) -> Iterator[Loss]:
    """What is seldom right before these pods."""
    if controller in ASKS_A_PATH and _health_check(path, found) is None:
        yield Loss(
            None,
            (
                f"{controller} asks the pods for '/', and sends nothing to those that do not answer it with 200; give "
                "health_check_path, which is '/' if that is meant"
            ),
        )
    if found is not None and found.goes_fast:
        yield Loss(
            "scale-down",
            (
                "the autoscaler of the workload behind it takes up to half of the pods a minute, and each takes its "
                "sessions with it; say gradual_scale_down=True there"
            ),
        )


def check_annotated(controller: Controller, needed: Mapping[str, str], **carried: str) -> None:
    """Refuse a Service that does not carry what the controller reads there.

    Raises:
        ValueError: naming what is missing, or is another policy's.

    """
    wrong = [f"{key}={value}" for key, value in needed.items() if carried.get(key) != value]
    if wrong:
        raise ValueError(
            f"service_annotated says that the Service carries the policy, and its workload does not put "
            f"{', '.join(wrong)} on it; give the workload service_annotations({controller!r}, policy), with the same "
            "policy"
        )
