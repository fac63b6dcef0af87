"""Outline of a plan, for all renderers: resources by parent component, marks, counts and verdict."""

from collections.abc import Iterator, Mapping

from moorings.preview.documents import MAX_DEPTH
from moorings.preview.plan import DELETING, Plan, Step
from moorings.validation.findings import label
from moorings.validation.impacts import Impact, ImpactLevel

OPERATION_SYMBOLS = {
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
    """Return the steps by the URN of their parent; ``""`` stands for the stack.

    Changes of resources that hold data or are protected come first. The steps are then sorted by type and name.
    """
    parents = {step.resource.urn: step.resource.parent for step in plan.steps}
    steps_by_parent: dict[str, list[Step]] = {}
    for step in sorted(plan.steps, key=_rank):
        steps_by_parent.setdefault(_shown_parent(step.resource.urn, parents), []).append(step)
    return steps_by_parent


def _rank(step: Step) -> tuple[bool, str, str]:
    resource = step.deployed
    important = step.op not in {"create", "same"} and (resource.holds_data or resource.protect)
    return not important, step.resource.kind, step.resource.name


def _shown_parent(urn: str, parents: Mapping[str, str]) -> str:
    """Return the URN of the parent below which a resource is shown.

    It is ``""`` if the parent is not part of the plan, or if the parents in a file form a cycle.
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
    """Yield component, rule and reason of each new or changed acknowledgement.

    An acknowledgement that a component passes on to its children is listed once.
    """
    resources = {step.resource.urn: step.resource for step in plan.steps}
    for step in plan.steps:
        resource = step.resource
        if step.op in {"same", "delete"}:
            continue
        parent = resources.get(resource.parent)
        for rule, reason in resource.acknowledged.items():
            earlier = step.before.acknowledged.get(rule) if step.before else None
            if reason != earlier and (parent is None or parent.acknowledged.get(rule) != reason):
                yield label(resource.kind, resource.name), rule, reason


def is_changed(step: Step) -> bool:
    """Whether the operation is not ``same``, or the step changes an option or the name of the resource."""
    return step.op != "same" or bool(step.changes) or _old_name(step) is not None


def _old_name(step: Step) -> str | None:
    """Return the old name of a resource that is renamed by an alias."""
    before = step.before
    return before.name if before and before.urn and before.urn != step.resource.urn else None


def marks(step: Step) -> list[str]:
    """Return the properties of a step that a reviewer should check."""
    resource = step.resource
    old_name = _old_name(step)
    texts = {
        "holds data": step.deployed.holds_data,
        "protected": resource.protect,
        "retained on delete": resource.retain_on_delete,
        f"renamed from {old_name}": old_name is not None,
    }
    return [text for text, applies in texts.items() if applies]


def impacts(plan: Plan) -> list[tuple[Step, Impact]]:
    """Return the steps that affect the running system, those with the most severe impact first."""
    steps = [(step, step.impact) for step in plan.steps if step.impact]
    return sorted(steps, key=lambda item: (-item[1].level, item[0].resource.kind, item[0].resource.name))


_PHRASES = {
    "create": ("creation", "creations"),
    "delete": ("deletion", "deletions"),
    "import": ("import", "imports"),
    "read": ("read", "reads"),
    "refresh": ("refresh", "refreshes"),
    "replace": ("replacement", "replacements"),
    "update": ("in-place update", "in-place updates"),
}
_ORDER = ("replace", "delete", "update", "create", "import", "read", "refresh")


def summary(plan: Plan) -> str:
    """Return the number of resources by operation: ``2 replacements, 1 holds data, 14 unchanged``."""
    counts = plan.counts()
    unchanged = max(counts.pop("same", 0), plan.unchanged)
    if not plan.has_state:
        total = sum(counts.values())
        return f"{total} resource{'s' * (total != 1)}"
    ordered = [name for name in _ORDER if name in counts] + [name for name in counts if name not in _ORDER]
    texts = [_phrase(name, counts[name], plan) for name in ordered] or ["no changes"]
    stateful = sum(step.deployed.holds_data for step in plan.steps if step.op in DELETING)
    if stateful:
        texts.append(f"{stateful} hold{'s' * (stateful == 1)} data")
    if unchanged:
        texts.append(f"{unchanged} unchanged")
    return ", ".join(texts)


def _phrase(operation: str, count: int, plan: Plan) -> str:
    if operation == "update" and plan.compared:
        return f"{count} update{'s' * (count != 1)}"  # in place or by replacement
    singular, plural = _PHRASES.get(operation, (operation, operation))
    return f"{count} {singular if count == 1 else plural}"


def verdict(plan: Plan) -> str:
    """Return the summary with a verdict, for the first line of a report.

    - ``safe: …``: nothing is replaced, deleted or interrupted.
    - ``…: review``: a resource is replaced, deleted or interrupted, or there is a warning.
    - ``…: acknowledged``: rules are violated, and every violation that would be rejected is acknowledged.
    - ``…: rejected``: a rule rejects a change.
    - ``…: failed``: the preview reports an error.

    A preview without an engine and without ``--against`` has no verdict, unless it fails or is rejected.
    """
    text = summary(plan)
    if any(severity == "error" for severity, _, _ in plan.log):
        return f"{text}: failed"
    if any(found.rejected for found in plan.findings):
        return f"{text}: rejected"
    if not plan.has_state:
        return text
    if any(found.reason is not None for found in plan.findings):
        return f"{text}: acknowledged"
    if not any(map(is_changed, plan.steps)):
        return text
    interrupts = any(impact.level > ImpactLevel.NOTICE for _, impact in impacts(plan))
    unclear = plan.compared and any(step.op == "update" for step in plan.steps)  # may be a replacement
    destroys = any(step.op in DELETING for step in plan.steps)
    warns = plan.findings or any(severity == "warning" for severity, _, _ in plan.log)
    return f"{text}: review" if interrupts or unclear or destroys or warns else f"safe: {text}"
