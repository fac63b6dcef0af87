"""Compares two plans of the same stack, one before and one after a change of the program."""

from collections.abc import Iterator, Mapping
from typing import Any

from moorings.preview.plan import Plan, Resource, Step
from moorings.preview.secret_masking import is_array, is_object

OPTIONS = (
    "protect",
    "provider",
    "ignore_changes",
    "replace_on_changes",
    "delete_before_replace",
    "retain_on_delete",
    "custom_timeouts",
)
"""Resource options that are compared: those that change what an engine does."""


def compare(before: Plan, after: Plan) -> Plan:
    """Return the steps from one plan to the other.

    Only an engine knows whether an update replaces a resource.
    """
    old = {resource.urn: resource for resource in before.resources}
    new = {resource.urn: resource for resource in after.resources}
    renamed = {
        alias: urn for urn, resource in new.items() for alias in resource.aliases if alias in old and urn not in old
    }
    steps = [Step("delete", old[urn]) for urn in old.keys() - new.keys() - renamed.keys()]
    steps += [Step("create", new[urn]) for urn in new.keys() - old.keys() - set(renamed.values())]
    pairs = [(old[urn], new[urn]) for urn in old.keys() & new.keys()]
    pairs += [(old[alias], new[urn]) for alias, urn in renamed.items()]
    for old_resource, new_resource in pairs:
        changed = differences(old_resource, new_resource)
        steps.append(Step("update" if changed else "same", new_resource, old_resource, changed))
    return Plan(
        stack=after.stack,
        project=after.project,
        steps=sorted(steps, key=lambda step: step.resource.urn),
        log=[*_output_changes(before.outputs, after.outputs), *after.log],
        offline=after.offline,
        compared=True,
    )


def differences(before: Resource, after: Resource) -> list[str]:
    """Return the paths of changed inputs and the names of changed options, sorted."""
    inputs = _changed_paths(dict(before.inputs), dict(after.inputs), "")
    return sorted([*inputs, *(name for name in OPTIONS if getattr(before, name) != getattr(after, name))])


def _output_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            yield "warning", f"output {name} is removed; stacks that refer to it will fail", ""
        elif name not in before:
            yield "info", f"output {name} is added", ""
        elif before[name] != after[name]:
            yield "info", f"output {name} changes", ""


def _changed_paths(before: Any, after: Any, path: str) -> list[str]:
    if is_object(before) and is_object(after):
        return [
            changed
            for key in sorted(before.keys() | after.keys())
            for changed in _changed_paths(before.get(key), after.get(key), f"{path}.{key}" if path else str(key))
        ]
    if is_array(before) and is_array(after) and len(before) == len(after):
        return [
            changed
            for index, pair in enumerate(zip(before, after, strict=True))
            for changed in _changed_paths(*pair, f"{path}[{index}]")
        ]
    return [] if before == after else [path]
