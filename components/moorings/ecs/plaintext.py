"""Values that stand in a task definition, where whoever may describe it reads them, and must be no secrets.

Whether a late value is secret is known in a preview, where the value itself may not be.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import pulumi

from moorings.validation.inputs import InvalidInput, check_together, is_late, is_list
from moorings.validation.plaintext import held

READ = "whoever may describe the task definition could read it"


def open_variables(where: str, variables: Mapping[str, Any]) -> pulumi.Input[dict[str, str]]:
    """Environment variables, if none of them is secret: each is looked at as soon as it is known.

    Args:
        where: the component, as messages name it.
        variables: values by name.

    """
    return settled({name: _variable(where, f"environment[{name!r}]", value) for name, value in variables.items()})


def _variable(where: str, what: str, value: Any) -> pulumi.Input[str]:
    rule = partial(_open, what, "move it to secret_environment or refer to it in secrets")
    checked = check_together(where, rule, value=value)
    found: pulumi.Input[str] = _not_secret(where, what, value, checked, "move it to secret_environment")
    return found


def open_words(where: str, argument: str, words: Any) -> Any:
    """The words of a command, if none of them is secret.

    Args:
        where: the component, as messages name it.
        argument: the argument that they are.
        words: the words, any of them late, or the promise of them; None where there are none.

    """
    if words is None:
        return None
    way_out = "hand it over in secret_environment or secrets"
    checked = check_together(where, partial(_open_words, argument, way_out), words=words)
    for each in words if is_list(words) else [words]:
        checked = _not_secret(where, argument, each, checked, way_out)
    return checked


def words_hold(words: Sequence[str]) -> str | None:
    """What kind of secret the words of a command hold, each by itself or as the value of the option before it."""
    options = [f"{name}={value}" for name, value in pairwise(words) if name.startswith("-") and "=" not in name]
    return next(filter(None, map(held, [*words, *options])), None)


def _open(what: str, way_out: str, value: str) -> str:
    found = held(value)
    if found:
        raise ValueError(f"{what} holds {found}, and {READ}; {way_out}")
    return value


def _open_words(argument: str, way_out: str, words: list[str]) -> list[str]:
    found = words_hold(words)
    if found:
        raise ValueError(f"{argument} holds {found}, and {READ}; {way_out}")
    return words


def _not_secret(where: str, what: str, value: Any, checked: Any, way_out: str) -> Any:
    """What was checked, once it is known that the value is none that Pulumi keeps secret."""
    if not isinstance(value, pulumi.Output):
        return checked

    def refuse(secret: bool) -> bool:  # noqa: FBT001 - what Pulumi hands over
        if secret:
            raise InvalidInput.at(where, f"{what} is secret, and {READ}; {way_out}")
        return True

    is_secret: Any = value.is_secret()
    return pulumi.Output.all(checked, pulumi.Output[bool].from_input(is_secret).apply(refuse))[0]


def settled(values: Mapping[str, Any]) -> pulumi.Input[dict[str, str]]:
    """Values by name, as they stand unless one of them is yet to be resolved."""
    return pulumi.Output.all(**values) if any(map(is_late, values.values())) else dict(values)
