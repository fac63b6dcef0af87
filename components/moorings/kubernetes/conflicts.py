"""Labels that select pods, and names: no two workloads of a namespace may have the same.

Each Service would reach the pods of both, and a pod with two disruption budgets is never evicted.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector
"""

from collections.abc import Mapping

import pulumi

from moorings.kubernetes.program_registry import Said

_selectors = Said[list[Mapping[str, str]]]()
"""By which labels pods are selected."""

_owners = Said[int]()
"""Who is called how."""


def take(owner: pulumi.Resource, selector: Mapping[str, str], name: str | None, namespace: str) -> None:
    """Note whose the labels are, and the name.

    Args:
        owner: the workload.
        selector: labels of its pods.
        name: name of its objects, if Pulumi does not make one.
        namespace: where it is.

    Raises:
        ValueError: for labels or a name that another workload of the cluster has taken.

    """
    taken = _selectors.first(owner, (namespace, selector["app.kubernetes.io/name"]), [])
    if any(each.items() <= selector.items() or selector.items() <= each.items() for each in taken):
        labels = ", ".join(f"{key}={value}" for key, value in selector.items())
        raise ValueError(
            f"another workload in namespace {namespace!r} selects its pods by {labels} too, or by some of these; give "
            "app or component another value"
        )
    taken.append(selector)
    if name is not None and _owners.first(owner, (namespace, "name", name), id(owner)) != id(owner):
        raise ValueError(
            f"another workload in namespace {namespace!r} is called {name} too; give object_name another value, or "
            "leave it out"
        )
