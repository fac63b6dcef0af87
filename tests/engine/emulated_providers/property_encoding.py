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
    """Decode an object."""
    return {key: _decode(value) for key, value in struct.fields.items()}


def write(properties: Mapping[str, Any]) -> Struct:
    """Encode an object."""
    return json_format.ParseDict(_encode(properties), Struct())


def plain(value: Any) -> Any:
    """The value without secret markers. Unknown values are kept."""
    if isinstance(value, RevealedSecret):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {key: plain(element) for key, element in value.items()}
    return [plain(element) for element in value] if isinstance(value, list) else value


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


def _decode(value: Value) -> Any:
    match value.WhichOneof("kind"):
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "string_value":
            return UNKNOWN if value.string_value == UNKNOWN_TEXT else value.string_value
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [_decode(element) for element in value.list_value.values]
        case "struct_value":
            return _decode_struct(value.struct_value)
        case _:
            return None


def _decode_struct(struct: Struct) -> Any:
    signature = struct.fields[SIGNATURE].string_value if SIGNATURE in struct.fields else ""
    if signature == SECRET_SIGNATURE:
        return RevealedSecret(_decode(struct.fields["value"]))
    if signature == RESOURCE_SIGNATURE:
        return struct.fields["urn"].string_value
    return read(struct)


def _encode(value: Any) -> Any:
    if isinstance(value, RevealedSecret):
        return {SIGNATURE: SECRET_SIGNATURE, "value": _encode(value.value)}
    if isinstance(value, Mapping):
        return {key: _encode(element) for key, element in value.items()}
    if isinstance(value, list):
        return [_encode(element) for element in value]
    return UNKNOWN_TEXT if value is UNKNOWN else value
