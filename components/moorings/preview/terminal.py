"""A plan in a terminal: a tree of what is made, by component."""

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from moorings.preview.outline import OPERATIONS, children, marks, summary
from moorings.preview.plan import Plan, Step

STYLES = {"create": "green", "update": "yellow", "replace": "magenta", "delete": "red"}


def print_plan(console: Console, plan: Plan) -> None:
    """Print a plan."""
    below = children(plan)
    tree = Tree(Text(plan.stack, style="bold"), guide_style="dim")

    def grow(branch: Tree, urn: str) -> None:
        for step in below.get(urn, []):
            grow(branch.add(_line(step)), step.resource.urn)

    grow(tree, "")
    console.print(tree)
    for severity, message, urn in plan.log:
        if severity in {"warning", "error"}:
            where = f"{urn.rpartition('::')[2]}: " if urn else ""
            console.print(
                Text(f"{severity}: {where}{message}", style="yellow" if severity == "warning" else "red"),
                soft_wrap=True,
            )
    if plan.notes:
        console.print(Text(f"not known without an engine: {', '.join(plan.notes)}", style="dim"), soft_wrap=True)
    console.print(Text(f"{plan.stack}: {summary(plan)}", style="bold"))


def _line(step: Step) -> Text:
    text = Text()
    text.append(f"{OPERATIONS.get(step.op, step.op)} ", style=STYLES.get(step.op, ""))
    text.append(step.resource.kind, style="cyan" if step.resource.custom else "bold")
    text.append(f" {step.resource.name}")
    found = marks(step)
    if found:
        text.append(f"  ({', '.join(found)})", style="dim")
    return text
