"""Property types of resources and functions, read from the installed SDK of a provider."""

import importlib
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from threading import RLock
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pulumi import _types

from emulated_providers.property_encoding import plain
from moorings.preview.secret_masking import UNKNOWN

InputError = tuple[str, str]
"""Path of a property, and its error."""

_importing = RLock()
"""Modules and attributes of an SDK are imported on first use, which is not thread-safe."""


@dataclass(frozen=True)
class TypeProperties:
    """The properties of a type."""

    inputs: Mapping[str, Any]
    """Types of the inputs, by name."""
    required: frozenset[str]
    outputs: Mapping[str, Any]
    """Types of the outputs, by name."""
    required_outputs: frozenset[str] = frozenset()
    """Outputs that are never None."""


@cache
def resource(token: str) -> TypeProperties:
    """The properties of a resource.

    Raises:
        LookupError: the SDK has no such resource.
    """
    cls = _lookup(token)
    if getattr(cls, "pulumi_type", None) != token:
        raise LookupError(f"there is no resource {token}")
    args = _arguments(cls)
    outputs = _types.resource_types(cls)
    return TypeProperties(
        _types.input_type_types(args), _required(args), outputs, _required_outputs(cls).intersection(outputs)
    )


def blank(type_properties: TypeProperties, name: str, seed: str) -> Any:
    """A default value for an output that no test reads."""
    type_ = _types.unwrap_type(type_properties.outputs[name])
    return {str: f"{name}-{seed}", bool: False, int: 0, float: 0.0}.get(
        type_, [] if get_origin(type_) is Sequence else {}
    )


@cache
def function(token: str) -> TypeProperties:
    """The arguments and results of a function.

    Raises:
        LookupError: the SDK has no such function.
    """
    callable_ = _lookup(token)
    signature = inspect.signature(callable_)
    source = inspect.getsource(callable_)
    schema_names = {python: schema for schema, python in re.findall(r"__args__\['(\w+)'\] = (\w+)", source)}
    inputs = {schema_names[name]: Any for name in signature.parameters if name in schema_names}
    result = signature.return_annotation
    return TypeProperties(inputs, frozenset(), _types.output_type_types(result) if inspect.isclass(result) else {})


def input_errors(type_properties: TypeProperties, inputs: Mapping[str, Any]) -> list[InputError]:
    """Errors of unknown inputs, missing required inputs, and inputs of the wrong type."""
    return list(_object(inputs, type_properties.inputs, type_properties.required, ""))


def _lookup(token: str) -> Any:
    package, path, name = token.split(":")
    module_name = path.split("/")[0]
    with _importing:
        module = importlib.import_module(f"pulumi_{package}" + ("" if module_name == "index" else f".{module_name}"))
        for attribute in (name, re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()):
            if definition := getattr(module, attribute, None):
                return definition
    raise LookupError(f"pulumi_{package} has no {module_name}.{name}")


def _arguments(cls: type) -> Any:
    """The arguments class: ``<Resource>InitArgs`` if the SDK uses ``<Resource>Args`` for another type."""
    module = importlib.import_module(cls.__module__)
    for name in (f"{cls.__name__}InitArgs", f"{cls.__name__}Args"):
        args = getattr(module, name, None)
        if args is not None and _types.is_input_type(args):
            return args
    raise LookupError(f"{cls.__name__} has no arguments class")


def _required(args: Any) -> frozenset[str]:
    names = _types.input_type_py_to_pulumi_names(args)
    parameters = inspect.signature(args.__init__).parameters
    return frozenset(names[name] for name in names if parameters[name].default is inspect.Parameter.empty)


def _required_outputs(cls: type) -> set[str]:
    """The properties of a resource whose type does not allow None."""
    names = set()
    for _, member in inspect.getmembers(cls, lambda member: isinstance(member, property)):
        hint = str(getattr(member.fget, "__annotations__", {}).get("return", ""))
        if "Optional[" not in hint:
            names.add(getattr(member.fget, "_pulumi_name", member.fget.__name__))
    return names


def _object(
    inputs: Mapping[str, Any], types: Mapping[str, Any], required: frozenset[str], path: str
) -> Iterator[InputError]:
    for name in sorted(required - {key for key, value in inputs.items() if value is not None}):
        yield f"{path}{name}", "is required"
    for name, value in inputs.items():
        if name == "__defaults":
            continue
        if name not in types:
            yield f"{path}{name}", f"is not a property; use one of {', '.join(sorted(types))}"
        elif value is not None:
            yield from _value(value, types[name], f"{path}{name}")


def _value(value: Any, expected: Any, path: str) -> Iterator[InputError]:
    value, expected = plain(value), _types.unwrap_type(expected)
    origin = get_origin(expected)
    if value is UNKNOWN or expected is Any:
        return
    if origin in (Union, UnionType):
        errors = [list(_value(value, option, path)) for option in get_args(expected) if option is not type(None)]
        yield from min(errors, key=len)
    elif inspect.isclass(expected) and _types.is_input_type(expected):
        yield from _nested_object(value, _types.input_type_types(expected), _required(expected), path)
    elif origin in (dict, Mapping):
        types = dict.fromkeys(value, get_args(expected)[1]) if isinstance(value, dict) else {}
        yield from _nested_object(value, types, frozenset(), path)
    elif origin in (list, Sequence):
        yield from _list(value, get_args(expected)[0], path)
    elif not _is_instance(value, expected):
        yield path, f"must be {expected.__name__}, got {_type_name(value)}"


def _nested_object(value: Any, types: Mapping[str, Any], required: frozenset[str], path: str) -> Iterator[InputError]:
    if isinstance(value, dict):
        yield from _object(value, types, required, f"{path}.")
    else:
        yield path, f"must be an object, got {_type_name(value)}"


def _list(value: Any, expected: Any, path: str) -> Iterator[InputError]:
    if isinstance(value, list):
        for index, element in enumerate(value):
            yield from _value(element, expected, f"{path}[{index}]")
    else:
        yield path, f"must be a list, got {_type_name(value)}"


def _type_name(value: Any) -> str:
    """The type of a value for a message. The value itself may be a secret."""
    return type(value).__name__


def _is_instance(value: Any, expected: Any) -> bool:
    if not inspect.isclass(expected):
        return True
    if issubclass(expected, Enum):
        return value in [member.value for member in expected]
    if expected is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if expected is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, expected) if expected in (str, bool) else True
