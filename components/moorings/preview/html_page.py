"""Renders plans as a self-contained HTML page with a graph, a filter, and a light and a dark theme.

All text of a plan is escaped, and the page's Content Security Policy forbids requests, so that a malicious plan can
neither run scripts nor send data.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape as escape_html
from importlib.resources import files

from moorings.preview.change_text import describe_change, diff_lines
from moorings.preview.component_graph import build_graph
from moorings.preview.differences import PropertyChange
from moorings.preview.outline import (
    OPERATION_SYMBOLS,
    acknowledgements,
    children,
    impacts,
    is_changed,
    marks,
    verdict,
)
from moorings.preview.plan import Plan, Step
from moorings.preview.svg_graph import render_svg
from moorings.validation.findings import escape, label


def render_page(plans: Sequence[Plan]) -> str:
    """Return the page."""
    template = files("moorings.preview").joinpath("page.html").read_text("utf-8")
    names = ", ".join(plan.stack for plan in plans)
    sections = "\n".join(_section(plan, f"s{index}") for index, plan in enumerate(plans))
    # The text of the plans is inserted last, because it may contain a placeholder of the template.
    before, _, after = template.partition("{{ sections }}")
    return f"{before.replace('{{ title }}', _text(names))}{sections}{after}"


def _section(plan: Plan, prefix: str) -> str:
    ids = {step.resource.urn: f"{prefix}-{index}" for index, step in enumerate(plan.steps)}
    graph = render_svg(build_graph(plan), ids)
    return "\n".join(
        [
            f'<section id="{prefix}"><h2>{_text(plan.stack)}: {_text(verdict(plan))}</h2>',
            *_lists(plan, ids),
            f"<figure>{graph}</figure>" if graph else "",
            *_resources(plan, children(plan), "", ids),
            *(
                f'<div class="resource" data-op="update"><h3>output</h3>{_change(change)}</div>'
                for change in plan.output_changes
            ),
            "</section>",
        ]
    )


def _lists(plan: Plan, ids: dict[str, str]) -> Iterator[str]:
    yield from _list(
        "Impact",
        (
            f'<a href="#{ids[step.resource.urn]}">{_text(label(step.resource.kind, step.resource.name))}</a>: '
            f"{_text(impact.text)}"
            for step, impact in impacts(plan)
        ),
    )
    yield from _list("Messages", (f"<b>{_text(severity)}</b>: {_text(text)}" for severity, text, _ in plan.log))
    yield from _list(
        "Rules",
        (
            f"<b>{found.outcome}</b>: "
            f"{_text(str(found.finding))}{'' if found.reason is None else f': {_text(found.reason)}'}"
            for found in plan.findings
        ),
    )
    yield from _list(
        "Acknowledged in the program",
        (
            f"{_text(owner)}: <code>{_text(rule)}</code>: {_text(reason)}"
            for owner, rule, reason in acknowledgements(plan)
        ),
    )
    yield from _list("Unknown without an engine", map(_text, plan.notes))


def _list(heading: str, items: Iterable[str]) -> Iterator[str]:
    entries = "".join(f"<li>{item}</li>" for item in items)
    if entries:
        yield f"<h3>{heading}</h3><ul>{entries}</ul>"


def _resources(plan: Plan, steps_by_parent: dict[str, list[Step]], urn: str, ids: dict[str, str]) -> Iterator[str]:
    """Yield an HTML block for each child of a resource, which contains those of its own children."""
    for step in steps_by_parent.get(urn, []):
        resource = step.resource
        below = list(_resources(plan, steps_by_parent, resource.urn, ids))
        if not below and plan.has_state and not is_changed(step):
            continue
        tags = "".join(f" <i>{_text(mark)}</i>" for mark in marks(step))
        title = f"{_text(resource.kind)} <b>{_text(resource.name)}</b>{tags}"
        yield (
            f'<details open class="resource" id="{ids[resource.urn]}" data-op="{_text(step.op)}">'
            f"<summary><code>{_text(OPERATION_SYMBOLS.get(step.op, step.op))}</code> {title}</summary>"
            f"{''.join(map(_change, step.changes))}"
        )
        yield from below
        yield "</details>"


def _change(change: PropertyChange) -> str:
    lines = diff_lines(change)
    separator, text = ("\n", "\n".join(map(escape, lines))) if lines else (": ", escape(describe_change(change)))
    css = ' class="replaces"' if change.replaces else ""
    return f"<pre{css}><b>{_text(change.path)}</b>{separator}{escape_html(text)}</pre>"


def _text(text: str) -> str:
    return escape_html(escape(" ".join(text.split())))
