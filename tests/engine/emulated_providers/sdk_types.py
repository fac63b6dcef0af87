"""Property types of resources and functions, read from the installed SDK of a provider.

New types in tests therefore need no code here.
"""

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
"""Modules of an SDK are imported on first use, which is not thread-safe."""


@dataclass(frozen=True)
class TypeProperties:
    """The properties of a type."""

    inputs: Mapping[str, Any]
    """Types of the inputs, by name."""
    required: frozenset[str]
    outputs: Mapping[str, Any]
    """Types of the outputs, by name."""
    always: frozenset[str] = frozenset()
    """Outputs that always have a value."""


@cache
def resource(token: str) -> TypeProperties:
    """The properties of a resource.

    Raises:
        LookupError: the SDK has no such resource.
    """
    cls = _named(token)
    if getattr(cls, "pulumi_type", None) != token:
        raise LookupError(f"there is no resource {token}")
    args = _arguments(cls)
    outputs = _types.resource_types(cls)
    return TypeProperties(_types.input_type_types(args), _required(args), outputs, _always(cls).intersection(outputs))


def blank(shape: TypeProperties, name: str, seed: str) -> Any:
    """A default value for an output that no test reads."""
    kind = _types.unwrap_type(shape.outputs[name])
    return {str: f"{name}-{seed}", bool: False, int: 0, float: 0.0}.get(
        kind, [] if get_origin(kind) is Sequence else {}
    )


@cache
def function(token: str) -> TypeProperties:
    """The arguments and results of a function.

    Raises:
        LookupError: the SDK has no such function.
    """
    found = _named(token)
    # Names in the schema and in Python.
    python = inspect.signature(found).parameters
    source = inspect.getsource(found)
    spelled = {py: name for name, py in re.findall(r"__args__\['(\w+)'\] = (\w+)", source)}
    inputs = {spelled[name]: Any for name in python if name in spelled}
    result = inspect.signature(found).return_annotation
    answers = _types.output_type_types(result) if inspect.isclass(result) else {}
    return TypeProperties(inputs, frozenset(), answers)


def input_errors(shape: TypeProperties, inputs: Mapping[str, Any]) -> list[InputError]:
    """Inputs that a type does not have, required inputs that are missing, and inputs of another type."""
    return list(_object(inputs, shape.inputs, shape.required, ""))


def _named(token: str) -> Any:
    package, module, name = token.split(":")
    area = module.split("/")[0]
    with _importing:
        return _found(package, area, name)


def _found(package: str, area: str, name: str) -> Any:
    home = importlib.import_module(f"pulumi_{package}" + ("" if area == "index" else f".{area}"))
    for spelling in (name, re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()):
        if found := getattr(home, spelling, None):
            return found
    raise LookupError(f"pulumi_{package} has no {area}.{name}")


def _arguments(cls: type) -> Any:
    """The arguments class of a resource, which has another name if a class of that name exists."""
    home = importlib.import_module(cls.__module__)
    for name in (f"{cls.__name__}InitArgs", f"{cls.__name__}Args"):
        found = getattr(home, name, None)
        if found is not None and _types.is_input_type(found):
            return found
    raise LookupError(f"{cls.__name__} has no arguments")


def _required(args: Any) -> frozenset[str]:
    names = _types.input_type_py_to_pulumi_names(args)
    parameters = inspect.signature(args.__init__).parameters
    return frozenset(names[name] for name in names if parameters[name].default is inspect.Parameter.empty)


def _always(cls: type) -> set[str]:
    """The properties of a resource whose type does not allow None."""
    found = set()
    for _, member in inspect.getmembers(cls, lambda each: isinstance(each, property)):
        hint = str(getattr(member.fget, "__annotations__", {}).get("return", ""))
        if "Optional[" not in hint:
            found.add(getattr(member.fget, "_pulumi_name", member.fget.__name__))
    return found


def _object(
    given: Mapping[str, Any], types: Mapping[str, Any], required: frozenset[str], path: str
) -> Iterator[InputError]:
    for name in sorted(required - {key for key, value in given.items() if value is not None}):
        yield f"{path}{name}", "is required"
    for name, value in given.items():
        if name == "__defaults":
            continue
        if name not in types:
            yield f"{path}{name}", f"is not a property; there are {', '.join(sorted(types))}"
        elif value is not None:
            yield from _value(value, types[name], f"{path}{name}")


def _value(value: Any, expected: Any, path: str) -> Iterator[InputError]:
    value, expected = plain(value), _types.unwrap_type(expected)
    origin = get_origin(expected)
    if value is UNKNOWN or expected is Any:
        return
    if origin in (Union, UnionType):
        found = [list(_value(value, each, path)) for each in get_args(expected) if each is not type(None)]
        yield from min(found, key=len)
    elif inspect.isclass(expected) and _types.is_input_type(expected):
        yield from _object_of(value, _types.input_type_types(expected), _required(expected), path)
    elif origin in (dict, Mapping):
        each = get_args(expected)[1]
        yield from _object_of(value, dict.fromkeys(value, each) if isinstance(value, dict) else {}, frozenset(), path)
    elif origin in (list, Sequence):
        yield from _list(value, get_args(expected)[0], path)
    elif not _is(value, expected):
        yield path, f"must be {expected.__name__}, not {_kind(value)}"


def _object_of(value: Any, types: Mapping[str, Any], required: frozenset[str], path: str) -> Iterator[InputError]:
    if isinstance(value, dict):
        yield from _object(value, types, required, f"{path}.")
    else:
        yield path, f"must be an object, not {_kind(value)}"


def _list(value: Any, expected: Any, path: str) -> Iterator[InputError]:
    if isinstance(value, list):
        for at, each in enumerate(value):
            yield from _value(each, expected, f"{path}[{at}]")
    else:
        yield path, f"must be a list, not {_kind(value)}"


def _kind(value: Any) -> str:
    """The type of a value, without the value, which may be a secret."""
    return type(value).__name__


def _is(value: Any, expected: Any) -> bool:
    if not inspect.isclass(expected):
        return True
    if issubclass(expected, Enum):
        return value in [each.value for each in expected]
    if expected is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if expected is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, expected) if expected in (str, bool) else True
