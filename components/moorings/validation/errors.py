"""``InvalidInput``, the error of every rejected argument, and the messages of structural problems."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from inspect import isawaitable
from typing import Any, Self, get_args

import pulumi
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from moorings.validation import argument_rules
from moorings.validation.findings import Finding, Path, spell
from moorings.validation.rules import Rule, Violation

_SIMILARITY = 0.63
"""Minimum similarity of a suggested name to an unknown one, between 0 and 1."""

_QUOTED = re.compile(r"'([^']*)'")


class InvalidInput(pulumi.RunError):
    """Rejected arguments. Each line is a finding: location, component, argument, problem, fix and rule."""

    @classmethod
    def of(cls, violation: Violation, component: str, location: object = "") -> Self:
        """Return the error of a violation outside of a component."""
        return cls.listing([_finding(violation.rule, component, violation.path, violation.message, location)])

    @classmethod
    def listing(cls, findings: Iterable[Finding]) -> Self:
        """Return the error of several findings."""
        return cls("\n".join(map(str, findings)))

    @classmethod
    def from_pydantic(
        cls, error: ValidationError, component: str, *path: str | int, args_class: type[BaseModel] | None = None
    ) -> Self:
        """Return the error with a finding for each problem that pydantic found.

        Args:
            error: the error of pydantic.
            component: component or class whose arguments were validated.
            path: path of the validated argument.
            args_class: class that was validated, to suggest names for unknown arguments.

        """
        return cls.listing(findings_of(error, component, path, "", args_class))


def findings_of(
    error: ValidationError,
    component: str,
    path: Path = (),
    location: object = "",
    args_class: type[BaseModel] | None = None,
) -> Iterator[Finding]:
    """Yield a finding for each problem that pydantic found.

    Args:
        error: the error of pydantic.
        component: component or class whose arguments were validated.
        path: path of the validated value.
        location: location in the user's program.
        args_class: class that was validated, to suggest names for unknown arguments.

    """
    for problem in error.errors(include_url=False):
        rule, message, inner = _explain(problem, args_class)
        if rule is argument_rules.RANGE:
            message += f", got {problem['input']}"
        # Pydantic marks a problem of a dictionary's key.
        place = [part for part in problem["loc"] if part != "[key]"]
        yield _finding(rule, component, (*path, *place, *inner), message, location)


HIDDEN = "(The value is secret and is not shown.)"
"""End of a message about a secret value, which contains only text that does not depend on the value."""


def without_values(error: ValidationError | Violation) -> Violation:
    """Return the first problem of a secret value, without any part of the value."""
    if isinstance(error, Violation):
        return Violation(error.rule, f"{error.rule.rationale} {HIDDEN}")
    problem = error.errors(include_url=False)[0]
    rule, message, _ = _explain(problem, None)
    if problem["type"] in _STRUCTURE and problem["type"] != "literal_error":
        return Violation(rule, message)
    return Violation(rule, f"{rule.rationale} {HIDDEN}")


def _finding(rule: Rule, component: str, path: Path, message: str, location: object) -> Finding:
    return Finding(rule.id, component, spell(path), message, str(location or ""))


def suggestion(name: object, names: Iterable[str]) -> str | None:
    """Return the name that is most similar to an unknown one, or None if none is similar."""
    matches = get_close_matches(str(name), names, 1, _SIMILARITY)
    return matches[0] if matches else None


_STRUCTURE: Mapping[str, tuple[Rule, str]] = {
    "bool_type": (argument_rules.TYPE, "must be True or False"),
    "dataclass_type": (argument_rules.TYPE, "must be a dictionary or an instance of {class_name}"),
    "dict_type": (argument_rules.TYPE, "must be a dictionary"),
    "finite_number": (argument_rules.TYPE, "must be a finite number"),
    "float_type": (argument_rules.TYPE, "must be a number"),
    "float_parsing": (argument_rules.TYPE, "must be a number"),
    "greater_than": (argument_rules.RANGE, "must be greater than {gt}"),
    "greater_than_equal": (argument_rules.RANGE, "must be at least {ge}"),
    "int_from_float": (argument_rules.TYPE, "must be a whole number"),
    "int_parsing": (argument_rules.TYPE, "must be a whole number"),
    "int_parsing_size": (argument_rules.RANGE, "is too large"),
    "int_type": (argument_rules.TYPE, "must be a whole number"),
    "less_than": (argument_rules.RANGE, "must be less than {lt}"),
    "less_than_equal": (argument_rules.RANGE, "must be at most {le}"),
    "list_type": (argument_rules.TYPE, "must be a list"),
    "literal_error": (argument_rules.CHOICE, "expected {expected}"),
    "missing": (argument_rules.REQUIRED, "this argument is required"),
    "multiple_of": (argument_rules.RANGE, "must be a multiple of {multiple_of}"),
    "model_type": (argument_rules.TYPE, "must be a dictionary or an instance of {class_name}"),
    "string_pattern_mismatch": (argument_rules.FORMAT, "must match the pattern {pattern}"),
    "string_too_long": (argument_rules.LENGTH, "must be at most {max_length} characters long"),
    "string_too_short": (argument_rules.LENGTH, "must be at least {min_length} characters long"),
    "string_type": (argument_rules.TYPE, "must be a string"),
    "string_unicode": (argument_rules.TYPE, "must be a valid Unicode string"),
    "too_long": (argument_rules.LENGTH, "must have at most {max_length} items, got {actual_length}"),
    "too_short": (argument_rules.LENGTH, "must have at least {min_length} items, got {actual_length}"),
}
"""Rules and messages by the error type of pydantic. They do not quote the value, which may be secret.

Source: https://docs.pydantic.dev/latest/errors/validation_errors/
"""


def _explain(problem: ErrorDetails, args_class: type[BaseModel] | None) -> tuple[Rule, str, Path]:
    """Return the rule, the message and the path below the location of a problem."""
    kind, context = problem["type"], problem.get("ctx", {})
    violation = context.get("error")
    if isinstance(violation, Violation):
        return violation.rule, violation.message, violation.path
    if is_output(problem["input"]):
        return argument_rules.OUTPUT, argument_rules.OUTPUT_MESSAGE, ()
    if kind == "extra_forbidden":
        similar = suggestion(problem["loc"][-1], _field_names(args_class, problem["loc"][:-1]))
        return argument_rules.UNKNOWN, f"unknown argument; {_did_you_mean(similar) or 'remove it'}", ()
    if kind == "value_error":
        return argument_rules.FORMAT, str(violation), ()
    return (*_structural(problem), ())


def _structural(problem: ErrorDetails) -> tuple[Rule, str]:
    """Return the rule and the message of a problem of type, length, range or choice."""
    kind, context = problem["type"], problem.get("ctx", {})
    if context.get("min_length") == 1:
        return argument_rules.LENGTH, "must not be empty"
    if kind not in _STRUCTURE:
        return argument_rules.TYPE, f"has an unsupported type: {type(problem['input']).__name__}"
    rule, text = _STRUCTURE[kind]
    message = text.format(**context)
    if kind == "literal_error":
        similar = _did_you_mean(suggestion(problem["input"], _QUOTED.findall(context["expected"])))
        message += f"; {similar}" if similar else ""
    if problem["input"] is None and kind != "missing":
        message += ", got None"
    return rule, message


def _did_you_mean(name: str | None) -> str:
    return f"did you mean {name}?" if name else ""


def _field_names(args_class: type[BaseModel] | None, path: Sequence[str | int]) -> list[str]:
    """Return the names of the arguments of the class at a path of nested arguments."""
    for part in path:
        if args_class is not None and part in args_class.model_fields:
            args_class = _nested_class(args_class.model_fields[str(part)].annotation)
    return list(args_class.model_fields) if args_class else []


def _nested_class(annotation: Any) -> type[BaseModel] | None:
    """Return the arguments class in an annotation such as ``list[TopicArgs] | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_nested_class, get_args(annotation))), None)


def is_output(value: Any) -> bool:
    """Whether a value is an Output or another awaitable."""
    return isinstance(value, pulumi.Output) or isawaitable(value)
