"""``Input`` and ``SecretInput``: types of arguments that accept plain values and Outputs, and validate both.

Type checkers see ``Input[T]`` as ``pulumi.Input[T]``. Pydantic validates a plain value immediately, and a late value
(an Output or another awaitable) when it resolves, with the same checks and messages.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Annotated, Any, NoReturn, TypeGuard, TypeVar, Union, get_args, get_origin

import pulumi
from pydantic import GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema, core_schema

from moorings.validation.errors import InvalidInput, is_output

T = TypeVar("T")

_SHORT_VALUE = 7
"""Length up to which a secret value is masked only where it occurs as a whole word in a message."""

_path: ContextVar[tuple[str, ...]] = ContextVar("_path", default=())


class argument_path:  # noqa: N801 - a context manager; as a generator it would take twice the time for each argument
    """Adds names to the path of the argument that is being validated: ``with argument_path("users"): ...``."""

    def __init__(self, *names: str) -> None:
        """Set the names, which are appended to the current path."""
        self._names = names

    def __enter__(self) -> None:
        """Add the names."""
        self._token = _path.set((*_path.get(), *self._names))

    def __exit__(self, *_: object) -> None:
        """Remove the names."""
        _path.reset(self._token)


def current_path() -> tuple[str, ...]:
    """Return the path of the argument that is being validated, beginning with the component."""
    return _path.get()


class _ValidateLate:
    """Annotation that validates a plain value immediately, and a late value when it resolves."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        # The argument of Output[T] is T with its constraints.
        plain_type = next(get_args(arm)[0] for arm in get_args(source) if get_origin(arm) is pulumi.Output)

        def validate_input(value: Any, validate: Callable[[Any], Any]) -> Any:
            if not is_output(value):
                return validate(value)
            path, output = current_path(), _as_output(value)

            def validate_resolved(resolved: Any) -> Any:
                try:
                    return validate(resolved)
                except ValidationError as error:
                    return _raise_masked(output, resolved, InvalidInput.from_pydantic(error, *path))

            return output.apply(validate_resolved)

        return core_schema.no_info_wrap_validator_function(validate_input, handler.generate_schema(plain_type))


class _MarkSecret:
    """Annotation that turns a value into a secret Output, which neither the state nor ``repr`` shows."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(pulumi.Output.secret, handler(source))


Input = Annotated[Union[T, Awaitable[T], pulumi.Output[T]], _ValidateLate()]
"""A plain or late value. Constraints belong inside the brackets: ``Input[Annotated[int, Field(ge=1)]]``."""

SecretInput = Annotated[Union[T, Awaitable[T], pulumi.Output[T]], _ValidateLate(), _MarkSecret()]
"""An ``Input`` whose value becomes a secret Output, even if it is plain."""


def check_together(component: str, check: Callable[..., T], /, **values: Any) -> pulumi.Input[T]:
    """Call a function with several arguments: immediately if all are plain, otherwise when all have resolved.

    Args:
        component: the component, for messages, as in ``MskCluster 'kafka'``.
        check: takes the resolved values by name; raises ``ValueError`` with the problem and the fix.
        values: the arguments, plain or late. Lists may contain late items.

    Returns:
        The result of the function; an Output if any value is late.

    Raises:
        InvalidInput: if the function raises ``ValueError``. Values that are secret are masked in the message.

    """
    late = {name: value for name, value in values.items() if is_late(value)}
    if not late:
        try:
            return check(**values)
        except ValueError as error:
            raise InvalidInput.at(component, str(error)) from None
    # Output.all creates an additional task of the event loop, which a single Output does not need.
    name = next(iter(late))
    single = len(late) == 1 and not is_list(late[name])
    output = _as_output(late[name]) if single else pulumi.Output.all(**late)

    def check_resolved(resolved: Any) -> Any:
        try:
            return check(**values | ({name: resolved} if single else resolved))
        except ValueError as error:
            return _raise_masked(output, resolved, InvalidInput.at(component, str(error)))

    return output.apply(check_resolved)


async def _raise_masked(output: pulumi.Output[Any], value: Any, error: InvalidInput) -> NoReturn:
    """Raise an error, with the value masked if the Output is secret."""
    parts = sorted(_parts(value), key=len, reverse=True) if await output.is_secret() else []
    if parts:
        raise InvalidInput(re.sub("|".join(map(_part_pattern, parts)), "[secret]", str(error)))
    raise error


def _part_pattern(part: str) -> str:
    """Return a pattern for a part of a secret in a message. A short part is matched only as a whole word."""
    anywhere = re.escape(part) if len(part) > _SHORT_VALUE else rf"(?<!\w){re.escape(part)}(?!\w)"
    return f"{re.escape(repr(part))}|{anywhere}"


def _parts(value: Any) -> Iterator[str]:
    """Yield all keys and values in a nested value, as text."""
    if is_mapping(value):
        value = [part for pair in value.items() for part in pair]
    if is_list(value):
        for item in value:
            yield from _parts(item)
    elif value != "":
        yield str(value)


def is_late(value: Any) -> bool:
    """Whether a value, or an item of a list, is late."""
    return any(map(is_late, value)) if is_list(value) else is_output(value)


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Whether a value is a plain list, whose items may be late."""
    return isinstance(value, list)


def is_mapping(value: Any) -> TypeGuard[Mapping[str, Any]]:
    """Whether a value is a plain mapping, whose values may be late."""
    return isinstance(value, Mapping)


def _as_output(value: Awaitable[Any] | pulumi.Output[Any]) -> pulumi.Output[Any]:
    return value if isinstance(value, pulumi.Output) else pulumi.Output.from_input(value)
