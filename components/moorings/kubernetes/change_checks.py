"""What ``moorings report`` finds through the entry point ``moorings.checks``: rules and impacts of changes."""

from moorings.kubernetes.impacts import JOB_IMPACT, ROUTE_IMPACT, WORKLOAD_IMPACT
from moorings.kubernetes.workload_change_rules import WORKLOAD_CHANGES
from moorings.validation.change_rules import ChangeRule

CHANGE_RULES: tuple[ChangeRule, ...] = (*WORKLOAD_CHANGES.rules,)
IMPACTS = (WORKLOAD_IMPACT, JOB_IMPACT, ROUTE_IMPACT)
