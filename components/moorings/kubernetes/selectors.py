"""Labels that select pods: no two workloads of a namespace may have the same.

Each Service would reach the pods of both, and a pod with two disruption budgets is never evicted.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector
"""

from collections.abc import Mapping
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.settings import get_root_resource

_taken: WeakKeyDictionary[pulumi.Resource, dict[tuple[str, ...], str]] = WeakKeyDictionary()
"""For each program that runs, who selects by which labels."""


def take(owner: str, selector: Mapping[str, str], namespace: str) -> None:
    """Note whose the labels are.

    Raises:
        ValueError: for labels that another workload has taken.

    """
    program = get_root_resource()
    if program is None:
        return
    taken = _taken.setdefault(program, {})
    other = taken.setdefault((namespace, *selector.values()), owner)
    if other != owner:
        labels = ", ".join(f"{key}={value}" for key, value in selector.items())
        raise ValueError(
            f"another workload in namespace {namespace!r} selects its pods by {labels} too; give app or component "
            "another value"
        )
