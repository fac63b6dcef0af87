"""Secret masking: reads property values of the engine protocol, and replaces secrets before anything is stored."""

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from google.protobuf.struct_pb2 import Struct, Value

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


class PropertyReader:
    """Reads property values of the engine protocol.

    Args:
        reveal: True to return secrets as ``RevealedSecret`` instead of masking them, for tests.
        keep_keys: True to keep the keys of secret objects, where programs read them or they are names.

    """

    def __init__(self, *, reveal: bool = False, keep_keys: bool = False) -> None:
        """Store what to keep of secrets."""
        self._reveal, self._keep_keys = reveal, keep_keys

    def struct(self, struct: Struct) -> dict[str, Any]:
        """Return an object; ``__defaults`` is internal to providers and omitted."""
        return {key: self.value(value) for key, value in struct.fields.items() if key != "__defaults"}

    def value(self, value: Value) -> Any:
        """Return a value of any type."""
        match value.WhichOneof("kind"):
            case "number_value":
                number = value.number_value
                return int(number) if number.is_integer() else number
            case "string_value":
                return UNKNOWN if value.string_value == UNKNOWN_TEXT else value.string_value
            case "bool_value":
                return value.bool_value
            case "list_value":
                return [self.value(item) for item in value.list_value.values]
            case "struct_value":
                return self._object(value.struct_value)
            case _:
                return None

    def _object(self, struct: Struct) -> Any:
        signature = struct.fields[SIGNATURE].string_value if SIGNATURE in struct.fields else None
        if signature is None:
            return self.struct(struct)
        if signature == SECRET_SIGNATURE:
            value = self.value(struct.fields["value"])
            return RevealedSecret(value) if self._reveal else mask(value, keep_keys=self._keep_keys)
        if signature == RESOURCE_SIGNATURE:
            return struct.fields["urn"].string_value
        # The remaining signatures are those of assets and archives, which are described by their source.
        return {key: self.value(item) for key, item in struct.fields.items() if key != SIGNATURE}


def secret_paths(struct: Struct) -> list[str]:
    """Return the paths of the secrets in an object, sorted: ``data``, ``env[0].value``."""
    return sorted(path for path, _ in _secrets(struct))


def secret_digests(struct: Struct, key: bytes) -> dict[str, str]:
    """Return a digest of each secret in an object by path, which tells whether the secret changes.

    Args:
        struct: the object.
        key: random key, which must not be stored, so that nobody can guess a secret from its digest.

    """
    return {
        path: hmac.new(key, value.SerializeToString(deterministic=True), "sha256").hexdigest()
        for path, value in sorted(_secrets(struct), key=lambda item: item[0])
    }


def _secrets(struct: Struct) -> Iterator[tuple[str, Value]]:
    """Yield the path and the value of each secret in an object."""

    def walk(value: Value, path: str) -> Iterator[tuple[str, Value]]:
        if value.WhichOneof("kind") == "list_value":
            for index, item in enumerate(value.list_value.values):
                yield from walk(item, f"{path}[{index}]")
        elif value.WhichOneof("kind") == "struct_value":
            fields = value.struct_value.fields
            if SIGNATURE in fields and fields[SIGNATURE].string_value == SECRET_SIGNATURE:
                yield path, fields["value"]
                return
            for key, item in fields.items():
                yield from walk(item, f"{path}.{key}")

    for key, value in struct.fields.items():
        yield from walk(value, key)
