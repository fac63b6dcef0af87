"""Tolerations, in the fields of the Kubernetes API.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
"""

from typing import Annotated, Any

from pydantic import AfterValidator

from moorings.validation.argument_rules import TYPE, UNKNOWN
from moorings.validation.inputs import is_late
from moorings.validation.rules import Violation

FIELDS = ("effect", "key", "operator", "tolerationSeconds", "value")


def _check_fields(fields: dict[str, Any]) -> dict[str, Any]:
    for name, value in fields.items():
        if name not in FIELDS:
            problem = f"unknown field {name}; the fields of a toleration are {', '.join(FIELDS)}"
            raise Violation(UNKNOWN, problem, name)
        numeric = name == "tolerationSeconds"
        if not is_late(value) and (isinstance(value, bool) or not isinstance(value, int | float if numeric else str)):
            raise Violation(TYPE, f"must be {'a number' if numeric else 'text'}, got {value!r}", name)
    return fields


Toleration = Annotated[dict[str, Any], AfterValidator(_check_fields)]
"""A toleration, such as ``{"key": "spot", "operator": "Exists", "effect": "NoSchedule"}``."""
