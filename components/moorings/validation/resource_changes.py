"""``ResourceChange``: an operation of the engine on one resource, as the rules of changes read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast

Operation = Literal["create", "update", "replace", "delete"]

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
"""Key that marks secrets and other special values among inputs."""

UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Represents a value that is known only after deployment.

Source: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/properties.go
"""

UNKNOWN: Final = object()
"""An unknown or secret value, in the results of ``Properties.at``."""


class Properties:
    """Inputs of a resource, as its provider names them. Unknown and secret values are never returned."""

    def __init__(self, values: object = None) -> None:
        """Store the inputs; anything but an object counts as no inputs."""
        self._values: Mapping[str, Any] = cast("Mapping[str, Any]", values) if isinstance(values, Mapping) else {}

    def at(self, *path: str) -> Any:
        """Return the value at a path: None if it is missing, ``UNKNOWN`` if it or a value above it is unknown."""
        value: Any = self._values
        for key in path:
            if not isinstance(value, Mapping):
                return UNKNOWN if is_unknown(value) else None
            value = cast("Mapping[str, Any]", value).get(key)
        return UNKNOWN if is_unknown(value) else value

    def number(self, *path: str) -> float | None:
        """Return a number, or None if the value is missing, unknown or not a number."""
        value = self.at(*path)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def text(self, *path: str) -> str | None:
        """Return a string, or None if the value is missing, unknown or not a string."""
        value = self.at(*path)
        return value if isinstance(value, str) else None

    def items(self, *path: str) -> list[Any] | None:
        """Return a list, empty if it is missing. None if it or one of its items is unknown."""
        value = self.at(*path)
        if value is None:
            return []
        if not isinstance(value, list):
            return None
        items = cast("list[Any]", value)  # type: ignore[redundant-cast]  # pyright cannot infer the type of the items
        return None if any(map(is_unknown, items)) else items

    def is_missing(self, *path: str) -> bool:
        """Whether the value is certainly missing."""
        return self.at(*path) is None


def is_unknown(value: Any) -> bool:
    """Whether a value is unknown or secret: a special object in a resource hook, a placeholder in JSON."""
    if isinstance(value, Mapping):
        return SIGNATURE in value
    return value == UNKNOWN_TEXT or not isinstance(value, str | int | float | list | type(None))


@dataclass(frozen=True)
class ResourceChange:
    """An operation of the engine on one resource."""

    operation: Operation
    type: str
    """Type token of the resource, as in ``aws:msk/topic:Topic``."""

    before: Properties = field(default_factory=Properties)
    """Old inputs."""

    after: Properties = field(default_factory=Properties)
    """New inputs."""

    reasons: Sequence[str] = ()
    """Properties that cause a replacement, if they are known."""

    was_protected: bool = False
    """Whether the old state has the resource option ``protect``."""

    is_protected: bool = False
    """Whether the program sets the resource option ``protect``."""

    was_retained: bool = False
    """Whether the old state has the resource option ``retain_on_delete``, which applies to the next deletion."""

    is_retained: bool = False
    """Whether the program sets the resource option ``retain_on_delete``."""
