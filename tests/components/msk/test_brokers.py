"""Sizes of Standard brokers."""

import pytest

from moorings.msk.brokers import STANDARD_BROKERS, is_burstable, standard_broker


@pytest.mark.parametrize("instance_type", STANDARD_BROKERS)
def test_a_standard_broker_is_taken(instance_type):
    assert standard_broker(instance_type) == instance_type


def test_an_express_broker_is_refused():
    with pytest.raises(ValueError, match=r"^express.m7g.large is an Express broker, which has rules of its own"):
        standard_broker("express.m7g.large")


@pytest.mark.parametrize("instance_type", ["m7g.large", "kafka.m7g.small", "kafka.t3.medium"])
def test_another_size_is_refused_with_those_there_are(instance_type):
    with pytest.raises(ValueError, match=rf"^{instance_type} is not a Standard broker; there are kafka\.t3\.small, .*"):
        standard_broker(instance_type)


def test_t3_is_burstable_and_m7g_is_not():
    assert [size for size in STANDARD_BROKERS if is_burstable(size)] == ["kafka.t3.small"]


def test_no_size_recommends_more_than_it_can_update():
    assert all(0 < size.recommended_partitions <= size.updatable_partitions for size in STANDARD_BROKERS.values())
