"""Reads property values of the engine protocol, and masks secrets."""

import hmac
from collections.abc import Iterator
from typing import Any

from google.protobuf.struct_pb2 import Struct, Value

from moorings.preview.secret_masking import (
    RESOURCE_SIGNATURE,
    SECRET_SIGNATURE,
    SIGNATURE,
    UNKNOWN,
    UNKNOWN_TEXT,
    RevealedSecret,
    mask,
)


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
