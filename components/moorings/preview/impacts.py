"""Impacts of the changes in a plan: loss of data, downtime, lost sessions and rolling restarts."""

from collections.abc import Iterable
from dataclasses import replace

from moorings.preview.checks import change_of
from moorings.preview.plan import DELETING, REPLACING, Plan, Step
from moorings.validation.impacts import Impact, ImpactLevel, ImpactRule


def add_impacts(plan: Plan, impacts: Iterable[ImpactRule]) -> Plan:
    """Return the plan with the impact of each step that changes the running system.

    Args:
        plan: plan with changes. A preview without an engine and without ``--against`` has none.
        impacts: impact rules of the installed packages.

    """
    by_type = {type_: rule for rule in impacts for type_ in rule.types}
    return replace(
        plan,
        steps=[replace(step, impact=impact) if (impact := _impact(step, by_type)) else step for step in plan.steps],
    )


def _impact(step: Step, by_type: dict[str, ImpactRule]) -> Impact | None:
    resource = step.deployed
    if resource.holds_data and step.op in DELETING:
        operation = "is replaced by an empty resource" if step.op in REPLACING else "is deleted"
        if resource.retain_on_delete:
            return Impact(ImpactLevel.NOTICE, f"{operation} in the stack; the old resource is retained")
        return Impact(ImpactLevel.DATA_LOSS, f"{operation}, and its data is lost")
    rule = by_type.get(resource.type)
    change = change_of(step) if rule and (step.changes or step.op in DELETING) else None
    return rule.describe(change) if rule and change else None
