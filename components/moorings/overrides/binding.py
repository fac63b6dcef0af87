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

_OVERRIDES_ATTRIBUTE = "_bound_overrides"
"""Attribute with the overrides of a component and its ancestors. Only set if transforms may apply to its children."""


def bind_overrides(
    component: pulumi.ComponentResource, name: str, reporter: Reporter, opts: pulumi.ResourceOptions | None
) -> pulumi.ResourceOptions | None:
    """Return the options of a component, with overrides that apply to the children of this component only.

    Must be called before the component is registered. The roles are checked when the component is complete.

    Args:
        component: the component.
        name: name of the component.
        reporter: reporter of the component.
        opts: options of the component as the user passed them.

    Raises:
        InvalidInput: when the component is complete, if no child has the role of an override, or children of several
            types have it.

    """
    transforms = opts.transforms if opts else None
    has_transforms = bool(transforms or (opts.transformations if opts else None))
    parent = opts.parent if opts else None
    # A process without a root stack is the plugin host of a program in another language, whose transforms are unknown.
    is_plugin_host = pulumi.runtime.get_root_resource() is None
    if not (has_transforms or is_transformed(parent) or is_plugin_host or inherits_transforms(parent)):
        return opts
    bound: list[Any] = [each.bind(name) if isinstance(each, Override) else each for each in transforms or ()]
    overrides = [each for each in bound if isinstance(each, Override)]
    setattr(component, _OVERRIDES_ATTRIBUTE, [*overrides, *overrides_of(parent)])
    if not overrides:
        return opts
    reporter.before_finish(lambda: _check_roles(reporter, overrides, children(component, name)))
    bound_opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions())
    bound_opts.transforms = bound
    return bound_opts


def is_transformed(component: pulumi.Resource | None) -> bool:
    """Whether transforms may apply to the children of a component of this package."""
    return hasattr(component, _OVERRIDES_ATTRIBUTE)


def overrides_of(component: pulumi.Resource | None) -> list[Override]:
    """Return the overrides that apply to the children of a component of this package."""
    overrides: list[Override] = getattr(component, _OVERRIDES_ATTRIBUTE, [])
    return overrides


def _check_roles(reporter: Reporter, overrides: Sequence[Override], known: Sequence[Child] | None) -> None:
    if known is None:
        return
    for override in overrides:
        kinds = [child.kind for child in known if child.role == override.role]
        if not kinds:
            _reject(reporter, override, UNKNOWN_ROLE, f"no child has this role; {_suggest_role(override.role, known)}")
        if override.kind is not None and override.kind not in kinds:
            _reject(reporter, override, UNKNOWN_ROLE, f"no {override.kind} has this role; use kind={kinds[0]!r}")
        if override.kind is None and len(kinds) > 1:
            choices = " or ".join(f"kind={kind!r}" for kind in kinds)
            _reject(reporter, override, AMBIGUOUS_ROLE, f"several children have this role; set {choices}")


def _suggest_role(role: str, known: Sequence[Child]) -> str:
    roles = sorted({child.role for child in known})
    similar = suggestion(role, roles)
    return f"did you mean {similar}?" if similar else f"use one of {', '.join(roles)}"


def _reject(reporter: Reporter, override: Override, rule: Rule, message: str) -> NoReturn:
    raise InvalidInput.of(Violation(rule, message, "transforms", override.role), str(reporter), override.location)
