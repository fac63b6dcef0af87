"""Rejects two components of one program that configure the same Kubernetes object.

Components share no other state. Of two conflicting components, the one that is declared later is rejected; the order of
declarations has no other effect.
"""

from collections.abc import Mapping
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime import get_root_resource

T = TypeVar("T")

_SERVICE = "kubernetes:core/v1:Service"
"""Any resource type of the provider: ``get_provider`` selects the provider by resource type."""

_declared: WeakKeyDictionary[pulumi.Resource, dict[tuple[Any, ...], Any]] = WeakKeyDictionary()


def _first_declared(resource: pulumi.Resource, key: tuple[str | None, ...], value: T) -> T:
    """Return the first value that the program declared for a key in the cluster of a component."""
    program = get_root_resource()
    if program is None:
        return value
    cluster = id(resource.get_provider(_SERVICE))
    stored: T = _declared.setdefault(program, {}).setdefault((cluster, *key), value)
    return stored


def check_declaration(
    resource: pulumi.Resource, component: str, key: tuple[str | None, ...], value: Any, conflict: str
) -> None:
    """Reject a component that declares another value for a key than an earlier component of the program.

    Args:
        resource: the component.
        component: the component, for messages.
        key: the object that is configured, such as the sessions of a Service or the route of a host and path.
        value: its configuration, or the component if only one component can configure the object.
        conflict: message of the error. ``{owner}`` is the earlier component.

    Raises:
        ValueError: if the values differ.

    """
    owner, declared = _first_declared(resource, key, (component, value))
    if declared != value:
        raise ValueError(conflict.format(owner=owner))


def check_workload(
    workload: pulumi.Resource, selector: Mapping[str, str], object_name: str | None, namespace: str
) -> None:
    """Reject a second workload with the same object name, or with an overlapping selector.

    Each Service would send requests to the pods of both workloads, and the eviction API rejects pods that two
    PodDisruptionBudgets select.

    Args:
        workload: the workload.
        selector: labels that select its pods.
        object_name: name of its objects, None if Pulumi generates it.
        namespace: its namespace.

    Raises:
        ValueError: if another workload of the cluster has the name or selects the pods.

    Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector

    """
    empty: list[Mapping[str, str]] = []
    selectors = _first_declared(workload, ("selector", namespace, selector["app.kubernetes.io/name"]), empty)
    if any(other.items() <= selector.items() or selector.items() <= other.items() for other in selectors):
        labels = ", ".join(f"{key}={value}" for key, value in selector.items())
        raise ValueError(
            f"app, component: another workload in namespace {namespace!r} also selects pods by {labels}, or by some of "
            "these labels; change app or component"
        )
    selectors.append(selector)
    if object_name is not None:
        conflict = (
            f"object_name: another workload in namespace {namespace!r} is also named {object_name!r}; change "
            "object_name or remove it"
        )
        check_declaration(workload, "", ("object name", namespace, object_name), id(workload), conflict)
