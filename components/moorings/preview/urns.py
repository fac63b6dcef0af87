"""URNs as an engine forms them, and the older URNs under which it may know a resource already."""

from collections.abc import Sequence
from typing import Any

ROOT = "pulumi:pulumi:Stack"


def build_urn(stack: str, project: str, parent: str, type_: str, name: str) -> str:
    """The URN of a resource: with the types of all ancestors, and without the stack's."""
    if parent and qualified_type(parent) != ROOT:
        type_ = f"{qualified_type(parent)}${type_}"
    return f"urn:pulumi:{stack}::{project}::{type_}::{name}"


def stack_urn(stack: str, project: str) -> str:
    """The URN of a stack itself."""
    return build_urn(stack, project, "", ROOT, f"{project}-{stack}")


def qualified_type(of: str) -> str:
    """The types of a resource and its ancestors, as its URN tells them."""
    return of.split("::", 3)[2]


def urn_name(of: str) -> str:
    """The name of a resource, as its URN tells it."""
    return of.split("::", 3)[3]


def alias_urns(request: Any, stack: str, project: str, parents: Sequence[str]) -> list[str]:
    """The URNs that a registration stands in for, sorted.

    Those are its own aliases, and what follows from its parent's: where the parent had another name, a child whose
    name begins with the parent's had it too.

    Source: https://github.com/pulumi/pulumi/blob/v3.256.0/pkg/resource/deploy/step_generator.go, generateAliases

    Args:
        request: what the program registers.
        stack: the stack's name.
        project: the project's name.
        parents: the aliases of its parent.

    """
    current = build_urn(stack, project, request.parent, request.type, request.name)
    own = [_own(alias, request, stack, project) for alias in request.aliases]
    inherited = {
        build_urn(
            stack, project, parent, _type(each), _renamed(urn_name(each), urn_name(request.parent), urn_name(parent))
        )
        for parent in parents
        for each in (current, *own)
    }
    return sorted({*own, *inherited} - {current})


def _own(alias: Any, request: Any, stack: str, project: str) -> str:
    if alias.WhichOneof("alias") == "urn":
        return str(alias.urn)
    spec = alias.spec
    parent = "" if spec.noParent else spec.parentUrn or request.parent
    return build_urn(
        spec.stack or stack, spec.project or project, parent, spec.type or request.type, spec.name or request.name
    )


def _type(urn: str) -> str:
    return qualified_type(urn).rpartition("$")[2]


def _renamed(child: str, parent: str, parent_before: str) -> str:
    return parent_before + child.removeprefix(parent) if child.startswith(parent) else child
