"""Builds URNs as an engine does, including those of aliases, by which an engine finds resources after a rename."""

from collections.abc import Sequence
from typing import Any

ROOT = "pulumi:pulumi:Stack"


def build_urn(stack: str, project: str, parent: str, type_: str, name: str) -> str:
    """Return the URN of a resource, which contains the types of all its parents except the stack."""
    if parent and qualified_type(parent) != ROOT:
        type_ = f"{qualified_type(parent)}${type_}"
    return f"urn:pulumi:{stack}::{project}::{type_}::{name}"


def stack_urn(stack: str, project: str) -> str:
    """Return the URN of a stack."""
    return build_urn(stack, project, "", ROOT, f"{project}-{stack}")


def qualified_type(urn: str) -> str:
    """Return the types of a resource and of its parents, separated by ``$``."""
    return urn.split("::", 3)[2]


def urn_name(urn: str) -> str:
    """Return the logical name of a resource."""
    return urn.split("::", 3)[3]


def alias_urns(request: Any, stack: str, project: str, parent_aliases: Sequence[str]) -> list[str]:
    """Return the URNs of all aliases of a resource, sorted.

    A resource also inherits the aliases of its parent. If its name begins with the name of the parent, an alias with
    another parent name changes the beginning of its own name as well.

    Source: https://github.com/pulumi/pulumi/blob/v3.256.0/pkg/resource/deploy/step_generator.go, generateAliases

    Args:
        request: registration of the resource.
        stack: name of the stack.
        project: name of the project.
        parent_aliases: URNs of the aliases of its parent.

    """
    current = build_urn(stack, project, request.parent, request.type, request.name)
    own = [_alias_urn(alias, request, stack, project) for alias in request.aliases]
    inherited = [
        build_urn(stack, project, parent, _own_type(urn), _renamed(urn_name(urn), urn_name(request.parent), parent))
        for parent in parent_aliases
        for urn in (current, *own)
    ]
    return sorted({*own, *inherited} - {current})


def _alias_urn(alias: Any, request: Any, stack: str, project: str) -> str:
    if alias.WhichOneof("alias") == "urn":
        return str(alias.urn)
    spec = alias.spec
    parent = "" if spec.noParent else spec.parentUrn or request.parent
    return build_urn(
        spec.stack or stack, spec.project or project, parent, spec.type or request.type, spec.name or request.name
    )


def _own_type(urn: str) -> str:
    return qualified_type(urn).rpartition("$")[2]


def _renamed(child: str, parent: str, old_parent_urn: str) -> str:
    return urn_name(old_parent_urn) + child.removeprefix(parent) if child.startswith(parent) else child
