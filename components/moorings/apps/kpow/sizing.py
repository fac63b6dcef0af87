"""Size of kPow: recommended CPU and memory, JVM heap, and writable directories."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from moorings.validation.jvm_options import max_heap

T = TypeVar("T")

MIB = 2**20
"""Bytes of a MiB."""

HEAP_PERCENT = 70
"""Share of the container's memory that the image uses for the JVM heap."""

NON_HEAP_MIB = 128
"""Estimated minimum of the JVM's memory outside of the heap: classes, threads and buffers."""

WRITABLE_DIRECTORIES_MIB: Mapping[str, int] = MappingProxyType({"/opt/factorhouse/tmp": 100, "/tmp": 64})  # noqa: S108
"""Directories that kPow writes to and their sizes in MiB: native compression libraries and temporary files.

Source: https://github.com/factorhouse/helm-charts/blob/main/charts/kpow/values.yaml
"""

HEAP_PERCENTAGE_OPTION = re.compile(r"-XX:(?:Initial|Max)RAMPercentage=.*")
"""Java options that the command line of the image overrides."""


@dataclass(frozen=True)
class RecommendedSize:
    """Recommended size for up to a number of clusters."""

    max_clusters: int
    cpu: int
    memory_mib: int


RECOMMENDED_SIZES = (RecommendedSize(1, 1024, 2048), RecommendedSize(6, 1024, 4096), RecommendedSize(12, 2048, 8192))
"""CPU units, of which 1024 are one vCPU, and memory.

Sources: https://docs.kpow.io/installation/system-requirements for one cluster, and for several clusters
https://github.com/factorhouse/helm-charts/blob/main/charts/kpow/values.yaml
"""

SIZES_CHECKED = "2026-11-21"
"""Date on which the sizes were compared with their sources."""

MAX_CLUSTERS = RECOMMENDED_SIZES[-1].max_clusters


def recommended_size(clusters: int) -> RecommendedSize:
    """Return the recommended size for a number of clusters, and the largest one for more than ``MAX_CLUSTERS``."""
    return next((size for size in RECOMMENDED_SIZES if clusters <= size.max_clusters), RECOMMENDED_SIZES[-1])


def cpu_and_memory(clusters: int, cpu: T | None, memory_mib: T | None) -> tuple[T | int, T | int]:
    """Return CPU units and memory in MiB, with the recommended values as defaults."""
    recommended = recommended_size(clusters)
    return recommended.cpu if cpu is None else cpu, recommended.memory_mib if memory_mib is None else memory_mib


def heap_mib(memory_mib: int, java_options: Iterable[str]) -> int:
    """Return the maximum heap in a container."""
    explicit = max_heap(" ".join(java_options), memory_mib * MIB)
    return memory_mib * HEAP_PERCENT // 100 if explicit is None else int(explicit.size) // MIB


def min_memory_mib(other_mib: int, java_options: Iterable[str]) -> int:
    """Return the least memory of a container that fits the heap and other uses of memory."""
    explicit = max_heap(" ".join(java_options), 0)
    fixed = other_mib + NON_HEAP_MIB
    return fixed * 100 // (100 - HEAP_PERCENT) + 1 if explicit is None else int(explicit.size) // MIB + fixed
