"""Checks changes of a workload in a resource hook. ``moorings report`` evaluates the same rules."""

import pulumi

from moorings.kubernetes.workload_change_rules import WORKLOAD_CHANGES
from moorings.validation.change_hooks import change_hooks
from moorings.validation.change_rules import ChangeRule
from moorings.validation.reporter import Reporter

CHANGE_RULES: tuple[ChangeRule, ...] = (*WORKLOAD_CHANGES.rules,)
"""Rules that ``moorings report`` finds through the entry point ``moorings.checks``."""


def workload_change_guard(name: str, reporter: Reporter) -> pulumi.ResourceHookBinding:
    """Create the hook of the component, which runs before its objects are registered.

    A hook of the Deployment could not reject its replacement: the engine passes only the new inputs to the hooks of a
    creation. The component is updated instead, with the old and the new arguments.

    Args:
        name: logical name of the component, which is the prefix of the hook's name.
        reporter: reporter of the component.

    """
    return change_hooks(f"{name}-workload-guard", CHANGE_RULES, reporter)
