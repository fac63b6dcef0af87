"""``Args``, the base class of all arguments."""

import types
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, Optional, Self, Union, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationError, ValidationInfo, field_validator
from pydantic_core import CoreSchema, core_schema

from moorings.sdk.locations import user_location
from moorings.validation import argument_rules
from moorings.validation.changes import Change
from moorings.validation.errors import InvalidInput, findings_of
from moorings.validation.findings import Finding, spell
from moorings.validation.inputs import is_list, is_mapping
from moorings.validation.json_values import unsupported_parts
from moorings.validation.origins import Origin, validates, validating
from moorings.validation.rules import Violation

_SCALARS = (str, int, float, type(None))
"""Types of plain values, in which no late value can be nested."""

_NOT_SCHEMAS = {"default", "metadata", "serialization"}
"""Keys of a core schema whose values contain no schemas."""


def _strict(schema: Any) -> Any:
    """Return a core schema in which numbers and booleans are not converted from other types.

    Whole floats remain valid integers, because the plugin host passes 3 as 3.0.
    """
    match schema:
        case {"type": "function-before", "function": {"function": function}} if function is _check_number:
            return schema
        case {"type": "int" | "float"}:
            return core_schema.no_info_before_validator_function(_check_number, cast("CoreSchema", schema))
        case {"type": "bool"}:
            return {**schema, "strict": True}
        case dict():
            parts = cast("dict[str, Any]", schema)
            return {key: part if key in _NOT_SCHEMAS else _strict(part) for key, part in parts.items()}
        case _:
            return [_strict(item) for item in schema] if is_list(schema) else schema


def _check_number(value: Any) -> Any:
    if isinstance(value, bool | str):
        problem = f"must be a number, got {'text' if isinstance(value, str) else value}"
        raise Violation(argument_rules.TYPE, problem)
    return value


class Args(BaseModel):
    """Arguments of a component, validated when they are created, and immutable.

    Raises:
        InvalidInput: with one line for each invalid argument.

    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    __slots__ = ("_origin",)
    """Location and component, for messages. As a slot, it is neither compared nor copied."""

    def __init__(self, /, *positional: Any, **values: Any) -> None:
        """Validate the arguments. Problems of nested dictionaries are reported by the outermost arguments."""
        if validating():
            super().__init__(**values)
            return
        location = user_location()
        if positional:
            problem = (
                f"takes keyword arguments only, got a positional {type(positional[0]).__name__}; name the argument"
            )
            violation = Violation(argument_rules.SIGNATURE, problem)
            raise InvalidInput.of(violation, type(self).__name__, location)
        origin = Origin(values, type(self).__name__, location)
        _check_json_values(values, origin)
        rejection: InvalidInput | None = None
        try:
            with validates(origin):
                super().__init__(**values)
        except ValidationError as error:
            rejection = InvalidInput.listing(
                findings_of(error, origin.component, location=location, args_class=type(self))
            )
        if rejection is not None:  # raised here, because its __context__ would contain the values, also secret ones
            raise rejection
        object.__setattr__(self, "_origin", origin)

    def __setattr__(self, name: str, value: Any) -> None:
        """Reject changes: the arguments have already been validated.

        Raises:
            InvalidInput: always.

        """
        problem = "arguments cannot be changed after they have been created; pass the value when you create them"
        violation = Violation(argument_rules.SIGNATURE, problem, name)
        raise InvalidInput.of(violation, type(self).__name__, user_location())

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Replace the annotations with types that Pulumi's plugin host supports, after pydantic has read the fields.

        The host supports neither ``Annotated`` nor ``Literal``, and it treats an argument as optional only if its
        annotation is ``Optional``.
        """
        super().__pydantic_init_subclass__(**kwargs)
        own = cls.__dict__.get("__annotations__", {})  # noqa: RUF063 - changed in place
        for name, field in cls.model_fields.items():
            if name in own:
                plain = _schema_type(field.annotation)
                own[name] = plain if field.is_required() else Optional[plain]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Reject booleans and strings for numbers, and numbers and strings for booleans."""
        return cast("CoreSchema", _strict(handler(source)))

    @field_validator("*", mode="wrap")
    @classmethod
    def _track_argument(cls, value: Any, validate: Callable[[Any], Any], info: ValidationInfo) -> Any:
        """Record the argument for messages about late values: the one of the outermost arguments object."""
        current = validating()
        if current is None or current[1] or isinstance(value, _SCALARS):
            return validate(value)
        with validates(current[0], str(info.field_name)):
            return validate(value)

    @classmethod
    def from_input(cls, component: str, args: Self | Mapping[str, Any]) -> Self:
        """Validate the arguments of a component: an instance, or a dict as the plugin host passes it.

        Args:
            component: the component, for messages, as in ``MskCluster 'kafka'``.
            args: the arguments.

        Raises:
            InvalidInput: with one line for each invalid argument.

        """
        if isinstance(args, cls):
            _set_component(component, args)
            return args
        location = user_location()
        if not is_mapping(args):
            problem = f"must be an instance of {cls.__name__} or a dictionary, got {type(args).__name__}"
            raise InvalidInput.of(Violation(argument_rules.SIGNATURE, problem, "args"), component, location)
        origin = Origin(args, component, location)
        _check_json_values(args, origin)
        result: Self | InvalidInput
        try:
            with validates(origin):
                result = cls.model_validate(args)
        except ValidationError as error:
            result = InvalidInput.listing(findings_of(error, component, location=location, args_class=cls))
        if isinstance(result, InvalidInput):  # as above
            raise result
        validated = result
        object.__setattr__(validated, "_origin", origin)
        _set_component(component, validated)
        return validated


def _check_json_values(values: Mapping[str, Any], origin: Origin) -> None:
    """Reject what no argument supports, before pydantic converts it or quotes it in an error."""
    findings = [
        Finding(rule.id, origin.component, spell(path), message, str(origin.location or ""))
        for rule, message, path in unsupported_parts(values)
    ]
    if findings:
        raise InvalidInput.listing(findings)


def _set_component(component: str, value: Any, *path: str | int) -> None:
    """Set the component, and the path of the argument, in the origin of arguments and of those nested in them."""
    if isinstance(value, Args):
        origin = origin_of(value)
        if origin is not None:
            origin.component, origin.path = component, path
        parts: Any = value.__dict__.items()
    else:
        parts = value.items() if is_mapping(value) else enumerate(value) if is_list(value) else ()
    for key, part in parts:
        if isinstance(part, Args | dict | list):
            _set_component(component, part, *path, key)


def origin_of(args: Args) -> Origin | None:
    """Return the origin of arguments. None if they were created from a nested dictionary."""
    return getattr(args, "_origin", None)


def _schema_type(annotation: Any) -> Any:
    """Return an annotation that the analyzer of the plugin host supports."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _schema_type(inner[0])
    if origin is Literal:
        return cast("Any", type(inner[0]))
    if origin in (Union, types.UnionType):
        return Union[tuple(map(_schema_type, inner))]
    if inner:
        return origin[tuple(map(_schema_type, inner))]
    return annotation


class ComponentArgs(Args):
    """Arguments of a component."""

    acknowledge: Annotated[dict[str, str], Change("none", "Read by validation only.")] = {}
    """Findings that are intended: the ID of each rule, with the reason, which reports show. A rule that rejects then
    allows the value, and a warning is not logged. ``moorings rules`` lists the rules."""
