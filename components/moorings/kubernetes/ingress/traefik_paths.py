"""Closed paths of Traefik, as regular expressions.

Traefik resolves ``..``, repeated slashes and percent-encoded letters before it compares a path, but not percent-encoded
reserved characters: ``/metrics%2Fa`` does not have the prefix ``/metrics/``, and most applications serve it as
``/metrics/a``. Java servers also ignore path parameters, and serve ``/metrics;a=b`` as ``/metrics``.

Traefik 3.6 accepts encoded slashes and semicolons by default, and 3.7 rejects them unless an entry point allows them.

Source: https://doc.traefik.io/traefik/v3.6/security/request-path
"""

import re
from urllib.parse import quote

from moorings.kubernetes.ingress.route_settings import RouteSettings

_RESERVED = ":[]@!$&'()*+,="
"""Characters that requests can contain percent-encoded or not."""

_PARAMETERS = "(?:;|%3B)[^/]*"
_SEPARATOR = f"(?:/|%2F|{_PARAMETERS})+"
_END = "(?:/|%2F|;|%3B|$)"

_HIDDEN_DOT_SEGMENTS = r"(?:/|%2F)\.\.?(?:%2F|;|%3B)"
"""``..`` that Traefik does not resolve, because it is followed by an encoded slash or a parameter."""


def closed_path_patterns(route: RouteSettings) -> list[str]:
    """Return regular expressions that match all forms of the closed paths of a route."""
    patterns = [_pattern(path) for path in route.closed_paths]
    return [*patterns, _HIDDEN_DOT_SEGMENTS] if patterns else []


def _pattern(path: str) -> str:
    segments = ("".join(map(_character, segment)) for segment in path.split("/") if segment)
    return f"^{''.join(_SEPARATOR + segment for segment in segments)}{_END}"


def _character(character: str) -> str:
    escaped = re.escape(character)
    return f"(?:{escaped}|{quote(character, safe='')})" if character in _RESERVED else escaped
