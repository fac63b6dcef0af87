"""CPU and memory sizes of Fargate tasks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.ecs.fargate_sizes import SIZES, size_problem


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
def test_sizes_of_the_table(size):
    assert size_problem(*size) is None


@given(st.sampled_from(sorted(SIZES)), st.integers(0, 300_000))
def test_other_memory_is_reported_with_the_nearest_sizes(cpu, memory_mib):
    problem = size_problem(cpu, memory_mib)
    assert (problem is None) == (memory_mib in SIZES[cpu])
    if problem is not None:
        argument, message = problem
        nearest = message.rpartition("; use ")[2].split(" or ")
        assert argument == "memory_mib"
        assert all(int(size) in SIZES[cpu] for size in nearest)


@pytest.mark.parametrize(
    ("cpu", "memory_mib", "problem"),
    [
        (
            1000,
            2048,
            (
                "cpu",
                "1000 is not a known number of CPU units; use one of 256, 512, 1024, 2048, 4096, 8192, 16384, 32768",
            ),
        ),
        (256, 4096, ("memory_mib", "must be one of 512, 1024, 2048 MiB with cpu 256, got 4096; use 2048")),
        (
            8192,
            17408,
            ("memory_mib", "must be 16384 to 61440 MiB in steps of 4096 with cpu 8192, got 17408; use 16384 or 20480"),
        ),
    ],
)
def test_sizes_that_are_not_in_the_table(cpu, memory_mib, problem):
    assert size_problem(cpu, memory_mib) == problem
