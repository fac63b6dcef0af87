"""Lists in which nothing is named twice."""

from collections.abc import Callable, Sequence
from typing import Any


def check_unique(values: Sequence[Any], what: str) -> None:
    """Refuse a value that stands there twice. What is late is not looked at.

    Args:
        values: the values.
        what: what each is, as in ``each subnet``.

    Raises:
        ValueError: for those that are named twice.

    """
    known = [value for value in values if isinstance(value, str)]
    twice = sorted({value for value in known if known.count(value) > 1})
    if twice:
        raise ValueError(f"{', '.join(twice)} is named twice; name {what} once")


def once(what: str) -> Callable[[list[Any]], list[Any]]:
    """``check_unique`` as a check of a list, for ``AfterValidator``.

    Args:
        what: what each value is, as in ``each subnet``.

    """

    def check(values: list[Any]) -> list[Any]:
        check_unique(values, what)
        return values

    return check
