"""Prints a plan in a terminal: the verdict, the impacts, and a tree of components and resources."""

from rich.console import Console, Group
from rich.padding import Padding
from rich.text import Text
from rich.tree import Tree

from moorings.preview.change_text import describe_change, diff_lines
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
from moorings.validation.findings import escape, label
from moorings.validation.impacts import ImpactLevel

STYLES = {"create": "green", "update": "yellow", "replace": "magenta", "delete": "red"}
SEVERITY_STYLES = {"warning": "yellow", "error": "red"}
LEVEL_STYLES = {ImpactLevel.DATA_LOSS: "red", ImpactLevel.DOWNTIME: "red", ImpactLevel.SESSIONS: "yellow"}


def print_plan(console: Console, plan: Plan) -> None:
    """Print a plan. Resources that do not change are only counted."""
    console.print(_text(f"{plan.stack}: {verdict(plan)}", "bold"))
    for step, impact in impacts(plan):
        text = f"{label(step.resource.kind, step.resource.name)}: {impact.text}"
        console.print(_text(text, LEVEL_STYLES.get(impact.level, "")))
    for severity, message, urn in plan.log:
        if severity in SEVERITY_STYLES:
            resource = f"{urn.rpartition('::')[2]}: " if urn else ""
            text = " ".join(f"{severity}: {resource}{message}".splitlines())
            console.print(_text(text, SEVERITY_STYLES[severity]))
    for found in plan.findings:
        if not found.rejected:  # the command prints those that are rejected as errors
            reason = "" if found.reason is None else f": {found.reason}"
            style = "yellow" if found.outcome == "warning" else "dim"
            console.print(_text(f"{found.outcome}: {found.finding}{reason}", style))
    for component, rule, reason in acknowledgements(plan):
        console.print(_text(f"acknowledged in the program: {component}: {rule}: {reason}", "dim"))
    tree = _tree(plan)
    if tree.children or not plan.has_state:
        console.print(tree)
    if plan.output_changes:
        lines = [line for change in plan.output_changes for line in _change_lines(change)]
        console.print(Group(Text("outputs of the stack"), *map(_indented, lines)))
    if plan.notes:
        console.print(_text(f"unknown without an engine: {', '.join(plan.notes)}", "dim"))


def _tree(plan: Plan) -> Tree:
    steps_by_parent = children(plan)
    tree = Tree(_text(plan.stack), guide_style="dim")

    def add_children(branch: Tree, urn: str) -> bool:
        """Add what changes below a resource, and return whether anything does."""
        changed = False
        for step in steps_by_parent.get(urn, []):
            child = branch.add(_label(step))
            if add_children(child, step.resource.urn) or is_changed(step):
                changed = True
            else:
                branch.children.pop()
        return changed

    add_children(tree, "")
    return tree


def _label(step: Step) -> Group:
    """Return the resource, and its changes below it."""
    lines = [line for change in step.changes for line in _change_lines(change)]
    return Group(_line(step), *map(_indented, lines))


def _indented(line: Text) -> Padding:
    return Padding(line, (0, 0, 0, 6), expand=False)


def _line(step: Step) -> Text:
    text = Text()
    text.append(_text(f"{OPERATION_SYMBOLS.get(step.op, step.op)} ", STYLES.get(step.op, "")))
    text.append(_text(step.resource.kind, "cyan" if step.resource.custom else "bold"))
    text.append(_text(f" {step.resource.name}"))
    if texts := marks(step):
        text.append(_text(f"  ({', '.join(texts)})", "dim"))
    return text


def _change_lines(change: PropertyChange) -> list[Text]:
    style = "magenta" if change.replaces else ""
    lines = diff_lines(change)
    if not lines:
        return [_text(f"{change.path}: {describe_change(change)}", style)]
    return [_text(f"{change.path}:", style), *(_text(f"  {line}") for line in lines)]


def _text(text: str, style: str = "") -> Text:
    """Return one line without what a terminal executes: control characters, or commands for GitHub Actions.

    The runner reads a command from a line that begins with ``::``, or that contains ``##[``.
    """
    line = escape(text).replace("##[", "##\\[")
    return Text(f"\\{line}" if line.lstrip().startswith("::") else line, style=style)
