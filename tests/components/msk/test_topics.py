"""Checks of topics against the brokers of a cluster."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.kafka.topics import KafkaTopic
from moorings.msk.topics import check_topics, partitions_warning


def topic(name="orders", partitions=12, **settings):
    return KafkaTopic(name=name, partitions=partitions, **settings)


def check(*topics, **changed):
    settings = {
        "broker_type": "standard",
        "instance_type": "kafka.m7g.large",
        "kafka_version": "3.9.x.kraft",
        "zones": 3,
        "brokers_per_zone": 1,
        "default_replication_factor": None,
        "min_insync_replicas": None,
        "other_partitions": 0,
        "tiered_storage": False,
    }
    return check_topics(topics=topics, **settings | changed)


TIERED = {"remote.storage.enable": "true", "retention.ms": "-1"}
EXPRESS = {"broker_type": "express", "instance_type": "express.m7g.large"}
TOO_MANY = (
    "topics: 1501 partitions per broker, including replicas, exceed 1500, above which MSK rejects updates of "
    "kafka.m7g.large clusters and new users; use larger or more brokers"
)


def test_the_replication_factor_defaults_to_the_one_of_the_cluster():
    topics = [topic("a"), topic("b", replication_factor=2, config={"min.insync.replicas": "1"})]
    assert check(*topics) == {"a": 3, "b": 2}


@pytest.mark.parametrize(
    ("topics", "changed"),
    [
        ([topic(partitions=1500)], {}),
        ([topic(config=TIERED)], {"tiered_storage": True}),
        ([topic(replication_factor=3, config={"cleanup.policy": "compact", "retention.ms": "1000"})], EXPRESS),
        ([topic(replication_factor=4)], {"brokers_per_zone": 2}),
        ([], {"kafka_version": "3.5.1"}),
    ],
)
def test_valid_topics_are_accepted(topics, changed):
    assert check(*topics, **changed).keys() == {item.name for item in topics}


@pytest.mark.parametrize(
    ("topics", "changed", "message"),
    [
        ([topic(partitions=1501)], {}, TOO_MANY),
        ([], {"other_partitions": 4503}, TOO_MANY),
        (
            [topic(replication_factor=4)],
            {},
            "topics: orders: replication_factor must be at most 3, the number of brokers, got 4",
        ),
        (
            [topic(replication_factor=1)],
            {},
            "topics: orders: replication_factor must be at least 2, so that the topic remains available while a "
            "broker restarts",
        ),
        (
            [topic(replication_factor=2)],
            {},
            "topics: orders: min.insync.replicas 2 of 2 replicas blocks producers while a broker restarts; set it to 1 in "
            "config",
        ),
        (
            [topic(replication_factor=2)],
            EXPRESS,
            "topics: orders: replication_factor must be 3 on Express brokers, got 2",
        ),
        (
            [topic(config=TIERED)],
            {},
            "topics: orders: remote.storage.enable requires tiered_storage=True on the cluster",
        ),
        (
            [topic(config={"min.insync.replicas": "1", "unclean.leader.election.enable": "true"})],
            EXPRESS,
            "topics: orders: min.insync.replicas, unclean.leader.election.enable cannot be changed on Express brokers; "
            "remove it",
        ),
        (
            [topic(config=TIERED | {"local.retention.ms": "1"})],
            EXPRESS,
            "topics: orders: local.retention.ms, remote.storage.enable is not supported on Express brokers, which have no "
            "tiered storage; remove it",
        ),
        (
            [topic()],
            {"kafka_version": "3.5.1"},
            "topics: require Kafka 3.6.0 or later, got 3.5.1; raise kafka_version",
        ),
    ],
)
def test_invalid_topics_are_rejected(topics, changed, message):
    with pytest.raises(ValueError) as error:
        check(*topics, **changed)
    assert str(error.value) == message


@given(st.lists(st.integers(1, 400), max_size=6), st.integers(1, 8), st.integers(0, 3000))
def test_partitions_per_broker_are_compared_with_the_limits(partitions, brokers_per_zone, other_partitions):
    topics = [topic(f"t{index}", count) for index, count in enumerate(partitions)]
    per_broker = (sum(partitions) * 3 + other_partitions) / (3 * brokers_per_zone)
    if per_broker > 1500:
        with pytest.raises(ValueError, match="partitions per broker"):
            check(*topics, brokers_per_zone=brokers_per_zone, other_partitions=other_partitions)
    else:
        factors = check(*topics, brokers_per_zone=brokers_per_zone, other_partitions=other_partitions)
        warning = partitions_warning(
            topics=topics,
            factors=factors,
            other_partitions=other_partitions,
            brokers=3 * brokers_per_zone,
            instance_type="kafka.m7g.large",
        )
        assert (warning is not None) == (per_broker > 1000)


def test_more_partitions_than_recommended_cause_a_warning():
    assert partitions_warning(
        topics=[topic(partitions=1001)],
        factors={"orders": 3},
        other_partitions=0,
        brokers=3,
        instance_type="kafka.m7g.large",
    ) == (
        "topics: 1001 partitions per broker, including replicas, exceed the 1000 that AWS recommends on kafka.m7g.large; "
        "use larger or more brokers, or set crowded_brokers=True"
    )
