"""Reads and writes plans in the format of ``pulumi preview --json``.

Source: https://github.com/pulumi/pulumi/blob/v3.256.0/pkg/backend/display/json.go
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from moorings.preview.differences import MISSING, PropertyChange, add_reported, mark_replacements
from moorings.preview.engine_documents import check_preview
from moorings.preview.plan import Plan, Resource, Step, find_state_changes, jsonable
from moorings.preview.secret_masking import is_object, mask_state
from moorings.preview.urns import ROOT, stack_urn


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """Return a plan in the format of ``pulumi preview --json``."""
    root = stack_urn(plan.stack, plan.project) if plan.stack and plan.project else ""
    counts = plan.counts()
    return {
        "config": dict(plan.config),
        "steps": [*_stack_step(plan, root), *(_step_json(step, root) for step in plan.steps)],
        "outputs": jsonable(plan.outputs),
        "diagnostics": [{"urn": urn, "message": message, "severity": severity} for severity, message, urn in plan.log],
        "changeSummary": {**counts, "same": plan.unchanged} if plan.unchanged > counts.get("same", 0) else counts,
        "maybeCorrupt": False,
        **({"offline": True, "notes": list(plan.notes)} if plan.offline else {}),
    }


def _stack_step(plan: Plan, root: str) -> Iterator[dict[str, Any]]:
    """Yield the step of the stack, which is the parent of all resources without another one."""
    if root:
        state = {"urn": root, "custom": False, "type": ROOT}
        yield {"op": "same" if plan.has_state else "create", "urn": root, "newState": state}


def _step_json(step: Step, root: str) -> dict[str, Any]:
    def state(resource: Resource) -> dict[str, Any]:
        return {**resource.state(), **({"parent": resource.parent or root} if resource.parent or root else {})}

    states = {"newState": state(step.resource)} if step.op != "delete" else {"oldState": state(step.resource)}
    if step.before is not None:
        states["oldState"] = state(step.before)
    return {
        "op": step.op,
        "urn": step.resource.urn,
        **({"provider": step.resource.provider} if step.resource.provider else {}),
        **states,
        **({"diffReasons": _diff_reasons(step), "detailedDiff": _detailed_diff(step)} if step.changes else {}),
        **({"replaceReasons": list(step.replace_reasons)} if step.replace_reasons else {}),
    }


def _diff_reasons(step: Step) -> list[str]:
    """Return the names of the top-level properties that change."""
    return sorted({re.split(r"[.\[]", change.engine_path or change.path, maxsplit=1)[0] for change in step.changes})


def _detailed_diff(step: Step) -> dict[str, Any]:
    kinds = {change.engine_path or change.path: _diff_kind(change) for change in step.changes}
    replacing = {change.engine_path or change.path for change in step.changes if change.replaces}
    return {
        path: {"kind": f"{kind}-replace" if path in replacing else kind, "inputDiff": step.before is not None}
        for path, kind in kinds.items()
    }


def _diff_kind(change: PropertyChange) -> str:
    if change.is_reported and change.before is MISSING:
        return "add"
    return "delete" if change.is_reported and change.after is MISSING else "update"


def plan_from_json(document: Mapping[str, Any], stack: str = "") -> Plan:
    """Return the plan of ``pulumi preview --json`` or ``moorings preview --json``; unknown fields are ignored.

    Raises:
        ValueError: The document has no steps, or a field has another type than the engine writes.

    """
    check_preview(document)
    steps: Sequence[Mapping[str, Any]] = document["steps"]
    parsed = list(_parse_steps(steps))
    urn = next((urn for step in steps if (urn := _urn(step))), "")
    diagnostics: list[Mapping[str, Any]] = document.get("diagnostics") or []
    parts = urn.split("::")
    summary: Mapping[str, Any] = document.get("changeSummary") or {}
    return Plan(
        stack=stack or parts[0].removeprefix("urn:pulumi:"),
        project=parts[1] if len(parts) > 1 else "",
        steps=sorted([*parsed, *_missing_parents(parsed)], key=lambda step: step.resource.urn),
        unchanged=summary.get("same") or 0,
        outputs=mask_state(document.get("outputs") or {}),
        config=document.get("config") or {},
        log=[(_severity(message), _message(message), message.get("urn") or "") for message in diagnostics],
        notes=document.get("notes") or [],
        offline=bool(document.get("offline")),
    )


def _urn(step: Mapping[str, Any]) -> str:
    state: Mapping[str, Any] = step.get("newState") or step.get("oldState") or {}
    return str(step.get("urn") or state.get("urn") or "")


def _severity(message: Mapping[str, Any]) -> str:
    return message.get("severity") or ""


def _message(message: Mapping[str, Any]) -> str:
    """Return the text of a diagnostic, without the severity with which the engine prefixes it."""
    return (message.get("message") or "").removeprefix(f"{_severity(message)}: ")


def _missing_parents(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield the components that the engine omits because they do not change."""
    listed = {step.resource.urn for step in steps}
    missing = {step.resource.parent for step in steps} - {"", *listed}
    for urn in sorted(missing):
        types, _, name = urn.rpartition("::")
        type_ = types.rpartition("::")[2].rpartition("$")[2]
        if type_ != ROOT:
            yield Step("same", Resource(urn, type_, name, custom=False))


# The engine reports a replacement as three steps; "replace" contains the data of the others.
_PARTS_OF_A_REPLACEMENT = {"create-replacement", "delete-replaced"}


def _parse_steps(steps: Sequence[Mapping[str, Any]]) -> Iterator[Step]:
    replaced = {step.get("urn") for step in steps if step.get("op") == "replace"}
    for step in steps:
        new, old = step.get("newState"), step.get("oldState")
        state = new or old
        if not state or state.get("type") == ROOT:
            continue
        operation = step.get("op") or "same"
        if operation in _PARTS_OF_A_REPLACEMENT and state.get("urn") in replaced:
            continue
        resource, before = Resource.from_state(state), Resource.from_state(old) if old and new else None
        detailed: Mapping[str, Any] = step.get("detailedDiff") or {}
        reasons = sorted(step.get("replaceReasons") or [])
        changes = find_state_changes(before, resource) if before else []
        changes = mark_replacements(changes, _replacing_properties(detailed) or reasons)
        changes = add_reported(changes, sorted({*detailed, *(step.get("diffReasons") or [])}))
        yield Step(operation, resource, before, changes, reasons)


def _replacing_properties(detailed: Mapping[str, Any]) -> list[str]:
    return sorted(
        path for path, change in detailed.items() if is_object(change) and "replace" in str(change.get("kind"))
    )
