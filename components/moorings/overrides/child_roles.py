"""Roles of the children of a component: what follows the component's name in theirs."""

from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

import pulumi

from moorings.sdk.internals import children_of

HASH_LENGTH = 6


class Child(NamedTuple):
    """A child resource of a component, at any depth."""

    role: str
    """What follows the name of the component: ``deployment`` for ``orders-deployment``."""

    kind: str
    """Last part of the type: ``Deployment`` for ``kubernetes:apps/v1:Deployment``."""


def role_of(component: str, child: str) -> str | None:
    """Return the role of a child by the names of the component and the child, None for another resource.

    A name that a service limits has a hash instead of the end of the component's name.
    """
    if child.startswith(f"{component}-"):
        return child[len(component) + 1 :]
    start, separator, role = child.partition(f"-{sha256(component.encode()).hexdigest()[:HASH_LENGTH]}-")
    return role if separator and component.startswith(start) else None


def kind_of(type_: str) -> str:
    """Return the last part of a type token."""
    return type_.rpartition(":")[2]


def children(component: pulumi.Resource, name: str) -> list[Child] | None:
    """Return the children that are not components, without duplicates. None if the SDK does not list them."""
    found = list(_descendants([component]))
    if not found:
        return None
    roles = {
        Child(role, kind_of(child.pulumi_resource_type))
        for child in found
        if isinstance(child, pulumi.CustomResource) and (role := role_of(name, child.pulumi_resource_name))
    }
    return sorted(roles)


def _descendants(resources: Iterable[pulumi.Resource]) -> Iterable[pulumi.Resource]:
    for resource in resources:
        for child in children_of(resource):
            yield child
            yield from _descendants([child])
