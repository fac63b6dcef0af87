"""Sizes of brokers."""

import pytest

from moorings.msk.broker_sizes import BROKERS, DEFAULT_INSTANCE_TYPES, broker_size, check_instance_type, is_burstable

ALL = [size for sizes in BROKERS.values() for size in sizes]


@pytest.mark.parametrize("instance_type", ALL)
def test_a_broker_of_msk_is_taken(instance_type):
    assert check_instance_type(instance_type) == instance_type


@pytest.mark.parametrize("instance_type", ["m7g.large", "kafka.m7g.small", "kafka.t3.medium"])
def test_another_size_is_refused_with_those_there_are(instance_type):
    with pytest.raises(ValueError, match=rf"^MSK has no broker {instance_type}; there are kafka\.t3\.small, .*"):
        check_instance_type(instance_type)


def test_another_express_size_is_refused_with_those_there_are():
    with pytest.raises(ValueError) as refused:
        check_instance_type("express.m7g.small")
    assert str(refused.value) == (
        "MSK has no broker express.m7g.small; there are express.m7g.large, express.m7g.xlarge, express.m7g.2xlarge, "
        "express.m7g.4xlarge, express.m7g.8xlarge, express.m7g.12xlarge, express.m7g.16xlarge"
    )


def test_t3_is_burstable_and_nothing_else():
    assert [size for size in ALL if is_burstable(size)] == ["kafka.t3.small"]


@pytest.mark.parametrize("instance_type", ALL)
def test_no_size_recommends_more_than_it_can_update(instance_type):
    size = broker_size(instance_type)
    assert 0 < size.recommended_partitions <= size.updatable_partitions


def test_throughput_is_for_large_brokers():
    fast = {each: broker_size(each).most_throughput for each in ALL if broker_size(each).most_throughput}
    assert min(fast.values()) == 312
    assert "kafka.m5.2xlarge" not in fast
    assert "kafka.m7g.2xlarge" in fast
    assert not [each for each in fast if each.startswith("express.")]


def test_each_type_has_a_default_of_its_own():
    assert all(DEFAULT_INSTANCE_TYPES[kind] in sizes for kind, sizes in BROKERS.items())
