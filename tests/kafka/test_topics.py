"""The topics of `MskCluster(topics=...)`: brokers accept their names, partitions and properties.

The MSK API creates them. The arguments of these resources are put to a broker of the cluster's version.
"""

import json

import pytest
from confluent_kafka.admin import ConfigResource

from moorings import KafkaTopic, MskCluster, MskClusterArgs

CLUSTERS = {
    "3.6.0": {"kafka_version": "3.6.0"},
    # Only Express brokers run 4.2.
    "4.2.1": {"kafka_version": "4.2.x.kraft", "broker_type": "express", "instance_type": "express.m7g.large"},
}
"""Arguments of a cluster by the version of the broker."""

TOPICS = [
    KafkaTopic(name="topics-plain", partitions=3),
    KafkaTopic(name="topics_Name.with-every_character.0", partitions=1),
    KafkaTopic(name="t" * 249, partitions=1),
    KafkaTopic(
        name="topics-compacted",
        partitions=2,
        config={
            "cleanup.policy": "compact, delete",
            "max.message.bytes": 2_097_152,
            "message.timestamp.type": "LogAppendTime",
            "retention.bytes": -1,
            "retention.ms": " 604800000 ",
        },
    ),
]


@pytest.fixture
def declared(broker, deploy):
    """The inputs of the topic resources."""

    def program():
        network = {"vpc_id": "vpc-0d1c7a52e8b94f360", "subnet_ids": [f"subnet-0a4e21f7c93d58b0{n}" for n in range(3)]}
        MskCluster("kafka", MskClusterArgs(**network, **CLUSTERS[broker.version], topics=TOPICS))

    plan = deploy(program)
    return [resource.inputs for resource in plan.resources if resource.type == "aws:msk/topic:Topic"]


def test_the_broker_creates_the_declared_topics(broker, declared):
    assert sorted(inputs["name"] for inputs in declared) == sorted(topic.name for topic in TOPICS)

    for inputs in declared:
        broker.create_topic(inputs["name"], inputs["partitionCount"], json.loads(inputs.get("configs", "{}")))

    created = broker.admin.list_topics(timeout=10).topics
    assert {topic.name: len(created[topic.name].partitions) for topic in TOPICS} == {
        topic.name: topic.partitions for topic in TOPICS
    }


def test_the_broker_uses_the_declared_properties(broker, declared):
    (compacted,) = (inputs for inputs in declared if inputs["name"] == "topics-compacted")
    name = broker.create_topic("topics-properties", 1, json.loads(compacted["configs"]))

    (described,) = broker.admin.describe_configs([ConfigResource("topic", name)]).values()

    values = {key: entry.value for key, entry in described.result().items()}
    assert {key: values[key].replace(" ", "") for key in TOPICS[-1].config} == {
        key: value.replace(" ", "") for key, value in TOPICS[-1].config.items()
    }
