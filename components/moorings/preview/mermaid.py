"""Renders the graph of components in the language of Mermaid, which GitHub shows as a picture.

Source: https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/creating-diagrams
"""

from moorings.preview.component_graph import build_graph
from moorings.preview.outline import OPERATION_SYMBOLS
from moorings.preview.plan import Plan

MAX_NODES = 50
"""Larger graphs cannot be read."""

_MAX_LABEL = 60

_STYLES = {
    "delete": "stroke:#cf222e,stroke-width:3px",
    "replace": "stroke:#8250df,stroke-width:3px",
    "update": "stroke:#9a6700,stroke-width:2px",
    "create": "stroke:#1a7f37,stroke-width:2px",
}
"""Styles by operation, the most important first."""


def render_graph(plan: Plan) -> str:
    """Return the graph, or an empty text if it has fewer than two nodes or too many."""
    graph = build_graph(plan)
    if not 1 < len(graph) <= MAX_NODES:
        return ""
    ids = {urn: f"n{index}" for index, urn in enumerate(graph)}
    lines = ["graph LR"]
    for urn, node in graph.items():
        counts = ", ".join(f"{OPERATION_SYMBOLS.get(op, op)}{count}" for op, count in sorted(node.changes.items()))
        counted = f"<br/>{_label(counts)}" if counts else ""
        lines.append(f'  {ids[urn]}["{_label(f"{node.resource.kind} {node.resource.name}")}{counted}"]')
        style = next((_STYLES[op] for op in _STYLES if op in node.changes), None)
        if style:
            lines.append(f"  style {ids[urn]} {style}")
    lines += [f"  {ids[urn]} --> {ids[other]}" for urn, node in graph.items() for other in sorted(node.depends_on)]
    return "\n".join(lines) + "\n"


def _label(text: str) -> str:
    """Return a text without the characters that have a meaning in Mermaid or HTML."""
    plain = "".join(character if character.isalnum() or character in " _./:,~+-=" else "?" for character in text)
    return plain if len(plain) <= _MAX_LABEL else f"{plain[:_MAX_LABEL]}…"
