"""Compares two plans of the same stack, one before and one after a change of the program."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from moorings.preview.differences import find_changes
from moorings.preview.plan import Message, Plan, Step, find_state_changes
from moorings.validation.findings import Finding


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
        log=[*_removed_outputs(before.outputs, after.outputs), *_new_messages(before.log, after.log)],
        output_changes=find_changes(before.outputs, after.outputs),
        offline=after.offline,
        compared=True,
    )


def _new_messages(before: Iterable[Message], after: Iterable[Message]) -> Iterator[Message]:
    """Yield the messages that the earlier program does not log. Lines of the program can move."""
    known = {(severity, _without_location(text), urn) for severity, text, urn in before}
    for severity, text, urn in after:
        if (severity, _without_location(text), urn) not in known:
            yield severity, text, urn


def _without_location(message: str) -> str:
    finding = Finding.parse(message.strip())
    return f"{finding.text} [{finding.rule}]" if finding else message


def _removed_outputs(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Message]:
    for name in sorted(before.keys() - after.keys()):
        yield "warning", f"output {name} is removed; stacks that refer to it will fail", ""
