"""What packages refuse of a plan. Each names a function among the entry points of ``moorings.checks``."""

from collections.abc import Callable, Collection, Mapping, Sequence
from importlib.metadata import entry_points
from typing import Any

from moorings.preview.plan import Plan

GROUP = "moorings.checks"

Check = Callable[[Sequence[Mapping[str, Any]], Collection[str]], list[str]]
"""Takes the steps of a preview in the shape of ``pulumi preview --json`` and the names of changes that are meant, and
returns a sentence for each thing that it refuses."""


def refusals(plan: Plan, meant: Collection[str] = ()) -> list[str]:
    """What the installed packages refuse of a plan, in the order of their names.

    Args:
        plan: the plan of a real engine; of the program alone there is nothing to refuse, as it only makes things.
        meant: names of changes that are let through, as the sentences call them.

    """
    steps = plan.to_json()["steps"]
    found: list[str] = []
    for entry in sorted(entry_points(group=GROUP), key=lambda each: each.name):
        check: Check = entry.load()
        found += check(steps, meant)
    return found
