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
    tree = Tree(Text(plan.stack, style="bold"), guide_style="dim")

    def add_children(branch: Tree, urn: str) -> None:
        for step in steps_by_parent.get(urn, []):
            add_children(branch.add(_line(step)), step.resource.urn)

    add_children(tree, "")
    console.print(tree)
    for severity, message, urn in plan.log:
        if severity in SEVERITY_STYLES:
            resource = f"{urn.rpartition('::')[2]}: " if urn else ""
            console.print(Text(f"{severity}: {resource}{message}", style=SEVERITY_STYLES[severity]), soft_wrap=True)
    for found in plan.findings:
        if not found.rejected:  # the command prints those that are rejected as errors
            effect, style = ("warning", "yellow") if found.reason is None else ("acknowledged", "dim")
            reason = "" if found.reason is None else f": {escape(found.reason)}"
            console.print(Text(f"{effect}: {found.finding}{reason}", style=style), soft_wrap=True)
    for component, rule, reason in acknowledgements(plan):
        console.print(
            Text(f"acknowledged in the program: {component}: {escape(rule)}: {escape(reason)}", style="dim"),
            soft_wrap=True,
        )
    if plan.notes:
        console.print(Text(f"unknown without an engine: {', '.join(plan.notes)}", style="dim"), soft_wrap=True)
    console.print(Text(f"{plan.stack}: {summary(plan)}", style="bold"))


def _line(step: Step) -> Text:
    text = Text()
    text.append(f"{OPERATIONS.get(step.op, step.op)} ", style=STYLES.get(step.op, ""))
    text.append(step.resource.kind, style="cyan" if step.resource.custom else "bold")
    text.append(f" {step.resource.name}")
    if texts := marks(step):
        text.append(f"  ({', '.join(texts)})", style="dim")
    return text
