"""What a task on Fargate may have: CPU, memory, storage."""

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
"""Memory in MiB for each number of CPU units, of which 1024 are a vCPU, on Linux. As of 2026-11-21.

32 vCPU are not in every region.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
"""

PROXY_CPU, PROXY_MEMORY_MIB = 256, 64
"""What the proxy of Service Connect takes of a task.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html
"""


def fargate_size(cpu: int, memory_mib: int) -> tuple[int, int]:
    """CPU units and memory, if Fargate has tasks of that size.

    Raises:
        ValueError: for a pair that it does not have.

    """
    if cpu not in SIZES:
        raise ValueError(f"cpu {cpu} is no size of Fargate; it has {', '.join(map(str, SIZES))} CPU units")
    memories = SIZES[cpu]
    if memory_mib not in memories:
        near = [str(size) for size in _neighbours(memories, memory_mib)]
        raise ValueError(
            f"memory_mib {memory_mib} does not go with cpu {cpu}, which takes {_words(memories)}; "
            f"{' or '.join(near)} MiB is the nearest"
        )
    return cpu, memory_mib


def _words(memories: Sequence[int]) -> str:
    if isinstance(memories, range):
        return f"{memories[0]} to {memories[-1]} MiB in steps of {memories.step}"
    return f"{', '.join(map(str, memories))} MiB"


def _neighbours(memories: Sequence[int], wanted: int) -> list[int]:
    """The next smaller and the next larger, as far as there are such."""
    smaller = [size for size in memories if size < wanted]
    larger = [size for size in memories if size > wanted]
    return [*smaller[-1:], *larger[:1]]


def task_size(cpu: int, memory_mib: int, writable_mib: int = 0, *, service_connect: bool = False) -> tuple[str, str]:
    """CPU units and memory, as ECS writes them, of a task with more in it than the application.

    Raises:
        ValueError: for a size that Fargate does not have, or that leaves the application nothing.

    """
    fargate_size(cpu, memory_mib)
    proxy_cpu, proxy_mib = (PROXY_CPU, PROXY_MEMORY_MIB) if service_connect else (0, 0)
    if cpu <= proxy_cpu:
        raise ValueError(
            f"cpu {cpu} leaves the application nothing beside the proxy of Service Connect, which takes {proxy_cpu}; "
            f"give the task {2 * proxy_cpu} or more"
        )
    left = memory_mib - proxy_mib - writable_mib
    if left <= 0:
        raise ValueError(
            f"memory_mib {memory_mib} leaves the application nothing, as tmpfs_mounts take {writable_mib} MiB"
            f"{f' and the proxy of Service Connect {proxy_mib} MiB' if proxy_mib else ''} of it; "
            "give the task more, or put large files in ephemeral_volume_paths"
        )
    return str(cpu), str(memory_mib)
