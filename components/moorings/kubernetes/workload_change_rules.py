"""Rules for changes that interrupt a deployed workload. They compare the inputs of `KubernetesWorkload`."""

from collections.abc import Iterator
from typing import Any, cast

from moorings.kubernetes.services import ServiceSettings
from moorings.kubernetes.workload_args import KubernetesWorkloadArgs
from moorings.validation.change_rules import ChangeRules
from moorings.validation.findings import Severity
from moorings.validation.resource_changes import UNKNOWN, ResourceChange
from moorings.validation.rules import Findings

WORKLOAD_CHANGES = ChangeRules("moorings:index:KubernetesWorkload", example_type="KubernetesWorkload")

_IDENTITY = {"namespace": "namespace", "objectName": "object_name"}
"""Arguments that identify the objects of the workload, by input."""

_STATEFUL_SET_FIELDS = {
    "governingServiceName": "governing_service_name",
    "podManagementPolicy": "pod_management_policy",
    "revisionHistoryLimit": "revision_history_limit",
    "volumes": "volumes",
}
"""Arguments whose fields Kubernetes or the provider cannot update in a StatefulSet, by input.

Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/diff.go
"""

_MIGRATION = (
    "deploy a second workload with another name, move the clients in a second update, and remove this one in a third"
)


def change_inputs(args: KubernetesWorkloadArgs) -> dict[str, Any]:
    """Return the inputs of the component that the rules compare."""
    autoscaling = args.autoscaling
    inputs: dict[str, Any] = {
        "namespace": args.namespace,
        "kind": args.kind or "Deployment",
        "objectName": args.object_name,
        "selector": args.selector,
        "governingServiceName": args.governing_service_name,
        "service": _identity(args.service),
        "services": {name: _identity(service) or {} for name, service in args.services.items()} or None,
        "hasService": args.has_service,
        "replicas": args.availability.replicas,
        "autoscaling": autoscaling and {"minReplicas": args.min_replicas, "maxReplicas": args.max_replicas},
    }
    if args.kind == "StatefulSet":
        volumes = {name: volume.claim_spec for name, volume in args.volumes.items() if volume.size is not None}
        limit = args.revision_history_limit if "revision_history_limit" in args.model_fields_set else None
        inputs |= {
            "podManagementPolicy": args.pod_management_policy,
            "revisionHistoryLimit": limit,
            "volumes": volumes or None,
        }
    return {name: value for name, value in inputs.items() if value is not None}


def _identity(service: ServiceSettings) -> dict[str, Any] | None:
    """Return the arguments of a Service that replace it."""
    arguments = {"name": service.name, "headless": service.headless or None}
    return {name: value for name, value in arguments.items() if value is not None} or None


@WORKLOAD_CHANGES.rule(
    "k8s-workload-replaced",
    Severity.UNSAFE,
    source="https://www.pulumi.com/docs/iac/concepts/resources/options/deletebeforereplace/",
    before='object_name="orders"',
    invalid='object_name="orders-v2"',
    valid='object_name="orders", app="orders-v2"',
)
def _workload_replaced(change: ResourceChange) -> Findings:
    """A replacement deletes the Service, stops the pods of a StatefulSet, and resets the number of autoscaled pods."""
    kind, new_kind = change.before.at("kind"), change.after.at("kind")
    minimum = change.before.at("autoscaling", "minReplicas")
    serving = change.before.at("hasService") is True
    if kind == new_kind and (serving or minimum is not None or kind == "StatefulSet"):
        for name, old, new in _changed(change, _IDENTITY):
            effects = [
                *(["clients lose the Service"] if serving else []),
                *([f"the new {kind} starts with the minimum number of pods"] if minimum is not None else []),
            ]
            effect = " and ".join(effects) or "its pods are deleted and its volumes are not reused"
            yield name, f"{new!r} instead of {old!r} replaces the {kind}, so {effect}; {_MIGRATION}"
        for name, _, _ in _changed(change, {"selector": "selector"}):
            effect = f"replaces the {kind}, and its Services have no endpoints until the new pods are ready"
            yield name, f"the change {effect}; {_MIGRATION}"
    elif kind != new_kind and minimum is not None and new_kind is not UNKNOWN:
        yield (
            "kind",
            (
                f"the {new_kind} that replaces the {kind} starts with the minimum number of pods; set "
                "autoscaling.min_replicas to the current number of pods first, then acknowledge the replacement"
            ),
        )
    if kind == new_kind == "StatefulSet":
        for name, _, _ in _changed(change, _STATEFUL_SET_FIELDS):
            yield (
                name,
                (
                    "the change deletes the StatefulSet and its pods, then creates a new one; to keep the pods, run "
                    "kubectl delete statefulset --cascade=orphan and pulumi refresh, then acknowledge the change"
                ),
            )


def _changed(change: ResourceChange, arguments: dict[str, str]) -> Iterator[tuple[str, Any, Any]]:
    """Yield the name, the old and the new value of each argument that has changed."""
    for name, argument in arguments.items():
        old, new = change.before.at(name), change.after.at(name)
        if old != new and UNKNOWN not in (old, new):
            yield argument, old, new


@WORKLOAD_CHANGES.rule(
    "k8s-service-replaced",
    Severity.UNSAFE,
    path="service",
    source="https://kubernetes.io/docs/concepts/services-networking/service/#headless-services",
    before='service=ServiceSettings(name="orders")',
    invalid='service=ServiceSettings(name="shop")',
    valid='service=ServiceSettings(name="orders", type="NodePort")',
)
def _service_replaced(change: ResourceChange) -> Findings:
    """Kubernetes can neither rename a Service nor make it headless, so the Service is deleted and created again."""
    before, after = change.before, change.after
    paths: list[tuple[str, ...]] = []
    if before.at("hasService") is True is after.at("hasService") and before.at("objectName") == after.at("objectName"):
        paths = [("service",)]
    common = _keys(before.at("services")) & _keys(after.at("services"))
    paths += [("services", name) for name in sorted(common)]
    for path in paths:
        fallback = before.at("objectName") if path == ("service",) else None
        for argument, default in (("name", fallback), ("headless", None)):
            old, new = (values.at(*path, argument) or default for values in (before, after))
            if old != new and UNKNOWN not in (old, new):
                effect = f"{new!r} instead of {old!r} replaces the Service, so clients cannot connect for some time"
                yield (*path, argument), f"{effect}; add a Service to services, move the clients, and remove this one"


def _keys(services: Any) -> set[str]:
    return set(cast("dict[str, Any]", services)) if isinstance(services, dict) else set()


@WORKLOAD_CHANGES.rule(
    "k8s-autoscaler-removed",
    Severity.UNSAFE,
    path="autoscaling",
    source="https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts",
    before="autoscaling=Autoscaling(max_replicas=10)",
    invalid="autoscaling=None",
    valid="autoscaling=None, availability=Availability(replicas=4)",
)
def _autoscaler_removed(change: ResourceChange) -> Findings:
    """The removed autoscaler still owns the field ``spec.replicas``, so later updates fail with a field conflict."""
    removed = not change.before.is_missing("autoscaling") and change.after.is_missing("autoscaling")
    if removed and change.after.is_missing("replicas"):
        yield (
            "later updates would fail with a conflict about spec.replicas, which the removed autoscaler has set; set "
            "availability.replicas to the required number of pods"
        )
