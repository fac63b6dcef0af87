"""What the values of environment variables must look like, so that no pod starts with a setting that it ignores."""

import re
from typing import Annotated

from pydantic import AfterValidator


def _regular(pattern: str) -> str:
    try:
        re.compile(pattern)
    except (re.error, OverflowError) as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}; correct it") from None
    return pattern


ValuePattern = Annotated[str, AfterValidator(_regular)]


def strange(where: str, pattern: str, value: str) -> str | None:
    """What is wrong with a value, which may be a secret and is not told; None for one that matches in full."""
    if re.fullmatch(pattern, value):
        return None
    return f"{where} does not match {pattern!r}, which environment_patterns asks of it; correct the value"
