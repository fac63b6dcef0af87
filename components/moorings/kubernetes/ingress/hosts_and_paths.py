"""Argument types for hosts and paths, with the syntax that the Kubernetes API accepts."""

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator

from moorings.validation.argument_rules import FORMAT
from moorings.validation.rules import Violation
from moorings.validation.types import matches

MAX_HTTP_ROUTE_HOSTS = 16
"""Source: https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec"""

MAX_HTTP_ROUTE_PATHS = 64
"""Matches of one rule. Source: https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule"""

MAX_HTTP_ROUTE_RULES = 16
"""Source: https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec"""

_LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"

_HOST = re.compile(rf"(?=.{{1,253}}$)(\*\.)?{_LABEL}(\.{_LABEL})*")


def _check_host(host: str) -> str:
    """Return a host if it is valid. The API accepts internationalized names in their ASCII form only."""
    if _HOST.fullmatch(host):
        return host
    expected = "expected a lower-case host name or wildcard, such as orders.example.com"
    try:
        ascii_form = host.lower().encode("idna").decode("ascii")
    except UnicodeError:
        ascii_form = host
    fix = f"; write {ascii_form}" if ascii_form != host and _HOST.fullmatch(ascii_form) else ""
    raise Violation(FORMAT, f"{expected}, got {host!r}{fix}")


Host = Annotated[str, AfterValidator(_check_host)]
"""Host name, or all names of a domain: ``*.example.com``.

Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards
"""

Path = Annotated[
    str, matches("a path prefix without spaces, double quotes, braces, ? and #", r"/[^\s`?#{}\"]*", "/orders")
]
"""Path prefix."""

PathPattern = Annotated[
    str, matches("a path without spaces, backticks and double quotes", r"/[^\s`\"]*", "/orders/[0-9]+")
]
"""Path that the controller interprets, such as a regular expression."""

ClosedPath = Annotated[Path, AfterValidator(lambda path: path.rstrip("/"))]
"""Path prefix, stored without a trailing slash."""


def find_closed_route(closed_paths: Sequence[str], paths: Sequence[str]) -> tuple[int, str] | None:
    """Return the index of a closed path and a routed path below it, None if there are none."""
    return next(
        (
            (index, path)
            for index, closed in enumerate(closed_paths)
            for path in paths
            if f"{path}/".startswith(f"{closed}/")
        ),
        None,
    )
