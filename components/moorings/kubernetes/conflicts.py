"""Finds two components of one program that configure the same Kubernetes object."""

from typing import Any, TypeVar

import pulumi

from moorings.validation.declarations import declarations

T = TypeVar("T")

_SERVICE = "kubernetes:core/v1:Service"
"""Any resource type of the provider: ``get_provider`` selects the provider by resource type."""


def _first_declared(resource: pulumi.Resource, key: tuple[str | None, ...], value: T) -> T:
    """Return the first value that the program declared for a key in the cluster of a component."""
    stored = declarations()
    if stored is None:
        return value
    first: T = stored.setdefault((_cluster(resource), *key), value)
    return first


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
    stored = declarations()
    return None if stored is None else stored.get((_cluster(resource), "service", namespace, name))
