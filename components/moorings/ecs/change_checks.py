"""What ``moorings report`` finds through the entry point ``moorings.checks``: impacts of changes."""

from moorings.ecs.impacts import SERVICE_IMPACT

CHANGE_RULES = ()
IMPACTS = (SERVICE_IMPACT,)
