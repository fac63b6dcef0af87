"""How much kPow needs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.apps.kpow.sizing import HEAP_PERCENT, OUTSIDE_HEAP_MIB, SIZES, below_advice, fits_into, size_for
from moorings.ecs.fargate_sizes import check_fargate_size


@pytest.mark.parametrize(
    ("clusters", "cpu", "memory"),
    [(1, 1024, 2048), (2, 1024, 4096), (6, 1024, 4096), (7, 2048, 8192), (12, 2048, 8192)],
)
def test_the_vendors_advice(clusters, cpu, memory):
    size = size_for(clusters)
    assert (size.cpu, size.memory_mib) == (cpu, memory)


@pytest.mark.parametrize("size", SIZES)
def test_fargate_has_every_size(size):
    assert check_fargate_size(size.cpu, size.memory_mib) == (size.cpu, size.memory_mib)


def test_for_more_clusters_there_is_no_advice():
    with pytest.raises(ValueError) as refused:
        size_for(13)
    assert str(refused.value) == "the vendor has no figures for 13 clusters, 12 at most; give cpu and memory_mib"


def test_memory_for_the_heap_and_what_is_beside_it():
    assert fits_into(1024, 164) == 1024
    with pytest.raises(ValueError) as refused:
        fits_into(512, 164)
    assert str(refused.value) == (
        "memory_mib 512 is too little: the image gives 358 MiB to Java's heap, and 164 MiB of files and logs in memory "
        "and 128 MiB of Java itself do not fit beside it; give at least 974"
    )


def least(memory, beside):
    """The memory itself, or what the refusal names as enough."""
    try:
        return fits_into(memory, beside)
    except ValueError as refused:
        return int(str(refused).rpartition(" ")[2])


@given(st.integers(1, 200_000), st.integers(0, 2000))
def test_what_is_named_as_enough_is_enough(memory, beside):
    enough = least(memory, beside)
    assert fits_into(enough, beside) == enough >= memory
    assert enough * HEAP_PERCENT // 100 + beside + OUTSIDE_HEAP_MIB <= enough


def test_less_than_advised_is_said():
    assert below_advice(1, 1024, 2048) is None
    assert below_advice(20, 4096, 16384) is None
    assert below_advice(1, 512, 2048) == (
        "cpu 512 and memory_mib 2048 are less than the vendor advises for 1 cluster, 1024 and 2048; give it more, or "
        "say smaller_than_advised=True if that is meant"
    )
    assert below_advice(20, 2048, 4096) == (
        "cpu 2048 and memory_mib 4096 are less than the vendor advises for 20 clusters, 2048 and 8192; give it more, or "
        "say smaller_than_advised=True if that is meant"
    )
