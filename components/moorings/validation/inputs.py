"""``Input`` and ``SecretInput``: argument types that accept plain and late values, and validate both.

Type checkers see ``Input[T]`` as ``pulumi.Input[T]``. Pydantic validates a plain value immediately, and a late value
(an Output or another awaitable) when it resolves, with the same checks and messages.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn, TypeGuard, TypeVar, Union, get_args, get_origin

import pulumi
from pydantic import BaseModel, GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema, core_schema

from moorings.validation.errors import HIDDEN, InvalidInput, findings_of, is_output, without_values
from moorings.validation.json_values import check_json_value
from moorings.validation.origins import Origin, validating
from moorings.validation.rules import Violation

T = TypeVar("T")


class _ValidateLate:
    """Annotation that validates a plain value immediately, and a late value when it resolves."""

    def __init__(self, *, secret: bool = False) -> None:
        """Create the annotation. ``secret`` hides the value in messages even if it is plain."""
        self._secret = secret

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        # The argument of Output[T] is T with its constraints.
        plain_type = next(get_args(arm)[0] for arm in get_args(source) if get_origin(arm) is pulumi.Output)

        def validate_input(value: Any, validate: Callable[[Any], Any]) -> Any:
            if not is_output(value):
                return self._validate_secret(value, validate) if self._secret else validate(value)
            current, output = validating(), as_output(value)

            def validate_resolved(resolved: Any) -> Any:
                try:
                    check_json_value(resolved)
                    return validate(resolved)
                except (ValidationError, Violation) as error:
                    return self._reject(error, value, output, current)

            return output.apply(validate_resolved)

        return core_schema.no_info_wrap_validator_function(validate_input, handler.generate_schema(plain_type))

    def _validate_secret(self, value: Any, validate: Callable[[Any], Any]) -> Any:
        try:
            return validate(value)
        except ValidationError as error:
            violation = without_values(error)
        raise violation  # outside the block: otherwise its __context__ would contain the value

    async def _reject(
        self,
        error: ValidationError | Violation,
        value: Any,
        output: pulumi.Output[Any],
        current: tuple[Origin, str] | None,
    ) -> NoReturn:
        """Raise the error of a late value, with its key or index in the argument."""
        origin, argument = current or (Origin({}, "Input", None), "")
        path = origin.path_of(argument, value) if argument else ()
        if self._secret or await output.is_secret():
            violation = without_values(error)
            violation.path = path
            raise InvalidInput.of(violation, origin.component, origin.location)
        if isinstance(error, Violation):
            raise InvalidInput.of(
                Violation(error.rule, error.message, *path, *error.path), origin.component, origin.location
            )
        raise InvalidInput.listing(findings_of(error, origin.component, path, origin.location))


class _MarkSecret:
    """Annotation that turns a value into a secret Output, so that neither the state nor ``repr`` contains it."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(pulumi.Output.secret, handler(source))


Input = Annotated[Union[T, Awaitable[T], pulumi.Output[T]], _ValidateLate()]
"""A plain or late value. Constraints belong inside the brackets: ``Input[Annotated[int, Field(ge=1)]]``."""

SecretInput = Annotated[Union[T, Awaitable[T], pulumi.Output[T]], _ValidateLate(secret=True), _MarkSecret()]
"""An ``Input`` whose value becomes a secret Output, even if it is plain."""


def check_together(component: str, check: Callable[..., T], location: object = "", /, **values: Any) -> pulumi.Input[T]:
    """Call a function with several arguments: immediately if all are plain, otherwise when all have resolved.

    Args:
        component: the component in messages, such as ``MskCluster 'kafka'``.
        check: takes the resolved values as keyword arguments; raises ``Violation`` with the problem and the fix.
        location: location in the user's program, in messages.
        values: the arguments, plain or late. Lists and mappings may contain late items.

    Returns:
        The result of the function, as an Output if any value is late.

    Raises:
        InvalidInput: if the function raises a violation. If a late value is secret, the message contains no value.

    """
    late = late_values(values)
    if late is None:
        try:
            return check(**values)
        except Violation as error:
            rejection = _rejection(error, component, location)
        raise rejection

    def check_resolved(resolved: dict[str, Any]) -> Any:
        try:
            return check(**values | resolved)
        except Violation as error:
            return _reject_late(error, component, location, late)

    return late.apply(check_resolved)


async def _reject_late(error: Violation, component: str, location: object, late: "LateValues") -> NoReturn:
    raise _rejection(error, component, location, secret=await late.output.is_secret())


def _rejection(error: Violation, component: str, location: object, *, secret: bool = False) -> InvalidInput:
    """Return the exception for a violation. For a secret value, the message contains no part of it."""
    message = f"{error.rule.rationale} {HIDDEN}" if secret else error.message
    path = error.path[:1] if secret else error.path
    return InvalidInput.of(Violation(error.rule, message, *path), component, location)


@dataclass(frozen=True, slots=True)
class LateValues:
    """Late values of several arguments, combined in an Output."""

    names: Sequence[str]

    output: pulumi.Output[Any]
    """The value if there is one name, otherwise the list of values."""

    def apply(self, function: Callable[[dict[str, Any]], Any]) -> pulumi.Output[Any]:
        """Call a function with the resolved values by name."""
        names = self.names
        if len(names) == 1:
            return self.output.apply(lambda value: function({names[0]: value}))
        return self.output.apply(lambda values: function(dict(zip(names, values, strict=True))))


def late_values(values: Mapping[str, Any]) -> LateValues | None:
    """Combine the late values of several arguments. Return None if all are plain."""
    late = {name: value for name, value in values.items() if is_late(value)}
    if not late:
        return None
    outputs = [as_output(value) for value in late.values()]
    return LateValues(list(late), outputs[0] if len(outputs) == 1 else gather(*outputs))


def gather(*outputs: pulumi.Output[Any]) -> pulumi.Output[list[Any]]:
    """Return the values of a few Outputs as a list, like ``Output.all`` but faster.

    ``Output.all`` also resolves Outputs within each value and creates two tasks of the event loop to do so; this
    function creates one. These tasks take most of the time of a preview.
    """
    return _append([], *outputs) if outputs else as_output([])


def _append(values: list[Any], first: pulumi.Output[Any], *others: pulumi.Output[Any]) -> pulumi.Output[list[Any]]:
    def append(value: Any) -> Any:
        return _append([*values, value], *others) if others else [*values, value]

    # Called with unknown values as well, so that the list depends on the resources of all Outputs.
    return first.apply(append, run_with_unknowns=True)


_PLAIN = (str, int, float, type(None), BaseModel)
"""Types of most values, which are never late. Checking them first is faster than looking for ``__await__``."""


def is_late(value: Any) -> bool:
    """Whether a value is late, or contains a late value in a list or mapping."""
    if isinstance(value, _PLAIN):
        return False
    if is_mapping(value):
        return any(map(is_late, value.values()))
    return any(map(is_late, value)) if is_list(value) else is_output(value)


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Whether a value is a plain list. Its items may be late."""
    return isinstance(value, list)


def is_mapping(value: Any) -> TypeGuard[Mapping[str, Any]]:
    """Whether a value is a plain mapping. Its values may be late."""
    return isinstance(value, Mapping)


def as_output(value: Any) -> pulumi.Output[Any]:
    """Return an Output unchanged, and any other value as ``Output.from_input``, which resolves nested values."""
    return value if _is_pulumi_output(value) else pulumi.Output.from_input(value)


def _is_pulumi_output(value: Any) -> TypeGuard[pulumi.Output[Any]]:
    return isinstance(value, pulumi.Output)
