"""Rules of the container health check."""

from moorings.ecs.container_health_check import ContainerHealthCheck
from moorings.validation.command_words import missing_program, shell_syntax
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

HEALTH_CHECK_RULES = RuleSet(ContainerHealthCheck)

_HEALTH_CHECK = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html"

_SHELL = "CMD-SHELL"
_WORDS_WITH_SHELL = 2
"""The keyword and the command line."""


@HEALTH_CHECK_RULES.rule(
    "ecs-health-check-command",
    Severity.ERROR,
    source=_HEALTH_CHECK,
    invalid="command=['CMD-SHELL', 'curl', '-f', 'http://localhost:3000/healthy']",
    valid="command=['CMD-SHELL', 'curl -f http://localhost:3000/healthy']",
)
def _command(command: list[str]) -> Findings:
    """The command begins with CMD and a program, with CMD-SHELL and one command line, or with the program."""
    keyword, *words = command
    if keyword == "NONE":
        yield "NONE disables the health check; remove health_check instead"
    elif keyword == _SHELL and len(command) != _WORDS_WITH_SHELL:
        yield f"{_SHELL} must be followed by one string, got {len(words)}; join the words into one command line"
    elif missing_program(words if keyword in {"CMD", _SHELL} else command):
        yield "contains no program; add the program that checks the application"


@HEALTH_CHECK_RULES.rule(
    "ecs-health-check-shell-syntax",
    Severity.UNSAFE,
    source=_HEALTH_CHECK,
    invalid="command=['curl -f http://localhost:3000/healthy || exit 1']",
    valid="command=['CMD-SHELL', 'curl -f http://localhost:3000/healthy || exit 1']",
)
def _shell_syntax(command: list[str]) -> Findings:
    """Without CMD-SHELL no shell interprets the command, so that the health check fails and ECS replaces the task."""
    keyword, *words = command
    syntax = None if keyword == _SHELL else shell_syntax(words if keyword == "CMD" else command)
    if syntax is not None:
        yield f"{syntax} requires a shell; use ['{_SHELL}', 'command line'], or separate the words"


@HEALTH_CHECK_RULES.rule(
    "ecs-health-check-timeout",
    Severity.WARNING,
    source=_HEALTH_CHECK,
    invalid="timeout_seconds=15, interval_seconds=15",
    valid="timeout_seconds=14, interval_seconds=15",
)
def _timeout(timeout_seconds: int, interval_seconds: int) -> Findings:
    """A timeout that is as long as the interval delays the replacement of a task that does not answer."""
    if timeout_seconds >= interval_seconds:
        yield (
            f"{timeout_seconds} is not less than interval_seconds ({interval_seconds}); lower it, or raise the interval"
        )
