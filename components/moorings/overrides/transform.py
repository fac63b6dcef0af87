"""``override``: a transform that patches inputs of a child for which its component has no argument."""

from collections.abc import Mapping
from typing import Any

import pulumi
from pydantic.alias_generators import to_camel

from moorings.overrides.child_roles import kind_of, role_of
from moorings.overrides.merge import items_without_key, merge
from moorings.overrides.override_rules import MERGE_KEY, PROPERTY_NAME
from moorings.sdk.locations import user_location
from moorings.validation.errors import InvalidInput
from moorings.validation.rules import Violation

_COMPONENT_TYPE = "moorings:index:"


class Override:
    """A transform that merges a patch into the children that have a role. See ``override``."""

    def __init__(self, role: str, patch: Mapping[str, Any], kind: str | None = None, component: str = "") -> None:
        """Store the override.

        Args:
            role: role of the children.
            patch: inputs, under the names of the provider.
            kind: last part of the type of the children. None for all types.
            component: name of the component whose children are changed. Empty for the children of all components.

        """
        self.role, self.patch, self.kind = role, patch, kind
        self.location = user_location()
        self._component = component

    def bind(self, component: str) -> "Override":
        """Return the same override for the children of one component, at any depth."""
        bound = Override(self.role, self.patch, self.kind, component)
        bound.location = self.location
        return bound

    def applies_to(self, component: str, name: str, type_: str) -> bool:
        """Whether the override changes the child of a component that has a name and a type."""
        return self.kind in {None, kind_of(type_)} and role_of(self._component or component, name) == self.role

    async def __call__(self, args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        """Merge the patch if the resource has the role."""
        component = self._component or await _parent_component(args.opts.parent)
        if not args.custom or not component or not self.applies_to(component, args.name, args.type_):
            return None
        return pulumi.ResourceTransformResult(merge(dict(args.props), self.patch), args.opts)


async def _parent_component(parent: pulumi.Resource | None) -> str:
    """Return the name of a resource's parent. Empty if it is not a component of this package."""
    if parent is None:
        return ""
    types, _, name = str(await parent.urn.future()).rpartition("::")
    return name if types.rpartition("::")[2].rpartition("$")[2].startswith(_COMPONENT_TYPE) else ""


def override(role: str, patch: Mapping[str, Any], *, kind: str | None = None) -> Override:
    """Return a transform that merges a patch into the child that has a role in its component.

    Use it for properties that the component has no argument for::

        pulumi.ResourceOptions(
            transforms=[override("deployment", {"spec": {"template": {"spec": {"schedulerName": "bin-packing"}}}})]
        )

    Mappings are merged by key, and lists of Kubernetes and ECS by the merge key of their items, as in a strategic merge
    patch: containers by name, for example. Other lists are replaced. None removes a field, ``{"name": "x", "$patch":
    "delete"}`` an item, and a function receives the current value and returns the new one. A mapping or list is also
    merged into JSON text, such as ``containerDefinitions`` and policies. Outputs and secrets are allowed, and secrets
    stay secret.

    The component checks after the patch that its guarantees hold, such as a single task. ``docs/overrides.md`` lists
    the roles. As a transform of the stack (``pulumi.runtime.register_resource_transform``), the override applies to
    every component of this package that has the role.

    Args:
        role: suffix of the child's name, after the name of the component: ``deployment`` for ``orders-deployment``.
        patch: inputs of the child under the names of the provider, as in YAML: ``desiredCount``, not ``desired_count``.
        kind: last part of the child's type (``SecretVersion``). Required if children of several types have the role.

    Raises:
        InvalidInput: if a property is not in camel case, or an item lacks the merge key of its list. The component
            rejects a role that none of its children has.

    """
    problem: Violation | None = None
    for name in patch:
        if "_" in name:
            problem = Violation(PROPERTY_NAME, f"unknown property; did you mean {to_camel(name)}?", role, name)
    for path, key in items_without_key(patch):
        problem = problem or Violation(MERGE_KEY, f"the item has no {key}; set it", role, *path)
    if problem is not None:
        raise InvalidInput.of(problem, "override", user_location())
    return Override(role, patch, kind)
