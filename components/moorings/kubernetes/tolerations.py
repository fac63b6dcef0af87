"""Taints of nodes that pods may stand on nevertheless.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
"""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator

from moorings.kubernetes.names import label_key, label_value
from moorings.validation.inputs import is_late

FIELDS = ("effect", "key", "operator", "tolerationSeconds", "value")
OPERATORS = ("Equal", "Exists")
EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def _toleration(fields: dict[str, Any]) -> dict[str, Any]:
    strangers = sorted(fields.keys() - {*FIELDS})
    if strangers:
        raise ValueError(f"a toleration has no {', '.join(strangers)}; it has {', '.join(FIELDS)}")
    for name, value in fields.items():
        number = name == "tolerationSeconds"
        if not is_late(value) and not isinstance(value, int | float if number else str):
            raise ValueError(f"{name} is {value!r}; give {'a number' if number else 'text'}")
    if not any(map(is_late, fields.values())):
        broken = list(_broken(**fields))
        if broken:
            raise ValueError("; ".join(broken))
    return fields


def _broken(
    key: str = "",
    operator: str = "",
    value: str = "",
    effect: str = "",
    tolerationSeconds: int | None = None,  # noqa: N803 - the API's word
) -> Iterator[str]:
    exists = operator == "Exists"
    for name, given, lawful in (("operator", operator, OPERATORS), ("effect", effect, EFFECTS)):
        if given and given not in lawful:
            yield f"{name} is {given!r}, and a toleration has {', '.join(lawful)}; give one of them, or leave it out"
    if not key and not exists:
        yield "there is no key, which only operator Exists does without; give the key of the taint"
    if value and exists:
        yield f"operator Exists looks at no value, and value is {value!r}; leave it out"
    if tolerationSeconds is not None and effect != "NoExecute":
        yield "tolerationSeconds is for effect NoExecute alone; say that effect, or leave it out"
    for name, given, check in (("key", key, label_key), ("value", value, label_value)):
        try:
            if given:
                check(given)
        except ValueError as error:
            yield f"{name} {error}"


Toleration = Annotated[dict[str, Any], AfterValidator(_toleration)]
"""A toleration as the API takes it."""
