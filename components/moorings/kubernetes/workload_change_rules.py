"""Rules about changes of a workload that interrupt it, in the inputs that `KubernetesWorkload` registers."""

from collections.abc import Iterator
from typing import Any

from moorings.kubernetes.workload_args import KubernetesWorkloadArgs
from moorings.validation.change_rules import ChangeRules
from moorings.validation.findings import Severity
from moorings.validation.resource_changes import UNKNOWN, Properties, ResourceChange
from moorings.validation.rules import Findings

WORKLOAD_CHANGES = ChangeRules("moorings:index:KubernetesWorkload", example_type="KubernetesWorkload")

_NAMES = {"namespace": "namespace", "objectName": "object_name"}
"""Arguments that are part of the identity of each object, by input."""

_STATEFUL_SET_FIELDS = {
    "podManagementPolicy": "pod_management_policy",
    "revisionHistoryLimit": "revision_history_limit",
    "volumes": "volumes",
}
"""Arguments that set fields which Kubernetes or the provider cannot update in a StatefulSet, by input.

Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/diff.go
"""

_SECOND_WORKLOAD = (
    "deploy a second workload with another name, move its clients in a second update and remove this one in a third"
)


def change_inputs(args: KubernetesWorkloadArgs) -> dict[str, Any]:
    """Return the inputs of the component that the rules compare: arguments whose changes are not made in place."""
    autoscaling = args.autoscaling
    inputs: dict[str, Any] = {
        "namespace": args.namespace,
        "kind": args.kind or "Deployment",
        "objectName": args.object_name,
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


@WORKLOAD_CHANGES.rule(
    "k8s-workload-replaced",
    Severity.UNSAFE,
    source="https://www.pulumi.com/docs/iac/concepts/resources/options/deletebeforereplace/",
    before='object_name="orders"',
    invalid='object_name="orders-v2"',
    valid='object_name="orders", app="orders-v2"',
)
def _workload_replaced(change: ResourceChange) -> Findings:
    """Clients lose the Service of a replaced workload, a replaced StatefulSet stops, and autoscaled pods are lost."""
    kind, new_kind = change.before.at("kind"), change.after.at("kind")
    minimum = change.before.at("autoscaling", "minReplicas")
    serving = change.before.at("hasService") is True
    if kind == new_kind and (serving or minimum is not None or kind == "StatefulSet"):
        for name, old, new in _changed(change, _NAMES):
            losses = [
                *(["its clients lose the Service"] if serving else []),
                *([f"the new {kind} starts with its minimum number of pods"] if minimum is not None else []),
            ]
            loss = " and ".join(losses) or "its pods and volumes stay behind"
            yield name, f"{new!r} instead of {old!r} replaces the {kind}: {loss}; {_SECOND_WORKLOAD}"
    elif kind != new_kind and minimum is not None and new_kind is not UNKNOWN:
        yield (
            "kind",
            (
                f"a {new_kind} instead of the {kind} starts with its minimum number of pods; set "
                "autoscaling.min_replicas to the current number of pods first, then acknowledge the replacement"
            ),
        )
    if kind == new_kind == "StatefulSet":
        for name, _, _ in _changed(change, _STATEFUL_SET_FIELDS):
            yield (
                name,
                (
                    "the change deletes the StatefulSet with its pods, and then creates it again; delete it with "
                    "kubectl delete statefulset --cascade=orphan and run pulumi refresh, then acknowledge the change"
                ),
            )


def _changed(change: ResourceChange, arguments: dict[str, str]) -> Iterator[tuple[str, Any, Any]]:
    """Yield the name, the old and the new value of each argument that has changed."""
    for name, argument in arguments.items():
        old, new = change.before.at(name), change.after.at(name)
        if old != new and UNKNOWN not in (old, new):
            yield argument, old, new


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
    """The autoscaler owns the number of pods also after its removal, so that a later update fails with a conflict."""
    if _has(change.before) and change.after.is_missing("autoscaling") and change.after.is_missing("replicas"):
        yield (
            "without an autoscaler, updates fail with a conflict about the number of pods, which the autoscaler has "
            "set; set availability.replicas to the number of pods that are required"
        )


def _has(inputs: Properties) -> bool:
    return not inputs.is_missing("autoscaling")
