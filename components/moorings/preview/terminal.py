"""Prints a plan in a terminal, as a tree of components and resources."""

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from moorings.preview.outline import OPERATIONS, acknowledgements, children, marks, summary
from moorings.preview.plan import Plan, Step
from moorings.validation.findings import escape

STYLES = {"create": "green", "update": "yellow", "replace": "magenta", "delete": "red"}
SEVERITY_STYLES = {"warning": "yellow", "error": "red"}


def print_plan(console: Console, plan: Plan) -> None:
    """Print the resources, warnings and counts of a plan."""
    steps_by_parent = children(plan)
    tree = Tree(_text(plan.stack, "bold"), guide_style="dim")

    def add_children(branch: Tree, urn: str) -> None:
        for step in steps_by_parent.get(urn, []):
            add_children(branch.add(_line(step)), step.resource.urn)

    add_children(tree, "")
    console.print(tree)
    for severity, message, urn in plan.log:
        if severity in SEVERITY_STYLES:
            resource = f"{urn.rpartition('::')[2]}: " if urn else ""
            text = " ".join(f"{severity}: {resource}{message}".splitlines())
            console.print(_text(text, SEVERITY_STYLES[severity]), soft_wrap=True)
    for found in plan.findings:
        if not found.rejected:  # the command prints those that are rejected as errors
            effect, style = ("warning", "yellow") if found.reason is None else ("acknowledged", "dim")
            reason = "" if found.reason is None else f": {found.reason}"
            console.print(_text(f"{effect}: {found.finding}{reason}", style), soft_wrap=True)
    for component, rule, reason in acknowledgements(plan):
        console.print(_text(f"acknowledged in the program: {component}: {rule}: {reason}", "dim"), soft_wrap=True)
    if plan.notes:
        console.print(_text(f"unknown without an engine: {', '.join(plan.notes)}", "dim"), soft_wrap=True)
    console.print(_text(f"{plan.stack}: {summary(plan)}", "bold"))


def _text(text: str, style: str = "") -> Text:
    """Return one line without what a terminal executes: control characters, or commands for GitHub Actions.

    The runner reads a command from a line that begins with ``::``, or that contains ``##[``.
    """
    line = escape(text).replace("##[", "##\\[")
    return Text(f"\\{line}" if line.lstrip().startswith("::") else line, style=style)


def _line(step: Step) -> Text:
    text = Text()
    text.append(_text(f"{OPERATIONS.get(step.op, step.op)} ", STYLES.get(step.op, "")))
    text.append(_text(step.resource.kind, "cyan" if step.resource.custom else "bold"))
    text.append(_text(f" {step.resource.name}"))
    if texts := marks(step):
        text.append(_text(f"  ({', '.join(texts)})", "dim"))
    return text
