"""Whether topics fit a cluster's brokers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.kafka.topics import KafkaTopic
from moorings.msk.topics import check_topics, crowded


def topic(name="orders", partitions=12, **settings):
    return KafkaTopic(name=name, partitions=partitions, **settings)


def fit(*topics, **changed):
    asked = {
        "broker_type": "standard",
        "instance_type": "kafka.m7g.large",
        "kafka_version": "3.9.x.kraft",
        "zones": 3,
        "brokers_per_zone": 1,
        "default_replication_factor": None,
        "min_insync_replicas": None,
        "other_partitions": 0,
        "tiered": False,
    }
    return check_topics(topics=topics, **asked | changed)


TIERED = {"remote.storage.enable": "true", "retention.ms": "-1"}
EXPRESS = {"broker_type": "express", "instance_type": "express.m7g.large"}


def test_a_topic_has_the_replicas_of_the_cluster_or_its_own():
    assert fit(topic("a"), topic("b", replication_factor=2, config={"min.insync.replicas": "1"})) == {"a": 3, "b": 2}


@pytest.mark.parametrize(
    ("topics", "changed"),
    [
        ([topic(partitions=1500)], {}),
        ([topic(config=TIERED)], {"tiered": True}),
        ([topic(replication_factor=3, config={"cleanup.policy": "compact", "retention.ms": "1000"})], EXPRESS),
        ([topic(replication_factor=4)], {"brokers_per_zone": 2}),
        ([], {"kafka_version": "3.5.1"}),
    ],
)
def test_what_fits(topics, changed):
    assert fit(*topics, **changed).keys() == {each.name for each in topics}


@pytest.mark.parametrize(
    ("topics", "changed", "message"),
    [
        (
            [topic(partitions=1501)],
            {},
            "topics put 1501 partitions on each broker, replicas included, and kafka.m7g.large takes updates and users "
            "up to 1500; take larger brokers or more of them",
        ),
        (
            [],
            {"other_partitions": 4503},
            "topics put 1501 partitions on each broker, replicas included, and kafka.m7g.large takes updates and users "
            "up to 1500; take larger brokers or more of them",
        ),
        (
            [topic(replication_factor=4)],
            {},
            "topics: orders has replication_factor 4 and there are 3 brokers; lower it to 3",
        ),
        (
            [topic(replication_factor=1)],
            {},
            "topics: orders has replication_factor 1, so that it stops whenever its broker restarts; say 2 or more",
        ),
        (
            [topic(replication_factor=2)],
            {},
            "topics: orders has 2 replicas and wants 2 in sync, which stops producers whenever a broker restarts; set "
            "min.insync.replicas to 1 in its config",
        ),
        (
            [topic(replication_factor=2)],
            EXPRESS,
            "topics: orders has replication_factor 2, and express brokers know 3 alone",
        ),
        (
            [topic(config=TIERED)],
            {},
            "topics: orders has remote.storage.enable, which the cluster lacks; say tiered_storage=True",
        ),
        (
            [topic(config={"min.insync.replicas": "1", "unclean.leader.election.enable": "true"})],
            EXPRESS,
            "topics: orders has min.insync.replicas, unclean.leader.election.enable, fixed on express brokers; remove it",
        ),
        (
            [topic(config=TIERED | {"local.retention.ms": "1"})],
            EXPRESS,
            "topics: orders has local.retention.ms, remote.storage.enable, and express brokers have one tier; remove it",
        ),
        (
            [topic()],
            {"kafka_version": "3.5.1"},
            "MSK makes topics from Kafka 3.6.0 on, not on 3.5.1; raise kafka_version",
        ),
    ],
)
def test_what_does_not_fit(topics, changed, message):
    with pytest.raises(ValueError) as refused:
        fit(*topics, **changed)
    assert str(refused.value) == message


@given(st.lists(st.integers(1, 400), max_size=6), st.integers(1, 8), st.integers(0, 3000))
def test_the_budget_is_the_sum_of_replicas_over_the_brokers(partitions, per_zone, others):
    topics = [topic(f"t{at}", each) for at, each in enumerate(partitions)]
    held = (sum(partitions) * 3 + others) / (3 * per_zone)
    if held > 1500:
        with pytest.raises(ValueError, match="partitions on each broker"):
            fit(*topics, brokers_per_zone=per_zone, other_partitions=others)
    else:
        factors = fit(*topics, brokers_per_zone=per_zone, other_partitions=others)
        warning = crowded(
            topics=topics,
            factors=factors,
            other_partitions=others,
            brokers=3 * per_zone,
            instance_type="kafka.m7g.large",
        )
        assert (warning is not None) == (held > 1000)


def test_more_than_is_recommended_is_warned_of():
    assert crowded(
        topics=[topic(partitions=1001)],
        factors={"orders": 3},
        other_partitions=0,
        brokers=3,
        instance_type="kafka.m7g.large",
    ) == (
        "topics put 1001 partitions on each broker, replicas included, and AWS recommends 1000 on kafka.m7g.large; take "
        "larger brokers or more of them, or say crowded_brokers=True if it is meant"
    )
