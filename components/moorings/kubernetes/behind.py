"""What a way to a workload learns by the name of its Service: how the pods behind it go."""

from weakref import WeakKeyDictionary

import pulumi

from moorings.kubernetes.shutdown import ShutdownBudget

_budgets: WeakKeyDictionary[pulumi.Resource, ShutdownBudget] = WeakKeyDictionary()


def note(service: pulumi.Resource, budget: ShutdownBudget) -> None:
    """Note how the pods behind a Service go."""
    _budgets[service] = budget


async def budget_behind(service_name: pulumi.Output[str]) -> ShutdownBudget | None:
    """How the pods go behind the Service that has told its name; None if no workload of this program made it."""
    known = (_budgets.get(each) for each in await service_name.resources())
    return next((budget for budget in known if budget is not None), None)
