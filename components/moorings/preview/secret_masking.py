"""Secret and unknown values: the signatures that mark them, and the masks that replace secrets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - marks a secret in the protocol, is not a secret
RESOURCE_SIGNATURE = "5cf8f73096256a8f31e491e813e4eb8e"
OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Represents an unknown value in the protocol and in ``pulumi preview --json``; those above mark other special values.

Source: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/properties.go
"""

MASK = "[secret]"


class _Unknown:
    """A value that is known only after deployment."""

    def __repr__(self) -> str:
        return "[unknown]"


UNKNOWN = _Unknown()


@dataclass(frozen=True)
class RevealedSecret:
    """The value of a secret that was read with ``reveal=True``."""

    value: Any

    def __repr__(self) -> str:
        """Return the mask, so that the value does not appear in test output."""
        return MASK


def mask(value: Any, *, keep_keys: bool = False) -> Any:
    """Replace a secret value; lengths of lists, nulls and unknown values remain.

    Args:
        value: the secret value.
        keep_keys: whether the keys of objects remain and only their values are replaced.

    """
    if is_object(value) and keep_keys:
        return {key: mask(item, keep_keys=True) for key, item in value.items()}
    if is_array(value):
        return [mask(item, keep_keys=keep_keys) for item in value]
    return value if value is None or value is UNKNOWN else MASK


def mask_state(value: Any) -> Any:
    """Replace every secret in a state of ``pulumi preview --json``, encrypted or in plain text."""
    if is_object(value):
        if value.get(SIGNATURE) == SECRET_SIGNATURE:
            return MASK
        return {key: mask_state(item) for key, item in value.items()}
    return [mask_state(item) for item in value] if is_array(value) else value


def is_object(value: Any) -> TypeGuard[Mapping[str, Any]]:
    """Return whether a value is a JSON object."""
    return isinstance(value, dict)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Return whether a value is a JSON array."""
    return isinstance(value, list)
