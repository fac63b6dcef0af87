"""CPU and memory sizes of Fargate tasks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.ecs.fargate_sizes import SIZES, check_fargate_size, check_task_size


@pytest.mark.parametrize(
    ("cpu", "smallest", "largest", "count"),
    [
        (256, 512, 2048, 3),
        (512, 1024, 4096, 4),
        (1024, 2048, 8192, 7),
        (2048, 4096, 16384, 13),
        (4096, 8192, 30720, 23),
        (8192, 16384, 61440, 12),
        (16384, 32768, 122880, 12),
        (32768, 61440, 249856, 3),
    ],
)
def test_table_matches_the_documentation(cpu, smallest, largest, count):
    assert (min(SIZES[cpu]), max(SIZES[cpu]), len(SIZES[cpu])) == (smallest, largest, count)


@given(st.sampled_from([(cpu, memory_mib) for cpu, sizes in SIZES.items() for memory_mib in sizes]))
def test_supported_sizes(size):
    assert check_fargate_size(*size) == size


@given(st.sampled_from(sorted(SIZES)), st.integers(0, 300_000))
def test_unsupported_memory_is_rejected_with_supported_sizes(cpu, memory_mib):
    if memory_mib in SIZES[cpu]:
        return
    with pytest.raises(ValueError) as rejected:
        check_fargate_size(cpu, memory_mib)
    nearest = str(rejected.value).rpartition("; use ")[2].split(" or ")
    assert all(int(size) in SIZES[cpu] for size in nearest)


@pytest.mark.parametrize(
    ("cpu", "memory_mib", "message"),
    [
        (
            1000,
            2048,
            "cpu: must be one of 256, 512, 1024, 2048, 4096, 8192, 16384, 32768 CPU units, got 1000",
        ),
        (256, 4096, "memory_mib: must be one of 512, 1024, 2048 MiB with cpu 256, got 4096; use 2048"),
        (
            1024,
            1792,
            "memory_mib: must be 2048 to 8192 MiB in steps of 1024 with cpu 1024, got 1792; use 2048",
        ),
        (
            8192,
            17408,
            "memory_mib: must be 16384 to 61440 MiB in steps of 4096 with cpu 8192, got 17408; use 16384 or 20480",
        ),
    ],
)
def test_unsupported_sizes(cpu, memory_mib, message):
    with pytest.raises(ValueError) as rejected:
        check_fargate_size(cpu, memory_mib)
    assert str(rejected.value) == message


def test_service_connect_proxy_needs_cpu():
    assert check_task_size(512, 1024, 64, service_connect=True) == ("512", "1024")
    with pytest.raises(ValueError) as rejected:
        check_task_size(256, 512, 64, service_connect=True)
    assert str(rejected.value) == (
        "cpu: must be at least 512 with service_connect, got 256; the Service Connect proxy needs 256"
    )


@pytest.mark.parametrize(
    ("service_connect", "tmpfs_mib", "proxy"),
    [(False, 1024, ""), (True, 960, " and the Service Connect proxy 64 MiB")],
)
def test_tmpfs_mounts_leave_memory_for_the_application(service_connect, tmpfs_mib, proxy):
    assert check_task_size(512, 1024, tmpfs_mib - 1, service_connect=service_connect) == ("512", "1024")
    with pytest.raises(ValueError) as rejected:
        check_task_size(512, 1024, tmpfs_mib, service_connect=service_connect)
    assert str(rejected.value) == (
        f"memory_mib: 1024 leaves nothing for the application, because tmpfs_mounts use {tmpfs_mib} MiB{proxy}; raise "
        "memory_mib, or keep large files in ephemeral_volume_paths"
    )
