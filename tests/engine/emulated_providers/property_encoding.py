"""Converts properties between the wire format and Python, with ``RevealedSecret`` and ``UNKNOWN``."""

from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format
from google.protobuf.struct_pb2 import Struct, Value

from moorings.preview.secret_masking import (
    RESOURCE_SIGNATURE,
    SECRET_SIGNATURE,
    SIGNATURE,
    UNKNOWN,
    UNKNOWN_TEXT,
    RevealedSecret,
)

Properties = dict[str, Any]


def read(struct: Struct) -> Properties:
    """Read an object."""
    return {key: _read(value) for key, value in struct.fields.items()}


def write(properties: Mapping[str, Any]) -> Struct:
    """Write an object."""
    return json_format.ParseDict(_spelled(properties), Struct())


def plain(value: Any) -> Any:
    """The value without secret markers. Unknown values stay."""
    if isinstance(value, RevealedSecret):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def unknown_in(value: Any) -> bool:
    """Whether a value contains an unknown value."""
    if isinstance(value, RevealedSecret):
        return unknown_in(value.value)
    if isinstance(value, Mapping):
        return any(map(unknown_in, value.values()))
    return any(map(unknown_in, value)) if isinstance(value, list) else value is UNKNOWN


def secret_in(value: Any) -> bool:
    """Whether a value contains a secret."""
    if isinstance(value, Mapping):
        return any(map(secret_in, value.values()))
    return any(map(secret_in, value)) if isinstance(value, list) else isinstance(value, RevealedSecret)


def _read(value: Value) -> Any:
    match value.WhichOneof("kind"):
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "string_value":
            return UNKNOWN if value.string_value == UNKNOWN_TEXT else value.string_value
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [_read(each) for each in value.list_value.values]
        case "struct_value":
            return _marked(value.struct_value)
        case _:
            return None


def _marked(struct: Struct) -> Any:
    signature = struct.fields[SIGNATURE].string_value if SIGNATURE in struct.fields else ""
    if signature == SECRET_SIGNATURE:
        return RevealedSecret(_read(struct.fields["value"]))
    if signature == RESOURCE_SIGNATURE:
        return struct.fields["urn"].string_value
    return read(struct)


def _spelled(value: Any) -> Any:
    if isinstance(value, RevealedSecret):
        return {SIGNATURE: SECRET_SIGNATURE, "value": _spelled(value.value)}
    if isinstance(value, Mapping):
        return {key: _spelled(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_spelled(each) for each in value]
    return UNKNOWN_TEXT if value is UNKNOWN else value
