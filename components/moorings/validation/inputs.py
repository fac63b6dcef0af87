"""Values that are known now, or only once Pulumi has resolved them.

``Input[T]`` is what type checkers know as ``pulumi.Input[T]``, with one thing more: pydantic checks a plain value when
the arguments are made, and an Output or awaitable when it resolves, by the same rule and in the same words.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from difflib import get_close_matches
from inspect import isawaitable
from typing import Annotated, Any, NoReturn, TypeGuard, TypeVar, Union, cast, get_args, get_origin

import pulumi
from pydantic import GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema, ErrorDetails, core_schema

T = TypeVar("T")

NEAR = 0.63
"""How alike an unknown argument must be to one that there is, to be taken for it."""

SHORT = 7
"""Letters of a value that is likely to be found in a sentence by chance."""

_path: ContextVar[tuple[str, ...]] = ContextVar("_path", default=())


class InvalidInput(pulumi.RunError):
    """An argument broke a rule: each line names where, what is wrong and what would be right, but no secret's value."""

    @classmethod
    def of(cls, error: ValidationError, *where: str, names: Iterable[str] = ()) -> "InvalidInput":
        """Say what pydantic found, each finding on a line of its own that begins with the path of the argument.

        Args:
            error: what pydantic found.
            where: where that is.
            names: the arguments that there are, one of which an unknown one may have been meant to be.

        """
        found = error.errors(include_url=False, include_context=False)
        return cls("\n".join(f"{_join(*where, *map(str, each['loc']))}: {_sentence(each, names)}" for each in found))

    @classmethod
    def at(cls, where: str, what: str) -> "InvalidInput":
        """Say what breaks a rule that spans several arguments."""
        return cls(f"{where}: {what}")


def _sentence(found: ErrorDetails, names: Iterable[str]) -> str:
    if _is_promise(found["input"]):
        return "give a plain value, not an Output: it decides what is made, so it has to be known at preview"
    match found["type"]:
        case "extra_forbidden":
            near = get_close_matches(str(found["loc"][-1]), names, 1, NEAR) if len(found["loc"]) == 1 else []
            return "; did you mean ".join(["there is no such argument", *(f"{name}?" for name in near)])
        case "missing":
            return "this argument is required"
        case "bool_type":
            return "give True or False"
        case _:
            return found["msg"].removeprefix("Value error, ")


def _join(*names: str) -> str:
    """Join names as Python would spell the access: ``users[0].name``."""
    path = ""
    for name in names:
        if name.isdigit():
            path += f"[{name}]"
        else:
            path += f".{name}" if path else name
    return path


class at:  # noqa: N801 - read as a word: with at("users"); a generator would cost twice as much for each argument
    """Name the place that is being checked, for the messages of checks that run later."""

    def __init__(self, *names: str) -> None:
        """Name it below the place that is being checked already."""
        self._names = names

    def __enter__(self) -> None:
        """Begin to check there."""
        self._token = _path.set((*_path.get(), *self._names))

    def __exit__(self, *_: object) -> None:
        """Go back to where it was."""
        _path.reset(self._token)


def here() -> tuple[str, ...]:
    """The place that is being checked."""
    return _path.get()


class _Later:
    """Checks a plain value at once, and an Output or awaitable when it resolves."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        # The Output[...] arm holds T as it was written; the union as a whole has merged T with the other two.
        known = next(get_args(arm)[0] for arm in get_args(source) if get_origin(arm) is pulumi.Output)

        def check(value: Any, validate: Callable[[Any], Any]) -> Any:
            if not _is_promise(value):
                return validate(value)
            where, promise = here(), _promised(value)

            def resolved(plain: Any) -> Any:
                try:
                    return validate(plain)
                except ValidationError as error:
                    return _refusal(promise, plain, InvalidInput.of(error, *where))

            return promise.apply(resolved)

        return core_schema.no_info_wrap_validator_function(check, handler.generate_schema(known))


class _Secret:
    """Makes whatever came in a secret Output, so that neither a state file nor a ``repr`` shows it."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(pulumi.Output.secret, handler(source))


Input = Annotated[Union[T, Awaitable[T], pulumi.Output[T]], _Later()]
"""A value, or the promise of one. A constraint stands inside the brackets: ``Input[Annotated[int, Field(ge=1)]]``."""

SecretInput = Annotated[Union[T, Awaitable[T], pulumi.Output[T]], _Later(), _Secret()]
"""An ``Input`` that leaves as a secret, also where a plain value was given."""


def check_together(where: str, rule: Callable[..., T], **values: Any) -> pulumi.Input[T]:
    """Apply a rule that spans several arguments: at once if all are plain, else when all have resolved.

    Args:
        where: whose arguments they are, as messages name it: ``MskCluster 'kafka'``.
        rule: takes the plain values by name; raises ``ValueError`` with what is wrong and what would be right.
        values: the arguments, any of them plain or late.

    Returns:
        What the rule returns, an Output if any of the values is late.

    """
    late = {name: value for name, value in values.items() if is_late(value)}
    if not late:
        try:
            return rule(**values)
        except ValueError as error:
            raise InvalidInput.at(where, str(error)) from None
    name, first = next(iter(late.items()))
    alone = len(late) == 1 and not is_list(first)
    promise = _promised(late[name]) if alone else pulumi.Output.all(**late)

    def resolved(known: Any) -> Any:
        try:
            return rule(**values | ({name: known} if alone else known))
        except ValueError as error:
            return _refusal(promise, known, InvalidInput.at(where, str(error)))

    return promise.apply(resolved)


async def _refusal(promise: pulumi.Output[Any], value: Any, error: InvalidInput) -> NoReturn:
    """Refuse a value that has resolved; of one that is secret, without telling it."""
    leaves = sorted(_leaves(value), key=len, reverse=True) if await promise.is_secret() else []
    if leaves:
        raise InvalidInput(re.sub("|".join(map(_spelled, leaves)), "[secret]", str(error)))
    raise error


def _spelled(leaf: str) -> str:
    """How a message may spell a value; a short one is also part of other words."""
    anywhere = re.escape(leaf) if len(leaf) > SHORT else rf"(?<!\w){re.escape(leaf)}(?!\w)"
    return f"{re.escape(repr(leaf))}|{anywhere}"


def _leaves(value: Any) -> Iterator[str]:
    """What a value holds at any depth, keys with it."""
    if isinstance(value, Mapping):
        value = [part for pair in cast("Mapping[Any, Any]", value).items() for part in pair]  # type: ignore[redundant-cast]
    if is_list(value):
        for each in value:
            yield from _leaves(each)
    elif value != "":
        yield str(value)


def is_late(value: Any) -> bool:
    """Whether a value, or an item of a list, is yet to be resolved."""
    return any(map(is_late, value)) if is_list(value) else _is_promise(value)


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Whether a value is a list that stands there, and not the promise of one."""
    return isinstance(value, list)


def _promised(value: Awaitable[Any] | pulumi.Output[Any]) -> pulumi.Output[Any]:
    """The promise as an Output, without another one around it: each costs a task of the event loop."""
    return value if isinstance(value, pulumi.Output) else pulumi.Output.from_input(value)


def _is_promise(value: Any) -> bool:
    return isinstance(value, pulumi.Output) or isawaitable(value)
