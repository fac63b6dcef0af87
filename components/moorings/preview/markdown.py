"""Renders plans as Markdown for a pull request: the summary first, then the resources of each component."""

import json
import re
from collections.abc import Iterator, Sequence

from moorings.preview.change_text import describe_change, diff_lines
from moorings.preview.differences import PropertyChange
from moorings.preview.mermaid import render_graph
from moorings.preview.outline import (
    OPERATION_SYMBOLS,
    acknowledgements,
    components,
    impacts,
    is_changed,
    marks,
    verdict,
)
from moorings.preview.plan import Plan, Step, jsonable
from moorings.validation.findings import escape, label

MAX_BYTES = 60_000
"""GitHub allows 65,536 characters in a comment; the remainder is for the text that a workflow adds.

Source: https://docs.github.com/en/rest/issues/comments
"""

OFFLINE = (
    "_Resources that the program registers, without an engine: there is no state, so every resource is listed as new, "
    "and values that are known only after deployment are unknown._"
)
ENGINE = "_Preview of the Pulumi engine._"
COMPARED = "_Differences between two previews without an engine: it is unknown whether an update replaces a resource._"

SUMMARY, CHANGES, GRAPH, DETAILS = range(4)
"""Priority of a section if not all sections fit into a comment: details are omitted first, the summary last."""

FINDING_HEADINGS = {
    "rejected": "Rejected changes",
    "acknowledged": "Acknowledged changes",
    "warning": "Warnings about changes",
}
"""Headings of the lists of findings by outcome, in their order."""

ZERO_WIDTH_SPACE = "\u200b"

MAX_CHANGES = 200
"""Changed properties of one component that are listed."""


def render(plans: Sequence[Plan]) -> str:
    """Return Markdown for plans; whole sections are omitted, with a note, if not all fit into a comment."""
    sections = [section for plan in plans for section in _sections(plan)]
    available, included = MAX_BYTES - len(_omitted(len(sections))), set[int]()
    for index in sorted(range(len(sections)), key=lambda index: sections[index][0]):
        priority, size = sections[index][0], len(sections[index][1].encode("utf-8", "backslashreplace")) + 1
        if size <= available:
            included.add(index)
            available -= size
        elif priority < GRAPH:
            break  # the rest is less important, and would be shown without what it belongs to
    omitted = len(sections) - len(included)
    return "\n".join([*(sections[index][1] for index in sorted(included)), *([_omitted(omitted)] if omitted else [])])


def _omitted(count: int) -> str:
    return f"_{count} more sections do not fit into a comment; run `moorings preview` to see all._\n"


def _sections(plan: Plan) -> Iterator[tuple[int, str]]:
    source = COMPARED if plan.compared else OFFLINE if plan.offline else ENGINE
    yield SUMMARY, f"## {_text(f'{plan.stack}: {verdict(plan)}')}\n\n{source}\n"
    for heading, lines in _lists(plan):
        if lines:
            yield SUMMARY, (f"### {heading}\n\n" if heading else "") + "".join(f"- {line}\n" for line in lines)
    important = [step for step in plan.steps if step.op != "same" and _is_important(step)]
    if important:
        yield SUMMARY, "### Resources that hold data or are protected\n\n" + _table(important)
    graph = render_graph(plan)
    if graph:
        yield GRAPH, f"<details><summary>Components</summary>\n\n```mermaid\n{graph}```\n\n</details>\n"
    for title, component_steps in components(plan):
        steps = [step for step in component_steps if step.resource.custom and is_changed(step)]
        if steps:
            yield CHANGES, f"### {_text(title)}\n\n" + _table(steps) + _changes(steps)
            if created := [step for step in steps if not step.changes and step.op == "create"]:
                yield DETAILS, _details(created)
    if plan.output_changes:
        lines = [line for change in plan.output_changes for line in _change_lines(change)]
        yield CHANGES, "### Outputs of the stack\n\n" + _block("diff", lines)
    if plan.notes:
        yield SUMMARY, f"Unknown without an engine: {_text(', '.join(plan.notes))}.\n"


def _is_important(step: Step) -> bool:
    resource = step.deployed
    return resource.holds_data or (resource.protect and step.op != "create")


def _lists(plan: Plan) -> Iterator[tuple[str, list[str]]]:
    """Yield each list of the summary with its heading."""
    yield (
        "Impact",
        [
            f"{_text(label(step.resource.kind, step.resource.name))}: {_text(impact.text)}"
            for step, impact in impacts(plan)
        ],
    )
    yield (
        "",
        [f"**{_text(severity)}**: {_text(message)}{_resource_name(urn)}" for severity, message, urn in plan.log],
    )
    yield from _findings(plan)
    yield (
        "Acknowledged in the program",
        [f"{_text(owner)}: {_code(rule)}: {_text(reason)}" for owner, rule, reason in acknowledgements(plan)],
    )


def _findings(plan: Plan) -> Iterator[tuple[str, list[str]]]:
    """Yield a heading and the lines below it for each kind of findings."""
    lines: dict[str, list[str]] = {outcome: [] for outcome in FINDING_HEADINGS}
    for found in plan.findings:
        finding = found.finding
        reason = "" if found.reason is None else f" **Reason**: {_text(found.reason)}"
        path = f"{_code(finding.path)}: " if finding.path else ""
        lines[found.outcome].append(
            f"{_text(finding.component)}: {path}{_text(finding.message)} ({_code(finding.rule)}){reason}"
        )
    return ((heading, lines[outcome]) for outcome, heading in FINDING_HEADINGS.items())


def _resource_name(urn: str) -> str:
    return f" ({_code(urn.rpartition('::')[2])})" if urn else ""


def _table(steps: Sequence[Step]) -> str:
    rows = [
        (
            _code(OPERATION_SYMBOLS.get(step.op, step.op)),
            _text(step.resource.kind),
            _code(step.resource.name),
            _text(", ".join(marks(step))),
        )
        for step in steps
    ]
    lines = [("", "type", "name", ""), ("---",) * 4, *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _changes(steps: Sequence[Step]) -> str:
    """Return the changed properties of resources."""
    lines: list[str] = []
    for step in steps:
        changes = [line for change in step.changes for line in _change_lines(change)]
        if changes:
            lines += [f"  {escape(step.resource.kind)} {escape(step.resource.name)}", *changes]
    if len(lines) > MAX_CHANGES:
        lines = [*lines[:MAX_CHANGES], f"  … {len(lines) - MAX_CHANGES} more lines"]
    return f"\n{_block('diff', lines)}" if lines else ""


def _change_lines(change: PropertyChange) -> list[str]:
    """Return lines for a block in the language ``diff``, in which GitHub highlights lines with ``!``."""
    if lines := diff_lines(change):
        return [f"! {escape(change.path)}:", *(escape(line) for line in lines)]
    return [f"! {escape(change.path)}: {escape(describe_change(change))}"]


def _details(steps: Sequence[Step]) -> str:
    blocks: list[str] = []
    for step in steps:
        inputs = json.dumps(jsonable(step.resource.inputs), indent=2, ensure_ascii=False)
        blocks.append(f"{_code(step.resource.name)}\n\n{_block('json', inputs.splitlines())}")
    return "<details><summary>Inputs</summary>\n\n" + "\n".join(blocks) + "\n</details>\n"


def _block(language: str, lines: Sequence[str]) -> str:
    """Return a code block that no line can end."""
    text = "\n".join(lines)
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
    return f"{fence}{language}\n{text}\n{fence}\n"


def _text(text: str) -> str:
    """Escape Markdown, join lines, and separate what GitHub would turn into a mention, a reference or a link."""
    escaped = re.sub(r"([\\`*_~$&<>|\[\]#])", r"\\\1", escape(" ".join(text.split())))
    return re.sub(r"@|\\#(?=\d)|:(?=//)|\bwww(?=\.)", lambda match: f"{match[0]}{ZERO_WIDTH_SPACE}", escaped)


def _code(text: str) -> str:
    return "`" + " ".join(text.replace("`", "'").replace("|", "\\|").split()) + "`" if text.strip() else ""
