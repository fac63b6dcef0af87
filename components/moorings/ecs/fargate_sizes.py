"""CPU and memory sizes of Fargate tasks."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

GIB = 1024

SIZES: Mapping[int, Sequence[int]] = MappingProxyType(
    {
        256: (512, 1 * GIB, 2 * GIB),
        512: range(1 * GIB, 4 * GIB + 1, GIB),
        1024: range(2 * GIB, 8 * GIB + 1, GIB),
        2048: range(4 * GIB, 16 * GIB + 1, GIB),
        4096: range(8 * GIB, 30 * GIB + 1, GIB),
        8192: range(16 * GIB, 60 * GIB + 1, 4 * GIB),
        16384: range(32 * GIB, 120 * GIB + 1, 8 * GIB),
        32768: (60 * GIB, 120 * GIB, 244 * GIB),
    }
)
"""Supported memory in MiB for each number of CPU units, for Linux tasks.

Not all Regions support 32 vCPUs.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
"""

MAX_EPHEMERAL_STORAGE_GIB = 200
"""Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html"""

CHECKED = "2026-11-21"
"""Date on which the tables were compared with their sources."""

MIN_CPU = 128
"""Fewest CPU units of any task.

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
"""

MIN_MEMORY_MIB = 128
"""Less memory than any task on Fargate has. A smaller number is probably meant in GiB."""

PROXY_CPU, PROXY_MEMORY_MIB = 256, 64
"""Resources that the Service Connect proxy needs within the task.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html
"""


def size_problem(cpu: int, memory_mib: int) -> tuple[str, str] | None:
    """Return the argument and the problem of a size that is not in the table, or None."""
    if cpu not in SIZES:
        return "cpu", f"{cpu} is not a known number of CPU units; use one of {', '.join(map(str, SIZES))}"
    supported = SIZES[cpu]
    if memory_mib not in supported:
        nearest = " or ".join(map(str, _nearest_sizes(supported, memory_mib)))
        return "memory_mib", f"must be {_format_sizes(supported)} with cpu {cpu}, got {memory_mib}; use {nearest}"
    return None


def _format_sizes(sizes: Sequence[int]) -> str:
    if isinstance(sizes, range):
        return f"{sizes[0]} to {sizes[-1]} MiB in steps of {sizes.step}"
    return f"one of {', '.join(map(str, sizes))} MiB"


def _nearest_sizes(sizes: Sequence[int], memory_mib: int) -> list[int]:
    """Return the next smaller and the next larger size, as far as they exist."""
    smaller = [size for size in sizes if size < memory_mib]
    larger = [size for size in sizes if size > memory_mib]
    return [*smaller[-1:], *larger[:1]]
