"""Size of kPow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.apps.kpow.sizing import (
    HEAP_PERCENT,
    NON_HEAP_MIB,
    RECOMMENDED_SIZES,
    check_heap_options,
    check_memory,
    cpu_and_memory,
    missing_size,
    recommended_size,
    size_warning,
)
from moorings.ecs.fargate_sizes import check_fargate_size


@pytest.mark.parametrize(
    ("clusters", "cpu", "memory"),
    [(1, 1024, 2048), (2, 1024, 4096), (6, 1024, 4096), (7, 2048, 8192), (12, 2048, 8192)],
)
def test_recommended_size(clusters, cpu, memory):
    size = recommended_size(clusters)
    assert (size.cpu, size.memory_mib) == (cpu, memory)
    assert cpu_and_memory(clusters, None, None) == (cpu, memory)
    assert cpu_and_memory(clusters, 512, None) == (512, memory)
    assert cpu_and_memory(clusters, None, 3000) == (cpu, 3000)


@pytest.mark.parametrize("size", RECOMMENDED_SIZES)
def test_fargate_supports_each_recommended_size(size):
    assert check_fargate_size(size.cpu, size.memory_mib) == (size.cpu, size.memory_mib)


@pytest.mark.parametrize(("clusters", "cpu", "memory_mib"), [(12, None, None), (13, 4096, 16384)])
def test_size_is_required_only_without_a_recommended_size(clusters, cpu, memory_mib):
    assert not list(missing_size(clusters, cpu, memory_mib))


@pytest.mark.parametrize(("cpu", "memory_mib"), [(None, None), (4096, None), (None, 16384)])
def test_size_is_required_for_more_clusters(cpu, memory_mib):
    assert list(missing_size(13, cpu, memory_mib)) == [
        "cpu, memory_mib: required for more than 12 clusters, got 13 clusters"
    ]


def test_memory_must_hold_the_heap_and_other_uses():
    assert check_memory(1024, other_mib=164) == 1024
    with pytest.raises(ValueError) as error:
        check_memory(512, other_mib=164)
    assert str(error.value) == (
        "memory_mib: must be at least 974, got 512; the JVM uses 358 MiB for the heap and at least 128 MiB outside of "
        "it, and in-memory files and log buffers use 164 MiB"
    )


def minimum_memory(memory, other):
    """Return the memory itself, or the minimum that the message states."""
    try:
        return check_memory(memory, other_mib=other)
    except ValueError as error:
        return int(str(error).removeprefix("memory_mib: must be at least ").partition(",")[0])


@given(st.integers(1, 200_000), st.integers(0, 2000))
def test_minimum_in_the_message_is_sufficient(memory, other):
    minimum = minimum_memory(memory, other)
    assert check_memory(minimum, other_mib=other) == minimum >= memory
    assert minimum * HEAP_PERCENT // 100 + other + NON_HEAP_MIB <= minimum


def test_java_options_that_do_not_set_the_heap():
    assert check_heap_options(["-Duser.timezone=UTC"]) == ["-Duser.timezone=UTC"]


@pytest.mark.parametrize(
    "option", ["-Xmx1g", "-Xms512m", "-XX:MaxRAMPercentage=80", "-XX:InitialRAMPercentage=10", "-XX:MaxHeapSize=1g"]
)
def test_java_options_that_set_the_heap_are_rejected(option):
    with pytest.raises(ValueError) as error:
        check_heap_options(["-Duser.timezone=UTC", option])
    assert str(error.value) == (
        f"{option} has no effect, because the image sets the heap to 70 percent of the memory; set memory_mib instead"
    )


def test_warning_of_a_small_size():
    assert size_warning(1, 1024, 2048) is None
    assert size_warning(20, 4096, 16384) is None
    assert size_warning(1, 512, 2048) == (
        "cpu 512 and memory_mib 2048 are smaller than recommended for 1 cluster (1024 and 2048); increase them, or "
        "set smaller_than_advised=True"
    )
    assert size_warning(20, 2048, 4096) == (
        "cpu 2048 and memory_mib 4096 are smaller than recommended for 20 clusters (2048 and 8192); increase them, or "
        "set smaller_than_advised=True"
    )
