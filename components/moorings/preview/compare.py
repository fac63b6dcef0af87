"""Compares two plans of the same stack, one before and one after a change of the program."""

from collections.abc import Iterator, Mapping
from typing import Any

from moorings.preview.differences import find_changes
from moorings.preview.plan import Plan, Step, find_state_changes


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
        changes = find_state_changes(old_resource, new_resource)
        steps.append(Step("update" if changes else "same", new_resource, old_resource, changes))
    return Plan(
        stack=after.stack,
        project=after.project,
        steps=sorted(steps, key=lambda step: step.resource.urn),
        log=[*_removed_outputs(before.outputs, after.outputs), *after.log],
        output_changes=find_changes(before.outputs, after.outputs),
        offline=after.offline,
        compared=True,
    )


def _removed_outputs(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name in sorted(before.keys() - after.keys()):
        yield "warning", f"output {name} is removed; stacks that refer to it will fail", ""
