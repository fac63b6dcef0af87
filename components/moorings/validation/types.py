"""Argument types that every platform uses: names, ports and strings of a given pattern."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field


def matches(expected: str, pattern: str, example: str) -> AfterValidator:
    """Return a pydantic validator that rejects strings that do not match a pattern as a whole.

    Args:
        expected: what the string is, as in ``a VPC ID``.
        pattern: the regular expression.
        example: a string that matches.

    """
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise ValueError(f"expected {expected}, such as {example}, got {value!r}")
        return value

    return AfterValidator(check)


Port = Annotated[int, Field(ge=1, le=65535)]
"""A TCP port."""

ChildName = Annotated[
    str,
    matches("a name of at most 63 lower-case letters, digits and hyphens", "[a-z0-9][a-z0-9-]{0,62}", "vpn"),
]
"""A name that the user chooses and that becomes part of the logical names of child resources."""

_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
DomainName = Annotated[
    str,
    matches("a domain name in lower case", rf"(?=.{{4,253}}$)(?:{_LABEL}\.)+[a-z]{{2,63}}", "kpow.example.com"),
]
"""Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html"""

HttpsUrl = Annotated[str, matches("an https URL", r"https://[^\s/]+(?:/\S*)?", "https://login.example.com/")]
"""A URL with the scheme ``https``."""
