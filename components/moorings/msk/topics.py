"""Topic resources of a cluster."""

import json
from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from moorings.kafka.topics import KafkaTopic
from moorings.msk.change_guard import topic_change_guard
from moorings.validation.reporter import Reporter


def create_topics(
    name: str,
    topics: Sequence[KafkaTopic],
    *,
    cluster_arn: pulumi.Input[str],
    replication_factor: pulumi.Input[int],
    protect: bool,
    reporter: Reporter,
    parent: pulumi.Resource,
) -> dict[str, pulumi.Output[str]]:
    """Create the topics and return their ARNs by name.

    The deploying identity needs ``kafka:CreateTopic``, ``kafka:DescribeTopic``, ``kafka:UpdateTopic`` and
    ``kafka:DeleteTopic``, and the corresponding ``kafka-cluster`` actions on the cluster and the topics.
    """
    arns: dict[str, pulumi.Output[str]] = {}
    if not topics:
        return arns
    resource_names = [f"{name}-{topic.name}-topic" for topic in topics]
    hooks = topic_change_guard(name, resource_names, reporter)
    for topic, resource_name in zip(topics, resource_names, strict=True):
        arns[topic.name] = aws.msk.Topic(
            resource_name,
            cluster_arn=cluster_arn,
            name=topic.name,
            partition_count=topic.partitions,
            replication_factor=topic.replication_factor or replication_factor,
            configs=json.dumps(topic.config, sort_keys=True) if topic.config else None,
            opts=pulumi.ResourceOptions(parent=parent, protect=protect and topic.protect, hooks=hooks),
        ).arn
    return arns
