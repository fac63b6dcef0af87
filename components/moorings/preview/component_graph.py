"""Graph of a plan: its components, their dependencies, and the number of changes in each."""

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
    """Number of changed resources by operation, without the component itself."""

    depends_on: set[str] = field(default_factory=set[str])
    """URNs of the nodes whose outputs the node uses."""


def build_graph(plan: Plan) -> dict[str, Node]:
    """Return the nodes by URN, sorted by type and name."""
    steps = {step.resource.urn: step for step in plan.steps}
    roots = {urn: _root(urn, steps) for urn in steps}
    nodes = {
        urn: Node(steps[urn].resource)
        for urn in sorted(set(roots.values()), key=lambda urn: (steps[urn].resource.kind, steps[urn].resource.name))
    }
    for urn, step in steps.items():
        node = nodes[roots[urn]]
        if step.resource.custom and is_changed(step):
            node.changes[step.op] = node.changes.get(step.op, 0) + 1
        node.depends_on |= {roots[other] for other in step.resource.dependencies if other in roots} - {roots[urn]}
    return nodes


def _root(urn: str, steps: Mapping[str, Step]) -> str:
    """Return the URN of the top-level component of a resource, or of the resource itself if it has none."""
    for _ in range(MAX_DEPTH):
        parent = steps[urn].resource.parent
        if parent not in steps:
            break
        urn = parent
    return urn
