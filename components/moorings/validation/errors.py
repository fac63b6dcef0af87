"""``InvalidInput``, the error of every invalid argument, and its messages."""

from collections.abc import Iterable
from difflib import get_close_matches
from inspect import isawaitable
from typing import Any

import pulumi
from pydantic import ValidationError
from pydantic_core import ErrorDetails

_SIMILARITY = 0.63
"""Similarity from which a name is suggested for an unknown one, between 0 and 1."""


class InvalidInput(pulumi.RunError):
    """Arguments are invalid. Each line of the message names the argument, the problem and the fix, but no secret."""

    @classmethod
    def from_pydantic(cls, error: ValidationError, *path: str, names: Iterable[str] = ()) -> "InvalidInput":
        """Return the error with one line for each problem that pydantic found.

        Args:
            error: the error of pydantic.
            path: component and argument that were validated.
            names: names of the existing arguments, to suggest one for an unknown argument.

        """
        problems = error.errors(include_url=False, include_context=False)
        return cls("\n".join(f"{_join(*path, *map(str, each['loc']))}: {_message(each, names)}" for each in problems))

    @classmethod
    def at(cls, component: str, problem: str) -> "InvalidInput":
        """Return the error of a check across several arguments of a component."""
        return cls(f"{component}: {problem}")


def suggestion(name: object, names: Iterable[str]) -> str | None:
    """Return the name that is most similar to an unknown one, or None if none is similar."""
    matches = get_close_matches(str(name), names, 1, _SIMILARITY)
    return matches[0] if matches else None


def _message(problem: ErrorDetails, names: Iterable[str]) -> str:
    if is_output(problem["input"]):
        return "give a plain value, not an Output: it decides what is made, so it has to be known at preview"
    match problem["type"]:
        case "extra_forbidden":
            similar = suggestion(problem["loc"][-1], names) if len(problem["loc"]) == 1 else None
            return f"there is no such argument; did you mean {similar}?" if similar else "there is no such argument"
        case "missing":
            return "this argument is required"
        case "bool_type":
            return "give True or False"
        case _:
            return problem["msg"].removeprefix("Value error, ")


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
