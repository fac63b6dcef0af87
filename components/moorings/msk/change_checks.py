"""What ``moorings report`` finds through the entry point ``moorings.checks``: rules and impacts of changes."""

from moorings.kafka.topic_change_rules import TOPIC_CHANGES
from moorings.msk.cluster_change_rules import CLUSTER_CHANGES
from moorings.msk.configuration_change_rules import CONFIGURATION_CHANGES
from moorings.msk.update_effects import RESTART_IMPACT
from moorings.msk.version_change_rules import VERSION_CHANGES
from moorings.validation.change_rules import ChangeRule

CLUSTER_RULES = (*CLUSTER_CHANGES.rules, *VERSION_CHANGES.rules)
CHANGE_RULES: tuple[ChangeRule, ...] = (*CLUSTER_RULES, *CONFIGURATION_CHANGES.rules, *TOPIC_CHANGES.rules)
IMPACTS = (RESTART_IMPACT,)
