"""Rejects two components of one program that configure the same Kubernetes object.

This is the only state that components share. It never changes what a component creates: whichever of two conflicting
components comes second is rejected, so the order of declarations has no other effect.
"""

from collections.abc import Mapping
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime import get_root_resource

T = TypeVar("T")

_SERVICE = "kubernetes:core/v1:Service"
"""A resource type of the provider. Pulumi returns the provider of a component by resource type."""

_declared: WeakKeyDictionary[pulumi.Resource, dict[tuple[Any, ...], Any]] = WeakKeyDictionary()


def _first_declared(resource: pulumi.Resource, key: tuple[str | None, ...], value: T) -> T:
    """Return the first value that the program declared for a key in the cluster of a component.

    Nothing is stored outside of a program.
    """
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
        component: the component, as messages name it.
        key: what is declared, such as the sessions of a Service or the route of a host and path.
        value: how it is configured. The component itself where only one component can declare the key.
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
    """Reject a second workload with the same object name, or with a selector that contains or is part of this one.

    Each Service would send requests to the pods of both workloads, and the eviction API rejects pods that two
    PodDisruptionBudgets select.

    Args:
        workload: the workload.
        selector: labels that select its pods.
        object_name: name of its objects, None if Pulumi generates it.
        namespace: its namespace.

    Raises:
        ValueError: if another workload of the cluster has them.

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
