"""Size of kPow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.apps.kpow.settings import KpowSettings
from moorings.apps.kpow.sizing import (
    HEAP_PERCENT,
    NON_HEAP_MIB,
    RECOMMENDED_SIZES,
    cpu_and_memory,
    heap_mib,
    min_memory_mib,
    recommended_size,
)
from moorings.ecs.fargate_sizes import size_problem


@pytest.mark.parametrize(
    ("clusters", "cpu", "memory"),
    [(1, 1024, 2048), (2, 1024, 4096), (6, 1024, 4096), (7, 2048, 8192), (12, 2048, 8192), (13, 2048, 8192)],
)
def test_recommended_size(clusters, cpu, memory):
    size = recommended_size(clusters)
    assert (size.cpu, size.memory_mib) == (cpu, memory)
    assert cpu_and_memory(clusters, None, None) == (cpu, memory)
    assert cpu_and_memory(clusters, 512, None) == (512, memory)
    assert cpu_and_memory(clusters, None, 3000) == (cpu, 3000)


def test_size_and_files_are_arguments_of_the_platforms(deploy):
    def program():
        kafka = {"listener": "iam", "bootstrap_servers": "b-1:9098"}
        settings = KpowSettings(kafka=kafka, image="factorhouse/kpow:96.2")
        assert settings.size == {"cpu": None, "memory_mib": None}
        assert (settings.mounts, settings.mounted_paths) == ("", [])

    deploy(program)


@pytest.mark.parametrize("size", RECOMMENDED_SIZES)
def test_fargate_supports_each_recommended_size(size):
    assert size_problem(size.cpu, size.memory_mib) is None


@pytest.mark.parametrize(
    ("options", "mib"), [([], 1433), (["-Xmx1g"], 1024), (["-Xmx1g", "-Duser.timezone=UTC", "-Xmx512m"], 512)]
)
def test_java_options_override_the_heap_of_the_image(options, mib):
    assert heap_mib(2048, options) == mib


@given(st.integers(0, 2000))
def test_minimum_memory_fits_the_heap_and_other_uses(other):
    minimum = min_memory_mib(other, [])
    assert heap_mib(minimum, []) + other + NON_HEAP_MIB <= minimum
    assert heap_mib(minimum, []) == minimum * HEAP_PERCENT // 100
    less = minimum - 6  # the heap is rounded
    assert heap_mib(less, []) + other + NON_HEAP_MIB > less
    assert min_memory_mib(other, ["-Xmx1g"]) == 1024 + other + NON_HEAP_MIB


@pytest.mark.parametrize(
    "changed",
    [
        {"cpu": 256, "memory_mib": 512},
        {"memory_mib": 2048, "java_options": ["-Xmx2g"]},
        {"memory_mib": 2048, "java_options": ["-Xmx512"]},
    ],
)
def test_memory_that_the_jvm_exceeds_is_rejected(create, rejected, changed):
    with rejected("kpow-memory"):
        create(**changed)


def test_heap_of_other_options_is_not_checked(create):
    acknowledge = {
        "kpow-reserved-variable": "the heap is set here",
        "kpow-no-login": "an example",
        "ecs-jvm-heap": "JVM_OPTS overrides it",
    }
    plan = create(environment={"JVM_OPTS": "-Xmx1g"}, java_options=["-Xmx9g"], acknowledge=acknowledge)
    assert plan.all("moorings:index:KpowOnFargate")


def test_heap_option_below_the_default_is_accepted(create):
    assert create(java_options=["-Xmx1g", "-XX:+UseZGC"]).all("moorings:index:KpowOnFargate")
