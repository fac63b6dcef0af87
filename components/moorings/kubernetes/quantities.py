"""Quantities of CPU, memory and storage (``250m``, ``512Mi``), and numbers and percentages of pods.

Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

import re
from decimal import Decimal
from math import ceil
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from moorings.validation.argument_rules import FORMAT, RANGE, TYPE
from moorings.validation.rules import Violation

_QUANTITY = re.compile(
    r"(?P<number>[0-9]{1,18}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})"
    r"(?:[eE](?P<exponent>[+-]?[0-9]{1,2})|(?P<suffix>n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?)"
)
_MAX_DIGITS = 10**18
"""Numbers above have more digits than the pattern allows."""

_POWERS = {prefix: power for power, prefix in enumerate("kMGTPE", 1)}
_FRACTIONS = {"n": Decimal(10) ** -9, "u": Decimal(10) ** -6, "m": Decimal(10) ** -3}
_MISSPELT = re.compile(r"(?P<number>[0-9.]+) ?(?P<unit>[a-zA-Z]+)")
_INT_OR_PERCENT = re.compile(r"[0-9]{1,3}%|[0-9]{1,10}")
MAX_PERCENT = 100
MAX_INT32 = 2**31 - 1
MAX_QUANTITY = 2**63 - 1


def parse_quantity(quantity: str) -> Decimal:
    """Return the number of cores or bytes that a quantity stands for.

    Raises:
        Violation: if the text is not a quantity, or too large for the API.

    """
    match = _QUANTITY.fullmatch(quantity)
    if match is None:
        raise Violation(FORMAT, f"expected a quantity such as 250m or 512Mi, got {quantity!r}{_hint(quantity)}")
    value = _value(Decimal(match["number"]), match["exponent"], match["suffix"] or "")
    if value > MAX_QUANTITY:
        raise Violation(RANGE, f"must be at most {MAX_QUANTITY}, got {quantity!r}")
    return value


def _value(number: Decimal, exponent: str | None, suffix: str) -> Decimal:
    if exponent:
        return number.scaleb(int(exponent))
    if suffix in _FRACTIONS:
        return number * _FRACTIONS[suffix]
    if suffix:
        base = 1024 if suffix.endswith("i") else 1000
        return number * Decimal(base ** _POWERS[suffix[0].replace("K", "k")])
    return number


def _hint(quantity: str) -> str:
    """Return the fix of a misspelt unit, as in ``512MB`` and ``1g``."""
    match = _MISSPELT.fullmatch(quantity)
    prefix = match["unit"][0].upper() if match else ""
    if match is None or prefix not in {"K", "M", "G", "T", "P", "E"}:
        return ""
    return f"; did you mean {match['number']}{prefix}i?"


def canonical_quantity(quantity: str) -> str:
    """Return a quantity as the API server writes it: ``1000m`` becomes ``1``, ``2048Mi`` becomes ``2Gi``.

    Any other spelling would differ from what Pulumi reads back, so that a refresh would produce an update without
    effect.

    Source: https://github.com/pulumi/pulumi-kubernetes/issues/2760
    """
    number, binary = parse_quantity(quantity), quantity.endswith("i")
    for power, prefix in sorted(enumerate(["", *"KMGTPE"] if binary else ["", *"kMGTPE"]), reverse=True):
        multiple = number / (1024 if binary else 1000) ** power
        if multiple == int(multiple):
            return f"{int(multiple)}{prefix}{'i' if binary and prefix else ''}"
    milli = number * 1000
    return quantity if milli % 1 or milli >= _MAX_DIGITS else f"{int(milli)}m"


def check_positive_quantity(quantity: str) -> str:
    """Return the canonical form of a quantity above zero.

    Raises:
        Violation: if it is zero or not a quantity.

    """
    if parse_quantity(quantity) <= 0:
        raise Violation(RANGE, f"must be above zero, such as 250m or 512Mi, got {quantity!r}")
    return canonical_quantity(quantity)


def _check_cores(quantity: str) -> str:
    """Source: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#meaning-of-cpu."""
    canonical = check_positive_quantity(quantity)
    if parse_quantity(quantity) * 1000 % 1:
        raise Violation(FORMAT, f"expected whole millicores, such as 250m or 0.5, got {quantity!r}")
    return canonical


def _check_bytes(quantity: str) -> str:
    canonical = check_positive_quantity(quantity)
    if parse_quantity(quantity) % 1:
        fix = f"; did you mean {quantity[:-1]}Mi?" if quantity.endswith("m") else ""
        raise Violation(FORMAT, f"expected a whole number of bytes, such as 512Mi or 2Gi, got {quantity!r}{fix}")
    return canonical


def scaled_value(number_or_percent: str, total: int, *, round_up: bool) -> int:
    """Return how many of ``total`` pods a number or percentage stands for."""
    if not number_or_percent.endswith("%"):
        return int(number_or_percent)
    hundredths = int(number_or_percent[:-1]) * total
    return ceil(hundredths / MAX_PERCENT) if round_up else hundredths // MAX_PERCENT


def render_int_or_percent(number_or_percent: str) -> int | str:
    """Return a number of pods as an integer, and a percentage as text."""
    return number_or_percent if number_or_percent.endswith("%") else int(number_or_percent)


def _check_int_or_percent(text: str) -> str:
    if not _INT_OR_PERCENT.fullmatch(text) or (text.endswith("%") and int(text[:-1]) > MAX_PERCENT):
        raise Violation(FORMAT, f"expected a number of pods or a percentage of them, such as 1 or 25%, got {text!r}")
    return text


def _check_text(quantity: object) -> object:
    if isinstance(quantity, int | float):
        raise Violation(TYPE, f"expected text with a unit, such as '250m' or '512Mi', got {quantity!r}")
    return quantity


def _number_to_text(number_or_percent: object) -> object:
    return str(number_or_percent) if isinstance(number_or_percent, int) else number_or_percent


def _check_amount(quantity: str) -> str:
    canonical = check_positive_quantity(quantity)
    if parse_quantity(quantity) % 1:
        raise Violation(FORMAT, f"expected a whole number, such as 1, got {quantity!r}")
    return canonical


Amount = Annotated[str, BeforeValidator(_number_to_text), AfterValidator(_check_amount)]
"""A whole number of devices, or a quantity of bytes: ``1``, ``128Mi``."""

Number = Annotated[int, Field(ge=0, le=MAX_INT32)]
"""A whole number of at least 0. The API's integers have 32 bits."""

PositiveNumber = Annotated[int, Field(gt=0, le=MAX_INT32)]
"""A whole number of at least 1. The API's integers have 32 bits."""

Cores = Annotated[str, BeforeValidator(_check_text), AfterValidator(_check_cores)]
"""A quantity of CPU: ``250m``, ``2``."""

Bytes = Annotated[str, BeforeValidator(_check_text), AfterValidator(_check_bytes)]
"""A quantity of memory or storage: ``512Mi``."""

IntOrPercent = Annotated[str, BeforeValidator(_number_to_text), AfterValidator(_check_int_or_percent)]
"""A number of pods, or a percentage of them: ``1``, ``25%``."""
