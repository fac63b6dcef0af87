"""Resource hook that checks changes of a workload with the rules that ``moorings report`` also evaluates."""

import pulumi

from moorings.kubernetes.change_checks import CHANGE_RULES
from moorings.validation.change_hooks import change_hooks
from moorings.validation.reporter import Reporter


def workload_change_guard(name: str, reporter: Reporter) -> pulumi.ResourceHookBinding:
    """Create the hook of the component, which runs before its objects are registered.

    A hook of the Deployment could not detect its replacement, because the engine passes only the new inputs to hooks of
    a creation. The hook of the component runs before an update, which has the old and the new arguments.

    Args:
        name: logical name of the component, used as the prefix of the hook name.
        reporter: reporter of the component.

    """
    return change_hooks(f"{name}-workload-guard", CHANGE_RULES, reporter)
