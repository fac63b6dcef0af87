"""Renders plans as Markdown for a pull request: the summary first, then the resources of each component."""

import json
import re
from collections.abc import Iterator, Sequence

from moorings.preview.outline import OPERATIONS, acknowledgements, components, marks, summary
from moorings.preview.plan import Plan, Step, jsonable

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

SUMMARY, TABLE, DETAILS = range(3)
"""Priority of a section if not all sections fit into a comment."""


def render(plans: Sequence[Plan]) -> str:
    """Return Markdown for plans; whole sections are omitted, with a note, if not all fit into a comment."""
    sections = [section for plan in plans for section in _sections(plan)]
    available, included = MAX_BYTES - len(_omitted(len(sections))), set[int]()
    for index in sorted(range(len(sections)), key=lambda index: sections[index][0]):
        priority, size = sections[index][0], len(sections[index][1].encode("utf-8", "backslashreplace")) + 1
        if size <= available:
            included.add(index)
            available -= size
        elif priority < DETAILS:
            break  # details follow their table
    omitted = len(sections) - len(included)
    return "\n".join([*(sections[index][1] for index in sorted(included)), *([_omitted(omitted)] if omitted else [])])


def _omitted(count: int) -> str:
    return f"_{count} more sections do not fit into a comment; run `moorings preview` to see all._\n"


def _sections(plan: Plan) -> Iterator[tuple[int, str]]:
    source = COMPARED if plan.compared else OFFLINE if plan.offline else ENGINE
    yield SUMMARY, f"## {_text(f'{plan.stack}: {summary(plan)}')}\n\n{source}\n"
    messages = [
        f"- **{_text(severity)}**: {_text(message)}{_resource_name(urn)}" for severity, message, urn in plan.log
    ]
    if messages:
        yield SUMMARY, "\n".join(messages) + "\n"
    for heading, findings in _findings(plan):
        yield SUMMARY, f"### {heading}\n\n" + "".join(f"- {finding}\n" for finding in findings)
    acknowledged = [
        f"- {_text(owner)}: {_code(rule)}: {_text(reason)}\n" for owner, rule, reason in acknowledgements(plan)
    ]
    if acknowledged:
        yield SUMMARY, "### Acknowledged in the program\n\n" + "".join(acknowledged)
    data_steps = [step for step in plan.steps if step.resource.holds_data and step.op != "same"]
    if data_steps:
        rows = [(*_operation(step), "yes" if step.resource.protect else "no") for step in data_steps]
        yield SUMMARY, "### Resources that hold data\n\n" + _table(("", "type", "name", "protected"), rows)
    for title, component_steps in components(plan):
        steps = [step for step in component_steps if step.resource.custom and step.op != "same"]
        if steps:
            rows = [(*_operation(step), ", ".join(marks(step))) for step in steps]
            yield TABLE, f"### {_text(title)}\n\n" + _table(("", "type", "name", ""), rows)
            yield DETAILS, _details(steps)
    if plan.notes:
        yield SUMMARY, f"Unknown without an engine: {_text(', '.join(plan.notes))}.\n"


def _findings(plan: Plan) -> Iterator[tuple[str, list[str]]]:
    """Yield a heading and the lines below it for each kind of findings."""
    kinds: dict[str, list[str]] = {"Rejected changes": [], "Acknowledged changes": [], "Warnings about changes": []}
    for found in plan.findings:
        finding = found.finding
        kind = "Rejected" if found.rejected else "Warnings about" if found.reason is None else "Acknowledged"
        reason = "" if found.reason is None else f" **Reason**: {_text(found.reason)}"
        path = f"{_code(finding.path)}: " if finding.path else ""
        kinds[f"{kind} changes"].append(
            f"{_text(finding.component)}: {path}{_text(finding.message)} ({_code(finding.rule)}){reason}"
        )
    return ((heading, lines) for heading, lines in kinds.items() if lines)


def _operation(step: Step) -> tuple[str, str, str]:
    return OPERATIONS.get(step.op, step.op), step.resource.kind, step.resource.name


def _resource_name(urn: str) -> str:
    return f" ({_code(urn.rpartition('::')[2])})" if urn else ""


def _table(head: Sequence[str], rows: Sequence[tuple[str, str, str, str]]) -> str:
    lines = [head, ["---"] * len(head), *([_code(row[0]), _text(row[1]), _code(row[2]), _text(row[3])] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _details(steps: Sequence[Step]) -> str:
    blocks: list[str] = []
    for step in steps:
        inputs = json.dumps(jsonable(step.resource.inputs), indent=2, ensure_ascii=False)
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", inputs)), 3)
        blocks.append(f"{_code(step.resource.name)}\n\n{fence}json\n{inputs}\n{fence}\n")
    return "<details><summary>Inputs</summary>\n\n" + "\n".join(blocks) + "\n</details>\n"


def _text(text: str) -> str:
    """Escape Markdown and join lines."""
    return re.sub(r"([\\`*_<>|\[\]#])", r"\\\1", " ".join(text.split()))


def _code(text: str) -> str:
    return "`" + " ".join(text.replace("`", "'").replace("|", "\\|").split()) + "`" if text.strip() else ""
