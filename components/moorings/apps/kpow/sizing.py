"""Size of kPow: recommended CPU and memory, JVM heap, and writable directories."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

T = TypeVar("T")

HEAP_PERCENT = 70
"""Share of the container's memory that the image uses for the JVM heap."""

NON_HEAP_MIB = 128
"""Estimated minimum of the JVM's memory outside of the heap: classes, threads and buffers."""

WRITABLE_DIRECTORIES_MIB: Mapping[str, int] = MappingProxyType({"/opt/factorhouse/tmp": 100, "/tmp": 64})  # noqa: S108
"""Directories that kPow writes to and their sizes in MiB: native compression libraries and temporary files.

Source: https://github.com/factorhouse/helm-charts/blob/main/charts/kpow/values.yaml
"""

_HEAP_OPTION = re.compile(r"-Xm[sx].*|-XX:(?:Initial|Max|Min)RAMPercentage=.*|-XX:(?:Initial|Max)HeapSize=.*")


@dataclass(frozen=True)
class RecommendedSize:
    """Recommended size for up to a number of clusters."""

    max_clusters: int
    cpu: int
    memory_mib: int


RECOMMENDED_SIZES = (RecommendedSize(1, 1024, 2048), RecommendedSize(6, 1024, 4096), RecommendedSize(12, 2048, 8192))
"""CPU units, of which 1024 are one vCPU, and memory. As of 2026-08-20.

Sources: https://docs.kpow.io/installation/system-requirements for one cluster, and for several clusters
https://github.com/factorhouse/helm-charts/blob/main/charts/kpow/values.yaml
"""

MAX_CLUSTERS = RECOMMENDED_SIZES[-1].max_clusters


def recommended_size(clusters: int) -> RecommendedSize:
    """Return the recommended size for a number of clusters, and the largest one for more than ``MAX_CLUSTERS``."""
    return next((size for size in RECOMMENDED_SIZES if clusters <= size.max_clusters), RECOMMENDED_SIZES[-1])


def cpu_and_memory(clusters: int, cpu: T | None, memory_mib: T | None) -> tuple[T | int, T | int]:
    """Return CPU units and memory in MiB, with the recommended values as defaults."""
    recommended = recommended_size(clusters)
    return recommended.cpu if cpu is None else cpu, recommended.memory_mib if memory_mib is None else memory_mib


def missing_size(clusters: int, cpu: object, memory_mib: object) -> Iterator[str]:
    """Yield a problem if the size is not set and the vendor recommends none for the number of clusters."""
    if clusters > MAX_CLUSTERS and (cpu is None or memory_mib is None):
        yield f"cpu, memory_mib: required for more than {MAX_CLUSTERS} clusters, got {clusters} clusters"


def check_memory(memory_mib: int, *, other_mib: int) -> int:
    """Return the container's memory if the JVM and other uses of memory fit into it.

    Args:
        memory_mib: memory of the container.
        other_mib: memory for in-memory file systems and log buffers.

    Raises:
        ValueError: if they do not fit, in which case the container would be killed once the heap is full.

    """
    heap_mib = memory_mib * HEAP_PERCENT // 100
    if heap_mib + other_mib + NON_HEAP_MIB > memory_mib:
        minimum = (other_mib + NON_HEAP_MIB) * 100 // (100 - HEAP_PERCENT) + 1
        raise ValueError(
            f"memory_mib: must be at least {minimum}, got {memory_mib}; the JVM uses {heap_mib} MiB for the heap and "
            f"at least {NON_HEAP_MIB} MiB outside of it, and in-memory files and log buffers use {other_mib} MiB"
        )
    return memory_mib


def check_heap_options(options: list[str]) -> list[str]:
    """Return Java options if none of them sets the heap size, which the image overrides.

    Raises:
        ValueError: for options that set the heap size.

    """
    heap_options = [option for option in options if _HEAP_OPTION.fullmatch(option)]
    if heap_options:
        raise ValueError(
            f"{', '.join(heap_options)} has no effect, because the image sets the heap to {HEAP_PERCENT} percent of "
            "the memory; set memory_mib instead"
        )
    return options


def size_warning(clusters: int, cpu: int, memory_mib: int) -> str | None:
    """Return a warning if the size is smaller than the recommended one."""
    size = recommended_size(clusters)
    if cpu >= size.cpu and memory_mib >= size.memory_mib:
        return None
    return (
        f"cpu {cpu} and memory_mib {memory_mib} are smaller than recommended for {clusters} "
        f"cluster{'s' if clusters > 1 else ''} ({size.cpu} and {size.memory_mib}); increase them, or set "
        "smaller_than_advised=True"
    )
