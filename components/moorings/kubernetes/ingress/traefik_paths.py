"""Regular expressions for closed paths in Traefik.

Traefik normalizes ``..``, repeated slashes and percent-encoded letters before it matches a path, but does not decode
reserved characters: ``/metrics%2Fa`` does not match the prefix ``/metrics/``, although most applications serve it as
``/metrics/a``. Java servers also ignore path parameters, and serve ``/metrics;a=b`` as ``/metrics``.

Traefik 3.6 (except 3.6.4 to 3.6.6) accepts percent-encoded slashes and semicolons by default. Traefik 3.7 rejects them
unless an entry point allows them.

Sources:
    https://doc.traefik.io/traefik/v3.6/security/request-path
    https://doc.traefik.io/traefik/migrate/v3/
"""

import re
from urllib.parse import quote

from moorings.kubernetes.ingress.route_settings import RouteSettings

_RESERVED = ":[]@!$&'()*+,="
"""Characters that can be percent-encoded in a request path."""

_PATH_PARAMETER = "(?:;|%3B)[^/]*"
_SEPARATOR = f"(?:/|%2F|{_PATH_PARAMETER})+"
_END = "(?:/|%2F|;|%3B|$)"

_UNRESOLVED_DOT_SEGMENTS = r"(?:/|%2F)\.\.?(?:%2F|;|%3B)"
"""``.`` and ``..`` that Traefik does not resolve, because a percent-encoded slash or a path parameter follows."""


def closed_path_patterns(route: RouteSettings) -> list[str]:
    """Return regular expressions that match all forms of the closed paths of a route."""
    patterns = [_path_pattern(path) for path in route.closed_paths]
    return [*patterns, _UNRESOLVED_DOT_SEGMENTS] if patterns else []


def _path_pattern(path: str) -> str:
    segments = ("".join(map(_character_pattern, segment)) for segment in path.split("/") if segment)
    return f"^{''.join(_SEPARATOR + segment for segment in segments)}{_END}"


def _character_pattern(character: str) -> str:
    escaped = re.escape(character)
    return f"(?:{escaped}|{quote(character, safe='')})" if character in _RESERVED else escaped
