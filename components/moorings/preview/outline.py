"""Outline of a plan: resources by parent component, marks and counts, for all renderers."""

from collections.abc import Iterator, Mapping

from moorings.preview.documents import MAX_DEPTH
from moorings.preview.plan import Plan, Step
from moorings.validation.findings import label

OPERATIONS = {
    "create": "+",
    "update": "~",
    "replace": "+-",
    "delete": "-",
    "same": " ",
    "import": "=",
    "read": ">",
}
"""The symbols that ``pulumi preview`` prints for operations."""


def children(plan: Plan) -> dict[str, list[Step]]:
    """Return the steps by the URN of their parent, sorted by type and name; ``""`` stands for the stack."""
    parents = {step.resource.urn: step.resource.parent for step in plan.steps}
    steps_by_parent: dict[str, list[Step]] = {}
    for step in sorted(plan.steps, key=lambda step: (step.resource.kind, step.resource.name)):
        steps_by_parent.setdefault(_shown_parent(step.resource.urn, parents), []).append(step)
    return steps_by_parent


def _shown_parent(urn: str, parents: Mapping[str, str]) -> str:
    """Return the URN of the parent below which a resource is shown.

    It is ``""`` if the parent is not part of the plan, or if a file claims that a resource is its own ancestor.
    """
    ancestors = [urn]
    while (parent := parents[ancestors[-1]]) in parents:
        if parent in ancestors or len(ancestors) > MAX_DEPTH:
            return ""
        ancestors.append(parent)
    return parents[urn] if parents[urn] in parents else ""


def components(plan: Plan) -> Iterator[tuple[str, list[Step]]]:
    """Yield each top-level component with all steps below it, then the resources without a component."""
    steps_by_parent = children(plan)

    def descendants(urn: str) -> Iterator[Step]:
        for step in steps_by_parent.get(urn, []):
            yield step
            yield from descendants(step.resource.urn)

    without_component: list[Step] = []
    for step in steps_by_parent.get("", []):
        if step.resource.custom:
            without_component.append(step)
        else:
            yield f"{step.resource.kind} {step.resource.name}", list(descendants(step.resource.urn))
    if without_component:
        yield "Resources without a component", without_component


def acknowledgements(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """Yield component, rule and reason of each acknowledgement in components that are created or changed.

    Those that a component passes on to another one are listed once.
    """
    resources = {step.resource.urn: step.resource for step in plan.steps}
    for step in plan.steps:
        resource = step.resource
        if step.op in {"same", "delete"}:
            continue
        parent = resources.get(resource.parent)
        for rule, reason in resource.acknowledged.items():
            if parent is None or parent.acknowledged.get(rule) != reason:
                yield label(resource.kind, resource.name), rule, reason


def marks(step: Step) -> list[str]:
    """Return the properties of a step that a reviewer should check."""
    resource = step.resource
    texts = {
        "holds data": resource.holds_data,
        "protected": resource.protect,
        "retained on delete": resource.retain_on_delete,
        f"changes {', '.join(step.changed)}": bool(step.changed),
    }
    return [text for text, applies in texts.items() if applies]


def summary(plan: Plan) -> str:
    """Return the number of resources by operation: ``14 to create, 1 to update``."""
    counts = {operation: count for operation, count in plan.counts().items() if operation != "same"}
    return ", ".join(f"{count} to {operation}" for operation, count in counts.items()) or "no changes"
