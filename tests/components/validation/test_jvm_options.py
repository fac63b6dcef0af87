"""Heap size in the options of a JVM."""

import pytest

from moorings.validation.jvm_options import Heap, heap_near_limit, heap_problems, max_heap

GIB = 2**30
FIX = "lower the heap to about 70% of it, or raise the limit"


@pytest.mark.parametrize(
    ("options", "heap"),
    [
        ("-Xmx512m", Heap("-Xmx512m", 2**29)),
        ("-Xmx512m -Xmx1G", Heap("-Xmx1G", GIB)),
        ("'-XX:MaxHeapSize=1048576k' -jar a.jar", Heap("-XX:MaxHeapSize=1048576k", GIB)),
        ("-XX:MaxRAMPercentage=50.0", Heap("-XX:MaxRAMPercentage=50.0", GIB / 2)),
        ("-Xmx1g -XX:MaxRAMPercentage=50", Heap("-Xmx1g", GIB)),
        ("-Dx=y --Xmx1g a-Xmx1g -Xmx1gb -Xmx1.5g", None),
    ],
)
def test_the_last_option_sets_the_heap(options, heap):
    assert max_heap(options, GIB) == heap


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ("-Xmx1g", f"-Xmx1g and the other memory of the JVM exceed the memory limit 1Gi; {FIX}"),
        (
            "-XX:MaxRAMPercentage=100",
            f"-XX:MaxRAMPercentage=100 and the other memory of the JVM exceed the memory limit 1Gi; {FIX}",
        ),
        (
            "-XX:MaxRAMPercentage=101",
            "-XX:MaxRAMPercentage=101 is above 100, so that the JVM does not start; set a percentage of about 70",
        ),
        (
            "-XX:MaxRAMPercentage=0.7",
            "-XX:MaxRAMPercentage=0.7 is 0.7% of the memory; set a percentage of about 70",
        ),
        ("-XX:MaxRAMPercentage=1", "-XX:MaxRAMPercentage=1 is 1% of the memory; set a percentage of about 70"),
        ("-Xmx512", "-Xmx512 is less than 2 MiB, so that the JVM does not start; add the unit, as in -Xmx512m"),
        ("-Xms600m -Xmx512m", "-Xms600m is larger than -Xmx512m, so that the JVM does not start; lower it"),
    ],
)
def test_heaps_that_cannot_work(options, problem):
    assert list(heap_problems(options, GIB, "1Gi")) == [problem]


@pytest.mark.parametrize("options", ["", "-Xmx1023m", "-XX:MaxRAMPercentage=99", "-Xms512m -Xmx512m", "-Xms2g"])
def test_possible_heaps(options):
    assert list(heap_problems(options, GIB, "1Gi")) == []


@pytest.mark.parametrize(
    ("options", "near"), [("-XX:MaxRAMPercentage=86", True), ("-XX:MaxRAMPercentage=85", False), ("-Xmx1g", False)]
)
def test_a_heap_near_the_limit(options, near):
    assert (heap_near_limit(options, GIB) is not None) is near


def test_a_percentage_below_an_absolute_size_is_ignored():
    assert list(heap_problems("-Xmx512m -XX:MaxRAMPercentage=0.7", GIB, "1Gi")) == []
