"""Broker sizes."""

import pytest

from moorings.msk.broker_sizes import (
    BROKER_SIZES,
    DEFAULT_INSTANCE_TYPES,
    broker_size,
    is_burstable,
    is_express,
    recommended_partitions,
)

ALL = [size for sizes in BROKER_SIZES.values() for size in sizes]


def test_only_t3_is_burstable():
    assert [size for size in ALL if is_burstable(size)] == ["kafka.t3.small"]


def test_express_sizes():
    assert [size for size in ALL if is_express(size)] == list(BROKER_SIZES["express"])


@pytest.mark.parametrize("instance_type", ALL)
def test_the_recommended_partitions_are_below_the_limit(instance_type):
    size = broker_size(instance_type)
    assert 0 < size.recommended_partitions <= size.updatable_partitions
    assert recommended_partitions(instance_type) == size.recommended_partitions


def test_unknown_sizes_have_the_recommendation_of_the_smallest_ones():
    assert broker_size("kafka.m8g.large") is None
    assert recommended_partitions("kafka.m8g.large") == 1000


def test_only_large_standard_sizes_support_provisioned_throughput():
    maximums = {size: broker_size(size).max_throughput for size in ALL if broker_size(size).max_throughput}
    assert min(maximums.values()) == 312
    assert "kafka.m5.2xlarge" not in maximums
    assert "kafka.m7g.2xlarge" in maximums
    assert not [size for size in maximums if size.startswith("express.")]


def test_each_broker_type_has_a_default_size():
    assert all(DEFAULT_INSTANCE_TYPES[broker_type] in sizes for broker_type, sizes in BROKER_SIZES.items())
