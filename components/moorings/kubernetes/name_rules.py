"""Rules of the names of workloads that share a namespace."""

import pulumi

from moorings.kubernetes.conflicts import find_owner
from moorings.kubernetes.pod_args import PodArgs
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

NAME_RULES = RuleSet(PodArgs)

_NAMES = "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"


@NAME_RULES.explicit(
    "k8s-overlapping-selectors",
    Severity.UNSAFE,
    source="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector",
    invalid="namespace='neighbors'",
    valid="namespace='shop'",
)
def overlapping_selectors(namespace: str, name: str, workload: pulumi.Resource) -> Findings:
    """Each Service sends requests to the pods of both workloads, and two disruption budgets block their eviction."""
    if find_owner(workload, "", ("selector", namespace, name), id(workload)) is not None:
        yield (
            "name",
            (
                f"another workload in namespace {namespace!r} is also named {name!r}, and their selectors are equal; "
                "rename one of them"
            ),
        )


@NAME_RULES.explicit(
    "k8s-duplicate-object-name",
    Severity.ERROR,
    source=_NAMES,
    invalid="object_name='neighbor'",
    valid="object_name='orders'",
)
def duplicate_object_name(namespace: str, object_name: str, workload: pulumi.Resource) -> Findings:
    """Objects of one kind have unique names in their namespace."""
    if find_owner(workload, "", ("object name", namespace, object_name), id(workload)) is not None:
        yield (
            "object_name",
            (
                f"another workload in namespace {namespace!r} is also named {object_name!r}; change object_name or "
                "remove it"
            ),
        )
