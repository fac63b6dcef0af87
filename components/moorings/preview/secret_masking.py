"""What a program registered, as plain Python: secrets masked before anything is kept, unknown values marked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from google.protobuf.struct_pb2 import Struct, Value

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - marks a secret on the wire, is none
RESOURCE_SIGNATURE = "5cf8f73096256a8f31e491e813e4eb8e"
OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How ``pulumi preview --json`` spells a value that is not known yet, and the marks of other special values.

Source: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/properties.go
"""

MASK = "[secret]"


class _Unknown:
    """A value that only a deployment can tell."""

    def __repr__(self) -> str:
        return "[unknown]"


UNKNOWN = _Unknown()


@dataclass(frozen=True)
class RevealedSecret:
    """A secret that a test asked to see."""

    value: Any

    def __repr__(self) -> str:
        """Leave the value out."""
        return MASK


def mask(value: Any) -> Any:
    """A placeholder of the same shape: keys and lengths stay, every leaf is hidden."""
    if is_object(value):
        return {key: mask(each) for key, each in value.items()}
    if is_array(value):
        return [mask(each) for each in value]
    return value if value is None or value is UNKNOWN else MASK


def mask_state(value: Any) -> Any:
    """A value of a state in which secrets stand as an engine writes them, also in clear, with each of them masked."""
    if is_object(value):
        if value.get(SIGNATURE) == SECRET_SIGNATURE:
            return MASK
        return {key: mask_state(each) for key, each in value.items()}
    return [mask_state(each) for each in value] if is_array(value) else value


def is_object(value: Any) -> TypeGuard[Mapping[str, Any]]:
    """Whether a value is a JSON object."""
    return isinstance(value, Mapping)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Whether a value is a JSON array."""
    return isinstance(value, list)


class PropertyReader:
    """Reads what stands on the wire.

    Args:
        reveal: keep secrets as ``Secret`` instead of masking them; for tests of what is in them.

    """

    def __init__(self, *, reveal: bool = False) -> None:
        """Begin with no secret seen."""
        self._reveal = reveal

    def struct(self, struct: Struct) -> dict[str, Any]:
        """Read an object."""
        return {key: self.value(value) for key, value in struct.fields.items() if key != "__defaults"}

    def value(self, value: Value) -> Any:
        """Read any value."""
        match value.WhichOneof("kind"):
            case "number_value":
                number = value.number_value
                return int(number) if number.is_integer() else number
            case "string_value":
                return UNKNOWN if value.string_value == UNKNOWN_TEXT else value.string_value
            case "bool_value":
                return value.bool_value
            case "list_value":
                return [self.value(each) for each in value.list_value.values]
            case "struct_value":
                return self._special(value.struct_value)
            case _:
                return None

    def _special(self, struct: Struct) -> Any:
        signature = struct.fields[SIGNATURE].string_value if SIGNATURE in struct.fields else None
        if signature is None:
            return self.struct(struct)
        if signature == SECRET_SIGNATURE:
            return self._secret(self.value(struct.fields["value"]))
        if signature == RESOURCE_SIGNATURE:
            return struct.fields["urn"].string_value
        # Assets and archives: where they come from says enough.
        return {key: self.value(each) for key, each in struct.fields.items() if key != SIGNATURE}

    def _secret(self, value: Any) -> Any:
        return RevealedSecret(value) if self._reveal else mask(value)


def secret_paths(struct: Struct) -> list[str]:
    """The paths of an object at which something is secret, sorted: ``data``, ``env[0].value``."""

    def walk(value: Value, path: str) -> list[str]:
        if value.WhichOneof("kind") == "list_value":
            return [found for at, each in enumerate(value.list_value.values) for found in walk(each, f"{path}[{at}]")]
        if value.WhichOneof("kind") != "struct_value":
            return []
        fields = value.struct_value.fields
        if SIGNATURE in fields and fields[SIGNATURE].string_value == SECRET_SIGNATURE:
            return [path]
        return [found for key, each in fields.items() for found in walk(each, f"{path}.{key}")]

    return sorted(found for key, value in struct.fields.items() for found in walk(value, key))
