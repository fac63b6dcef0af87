"""Rules of kPow on every platform."""

from moorings.apps.kpow.connection_rules import CONNECTION_RULES
from moorings.apps.kpow.environment_rules import ENVIRONMENT_RULES
from moorings.apps.kpow.file_rules import FILE_RULES
from moorings.apps.kpow.license_rules import LICENSE_RULES
from moorings.apps.kpow.login_rules import LOGIN_RULES
from moorings.apps.kpow.settings import KpowSettings
from moorings.apps.kpow.size_rules import SIZE_RULES
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Rule

SETTINGS_RULES = RuleSet(
    KpowSettings, CONNECTION_RULES, ENVIRONMENT_RULES, FILE_RULES, LICENSE_RULES, LOGIN_RULES, SIZE_RULES
)

UNKNOWN_CLUSTER = Rule(
    id="kpow-unknown-cluster",
    severity=Severity.ERROR,
    rationale="The ACLs depend on whether the cluster stores kPow's internal topics.",
    source="https://docs.kpow.io/config/multi-cluster",
    invalid="kpow.acls('kpow', 'payments')",
    valid="kpow.acls('kpow', 'kafka')",
)
