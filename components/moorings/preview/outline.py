"""A plan as a tree: every resource below its parent."""

from collections.abc import Iterator

from moorings.preview.plan import Plan, Step

OPERATIONS = {
    "create": "+",
    "update": "~",
    "replace": "+-",
    "delete": "-",
    "same": " ",
    "import": "=",
    "read": ">",
}
"""How an engine marks what it does."""


def children(plan: Plan) -> dict[str, list[Step]]:
    """The steps below each parent, sorted by type and name; below ``""`` those that have no parent in the plan."""
    known = {step.resource.urn for step in plan.steps}
    found: dict[str, list[Step]] = {}
    for step in sorted(plan.steps, key=lambda step: (step.resource.kind, step.resource.name)):
        parent = step.resource.parent
        found.setdefault(parent if parent in known else "", []).append(step)
    return found


def components(plan: Plan) -> Iterator[tuple[str, list[Step]]]:
    """Each component of the outermost level with all that it makes; what belongs to none comes last."""
    below = children(plan)

    def everything(urn: str) -> Iterator[Step]:
        for step in below.get(urn, []):
            yield step
            yield from everything(step.resource.urn)

    alone: list[Step] = []
    for step in below.get("", []):
        if step.resource.custom:
            alone.append(step)
        else:
            yield f"{step.resource.kind} {step.resource.name}", list(everything(step.resource.urn))
    if alone:
        yield "Outside of components", alone


def marks(step: Step) -> list[str]:
    """What a reviewer should know of a resource beside its name."""
    found = ["holds data"] if step.resource.holds_data else []
    if step.resource.protect:
        found.append("protected")
    if step.resource.retain_on_delete:
        found.append("kept on delete")
    if step.changed:
        found.append("changes " + ", ".join(step.changed))
    return found


def summary(plan: Plan) -> str:
    """The counts in words: ``14 to create``."""
    counts = {op: number for op, number in plan.counts().items() if op != "same"}
    return ", ".join(f"{number} to {op}" for op, number in counts.items()) or "nothing to change"
