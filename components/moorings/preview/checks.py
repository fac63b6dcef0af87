"""Checks of a plan that other packages provide through the entry points ``moorings.checks``."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib.metadata import entry_points
from typing import Any, Protocol

from moorings.preview.plan import Plan

GROUP = "moorings.checks"


class ChangeCheck(Protocol):
    """The module that an entry point of ``moorings.checks`` refers to."""

    ACKNOWLEDGEABLE_CHANGES: Collection[str]
    """Names of the changes that can be acknowledged."""

    def rejected_steps(self, steps: Sequence[Mapping[str, Any]], acknowledged: Collection[str]) -> list[str]:
        """Return a message for each rejected change among the steps of ``pulumi preview --json``."""
        ...


def acknowledgeable_changes() -> set[str]:
    """Return the names of all changes that can be acknowledged."""
    return {name for check in _installed_checks() for name in check.ACKNOWLEDGEABLE_CHANGES}


def rejected_changes(plan: Plan, acknowledged: Collection[str] = ()) -> list[str]:
    """Return a message for each change that an installed check rejects, ordered by the name of the check.

    Args:
        plan: plan of an engine; a plan without an engine only creates resources.
        acknowledged: names of changes to allow.

    """
    steps = plan.to_json()["steps"]
    return [message for check in _installed_checks() for message in check.rejected_steps(steps, acknowledged)]


def _installed_checks() -> Iterator[ChangeCheck]:
    for entry_point in sorted(entry_points(group=GROUP), key=lambda entry_point: entry_point.name):
        yield entry_point.load()
