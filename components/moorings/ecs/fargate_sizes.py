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
"""Supported memory in MiB for each number of CPU units, for Linux tasks. As of 2026-11-21.

Not all Regions support 32 vCPUs.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
"""

PROXY_CPU, PROXY_MEMORY_MIB = 256, 64
"""Resources that the Service Connect proxy needs within the task.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html
"""


def check_fargate_size(cpu: int, memory_mib: int) -> tuple[int, int]:
    """Return CPU units and memory, if Fargate supports the combination.

    Raises:
        ValueError: if it does not.

    """
    if cpu not in SIZES:
        raise ValueError(f"cpu: must be one of {', '.join(map(str, SIZES))} CPU units, got {cpu}")
    supported = SIZES[cpu]
    if memory_mib not in supported:
        raise ValueError(
            f"memory_mib: must be {_format_sizes(supported)} with cpu {cpu}, got {memory_mib}; use "
            f"{' or '.join(map(str, _nearest_sizes(supported, memory_mib)))}"
        )
    return cpu, memory_mib


def _format_sizes(sizes: Sequence[int]) -> str:
    if isinstance(sizes, range):
        return f"{sizes[0]} to {sizes[-1]} MiB in steps of {sizes.step}"
    return f"one of {', '.join(map(str, sizes))} MiB"


def _nearest_sizes(sizes: Sequence[int], memory_mib: int) -> list[int]:
    """Return the next smaller and the next larger size, as far as they exist."""
    smaller = [size for size in sizes if size < memory_mib]
    larger = [size for size in sizes if size > memory_mib]
    return [*smaller[-1:], *larger[:1]]


def check_task_size(cpu: int, memory_mib: int, tmpfs_mib: int = 0, *, service_connect: bool = False) -> tuple[str, str]:
    """Return CPU units and memory as strings, in the format of the task definition.

    Args:
        cpu: CPU units of the task.
        memory_mib: memory of the task.
        tmpfs_mib: memory that in-memory file systems may use.
        service_connect: whether the task contains the Service Connect proxy.

    Raises:
        ValueError: if Fargate does not support the size, or if it leaves nothing for the application.

    """
    check_fargate_size(cpu, memory_mib)
    proxy_cpu, proxy_mib = (PROXY_CPU, PROXY_MEMORY_MIB) if service_connect else (0, 0)
    if cpu <= proxy_cpu:
        raise ValueError(
            f"cpu: must be at least {2 * proxy_cpu} with service_connect, got {cpu}; the Service Connect "
            f"proxy needs {proxy_cpu}"
        )
    if memory_mib <= proxy_mib + tmpfs_mib:
        proxy = f" and the Service Connect proxy {proxy_mib} MiB" if proxy_mib else ""
        raise ValueError(
            f"memory_mib: {memory_mib} leaves nothing for the application, because tmpfs_mounts use {tmpfs_mib} MiB"
            f"{proxy}; raise memory_mib, or keep large files in ephemeral_volume_paths"
        )
    return str(cpu), str(memory_mib)
