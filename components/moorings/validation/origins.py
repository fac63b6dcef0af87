"""``Origin``: where arguments were created and which component they belong to, for messages about late values."""

from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, cast

from moorings.sdk.locations import Location
from moorings.validation.findings import Path


@dataclass(slots=True)
class Origin:
    """Origin of an arguments object that the user has created, or of the dictionary of a component."""

    values: Mapping[str, Any] = field(repr=False)
    """The arguments as the user passed them, to find the key or index of a late value."""

    component: str
    """The component; the class until a component has received the arguments."""

    location: Location | None
    """Where the user created the arguments."""

    path: Path = ()
    """Path of the arguments object in the arguments of the component."""

    def path_of(self, argument: str, value: object) -> Path:
        """Return the path of an argument, or of the item at which a late value was passed in it."""
        return (*self.path, argument, *next(_paths(self.values.get(argument), value), ()))


_validating: ContextVar[tuple[Origin, str] | None] = ContextVar("_validating", default=None)


def validating() -> tuple[Origin, str] | None:
    """Return the outermost arguments that are being validated, and the name of the current argument ("" before)."""
    return _validating.get()


class validates:  # noqa: N801 - a context manager; as a generator it would take twice the time for each argument
    """Records which argument is being validated: ``with validates(origin, "users"): ...``."""

    def __init__(self, origin: Origin, argument: str = "") -> None:
        """Set the origin and the name of the argument."""
        self._current = origin, argument

    def __enter__(self) -> None:
        """Record them."""
        self._token = _validating.set(self._current)

    def __exit__(self, *_: object) -> None:
        """Restore what was recorded before."""
        _validating.reset(self._token)


def _paths(value: Any, item: object) -> Iterator[Path]:
    """Yield the paths at which an object occurs in nested mappings and lists; objects are compared by identity."""
    if value is item:
        yield ()
    parts: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, Mapping):
        parts = cast("Mapping[str, Any]", value).items()
    elif isinstance(value, list):
        parts = enumerate(cast("list[Any]", value))  # type: ignore[redundant-cast]
    for key, part in parts:
        yield from ((key, *path) for path in _paths(part, item))
