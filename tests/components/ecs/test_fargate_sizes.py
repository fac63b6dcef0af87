"""What a task on Fargate may have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.ecs.fargate_sizes import SIZES, fargate_size, task_size


@pytest.mark.parametrize(
    ("cpu", "least", "most", "count"),
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
def test_the_table_is_that_of_the_vendor(cpu, least, most, count):
    assert (min(SIZES[cpu]), max(SIZES[cpu]), len(SIZES[cpu])) == (least, most, count)


@given(st.sampled_from([(cpu, memory) for cpu, memories in SIZES.items() for memory in memories]))
def test_every_size_of_the_table_is_taken(size):
    assert fargate_size(*size) == size


@given(st.sampled_from(sorted(SIZES)), st.integers(0, 300_000))
def test_nothing_else_is_taken_and_a_size_that_is_taken_is_named(cpu, memory):
    if memory in SIZES[cpu]:
        return
    with pytest.raises(ValueError) as refused:
        fargate_size(cpu, memory)
    nearest = str(refused.value).rpartition("; ")[2].removesuffix(" MiB is the nearest").split(" or ")
    assert all(int(each) in SIZES[cpu] for each in nearest)


@pytest.mark.parametrize(
    ("cpu", "memory", "message"),
    [
        (
            1000,
            2048,
            "cpu 1000 is no size of Fargate; it has 256, 512, 1024, 2048, 4096, 8192, 16384, 32768 CPU units",
        ),
        (
            256,
            4096,
            "memory_mib 4096 does not go with cpu 256, which takes 512, 1024, 2048 MiB; 2048 MiB is the nearest",
        ),
        (
            1024,
            1792,
            "memory_mib 1792 does not go with cpu 1024, which takes 2048 to 8192 MiB in steps of 1024; "
            "2048 MiB is the nearest",
        ),
        (
            8192,
            17408,
            "memory_mib 17408 does not go with cpu 8192, which takes 16384 to 61440 MiB in steps of 4096; "
            "16384 or 20480 MiB is the nearest",
        ),
    ],
)
def test_a_pair_that_fargate_does_not_have_is_refused(cpu, memory, message):
    with pytest.raises(ValueError) as refused:
        fargate_size(cpu, memory)
    assert str(refused.value) == message


def test_a_task_needs_room_beside_the_proxy():
    assert task_size(512, 1024, 64, service_connect=True) == ("512", "1024")
    with pytest.raises(ValueError) as refused:
        task_size(256, 512, 64, service_connect=True)
    assert str(refused.value) == (
        "cpu 256 leaves the application nothing beside the proxy of Service Connect, which takes 256; "
        "give the task 512 or more"
    )


@pytest.mark.parametrize(
    ("service_connect", "writable", "also"),
    [(False, 1024, ""), (True, 960, " and the proxy of Service Connect 64 MiB")],
)
def test_a_task_needs_room_beside_its_file_systems_in_memory(service_connect, writable, also):
    assert task_size(512, 1024, writable - 1, service_connect=service_connect) == ("512", "1024")
    with pytest.raises(ValueError) as refused:
        task_size(512, 1024, writable, service_connect=service_connect)
    assert str(refused.value) == (
        f"memory_mib 1024 leaves the application nothing, as tmpfs_mounts take {writable} MiB{also} of it; "
        "give the task more, or put large files in ephemeral_volume_paths"
    )
