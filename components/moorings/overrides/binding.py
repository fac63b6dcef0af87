"""Binds the overrides in a component's options to the component, and checks their roles."""

from collections.abc import Sequence
from typing import Any, NoReturn

import pulumi

from moorings.overrides.child_roles import Child, children
from moorings.overrides.override_rules import AMBIGUOUS_ROLE, UNKNOWN_ROLE
from moorings.overrides.transform import Override
from moorings.sdk.internals import inherits_transforms
from moorings.validation.errors import InvalidInput, suggestion
from moorings.validation.reporter import Reporter
from moorings.validation.rules import Rule, Violation

_MARK = "_bound_overrides"
"""Attribute of a component to whose children transforms apply: its overrides, and those of the components above it."""


def bind_overrides(
    component: pulumi.ComponentResource, name: str, reporter: Reporter, opts: pulumi.ResourceOptions | None
) -> pulumi.ResourceOptions | None:
    """Return the options of a component, in which overrides apply to the children of this component.

    Their roles are checked when the component is complete. Must be called before the component is registered.

    Args:
        component: the component.
        name: name of the component.
        reporter: reporter of the component.
        opts: options of the component as the user passed them.

    Raises:
        InvalidInput: when the component is complete, if no child has the role of an override, or several kinds have it.

    """
    given = opts.transforms if opts else None
    transforms = given or (opts.transformations if opts else None)
    parent = opts.parent if opts else None
    # Without a program in this process, the component belongs to one in another language, with unknown transforms.
    foreign = pulumi.runtime.get_root_resource() is None
    if not (transforms or is_transformed(parent) or foreign or inherits_transforms(parent)):
        return opts
    bound: list[Any] = [each.bind(name) if isinstance(each, Override) else each for each in given or ()]
    overrides = [each for each in bound if isinstance(each, Override)]
    setattr(component, _MARK, [*overrides, *overrides_of(parent)])
    if not overrides:
        return opts
    reporter.before_finish(lambda: _check_roles(reporter, overrides, children(component, name)))
    changed = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions())
    changed.transforms = bound
    return changed


def is_transformed(component: pulumi.Resource | None) -> bool:
    """Whether transforms apply to the children of a component of this package."""
    return hasattr(component, _MARK)


def overrides_of(component: pulumi.Resource | None) -> list[Override]:
    """Return the overrides that apply to the children of a component of this package."""
    overrides: list[Override] = getattr(component, _MARK, [])
    return overrides


def _check_roles(reporter: Reporter, overrides: Sequence[Override], found: Sequence[Child] | None) -> None:
    for each in overrides if found is not None else ():
        kinds = [child.kind for child in found or () if child.role == each.role]
        if not kinds:
            _reject(reporter, each, UNKNOWN_ROLE, f"no child has this role; {_roles(each.role, found or ())}")
        if each.kind is not None and each.kind not in kinds:
            _reject(reporter, each, UNKNOWN_ROLE, f"no {each.kind} has this role; use kind={kinds[0]!r}")
        if each.kind is None and len(kinds) > 1:
            kind_list = " and ".join(f"kind={kind!r}" for kind in kinds)
            _reject(reporter, each, AMBIGUOUS_ROLE, f"several children have this role; use one of {kind_list}")


def _roles(role: str, found: Sequence[Child]) -> str:
    roles = sorted({child.role for child in found})
    similar = suggestion(role, roles)
    return f"did you mean {similar}?" if similar else f"use one of {', '.join(roles)}"


def _reject(reporter: Reporter, each: Override, rule: Rule, message: str) -> NoReturn:
    raise InvalidInput.of(Violation(rule, message, "transforms", each.role), str(reporter), each.location)
