"""Finds two components of one program that configure the same Kubernetes object.

Components share no other state. Of two conflicting components, the one that is declared later is rejected; the order of
declarations has no other effect.
"""

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
    stored = _stored()
    if stored is None:
        return value
    first: T = stored.setdefault((_cluster(resource), *key), value)
    return first


def _stored() -> dict[tuple[Any, ...], Any] | None:
    program = get_root_resource()
    return None if program is None else _declared.setdefault(program, {})


def _cluster(resource: pulumi.Resource) -> int:
    return id(resource.get_provider(_SERVICE))


def find_owner(resource: pulumi.Resource, owner: str, key: tuple[str | None, ...], value: Any) -> str | None:
    """Return the earlier component of the program that declared another value for a key, None if there is none.

    Args:
        resource: the component.
        owner: the component, for messages.
        key: the object that is configured, such as the sessions of a Service or the route of a host and path.
        value: its configuration, or the component if only one component can configure the object.

    """
    first_owner, declared = _first_declared(resource, key, (owner, value))
    return None if declared == value else first_owner


def declare_service(service: pulumi.Resource, name: str, namespace: str | None, declared: Any) -> None:
    """Store what the program declares about a Service whose name it sets."""
    _first_declared(service, ("service", namespace, name), declared)


def find_service(resource: pulumi.Resource, name: str, namespace: str | None) -> Any:
    """Return what the program has declared about a Service with this name, None if there is none."""
    stored = _stored()
    return None if stored is None else stored.get((_cluster(resource), "service", namespace, name))
