"""Checks changes of a cluster in resource hooks, and in the output of ``pulumi preview --json``."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast, get_args

import pulumi

from moorings.msk.rejected_changes import AcknowledgedChange, creation_problems, mutual_tls_notice, update_problems
from moorings.msk.update_effects import restart_notice, sequential_operations_warning
from moorings.sdk.internals import start_callback_server
from moorings.validation.errors import InvalidInput

CLUSTER_TYPE = "aws:msk/cluster:Cluster"

ACKNOWLEDGEABLE_CHANGES = frozenset({*get_args(AcknowledgedChange), "deletion", "replacement"})
"""Changes that ``moorings report --acknowledge`` allows."""


def cluster_change_guard(name: str, acknowledged: Collection[AcknowledgedChange]) -> pulumi.ResourceHookBinding:
    """Create the hooks of a cluster, which run in a preview and again before the cluster is created or updated.

    They reject changes that MSK rejects and changes that are rarely intended, and log rolling restarts with their
    duration. Deletion and replacement are left to ``protect``: a hook before deletions would block every ``pulumi
    destroy``, which runs no program, and a hook before creations cannot tell a replacement from a first creation.

    Args:
        name: logical name of the component, which is the prefix of the hooks' names.
        acknowledged: changes that the user has acknowledged.

    """
    component = f"MskCluster {name!r}"

    def check_creation(args: pulumi.ResourceHookArgs) -> None:
        _reject(component, creation_problems(args.new_inputs or {}))

    def check_update(args: pulumi.ResourceHookArgs) -> None:
        before, after = args.old_inputs or {}, args.new_inputs or {}
        _reject(component, update_problems(before, after, acknowledged))
        for notice in (restart_notice(before, after), mutual_tls_notice(before, after)):
            if notice:
                pulumi.log.info(f"{component}: {notice}")
        warning = sequential_operations_warning(before, after)
        if warning and "several-at-once" not in acknowledged:
            pulumi.log.warn(f"{component}: {warning}")

    return pulumi.ResourceHookBinding(
        before_create=[create_hook(f"{name}-creation-guard", check_creation)],
        before_update=[create_hook(f"{name}-update-guard", check_update)],
    )


def create_hook(name: str, check: Callable[[pulumi.ResourceHookArgs], None]) -> pulumi.ResourceHook:
    """Create a hook that also runs in a preview."""
    start_callback_server()
    return pulumi.ResourceHook(name, check, pulumi.ResourceHookOptions(on_dry_run=True))


def _reject(component: str, problems: Iterable[str]) -> None:
    message = "; ".join(problems)
    if message:
        raise InvalidInput.at(component, message)


def rejected_steps(steps: Sequence[Mapping[str, Any]], acknowledged: Collection[str] = ()) -> list[str]:
    """Return the reasons why steps of ``pulumi preview --json`` are rejected, each with the name of its resource.

    Args:
        steps: the steps.
        acknowledged: acknowledged changes, from ``ACKNOWLEDGEABLE_CHANGES``.

    """
    messages: list[str] = []
    for step in steps:
        old, new = _mapping_at(step, "oldState"), _mapping_at(step, "newState")
        if CLUSTER_TYPE in {old.get("type"), new.get("type")}:
            name = str(step.get("urn", "")).rpartition("::")[2]
            messages += [f"{name}: {problem}" for problem in _step_problems(step, old, new, acknowledged)]
    return messages


def _step_problems(
    step: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any], acknowledged: Collection[str]
) -> Iterator[str]:
    operation = step.get("op")
    if operation == "replace" and "replacement" not in acknowledged:
        reasons = ", ".join(map(str, step.get("replaceReasons") or step.get("diffReasons") or ["an unknown property"]))
        yield (
            f"a change of {reasons} replaces the cluster and deletes its data; undo the change, or acknowledge "
            "'replacement'"
        )
    if operation == "delete" and "deletion" not in acknowledged:
        yield "deletes the cluster and its data; keep it in the program, or acknowledge 'deletion'"
    if operation in ("create", "create-replacement"):
        yield from creation_problems(_mapping_at(new, "inputs"))
    if operation == "update":
        yield from update_problems(_mapping_at(old, "inputs"), _mapping_at(new, "inputs"), acknowledged)


def _mapping_at(mapping: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = mapping.get(key)
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}
