"""Draws the graph of components as SVG: each column depends on the columns to its right."""

from collections.abc import Mapping
from html import escape as escape_html

from moorings.preview.component_graph import Node
from moorings.preview.outline import OPERATION_SYMBOLS
from moorings.validation.findings import escape

MAX_NODES = 200
WIDTH, HEIGHT = 230, 44
GAP_X, GAP_Y = 70, 16
MAX_LABEL = 30


def render_svg(graph: Mapping[str, Node], links: Mapping[str, str]) -> str:
    """Return the graph, or an empty text if it has fewer than two nodes or too many.

    Args:
        graph: nodes by URN.
        links: IDs of the elements of the page that the nodes link to, by URN.

    """
    if not 1 < len(graph) <= MAX_NODES:
        return ""
    columns = _columns(graph)
    rows: dict[int, int] = {}
    places: dict[str, tuple[int, int]] = {}
    for urn, column in columns.items():
        row = rows.setdefault(column, 0)
        rows[column] += 1
        places[urn] = (column * (WIDTH + GAP_X), row * (HEIGHT + GAP_Y))
    width = (max(columns.values()) + 1) * (WIDTH + GAP_X) - GAP_X
    height = max(rows.values()) * (HEIGHT + GAP_Y) - GAP_Y
    edges = "".join(
        _edge(places[urn], places[other]) for urn, node in graph.items() for other in sorted(node.depends_on)
    )
    nodes = "".join(_node(graph[urn], places[urn], links[urn]) for urn in graph)
    return f'<svg role="img" aria-label="Components" viewBox="-2 -2 {width + 4} {height + 4}">{edges}{nodes}</svg>'


def _columns(graph: Mapping[str, Node]) -> dict[str, int]:
    """Return the column of each node. Nodes that depend on each other are in columns next to each other."""
    columns = dict.fromkeys(graph, 0)
    moved = True
    while moved:
        moved = False
        for urn, node in graph.items():
            for other in node.depends_on:
                if columns[other] <= columns[urn] < len(graph) - 1:
                    columns[other], moved = columns[urn] + 1, True
    used = {column: index for index, column in enumerate(sorted(set(columns.values())))}
    return {urn: used[column] for urn, column in columns.items()}


def _edge(start: tuple[int, int], end: tuple[int, int]) -> str:
    (x1, y1), (x2, y2) = start, end
    x1, y1, y2 = x1 + WIDTH, y1 + HEIGHT // 2, y2 + HEIGHT // 2
    return f'<path d="M{x1} {y1} C{x1 + GAP_X // 2} {y1} {x2 - GAP_X // 2} {y2} {x2} {y2}"/>'


def _node(node: Node, place: tuple[int, int], link: str) -> str:
    x, y = place
    counts = ", ".join(f"{OPERATION_SYMBOLS.get(op, op)}{count}" for op, count in sorted(node.changes.items()))
    important = next((op for op in ("delete", "replace", "update", "create") if op in node.changes), "same")
    return (
        f'<a href="#{link}"><rect class="{important}" x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="6"/>'
        f'<text x="{x + 10}" y="{y + 18}">{_label(node.resource.name)}</text>'
        f'<text class="kind" x="{x + 10}" y="{y + 35}">{_label(node.resource.kind)} {_label(counts)}</text></a>'
    )


def _label(text: str) -> str:
    plain = escape(text)
    return escape_html(plain if len(plain) <= MAX_LABEL else f"{plain[:MAX_LABEL]}…")
