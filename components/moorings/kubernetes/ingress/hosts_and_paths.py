"""Hosts and prefixes of paths, as every controller takes them."""

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator

_HOST = re.compile(r"(?=.{1,253}$)(\*\.)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)+")
_PATH = re.compile(r"/[^\s`?#;{}\"'*]*")

MOST_HOSTS = 16
"""Source: https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec"""

MOST_PATHS = 64
"""Matches of one rule. Source: https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule"""


def _host(host: str) -> str:
    if not _HOST.fullmatch(host):
        raise ValueError(f"{host!r} is not a host's name in lower case, such as orders.example.com or *.example.com")
    return host


def _path(path: str) -> str:
    if not _PATH.fullmatch(path):
        raise ValueError(f"{path!r} must begin with / and hold no spaces, quotes, braces or regular expressions")
    return path


def _closed(path: str) -> str:
    if path.endswith("*"):
        raise ValueError(f"{path!r} ends with *, and all below a path is closed with it; leave the * out")
    return _path(path).rstrip("/")


def _asked(path: str) -> str:
    if not re.fullmatch(r"/[^\s]{0,1023}", path):
        raise ValueError(f"{path!r} is not a path of up to 1024 characters, such as /ready")
    return path


Host = Annotated[str, AfterValidator(_host)]
"""A host, or all of a domain: ``*.example.com``."""

Path = Annotated[str, AfterValidator(_path)]
"""A prefix of paths."""

ClosedPath = Annotated[str, AfterValidator(_closed)]
"""A prefix of paths that lead nowhere, without a slash at its end."""

HealthPath = Annotated[str, AfterValidator(_asked)]
"""A path that a load balancer asks for.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""


def open_within(closed: Sequence[str], paths: Sequence[str]) -> tuple[str, str] | None:
    """A closed path, and a path in it that leads to the service; None if there is none."""
    return next(((each, path) for each in closed for path in paths if f"{path}/".startswith(f"{each}/")), None)
