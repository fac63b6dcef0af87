"""What a change does to a program: two plans of it, one before and one after."""

from collections.abc import Iterator, Mapping
from typing import Any

from moorings.preview.plan import Plan, Resource, Step
from moorings.preview.secret_masking import is_array, is_object


def compare(before: Plan, after: Plan) -> Plan:
    """The steps from one plan to the other, as far as a program tells them.

    What needs an engine to know, as whether an update replaces a resource, stays open.
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
    for was, is_ in pairs:
        changed = differences(was, is_)
        steps.append(Step("update" if changed else "same", is_, was, changed))
    return Plan(
        stack=after.stack,
        project=after.project,
        steps=sorted(steps, key=lambda step: step.resource.urn),
        log=[*_exports(before.outputs, after.outputs), *after.log],
        offline=after.offline,
        compared=True,
    )


OPTIONS = (
    "protect",
    "provider",
    "ignore_changes",
    "replace_on_changes",
    "delete_before_replace",
    "retain_on_delete",
    "custom_timeouts",
)
"""Options that decide what an engine does to a resource."""


def differences(before: Resource, after: Resource) -> list[str]:
    """Paths at which two resources differ, sorted: inputs, and options by their names in the SDK."""
    found = _differ(dict(before.inputs), dict(after.inputs), "")
    return sorted([*found, *(name for name in OPTIONS if getattr(before, name) != getattr(after, name))])


def _exports(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What changed for other stacks."""
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            yield "warning", f"the output {name} is gone; a stack that refers to it fails", ""
        elif name not in before:
            yield "info", f"the output {name} is new", ""
        elif before[name] != after[name]:
            yield "info", f"the output {name} changes", ""


def _differ(before: Any, after: Any, path: str) -> list[str]:
    if is_object(before) and is_object(after):
        return [
            each
            for key in sorted(before.keys() | after.keys())
            for each in _differ(before.get(key), after.get(key), f"{path}.{key}" if path else str(key))
        ]
    if is_array(before) and is_array(after) and len(before) == len(after):
        return [
            each for at, pair in enumerate(zip(before, after, strict=True)) for each in _differ(*pair, f"{path}[{at}]")
        ]
    return [] if before == after else [path]
