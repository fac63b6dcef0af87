"""Tolerations, in the fields of the Kubernetes API.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
"""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator

from moorings.kubernetes.names import check_label_key, check_label_value
from moorings.validation.inputs import is_late

FIELDS = ("effect", "key", "operator", "tolerationSeconds", "value")
OPERATORS = ("Equal", "Exists")
EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def _check_toleration(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = sorted(fields.keys() - {*FIELDS})
    if unknown:
        raise ValueError(f"unknown field {', '.join(unknown)}; the fields of a toleration are {', '.join(FIELDS)}")
    for name, value in fields.items():
        numeric = name == "tolerationSeconds"
        if not is_late(value) and not isinstance(value, int | float if numeric else str):
            raise ValueError(f"{name} must be {'a number' if numeric else 'text'}, got {value!r}")
    if not any(map(is_late, fields.values())):
        problems = list(_problems(**fields))
        if problems:
            raise ValueError("; ".join(problems))
    return fields


def _problems(
    key: str = "",
    operator: str = "",
    value: str = "",
    effect: str = "",
    tolerationSeconds: int | None = None,  # noqa: N803 - the name of the API's field
) -> Iterator[str]:
    exists = operator == "Exists"
    for name, choice, choices in (("operator", operator, OPERATORS), ("effect", effect, EFFECTS)):
        if choice and choice not in choices:
            yield f"{name} must be one of {', '.join(choices)}, got {choice!r}"
    if not key and not exists:
        yield "key is required unless operator is Exists"
    if value and exists:
        yield f"value must be omitted with operator Exists, got {value!r}"
    if tolerationSeconds is not None and effect != "NoExecute":
        yield "tolerationSeconds requires effect NoExecute"
    for name, text, check in (("key", key, check_label_key), ("value", value, check_label_value)):
        try:
            if text:
                check(text)
        except ValueError as error:
            yield f"{name} {error}"


Toleration = Annotated[dict[str, Any], AfterValidator(_check_toleration)]
"""A toleration, such as ``{"key": "spot", "operator": "Exists", "effect": "NoSchedule"}``."""
