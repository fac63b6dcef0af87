"""Rules of sources of environment variables."""

from moorings.kubernetes.environment_variables import EnvironmentSource
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

ENVIRONMENT_RULES = RuleSet(EnvironmentSource)


@ENVIRONMENT_RULES.rule(
    "k8s-environment-source",
    Severity.ERROR,
    source="https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/",
    invalid="secret_name='orders', config_map_name='orders'",
    valid="secret_name='orders'",
)
def _environment_source(objects: list[str]) -> Findings:
    """The API server accepts one object in each source."""
    if len(objects) != 1:
        problem = "both" if objects else "neither"
        yield "", f"exactly one of secret_name and config_map_name is required, got {problem}; use one item per object"
