"""Broker sizes."""

import pytest

from moorings.msk.broker_sizes import (
    BROKER_SIZES,
    DEFAULT_INSTANCE_TYPES,
    broker_size,
    check_instance_type,
    is_burstable,
)

ALL = [size for sizes in BROKER_SIZES.values() for size in sizes]


@pytest.mark.parametrize("instance_type", ALL)
def test_known_sizes_are_accepted(instance_type):
    assert check_instance_type(instance_type) == instance_type


@pytest.mark.parametrize("instance_type", ["m7g.large", "kafka.m7g.small", "kafka.t3.medium"])
def test_unknown_sizes_are_rejected_with_the_supported_ones(instance_type):
    with pytest.raises(ValueError, match=rf"^MSK has no broker size {instance_type}; supported: kafka\.t3\.small, .*"):
        check_instance_type(instance_type)


def test_unknown_express_sizes_are_rejected_with_the_supported_ones():
    with pytest.raises(ValueError) as error:
        check_instance_type("express.m7g.small")
    assert str(error.value) == (
        "MSK has no broker size express.m7g.small; supported: express.m7g.large, express.m7g.xlarge, express.m7g.2xlarge, "
        "express.m7g.4xlarge, express.m7g.8xlarge, express.m7g.12xlarge, express.m7g.16xlarge"
    )


def test_only_t3_is_burstable():
    assert [size for size in ALL if is_burstable(size)] == ["kafka.t3.small"]


@pytest.mark.parametrize("instance_type", ALL)
def test_the_recommended_partitions_are_below_the_limit(instance_type):
    size = broker_size(instance_type)
    assert 0 < size.recommended_partitions <= size.updatable_partitions


def test_only_large_standard_sizes_support_provisioned_throughput():
    maximums = {size: broker_size(size).max_throughput for size in ALL if broker_size(size).max_throughput}
    assert min(maximums.values()) == 312
    assert "kafka.m5.2xlarge" not in maximums
    assert "kafka.m7g.2xlarge" in maximums
    assert not [size for size in maximums if size.startswith("express.")]


def test_each_broker_type_has_a_default_size():
    assert all(DEFAULT_INSTANCE_TYPES[broker_type] in sizes for broker_type, sizes in BROKER_SIZES.items())
