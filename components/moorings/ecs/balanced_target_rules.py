"""Rules of tasks behind any load balancer: health check."""

from moorings.ecs.balanced_target import BalancedTarget
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

BALANCED_TARGET_RULES = RuleSet(BalancedTarget)

_HEALTH_CHECKS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html"


@BALANCED_TARGET_RULES.rule(
    "ecs-load-balancer-health-check-timeout",
    Severity.ERROR,
    source=_HEALTH_CHECKS,
    invalid="health_check_timeout_seconds=15, health_check_interval_seconds=15",
    valid="health_check_timeout_seconds=14, health_check_interval_seconds=15",
)
def _health_check_timeout(health_check_timeout_seconds: int, health_check_interval_seconds: int) -> Findings:
    """Elastic Load Balancing rejects health checks whose timeout is not less than their interval."""
    if health_check_timeout_seconds >= health_check_interval_seconds:
        yield (
            f"{health_check_timeout_seconds} is not less than health_check_interval_seconds "
            f"({health_check_interval_seconds}); lower it, or raise the interval"
        )
