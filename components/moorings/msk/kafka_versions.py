"""Apache Kafka versions of MSK: those that AWS lists, and what follows from a version."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from moorings.validation.argument_rules import FORMAT
from moorings.validation.errors import suggestion
from moorings.validation.rules import Violation
from moorings.validation.types import matches

SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/supported-kafka-versions.html"
EXPRESS_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-broker-types-express.html"
CHECKED = "2026-11-20"
"""Date on which the versions were compared with those that the MSK API lists."""

_FORM = r"(\d+)\.(\d+)\.(\d+|x)(?:\.\d+)?(\.kraft|\.tiered)?"
_ANY_PATCH = 999
"""Patch version of ``x``: MSK chooses the newest patch."""

KafkaVersion = Annotated[str, matches("a Kafka version as MSK spells it", _FORM, "3.9.x.kraft")]


@dataclass(frozen=True)
class KafkaRelease:
    """MSK support for a Kafka version."""

    end_of_support: str | None = None
    """Date on which support ended. None if AWS has not published one."""

    express: bool = False
    """Whether AWS lists it for new clusters with Express brokers."""

    standard: bool = True
    """Whether Standard brokers support it."""


_ENDS_OF_SUPPORT = (
    ("2024-06-05", ("1.1.1", "2.1.0")),
    ("2024-06-08", ("2.2.1", "2.3.1", "2.4.1", "2.4.1.1", "2.5.1")),
    ("2024-09-11", ("2.6.0", "2.6.1", "2.6.2", "2.6.3", "2.7.0", "2.7.1", "2.7.2", "2.8.0", "2.8.1")),
    ("2025-01-14", ("2.8.2.tiered",)),
    ("2024-09-11", ("3.1.1", "3.2.0", "3.3.1", "3.3.2")),
    ("2025-08-04", ("3.4.0",)),
    ("2025-10-23", ("3.5.1",)),
)

RELEASES: Mapping[str, KafkaRelease] = MappingProxyType(
    {
        **{version: KafkaRelease(date) for date, versions in _ENDS_OF_SUPPORT for version in versions},
        # AWS has published an end of support, 2026-06-01, for the China Regions only.
        "3.6.0": KafkaRelease(),
        "3.6.0.1": KafkaRelease(),
        "3.7.x": KafkaRelease(),
        "3.7.x.kraft": KafkaRelease(),
        "3.8.x": KafkaRelease(express=True),
        "3.8.x.kraft": KafkaRelease(),
        "3.9.x": KafkaRelease(),
        "3.9.x.kraft": KafkaRelease(express=True),
        "4.0.x.kraft": KafkaRelease(),
        "4.1.x.kraft": KafkaRelease(),
        "4.2.x.kraft": KafkaRelease(express=True, standard=False),
    }
)
"""All versions as MSK spells them, oldest first."""


def parse_version(version: str) -> tuple[int, int, int]:
    """Return major, minor and patch version; ``x`` is later than any patch.

    Raises:
        Violation: for any other string.

    """
    match = re.fullmatch(_FORM, version)
    if not match:
        raise Violation(FORMAT, f"expected a Kafka version as MSK spells it, such as 3.9.x.kraft, got {version!r}")
    major, minor, patch = match[1], match[2], match[3]
    return int(major), int(minor), _ANY_PATCH if patch == "x" else int(patch)


def supported_versions(*, express: bool | None = None) -> list[str]:
    """Return the versions whose support has not ended.

    Args:
        express: whether to return only the versions of Express brokers (True) or of Standard brokers (False).

    """
    return [
        version
        for version, release in RELEASES.items()
        if release.end_of_support is None and (express is None or (release.express if express else release.standard))
    ]


def similar_version(version: str) -> str | None:
    """Return the supported version with the minor version of an unknown one, or else a similar one, or None."""
    minor = parse_version(version)[:2]
    same_minor = [known for known in supported_versions() if parse_version(known)[:2] == minor]
    return suggestion(version, same_minor or supported_versions()) or next(iter(same_minor), None)


def is_kraft(version: str) -> bool:
    """Whether the cluster uses KRaft instead of ZooKeeper."""
    return version.endswith(".kraft") or parse_version(version) >= (4, 0, 0)


def supports_tiered_storage(version: str) -> bool:
    """Whether the version supports tiered storage.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-tiered-storage.html
    """
    return version.endswith(".tiered") or parse_version(version) >= (3, 6, 0)


def default_broker_quota(version: str) -> int:
    """Return the default quota of brokers per cluster.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/limits.html
    """
    return 60 if is_kraft(version) else 30
