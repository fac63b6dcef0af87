"""Types of hosts and paths that every ingress controller accepts."""

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator

_HOST = re.compile(r"(?=.{1,253}$)(\*\.)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)+")
_PATH = re.compile(r"/[^\s`?#;{}\"'*]*")

MAX_HTTP_ROUTE_HOSTS = 16
"""Source: https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec"""

MAX_HTTP_ROUTE_PATHS = 64
"""Matches of one rule. Source: https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule"""


def _validate_host(host: str) -> str:
    if not _HOST.fullmatch(host):
        raise ValueError(f"must be a lower-case host name such as orders.example.com or *.example.com, got {host!r}")
    return host


def _validate_path(path: str) -> str:
    if not _PATH.fullmatch(path):
        raise ValueError(f"must start with / and contain no spaces, quotes, braces or wildcards, got {path!r}")
    return path


def _validate_closed_path(path: str) -> str:
    if path.endswith("*"):
        raise ValueError(f"must not end with *, because all paths below are closed too, got {path!r}; remove the *")
    return _validate_path(path).rstrip("/")


def _validate_health_check_path(path: str) -> str:
    if not re.fullmatch(r"/[^\s]{0,1023}", path):
        raise ValueError(f"must be a path of at most 1024 characters such as /ready, got {path!r}")
    return path


Host = Annotated[str, AfterValidator(_validate_host)]
"""Host name, or all names of a domain: ``*.example.com``."""

Path = Annotated[str, AfterValidator(_validate_path)]
"""Path prefix."""

ClosedPath = Annotated[str, AfterValidator(_validate_closed_path)]
"""Path prefix without a trailing slash."""

HealthCheckPath = Annotated[str, AfterValidator(_validate_health_check_path)]
"""Path of a health check.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""


def find_closed_route(closed_paths: Sequence[str], paths: Sequence[str]) -> tuple[str, str] | None:
    """Return a closed path and a routed path below it, None if there are none."""
    return next(
        ((closed, path) for closed in closed_paths for path in paths if f"{path}/".startswith(f"{closed}/")), None
    )
