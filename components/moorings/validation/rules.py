"""``Rule``: the declaration of something that is rejected or logged, and ``Violation``, which reports an error."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from inspect import CO_VARARGS, CO_VARKEYWORDS
from typing import Any

from moorings.validation.findings import Path, Severity

Findings = Iterator[str | tuple[str | Path, str]]
"""What a rule yields: the problem and the fix, after the path if that is not the first parameter of the rule."""

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+")
_DATE = re.compile(r"20\d\d-\d\d-\d\d")

REGISTRY: "dict[str, Rule]" = {}
"""All declared rules by ID. It is filled by imports, and rejects duplicates."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A declared rule."""

    id: str
    """The problem in kebab case, after the prefix of the area: ``msk-single-replica``."""

    severity: Severity = Severity.ERROR

    rationale: str
    """Why the rule exists, in one or two sentences."""

    source: str
    """URL of the documentation that states the fact."""

    invalid: str
    """Keyword arguments that violate the rule, or an expression if the rule belongs to no component."""

    valid: str
    """The most similar arguments or expression that do not violate it."""

    checked: str = ""
    """Date on which the table of the rule was compared with its source, as in ``2026-11-21``."""

    def __post_init__(self) -> None:
        """Check the declaration and add it to the registry."""
        problems = [
            problem
            for problem, exists in {
                "the id is malformed": not _ID.fullmatch(self.id),
                "the id is declared twice": self.id in REGISTRY,
                "the rationale is missing": not self.rationale,
                "the source is no https URL": not self.source.startswith("https://"),
                "unverified requires the date of its table": self.severity is Severity.UNVERIFIED and not self.checked,
                "the date is malformed": bool(self.checked and not _DATE.fullmatch(self.checked)),
            }.items()
            if exists
        ]
        if problems:
            raise TypeError(f"rule {self.id}: {'; '.join(problems)}")
        REGISTRY[self.id] = self


class Violation(ValueError):  # noqa: N818 - named like the rule's result, not like an error of the program
    """A violated rule of severity error, raised by validators and functions outside of a component's rules."""

    def __init__(self, rule: Rule, message: str, *path: str | int) -> None:
        """Set the rule, the problem with the fix, and the path below the validated value."""
        if rule.severity is not Severity.ERROR:
            raise TypeError(f"rule {rule.id}: only errors can be raised, because others may be acknowledged")
        super().__init__(message)
        self.rule, self.message, self.path = rule, message, path


@dataclass(frozen=True)
class Check:
    """A rule and the function that evaluates it."""

    rule: Rule
    function: Callable[..., Findings]
    parameters: tuple[str, ...]
    each: str | None = None
    """Argument whose items are checked one by one."""

    @cached_property
    def arguments(self) -> tuple[str, ...]:
        """Names of the arguments that the rule reads. The first two parameters of ``each`` are a key and an item."""
        return (self.each, *self.parameters[2:]) if self.each else self.parameters


def declare(function: Callable[..., Findings], each: str | None = None, **declaration: Any) -> Check:
    """Return a rule that a generator evaluates. The docstring of the generator is the rationale.

    Args:
        function: the generator.
        each: argument whose items are checked one by one.
        declaration: the other attributes of the rule.

    """
    rule = Rule(rationale=" ".join((function.__doc__ or "").split()), **declaration)
    code = function.__code__  # inspect.signature would take a hundred times as long
    if code.co_kwonlyargcount or code.co_flags & (CO_VARARGS | CO_VARKEYWORDS):
        raise TypeError(f"rule {rule.id}: every parameter must be positional")
    return Check(rule, function, code.co_varnames[: code.co_argcount], each)
