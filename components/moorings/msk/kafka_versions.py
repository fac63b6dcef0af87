"""Apache Kafka versions that MSK supports, as published by AWS on 2026-08-20.

Later announcements are not included.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/supported-kafka-versions.html"
EXPRESS_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-broker-types-express.html"
CHECKED_ON = "2026-08-20"

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+|x)(?:\.\d+)?(\.kraft|\.tiered)?")
_ANY_PATCH = 999
"""Patch version of ``x``: MSK chooses the newest patch."""


@dataclass(frozen=True)
class KafkaRelease:
    """MSK support for a Kafka version."""

    end_of_support: str | None = None
    """Date on which support ended. None if AWS has not published one."""

    express: bool = False
    """Whether Express brokers support it."""

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
        # AWS published this date for the China Regions only.
        "3.6.0": KafkaRelease("2026-06-01", express=True),
        "3.6.0.1": KafkaRelease("2026-06-01", express=True),
        "3.7.x": KafkaRelease(),
        "3.7.x.kraft": KafkaRelease(),
        "3.8.x": KafkaRelease(express=True),
        "3.8.x.kraft": KafkaRelease(express=True),
        "3.9.x": KafkaRelease(express=True),
        "3.9.x.kraft": KafkaRelease(express=True),
        "4.0.x.kraft": KafkaRelease(),
        "4.1.x.kraft": KafkaRelease(),
        "4.2.x.kraft": KafkaRelease(express=True, standard=False),
    }
)
"""All versions as MSK spells them, oldest first."""


def parse_version(version: str) -> tuple[int, int, int]:
    """Return major, minor and patch version; ``x`` is later than any patch."""
    match = _VERSION.fullmatch(version)
    if not match:
        raise ValueError(f"{version!r} is not a Kafka version as MSK spells it, such as 3.9.x.kraft")
    major, minor, patch = match[1], match[2], match[3]
    return int(major), int(minor), _ANY_PATCH if patch == "x" else int(patch)


NEWEST = max(map(parse_version, RELEASES))


def check_kafka_version(version: str) -> str:
    """Return the version, if MSK supports it or it is newer than all known versions.

    Raises:
        ValueError: for any other version, and for a newer one without KRaft.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/metadata-management.html
    """
    if version in RELEASES:
        return version
    if parse_version(version) > NEWEST:
        if not version.endswith(".kraft"):
            raise ValueError(f"must end with .kraft from version 4.0 on, such as 4.2.x.kraft, got {version}")
        return version
    supported = ", ".join(name for name, release in RELEASES.items() if release.end_of_support is None)
    raise ValueError(f"MSK does not support version {version}; supported: {supported}")


def unsupported_version_warning(kafka_version: str) -> str | None:
    """Return a warning about a version that is newer than the tables or no longer supported, or None."""
    release = RELEASES.get(kafka_version)
    if release is None:
        return (
            f"kafka_version: {kafka_version} is newer than the versions known on {CHECKED_ON} and cannot be validated; "
            "upgrade moorings, or set unsupported_kafka_version=True"
        )
    if release.end_of_support is None:
        return None
    return (
        f"kafka_version: MSK ended support for {kafka_version} on {release.end_of_support} (as known on {CHECKED_ON}) "
        "and may upgrade the cluster automatically; raise it, or set unsupported_kafka_version=True"
    )


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
