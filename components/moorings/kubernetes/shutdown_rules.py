"""Rules of the graceful shutdown of every pod: the grace period and the pre-stop command."""

from typing import Any

from moorings.kubernetes.shutdown import EXIT_SECONDS, Shutdown, ShutdownBudget
from moorings.validation.command_words import shell_syntax
from moorings.validation.findings import Severity
from moorings.validation.plaintext import find_secret
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

SHUTDOWN_RULES = RuleSet(Shutdown)

_HOOKS = "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/"


def short_grace_period(shutdown: Shutdown, budget: ShutdownBudget) -> Findings:
    """Yield that a pod is killed before its shutdown has ended."""
    needed, grace_period = budget.serving_seconds + EXIT_SECONDS, budget.termination_grace_period_seconds
    if grace_period < needed:
        terms = f"{budget.serving_terms(shutdown)} + {EXIT_SECONDS} to exit"
        yield (
            ("shutdown", "termination_grace_period_seconds"),
            f"must be at least {needed} ({terms}), got {grace_period}; raise it",
        )


@SHUTDOWN_RULES.rule(
    "k8s-pre-stop-command",
    Severity.ERROR,
    source=_HOOKS,
    invalid="pre_stop_command=['/bin/leave-cluster']",
    valid="pre_stop_command=['/bin/leave-cluster'], pre_stop_command_seconds=20",
)
def _pre_stop_command(pre_stop_command: list[str], pre_stop_command_seconds: int | None) -> Findings:
    """The termination grace period includes the command, so that its duration must be known."""
    if pre_stop_command and pre_stop_command_seconds is None:
        yield "pre_stop_command_seconds", "required with pre_stop_command; set the longest time that it runs"
    if pre_stop_command_seconds is not None and not pre_stop_command:
        yield "pre_stop_command_seconds", "has no effect without pre_stop_command; remove it"


@SHUTDOWN_RULES.rule(
    "k8s-pre-stop-shell-syntax",
    Severity.UNSAFE,
    source=_HOOKS,
    invalid="pre_stop_command=['nginx -s quit'], pre_stop_command_seconds=20",
    valid="pre_stop_command=['nginx', '-s', 'quit'], pre_stop_command_seconds=20",
)
def _pre_stop_shell_syntax(pre_stop_command: list[str]) -> Findings:
    """The kubelet runs the command without a shell, so that it fails and the pod is stopped without it."""
    syntax = shell_syntax(pre_stop_command)
    if syntax is not None:
        yield f"{syntax} needs a shell; use ['sh', '-c', 'command line'], or separate the words"


@SHUTDOWN_RULES.rule(
    "k8s-pre-stop-secret",
    Severity.UNSAFE,
    source="https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
    invalid="pre_stop_command=['leave', 'https://admin:hunter2@orders.example'], pre_stop_command_seconds=20",
    valid="pre_stop_command=['sh', '-c', 'leave \"$CLUSTER_URL\"'], pre_stop_command_seconds=20",
    each="plaintext",
)
def _pre_stop_secret(path: tuple[str, int], value: Any) -> Findings:
    """Anyone with read access to the workload can read its commands."""
    secret = find_secret(value)
    if secret:
        yield path, f"contains {secret} and would be stored in plain text; read it from a variable in a shell"
