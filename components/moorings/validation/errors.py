"""``InvalidInput``, the error of every invalid argument, and its messages."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from inspect import isawaitable
from typing import Any

import pulumi
from pydantic import ValidationError
from pydantic_core import ErrorDetails

_QUOTED = re.compile(r"'([^']*)'")

_SIMILARITY = 0.63
"""Minimum similarity of a suggested name to an unknown one, between 0 and 1."""


class InvalidInput(pulumi.RunError):
    """Invalid arguments. Each line of the message states the argument, the problem and the fix, but no secret."""

    @classmethod
    def from_pydantic(cls, error: ValidationError, *path: str, names: Iterable[str] = ()) -> "InvalidInput":
        """Return the error with one line for each problem that pydantic found.

        Args:
            error: the error of pydantic.
            path: component and argument that were validated.
            names: names of the existing arguments, to suggest one for an unknown argument.

        """
        lines = (
            f"{_join(*path, *map(str, problem['loc']))}: {_message(problem, names)}"
            for problem in error.errors(include_url=False)
        )
        return cls("\n".join(lines))

    @classmethod
    def at(cls, component: str, problem: str) -> "InvalidInput":
        """Return the error of a check across several arguments of a component."""
        return cls(f"{component}: {problem}")


def suggestion(name: object, names: Iterable[str]) -> str | None:
    """Return the name that is most similar to an unknown one, or None if none is similar."""
    matches = get_close_matches(str(name), names, 1, _SIMILARITY)
    return matches[0] if matches else None


_MESSAGES = {
    "bool_type": "must be True or False",
    "dict_type": "must be a dictionary",
    "float_type": "must be a number",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "list_type": "must be a list",
    "literal_error": "expected {expected}",
    "missing": "this argument is required",
    "model_type": "must be a dictionary or an instance of {class_name}",
    "string_pattern_mismatch": "must match the pattern {pattern}",
    "string_too_long": "must be at most {max_length} characters long",
    "string_too_short": "must be at least {min_length} characters long",
    "string_type": "must be a string",
    "too_long": "must have at most {max_length} items, got {actual_length}",
    "too_short": "must have at least {min_length} items, got {actual_length}",
}
"""Messages by the error type of pydantic. They do not quote the value, which may be secret.

Source: https://docs.pydantic.dev/latest/errors/validation_errors/
"""


def _message(problem: ErrorDetails, names: Iterable[str]) -> str:
    if is_output(problem["input"]):
        return "must be a plain value, not an Output, because it decides which resources are created"
    kind, context = problem["type"], problem.get("ctx", {})
    similar = None
    if kind == "extra_forbidden":
        message = "unknown argument"
        similar = suggestion(problem["loc"][-1], names) if len(problem["loc"]) == 1 else None
    elif context.get("min_length") == 1:
        message = "must not be empty"
    elif kind in _MESSAGES:
        message = _MESSAGES[kind].format(**context)
        if kind == "literal_error":
            similar = suggestion(problem["input"], _QUOTED.findall(context["expected"]))
    else:
        message = problem["msg"].removeprefix("Value error, ")
    return f"{message}; did you mean {similar}?" if similar else message


def is_output(value: Any) -> bool:
    """Whether a value is an Output or another awaitable."""
    return isinstance(value, pulumi.Output) or isawaitable(value)


def _join(*names: str) -> str:
    """Join names to a path as in Python: ``users[0].name``."""
    path = ""
    for name in names:
        if name.isdigit():
            path += f"[{name}]"
        else:
            path += f".{name}" if path else name
    return path
