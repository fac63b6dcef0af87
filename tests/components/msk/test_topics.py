"""Topics of a cluster: cases besides the examples of their rules."""

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import KafkaTopic
from moorings.msk.topic_rules import partitions_per_broker

EXPRESS = {"broker_type": "express"}


def topic(name="orders", partitions=12, **settings):
    return KafkaTopic(name=name, partitions=partitions, **settings)


TIERED = {"remote.storage.enable": "true", "retention.ms": "-1"}


@pytest.mark.parametrize(
    ("topics", "args", "factors"),
    [
        ([topic("a"), topic("b", replication_factor=2, config={"min.insync.replicas": "1"})], {}, [3, 2]),
        ([topic(partitions=1000)], {}, [3]),
        ([topic(config=TIERED)], {"tiered_storage": True}, [3]),
        ([topic(replication_factor=3, config={"cleanup.policy": "compact"})], EXPRESS, [3]),
        ([topic(replication_factor=4, config={"min.insync.replicas": "3"})], {"brokers_per_zone": 2}, [4]),
        ([topic(partitions=3000)], {"instance_type": "kafka.m9g.large"}, [3]),
    ],
)
def test_valid_topics_are_created_with_their_replication_factor(create, topics, args, factors):
    created = create(topics=topics, **args).all("aws:msk/topic:Topic")
    assert [item.inputs["replicationFactor"] for item in created] == factors


@pytest.mark.parametrize(
    ("args", "rule", "path"),
    [
        ({"topics": [topic(partitions=1501)]}, "msk-too-many-partitions", "topics"),
        ({"other_partitions": 4503}, "msk-too-many-partitions", "other_partitions"),
        (
            {"topics": [topic(replication_factor=2)], **EXPRESS},
            "msk-topic-replication-factor",
            "topics[0].replication_factor",
        ),
        (
            {"topics": [topic(config={"min.insync.replicas": "3"})]},
            "msk-topic-min-insync-replicas",
            "topics[0].config['min.insync.replicas']",
        ),
        (
            {"topics": [topic(replication_factor=1)], "acknowledge": {"msk-topic-single-replica": "a test"}},
            "msk-topic-min-insync-replicas",
            "topics[0].config['min.insync.replicas']",
        ),
        (
            {"topics": [topic(config=TIERED | {"local.retention.ms": "1"})], **EXPRESS},
            "msk-express-topic-property",
            "topics[0].config['local.retention.ms']",
        ),
        (
            {"topics": [topic(config={"unclean.leader.election.enable": "true"})], **EXPRESS},
            "msk-express-topic-property",
            "topics[0].config['unclean.leader.election.enable']",
        ),
        ({"topics": [topic("a"), topic("b"), topic("a")]}, "msk-topic-name-collision", "topics[2].name"),
    ],
)
def test_invalid_topics_are_rejected(create, rejected, args, rule, path):
    with rejected(rule, path):
        create(**args)


def test_a_topic_with_one_replica_can_be_acknowledged(create):
    single = topic(replication_factor=1, config={"min.insync.replicas": "1"})
    plan = create(topics=[single], acknowledge={"msk-topic-single-replica": "load tests"})
    assert plan["kafka-orders-topic"].inputs["replicationFactor"] == 1


def test_the_default_replication_factor_may_be_late(create):
    plan = create(topics=[topic()], default_replication_factor=lambda: pulumi.Output.from_input(2))
    assert plan["kafka-orders-topic"].inputs["replicationFactor"] == 2


@given(st.lists(st.integers(1, 400), max_size=6), st.integers(1, 8), st.integers(0, 3000))
def test_partitions_per_broker_are_rounded_up(partitions, brokers, other_partitions):
    topics = [topic(f"t{index}", count) for index, count in enumerate(partitions)]
    exact = (sum(partitions) * 3 + other_partitions) / brokers
    assert exact <= partitions_per_broker(topics, 3, other_partitions, brokers) < exact + 1
