"""The graph of the components of a plan: which of them change, and which depend on which."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from moorings.preview.documents import MAX_DEPTH
from moorings.preview.outline import is_changed
from moorings.preview.plan import Plan, Resource, Step


@dataclass
class Node:
    """A component, or a resource without a component."""

    resource: Resource
    changes: dict[str, int] = field(default_factory=dict[str, int])
    """Number of changed resources by operation, those of the component itself not counted."""

    depends_on: set[str] = field(default_factory=set[str])
    """URNs of the nodes whose outputs the node uses."""


def build_graph(plan: Plan) -> dict[str, Node]:
    """Return the nodes by URN, sorted by type and name."""
    steps = {step.resource.urn: step for step in plan.steps}
    tops = {urn: _top(urn, steps) for urn in steps}
    nodes = {
        urn: Node(steps[urn].resource)
        for urn in sorted(set(tops.values()), key=lambda urn: (steps[urn].resource.kind, steps[urn].resource.name))
    }
    for urn, step in steps.items():
        node = nodes[tops[urn]]
        if step.resource.custom and is_changed(step):
            node.changes[step.op] = node.changes.get(step.op, 0) + 1
        node.depends_on |= {tops[other] for other in step.resource.dependencies if other in tops} - {tops[urn]}
    return nodes


def _top(urn: str, steps: Mapping[str, Step]) -> str:
    """Return the outermost component above a resource, or the resource itself."""
    for _ in range(MAX_DEPTH):
        parent = steps[urn].resource.parent
        if parent not in steps:
            break
        urn = parent
    return urn
