"""A plan for a pull request: what a reviewer needs first, then every component."""

import json
import re
from collections.abc import Iterator, Sequence

from moorings.preview.outline import OPERATIONS, components, marks, summary
from moorings.preview.plan import Plan, Step, jsonable

LONGEST = 60_000
"""Bytes. A comment holds 65,536 characters, and who posts it writes a few lines around this.

Source: https://docs.github.com/en/rest/issues/comments
"""

OFFLINE = (
    "_This is what the program registers, told without an engine: it knows no state, so every resource stands as new, "
    "and values that only a deployment can tell are unknown._"
)
ENGINE = "_This is the engine's own preview._"

COMPARED = (
    "_This is what changed between two previews of the program, told without an engine: whether an update replaces a "
    "resource stays open._"
)

HEAD, TABLE, DETAILS = range(3)
"""What a reviewer needs first, and what is left out last where not all fits into a comment."""


def render(plans: Sequence[Plan]) -> str:
    """Markdown for plans; what does not fit into a comment is left out by whole sections, and said to be."""
    sections = [section for plan in plans for section in _sections(plan)]
    left, kept = LONGEST - len(_left_out(len(sections))), set[int]()
    for at in sorted(range(len(sections)), key=lambda at: sections[at][0]):
        rank, size = sections[at][0], len(sections[at][1].encode()) + 1
        if size <= left:
            kept.add(at)
            left -= size
        elif rank < DETAILS:
            break  # no details of what is not listed
    more = len(sections) - len(kept)
    return "\n".join([*(sections[at][1] for at in sorted(kept)), *([_left_out(more)] if more else [])])


def _left_out(more: int) -> str:
    return f"_{more} more sections do not fit into a comment; run `moorings preview` to see all._\n"


def _sections(plan: Plan) -> Iterator[tuple[int, str]]:
    basis = COMPARED if plan.compared else OFFLINE if plan.offline else ENGINE
    yield HEAD, f"## {plan.stack}: {summary(plan)}\n\n{basis}\n"
    told = [f"- **{severity}**: {_text(message)}{_at(urn)}" for severity, message, urn in plan.log]
    if told:
        yield HEAD, "\n".join(told) + "\n"
    data = [step for step in plan.steps if step.resource.holds_data and step.op != "same"]
    if data:
        rows = [
            (OPERATIONS.get(step.op, step.op), step.resource.kind, step.resource.name, _protection(step))
            for step in data
        ]
        yield HEAD, "### Holds data\n\n" + _table(("", "type", "name", "protected"), rows)
    for title, steps in components(plan):
        shown = [step for step in steps if step.resource.custom and step.op != "same"]
        if shown:
            rows = [
                (OPERATIONS.get(step.op, step.op), step.resource.kind, step.resource.name, ", ".join(marks(step)))
                for step in shown
            ]
            yield TABLE, f"### {_text(title)}\n\n" + _table(("", "type", "name", ""), rows)
            yield DETAILS, _details(shown)
    if plan.notes:
        yield HEAD, f"Not known without an engine: {_text(', '.join(plan.notes))}.\n"


def _protection(step: Step) -> str:
    return "yes" if step.resource.protect else "no"


def _at(urn: str) -> str:
    return f" ({_code(urn.rpartition('::')[2])})" if urn else ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([_code(row[0]), row[1], _code(row[2]), _text(row[3])] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _details(steps: Sequence[Step]) -> str:
    blocks: list[str] = []
    for step in steps:
        inputs = json.dumps(jsonable(step.resource.inputs), indent=2, ensure_ascii=False)
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", inputs)), 3)
        blocks.append(f"{_code(step.resource.name)}\n\n{fence}json\n{inputs}\n{fence}\n")
    return "<details><summary>Inputs</summary>\n\n" + "\n".join(blocks) + "\n</details>\n"


def _text(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return re.sub(r"([\\`*_<>|\[\]#])", r"\\\1", " ".join(text.split()))


def _code(text: str) -> str:
    return "`" + " ".join(text.replace("`", "'").replace("|", "\\|").split()) + "`" if text.strip() else ""
