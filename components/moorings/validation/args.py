"""The base of every argument class."""

import types
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, Optional, Self, Union, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationError, ValidationInfo, field_validator
from pydantic_core import CoreSchema, core_schema

from moorings.validation.inputs import InvalidInput, at, here, is_list

NO_SCHEMA = {"default", "metadata", "serialization"}
"""Parts of a schema that hold none."""


def _strict(schema: Any) -> Any:
    """A schema whose numbers and switches take nothing else; the plugin host's 3.0 is a whole number."""
    match schema:
        case {"type": "function-before", "function": {"function": already}} if already is _number:
            return schema
        case {"type": "int" | "float"}:
            return core_schema.no_info_before_validator_function(_number, cast("CoreSchema", schema))
        case {"type": "bool"}:
            return {**schema, "strict": True}
        case dict():
            parts = cast("dict[str, Any]", schema)
            return {key: each if key in NO_SCHEMA else _strict(each) for key, each in parts.items()}
        case _:
            return [_strict(each) for each in schema] if is_list(schema) else schema


def _number(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise ValueError(f"give a number, not {'text' if isinstance(value, str) else value}")  # noqa: TRY004 - pydantic's
    return value


class Args(BaseModel):
    """Arguments of a component: checked when they are made, never changed afterwards.

    Raises:
        InvalidInput: for arguments that break a rule, with a line for each.

    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        validate_default=True,
    )

    def __init__(self, **values: Any) -> None:
        """Check arguments that are made by hand; within others, those say all that is wrong at once."""
        try:
            super().__init__(**values)
        except ValidationError as error:
            if here():
                raise
            raise InvalidInput.of(error, type(self).__name__, names=type(self).model_fields) from None

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Give the plugin host annotations that it can read; pydantic has its fields by now.

        The host knows neither ``Annotated`` nor ``Literal``, and tells an optional argument by its annotation alone.
        """
        super().__pydantic_init_subclass__(**kwargs)
        own = cls.__dict__.get("__annotations__", {})  # noqa: RUF063 - a copy would leave the class as it was
        for name, field in cls.model_fields.items():
            if name in own:
                plain = _schema_type(field.annotation)
                own[name] = plain if field.is_required() else Optional[plain]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Take no switch for a number, and no text for either."""
        return cast("CoreSchema", _strict(handler(source)))

    @field_validator("*", mode="wrap")
    @classmethod
    def _name_the_field(cls, value: Any, validate: Callable[[Any], Any], info: ValidationInfo) -> Any:
        """Keep the path, for checks that run when a late value resolves. Made by hand, it begins with the class."""
        with at(*([] if here() else [cls.__name__]), str(info.field_name)):
            return validate(value)

    @classmethod
    def from_input(cls, owner: str, args: Self | Mapping[str, Any]) -> Self:
        """Take arguments as a component gets them: an instance, or a dict, as the plugin host hands it.

        Args:
            owner: who takes them, as messages name it: ``MskCluster 'kafka'``.
            args: the arguments.

        Raises:
            InvalidInput: for arguments that break a rule, all of them at once.

        """
        try:
            with at(owner):
                return cls.model_validate(args)
        except ValidationError as error:
            raise InvalidInput.of(error, owner, names=cls.model_fields) from None


def _schema_type(annotation: Any) -> Any:
    """The type in the words that the plugin host's analyzer knows."""
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


def check_supported_arguments(values: Any, unsupported: Mapping[str, str]) -> Any:
    """Return the arguments as they were passed, for a validator of the mode ``before``.

    Args:
        values: the arguments.
        unsupported: arguments of other libraries that are rejected, each with the reason.

    Raises:
        ValueError: if there are unsupported arguments.

    """
    names = [name for name in unsupported if isinstance(values, Mapping) and name in values]
    if names:
        raise ValueError("; ".join(f"{name}: not supported, because {unsupported[name]}" for name in names))
    return values
