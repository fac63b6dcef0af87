"""Rejects two components of one program that configure the same Kubernetes object.

This is the only state that components share. It never changes what a component creates: whichever of two conflicting
components comes second is rejected, so the order of declarations has no other effect.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime import get_root_resource

T = TypeVar("T")

_SERVICE = "kubernetes:core/v1:Service"
"""A resource type of the provider. Pulumi returns the provider of a component by resource type."""

_declared: WeakKeyDictionary[pulumi.Resource, dict[tuple[Any, ...], Any]] = WeakKeyDictionary()


def _first_declared(component: pulumi.Resource, key: tuple[str | None, ...], value: T) -> T:
    """Return what the program declared first for a key in the cluster of a component: ``value`` if this is the first.

    Nothing is stored outside of a program.
    """
    program = get_root_resource()
    if program is None:
        return value
    cluster = id(component.get_provider(_SERVICE))
    stored: T = _declared.setdefault(program, {}).setdefault((cluster, *key), value)
    return stored


def check_workload(
    workload: pulumi.Resource, selector: Mapping[str, str], object_name: str | None, namespace: str
) -> None:
    """Reject a second workload with the same selector or object name.

    Each Service would send requests to the pods of both workloads, and the eviction API rejects pods that two
    PodDisruptionBudgets select.

    Args:
        workload: the workload.
        selector: labels that select its pods.
        object_name: name of its objects, None if Pulumi generates it.
        namespace: its namespace.

    Raises:
        ValueError: if another workload of the cluster has the same name, or a selector that contains
            or is part of this one.

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
        owner = _first_declared(workload, ("object name", namespace, object_name), id(workload))
        if owner != id(workload):
            raise ValueError(
                f"object_name: another workload in namespace {namespace!r} is also named {object_name!r}; change "
                "object_name or remove it"
            )


def check_session_policy(
    ingress: pulumi.Resource, component: str, controller: str, policy: Any, *, service: str, namespace: str | None
) -> None:
    """Reject a second policy for the sessions of one Service, for controllers that configure them per Service.

    Raises:
        ValueError: if another ingress of this controller keeps the sessions of the Service with other settings.

    """
    declared = _first_declared(ingress, ("policy", controller, namespace, service), (component, policy))
    if declared[1] != policy:
        raise ValueError(
            f"policy: {declared[0]} has another policy for Service {service!r}, and {controller} supports one policy "
            "per Service; use the same policy, or set dedicated_service=True or selector on one of them"
        )


def check_service_configuration(
    ingress: pulumi.Resource, component: str, controller: str, kind: str, *, service: str, namespace: str | None
) -> None:
    """Reject a second ingress to one Service, for controllers that read one object of ``kind`` per Service.

    Raises:
        ValueError: if another ingress of this controller routes to the Service.

    """
    owner = _first_declared(ingress, (kind, controller, namespace, service), component)
    if owner != component:
        raise ValueError(
            f"{owner} also routes to Service {service!r}, and {controller} reads one {kind} per Service; declare all "
            "hosts and paths on one of them, or set dedicated_service=True or selector on one of them"
        )


def check_host(ingress: pulumi.Resource, component: str, product: str, scope: Sequence[str | None], host: str) -> None:
    """Reject a second ingress with one host, for products that accept a single object per host.

    Args:
        ingress: the ingress.
        component: the ingress, as messages name it.
        product: the product. Its kinds of objects conflict with each other.
        scope: the ingress class.
        host: the host.

    Raises:
        ValueError: if another ingress has the host.

    """
    owner = _first_declared(ingress, ("host", product, *scope, host), component)
    if owner != component:
        raise ValueError(
            f"hosts: {owner} also has {host!r}, and {product} accepts one object per host, the oldest; declare all "
            "paths on one of them, or use another controller"
        )


def check_route(  # noqa: PLR0917
    ingress: pulumi.Resource, component: str, controller: str, scope: Sequence[str | None], host: str, path: str
) -> None:
    """Reject a second ingress with one host and path, because the controller would use only one of them.

    Args:
        ingress: the ingress.
        component: the ingress, as messages name it.
        controller: its controller.
        scope: the ingress class, Gateway or group of Ingresses.
        host: the host, empty for all hosts.
        path: the path prefix.

    Raises:
        ValueError: if another ingress routes the same host and path.

    """
    owner = _first_declared(ingress, ("route", controller, *scope, host, path.rstrip("/")), component)
    if owner != component:
        raise ValueError(
            f"hosts, paths: {owner} also routes {host or 'all hosts'}{path}, and {controller} uses one of the two; "
            "change the host or path"
        )
