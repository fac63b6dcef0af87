"""How much kPow needs, and what of it Java takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

WRITABLE_MIB: Mapping[str, int] = MappingProxyType({"/opt/factorhouse/tmp": 100, "/tmp": 64})  # noqa: S108
"""Directories that kPow writes to, with their size in MiB: native libraries for compression, and temporary files.

Source: https://github.com/factorhouse/helm-charts/blob/main/charts/kpow/values.yaml
"""

HEAP_PERCENT = 70
"""Share of the container's memory that the image gives to Java's heap."""

OUTSIDE_HEAP_MIB = 128
"""What Java takes at least beside its heap: classes, threads, buffers. Our own estimate."""


@dataclass(frozen=True)
class Size:
    """What kPow needs for a number of clusters."""

    clusters: int
    cpu: int
    memory_mib: int


SIZES = (Size(1, 1024, 2048), Size(6, 1024, 4096), Size(12, 2048, 8192))
"""As the vendor advises, in units of which 1024 are a CPU. As of 2026-08-20.

Sources: https://docs.kpow.io/installation/system-requirements for one cluster, and for more of them
https://github.com/factorhouse/helm-charts/blob/main/charts/kpow/values.yaml
"""


def size_for(clusters: int) -> Size:
    """What the vendor advises for a number of clusters.

    Raises:
        ValueError: for more than the vendor has figures for.

    """
    for size in SIZES:
        if clusters <= size.clusters:
            return size
    raise ValueError(
        f"the vendor has no figures for {clusters} clusters, {SIZES[-1].clusters} at most; give cpu and memory_mib"
    )


def fits_into(memory_mib: int, beside_mib: int) -> int:
    """The memory, if Java's heap and what is beside it fit into it.

    Args:
        memory_mib: memory of the container.
        beside_mib: what else takes of it: file systems in memory, logs that wait.

    Raises:
        ValueError: if not: the container would be killed as it fills its heap.

    """
    heap = memory_mib * HEAP_PERCENT // 100
    needed = heap + beside_mib + OUTSIDE_HEAP_MIB
    if needed > memory_mib:
        least = (beside_mib + OUTSIDE_HEAP_MIB) * 100 // (100 - HEAP_PERCENT) + 1
        raise ValueError(
            f"memory_mib {memory_mib} is too little: the image gives {heap} MiB to Java's heap, and {beside_mib} MiB "
            f"of files and logs in memory and {OUTSIDE_HEAP_MIB} MiB of Java itself do not fit beside it; "
            f"give at least {least}"
        )
    return memory_mib


def below_advice(clusters: int, cpu: int, memory_mib: int) -> str | None:
    """In which words the size is smaller than the vendor advises; None where it is not."""
    advice = size_for(min(clusters, SIZES[-1].clusters))
    if cpu >= advice.cpu and memory_mib >= advice.memory_mib:
        return None
    return (
        f"cpu {cpu} and memory_mib {memory_mib} are less than the vendor advises for {clusters} "
        f"cluster{'s' if clusters > 1 else ''}, {advice.cpu} and {advice.memory_mib}; give it more, or say "
        "smaller_than_advised=True if that is meant"
    )
