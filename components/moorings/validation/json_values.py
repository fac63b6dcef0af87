"""Checks that values of arguments have a JSON representation, in which an engine sends them to providers."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, cast

from moorings.validation.argument_rules import RANGE, TYPE
from moorings.validation.findings import Path
from moorings.validation.rules import Rule, Violation

MAX_DEPTH = 100
"""Levels of nested lists and dictionaries. No API has that many, and a list that contains itself has more."""

_MAX_BITS = 1024
"""Bits of the largest number in JSON, which an engine reads as a double."""


def check_json_value(value: Any) -> None:
    """Check a resolved value of an argument.

    Raises:
        Violation: for the first part without a JSON representation, with its path.

    """
    for rule, message, path in unsupported_parts(value):
        raise Violation(rule, message, *path)


def unsupported_parts(value: Any, path: Path = ()) -> Iterator[tuple[Rule, str, Path]]:
    """Yield rule, message and path of the parts of a value that have no JSON representation.

    Types other than lists, dictionaries, texts and numbers are not judged: the type of the argument rejects them.
    """
    if isinstance(value, str):
        if not _is_unicode(value):
            yield TYPE, "must be a valid Unicode string; remove the lone surrogate", path
    elif isinstance(value, int):
        if value.bit_length() > _MAX_BITS:
            digits = math.floor(value.bit_length() * math.log10(2)) + 1
            yield RANGE, f"must have at most 308 digits, got a number with about {digits}; lower it", path
    elif isinstance(value, Mapping | list | tuple):
        if len(path) == MAX_DEPTH:
            yield TYPE, f"is nested more than {MAX_DEPTH} levels deep; flatten it", path[:1]
            return
        yield from _unsupported_items(value, path)


def _unsupported_items(value: Any, path: Path) -> Iterator[tuple[Rule, str, Path]]:
    if not isinstance(value, Mapping):
        for index, item in enumerate(value):
            yield from unsupported_parts(item, (*path, index))
        return
    items = cast("Mapping[Any, Any]", value).items()  # type: ignore[redundant-cast]
    for key, item in items:
        if not isinstance(key, str):
            yield TYPE, f"must have strings as keys, got a key of type {type(key).__name__}; use a string", path
        elif not _is_unicode(key):
            yield TYPE, "must have valid Unicode strings as keys; remove the lone surrogate", path
        else:
            yield from unsupported_parts(item, (*path, key))


def _is_unicode(text: str) -> bool:
    """Whether a text has no lone surrogate, which UTF-8 cannot encode."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)
