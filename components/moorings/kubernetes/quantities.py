"""Amounts of CPU, memory and disk as Kubernetes writes them: ``250m``, ``512Mi``.

Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

import re
from decimal import Decimal
from math import ceil
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

_FORM = re.compile(r"([0-9]+(?:\.[0-9]+)?|\.[0-9]+)(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?")
_POWERS = {power: index for index, power in enumerate("kMGTPE", 1)}
_PERCENT = re.compile(r"[0-9]{1,3}%|[0-9]+")
WHOLE = 100
MOST_NUMBER = 2**31 - 1
"""The API's whole numbers have 32 bits."""


def amount(quantity: str) -> Decimal:
    """The number that a quantity stands for: cores or bytes.

    Raises:
        ValueError: for what is no quantity.

    """
    found = _FORM.fullmatch(quantity)
    if found is None:
        raise ValueError(f"{quantity!r} is no quantity, such as 250m or 512Mi")
    number, unit = Decimal(found[1]), found[2] or ""
    if unit == "m":
        return number / 1000
    if unit:
        base = 1024 if unit.endswith("i") else 1000
        return number * Decimal(base ** _POWERS[unit[0].replace("K", "k")])
    return number


def canonical(quantity: str) -> str:
    """The quantity as the API server writes it: ``1000m`` is ``1``, ``2048Mi`` is ``2Gi``.

    Written otherwise, it would differ from what is read back, and a refresh would end in an update of nothing.

    Source: https://github.com/pulumi/pulumi-kubernetes/issues/2760
    """
    number, binary = amount(quantity), quantity.endswith("i")
    for power, prefix in sorted(enumerate(["", *"KMGTPE"] if binary else ["", *"kMGTPE"]), reverse=True):
        whole = number / (1024 if binary else 1000) ** power
        if whole == int(whole):
            return f"{int(whole)}{prefix}{'i' if binary and prefix else ''}"
    milli = number * 1000
    return quantity if milli % 1 else f"{int(milli)}m"


def positive(quantity: str) -> str:
    """The quantity in its canonical form, if it is more than nothing.

    Raises:
        ValueError: for nothing, and for what is no quantity.

    """
    if amount(quantity) <= 0:
        raise ValueError(f"{quantity!r} is nothing; give a positive quantity, such as 250m or 512Mi")
    return canonical(quantity)


def of_bytes(quantity: str) -> str:
    """The quantity in its canonical form, if it is whole bytes: ``512m`` is half a byte, and was meant as ``512Mi``.

    Raises:
        ValueError: for parts of a byte.

    """
    if amount(positive(quantity)) % 1:
        raise ValueError(f"{quantity!r} is a part of a byte; memory and disk are given as 512Mi or 2Gi")
    return canonical(quantity)


def portion(share: str, whole: int, *, up: bool) -> int:
    """How many of a number a share is: ``2`` is itself, ``25%`` is rounded as is asked for."""
    if not share.endswith("%"):
        return int(share)
    of_hundred = int(share[:-1]) * whole
    return ceil(of_hundred / WHOLE) if up else of_hundred // WHOLE


def int_or_percent(share: str) -> int | str:
    """A share as the API takes it: a number, or a percentage as text."""
    return share if share.endswith("%") else int(share)


def _share(share: str) -> str:
    if not _PERCENT.fullmatch(share) or (share.endswith("%") and int(share[:-1]) > WHOLE):
        raise ValueError(f"{share!r} must be a number of pods or a percentage of them, such as 1 or 25%")
    return share


def _with_unit(quantity: object) -> object:
    if isinstance(quantity, int | float):
        raise ValueError(f"{quantity!r} must be text with its unit, such as '250m' or '512Mi'")  # noqa: TRY004 - pydantic's
    return quantity


def _text(share: object) -> object:
    return str(share) if isinstance(share, int) else share


Number = Annotated[int, Field(ge=0, le=MOST_NUMBER)]
"""A whole number, as the API takes it."""

PositiveNumber = Annotated[int, Field(gt=0, le=MOST_NUMBER)]
"""A whole number above nothing, as the API takes it."""

Cores = Annotated[str, BeforeValidator(_with_unit), AfterValidator(positive)]
"""An amount of CPU: ``250m``, ``2``."""

Bytes = Annotated[str, BeforeValidator(_with_unit), AfterValidator(of_bytes)]
"""An amount of memory or disk: ``512Mi``."""

Share = Annotated[str, BeforeValidator(_text), AfterValidator(_share)]
"""A number of pods, or a percentage of them: ``1``, ``25%``."""
