"""Versions of Apache Kafka that MSK offers, as AWS published them on 2026-08-20.

Nothing here reads a clock: a version whose support ended after that day is not known to have ended.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/supported-kafka-versions.html"
EXPRESS_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-broker-types-express.html"
TAKEN = "2026-08-20"

_FORM = re.compile(r"(\d+)\.(\d+)\.(\d+|x)(?:\.\d+)?(\.kraft|\.tiered)?")
_ANY_PATCH = 999
"""What ``x`` stands for: MSK chooses the newest patch."""


@dataclass(frozen=True)
class KafkaRelease:
    """What MSK says of a version."""

    ended: str | None = None
    """Day on which support ended, None where no day was published."""

    express: bool = False
    """Whether Express brokers run it."""

    standard: bool = True
    """Whether Standard brokers run it."""


_OLD = {
    "2024-06-05": ["1.1.1", "2.1.0"],
    "2024-06-08": ["2.2.1", "2.3.1", "2.4.1", "2.4.1.1", "2.5.1"],
    "2024-09-11": ["2.6.0", "2.6.1", "2.6.2", "2.6.3", "2.7.0", "2.7.1", "2.7.2", "2.8.0", "2.8.1"],
    "2025-01-14": ["2.8.2.tiered"],
}
_LATER = {"2024-09-11": ["3.1.1", "3.2.0", "3.3.1", "3.3.2"], "2025-08-04": ["3.4.0"], "2025-10-23": ["3.5.1"]}

RELEASES: Mapping[str, KafkaRelease] = MappingProxyType(
    {
        **{version: KafkaRelease(day) for dated in (_OLD, _LATER) for day, those in dated.items() for version in those},
        # The day stands on the page for the China Regions alone.
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
"""Every version, oldest first, as MSK spells it."""


def number(version: str) -> tuple[int, int, int]:
    """Major, minor and patch, of which ``x`` is later than any."""
    found = _FORM.fullmatch(version)
    if not found:
        raise ValueError(f"{version!r} is not a version of Apache Kafka as MSK spells it, such as 3.9.x.kraft")
    major, minor, patch = found[1], found[2], found[3]
    return int(major), int(minor), _ANY_PATCH if patch == "x" else int(patch)


NEWEST = max(map(number, RELEASES))


def known_version(version: str) -> str:
    """The version, if MSK offers it, or if it is newer than all that were known.

    Raises:
        ValueError: for another, with those of which support has not ended, and for a newer one with ZooKeeper.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/metadata-management.html
    """
    if version in RELEASES:
        return version
    if number(version) > NEWEST:
        if not version.endswith(".kraft"):
            raise ValueError(
                f"MSK spells versions from 4.0 on with .kraft, as they run without ZooKeeper, and not {version}; write "
                "it as 4.2.x.kraft"
            )
        return version
    there = ", ".join(name for name, release in RELEASES.items() if release.ended is None)
    raise ValueError(f"MSK has no version {version}; there are {there}")


def is_unchecked(version: str) -> bool:
    """Whether the version is newer than all that were known, so that nothing of it could be checked."""
    return version not in RELEASES


def support_ended(version: str) -> str | None:
    """The day on which support ended, None where it has not, as far as was known."""
    release = RELEASES.get(version)
    return release.ended if release else None


def is_kraft(version: str) -> bool:
    """Whether the brokers keep their metadata themselves, without ZooKeeper."""
    return version.endswith(".kraft") or number(version) >= (4, 0, 0)


def is_tierable(version: str) -> bool:
    """Whether the version moves old segments to the second tier.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-tiered-storage.html
    """
    return version.endswith(".tiered") or number(version) >= (3, 6, 0)


def broker_quota(version: str) -> int:
    """Brokers of one cluster, unless AWS has raised the quota.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/limits.html
    """
    return 60 if is_kraft(version) else 30
