"""Rules of the pods and the Service of a workload after all transforms, such as overrides."""

from collections.abc import Mapping
from typing import Any, cast

from moorings.kubernetes.pod_args import PodArgs
from moorings.kubernetes.shutdown import EXIT_SECONDS, ShutdownBudget
from moorings.kubernetes.workload_args import KubernetesWorkloadArgs
from moorings.overrides.container_secrets import find_added_secrets, is_marked
from moorings.validation.findings import Path, Severity
from moorings.validation.resource_changes import UNKNOWN, Properties
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Check, Findings

POD_TRANSFORM_RULES = RuleSet(PodArgs)
WORKLOAD_TRANSFORM_RULES = RuleSet(KubernetesWorkloadArgs)

POD_SPECS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("DaemonSet", "Deployment", "Job", "StatefulSet"), ("spec", "template", "spec")),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
"""Path of the pods' spec in an object, by its kind."""

_TERMINATION = "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination"
_POD = "override('deployment', {'spec': {'template': {'spec': %s}}})"


@POD_TRANSFORM_RULES.explicit(
    "k8s-transformed-plaintext-secret",
    Severity.UNSAFE,
    source="https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
    invalid="transforms=["
    + _POD % "{'containers': [{'name': 'example', 'env': [{'name': 'API_KEY', 'value': 'hunter2'}]}]}"
    + "]",
    valid="transforms=["
    + _POD % "{'containers': [{'name': 'example', 'envFrom': [{'secretRef': {'name': 'example-keys'}}]}]}"
    + "]",
)
def transformed_plaintext_secret(
    final: Properties, role: str, pod: Path, rendered: Properties, marked: list[Any]
) -> Findings:
    """Anyone with read access to the workload can read the secret."""
    for containers in ("initContainers", "containers"):
        path = cast("tuple[str, ...]", (*pod, containers))
        added = find_added_secrets(final.items(*path) or [], rendered.items(*path) or [])
        for below, kind in added:
            yield ("transforms", role, *path, *below), _PLAINTEXT.format(kind=kind)
    for variable, value in marked:
        if is_marked(value):
            yield ("transforms", *variable), _PLAINTEXT.format(kind="a secret")


_PLAINTEXT = "contains {kind} and would be stored in plain text; set valueFrom instead, or use secret_environment"


@WORKLOAD_TRANSFORM_RULES.explicit(
    "k8s-transformed-single-writer",
    Severity.UNSAFE,
    source="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#recreate-deployment",
    invalid="strategy='Recreate', availability=Availability(level='development'), "
    "transforms=[override('deployment', {'spec': {'strategy': {'type': 'RollingUpdate'}}})]",
    valid="strategy='Recreate', availability=Availability(level='development'), "
    "transforms=[override('deployment', {'spec': {'paused': True}})]",
)
def transformed_single_writer(final: Properties, role: str, kind: str, replicas: int) -> Findings:
    """An old pod and a new one, or two pods instead of one, could write to the same data."""
    path = "transforms", role, "spec"
    if kind == "Deployment" and final.text("spec", "strategy", "type") not in {None, "Recreate"}:
        yield (*path, "strategy"), "the pods of the workload must not overlap; remove it, or set strategy"
    pods = final.number("spec", "replicas")
    # With several pods, an autoscaler outside of the program may have added more.
    if replicas == 1 and pods is not None and pods > 1:
        yield (*path, "replicas"), f"must be at most 1, got {int(pods)}; set availability.replicas instead"


@POD_TRANSFORM_RULES.explicit(
    "k8s-transformed-drain",
    Severity.UNSAFE,
    source=_TERMINATION,
    invalid="transforms=[" + _POD % "{'terminationGracePeriodSeconds': 30}" + "]",
    valid="transforms=[" + _POD % "{'terminationGracePeriodSeconds': 90}" + "]",
)
def transformed_drain(
    final: Properties, role: str, pod: tuple[str, ...], main: Properties, budget: ShutdownBudget
) -> Findings:
    """The kubelet kills the pod before its requests are completed, or stops it while it still gets new ones."""
    needed = min(budget.serving_seconds + EXIT_SECONDS, budget.termination_grace_period_seconds)
    period = final.number(*pod, "terminationGracePeriodSeconds")
    if final.is_missing(*pod, "terminationGracePeriodSeconds"):
        period = _DEFAULT_GRACE_PERIOD
    if period is not None and period < needed:
        yield (
            ("transforms", role, *pod, "terminationGracePeriodSeconds"),
            f"must be at least {needed}, got {int(period)}; raise it, or lower shutdown.drain_seconds",
        )
    name, pre_stop = main.text("name"), main.at("lifecycle", "preStop")
    for container in (final.items(*pod, "containers") or []) if pre_stop else []:
        fields = Properties(container)
        if (
            fields.text("name") != name
            or fields.at("lifecycle", "preStop") in (pre_stop, UNKNOWN)
            or (fields.number("lifecycle", "preStop", "sleep", "seconds") or 0) >= budget.pre_stop_seconds
        ):
            continue
        yield (
            ("transforms", role, *pod, "containers", str(name), "lifecycle"),
            (
                f"the pod must serve requests for {budget.pre_stop_seconds} s before SIGTERM, while load balancers "
                "still send them; keep the preStop hook, or set shutdown"
            ),
        )


_DEFAULT_GRACE_PERIOD = 30
"""Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination"""


def drain_check(name: str, kind: str, spec: Mapping[str, Any], budget: ShutdownBudget) -> tuple[Check, dict[str, Any]]:
    """Return the rule of the graceful shutdown of an object's pods, with its values.

    Args:
        name: name of the main container.
        kind: kind of the object.
        spec: its spec.
        budget: durations of the graceful shutdown.

    """
    pod = POD_SPECS[kind]
    containers = Properties({"spec": spec}).items(*pod, "containers") or []
    main = next(Properties(each) for each in containers if each["name"] == name)
    return transformed_drain, {"role": kind.lower(), "pod": pod, "main": main, "budget": budget}


@WORKLOAD_TRANSFORM_RULES.explicit(
    "k8s-transformed-session-affinity",
    Severity.UNSAFE,
    source="https://kubernetes.io/docs/reference/networking/virtual-ips/#session-affinity",
    invalid="session_affinity_timeout_seconds=60, "
    "transforms=[override('service', {'spec': {'sessionAffinity': 'None', 'sessionAffinityConfig': None}})]",
    valid="session_affinity_timeout_seconds=60, "
    "transforms=[override('service', {'spec': {'publishNotReadyAddresses': True}})]",
)
def transformed_session_affinity(final: Properties, role: str, timeout_seconds: float | None) -> Findings:
    """Requests of a session would reach several pods."""
    if timeout_seconds is None or final.at("spec") is UNKNOWN:
        return
    if (final.text("spec", "sessionAffinity"), final.number(*_TIMEOUT)) != ("ClientIP", timeout_seconds):
        yield (
            ("transforms", role, "spec", "sessionAffinity"),
            "the Service must keep its session affinity; remove it, or set session_affinity_timeout_seconds",
        )


_TIMEOUT = "spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds"


def session_affinity_timeout(spec: Mapping[str, Any]) -> float | None:
    """Return the timeout of the session affinity in the spec of a Service, None without one."""
    return Properties({"spec": spec}).number(*_TIMEOUT)
