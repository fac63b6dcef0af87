"""``Impact``: what a change of a resource does to the running system, for reports.

Packages declare the impacts of their resources in the modules of the entry points ``moorings.checks``, as ``IMPACTS``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from moorings.validation.resource_changes import ResourceChange


class ImpactLevel(IntEnum):
    """How much a change affects the running system. Reports list the highest level first."""

    NOTICE = 0
    """No interruption."""

    ROLLING = 1
    """Instances are replaced one after another. Clients have to reconnect."""

    SESSIONS = 2
    """Clients lose their sessions."""

    DOWNTIME = 3
    """The application is not available for a while."""

    DATA_LOSS = 4
    """Data is lost."""


def describe_count(count: float | None, noun: str) -> str:
    """Return a number of instances, as in ``3 pods``; ``all pods`` if it is unknown."""
    return f"all {noun}s" if count is None else f"{count:g} {noun}" if count == 1 else f"{count:g} {noun}s"


@dataclass(frozen=True)
class Impact:
    """What a change does."""

    level: ImpactLevel

    text: str
    """The effect with its scope, and with its duration if that can be estimated: ``rolling update of 3 pods``."""


@dataclass(frozen=True)
class ImpactRule:
    """Describes what changes of some types of resources do."""

    types: frozenset[str]
    """Type tokens of the resources."""

    describe: Callable[[ResourceChange], Impact | None]
    """Returns the impact, or None if the change does not affect the running system."""
