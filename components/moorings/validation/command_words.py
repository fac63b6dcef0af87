"""Detects shell syntax in commands that are started without a shell.

Source: https://docs.docker.com/reference/dockerfile/#shell-and-exec-form
"""

import re
from collections.abc import Sequence

_OPERATORS = frozenset({"&&", "||", "|", ";", "&", ">", ">>", "<", "2>&1", "2>"})
_SHELL = re.compile(r"(?:.*/)?(?:(?:ba|da|z|k|c|fi)?sh|busybox|cmd|powershell|pwsh)(?:\.exe)?")
_VARIABLE = re.compile(r"(?<![$\\])\$[A-Z_][A-Z0-9_]*\b")
"""A variable as only a shell expands it. ``$(HOME)`` is expanded by Kubernetes, ``${HOME}`` also by many programs."""
_COMMAND_LINE = re.compile(r"\S+\s+\S")


def missing_program(words: Sequence[str]) -> bool:
    """Whether a command contains no program."""
    return not words or not words[0].strip()


def shell_syntax(words: Sequence[str]) -> str | None:
    """Return what only a shell interprets: an operator, a variable, or a command line in one string.

    None if there is nothing.
    """
    if any(_SHELL.fullmatch(word) for word in words[:3]):  # also after env or a similar program
        return None
    operator = next((word for word in words if word in _OPERATORS), None)
    if operator is not None:
        return f"the operator {operator}"
    variable = next(filter(None, map(_VARIABLE.search, words)), None)
    if variable is not None:
        return f"the variable {variable[0]}"
    return "a command line in one string" if words and _COMMAND_LINE.match(words[0]) else None
