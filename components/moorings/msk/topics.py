"""The topics of a cluster: whether they fit its brokers, and the resources that make them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

import pulumi
import pulumi_aws as aws

from moorings.kafka.topics import KafkaTopic
from moorings.msk.broker_sizes import BrokerType, broker_size
from moorings.msk.configuration import replication
from moorings.msk.kafka_versions import number
from moorings.msk.topic_change_guard import topic_guard

FIRST_VERSION = (3, 6, 0)
"""Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-topic-operations-information.html"""

FIXED_ON_EXPRESS = ("min.insync.replicas", "unclean.leader.election.enable")
"""Settings of a topic that Express brokers protect from change.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-express-read-write.html
"""
_OF_TIERS = ("local.", "remote.")


def fitting_topics(
    *,
    topics: Sequence[KafkaTopic],
    broker_type: BrokerType,
    instance_type: str,
    kafka_version: str,
    zones: int,
    brokers_per_zone: int,
    default_replication_factor: int | None,
    min_insync_replicas: int | None,
    other_partitions: int,
    tiered: bool,
) -> Mapping[str, int]:
    """The replication factor of each topic, if the brokers can hold them all.

    Args:
        topics: what is declared.
        broker_type: type of the brokers.
        instance_type: their size, a known one.
        kafka_version: their version, a known one.
        zones: zones that they stand in.
        brokers_per_zone: brokers in each.
        default_replication_factor: the cluster's, where it is not one replica in each zone.
        min_insync_replicas: the cluster's, where it is not one less.
        other_partitions: partitions, replicas included, of topics that are declared elsewhere.
        tiered: whether the cluster has a second tier.

    Raises:
        ValueError: for all that does not fit.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html#partitions-per-broker
    """
    common = replication(zones, brokers_per_zone, default_replication_factor, min_insync_replicas, broker_type)
    brokers = zones * brokers_per_zone
    factors = {topic.name: topic.replication_factor or common[0] for topic in topics}
    found: list[str] = []
    if topics and number(kafka_version) < FIRST_VERSION:
        found.append(f"MSK makes topics from Kafka 3.6.0 on, not on {kafka_version}; raise kafka_version")
    for topic in topics:
        found += _misfits(topic, factors[topic.name], brokers, common, broker_type, tiered=tiered)
    held, most = _per_broker(topics, factors, other_partitions, brokers), broker_size(instance_type)
    if held > most.updatable_partitions:
        found.append(
            f"topics put {held} partitions on each broker, replicas included, and {instance_type} takes updates and "
            f"users up to {most.updatable_partitions}; take larger brokers or more of them"
        )
    if found:
        raise ValueError("; ".join(found))
    return factors


def crowded(
    *, topics: Sequence[KafkaTopic], factors: Mapping[str, int], other_partitions: int, brokers: int, instance_type: str
) -> str | None:
    """A warning, where each broker holds more partitions than AWS recommends."""
    held, most = _per_broker(topics, factors, other_partitions, brokers), broker_size(instance_type)
    if held <= most.recommended_partitions:
        return None
    return (
        f"topics put {held} partitions on each broker, replicas included, and AWS recommends "
        f"{most.recommended_partitions} on {instance_type}; take larger brokers or more of them, or say "
        "crowded_brokers=True if it is meant"
    )


def make_topics(
    name: str,
    topics: Sequence[KafkaTopic],
    *,
    cluster_arn: pulumi.Input[str],
    factors: pulumi.Input[Mapping[str, int]],
    parent: pulumi.Resource,
    protect: bool,
) -> dict[str, pulumi.Output[str]]:
    """Make the topics, and tell the ARN of each.

    Who deploys them needs ``kafka:CreateTopic`` and the like on the cluster, and ``kafka-cluster:Connect``,
    ``CreateTopic``, ``DescribeTopic``, ``AlterTopic`` and their like for configurations on cluster and topics.
    """
    made: dict[str, pulumi.Output[str]] = {}
    if not topics:
        return made
    known, hooks = pulumi.Output.from_input(factors), topic_guard(name)
    for topic in topics:
        each = topic.name
        made[each] = aws.msk.Topic(
            f"{name}-{each}-topic",
            cluster_arn=cluster_arn,
            name=each,
            partition_count=topic.partitions,
            replication_factor=topic.replication_factor or known.apply(itemgetter(each)),
            configs=json.dumps(topic.config, sort_keys=True) if topic.config else None,
            opts=pulumi.ResourceOptions(parent=parent, protect=protect and topic.protect, hooks=hooks),
        ).arn
    return made


def _per_broker(topics: Iterable[KafkaTopic], factors: Mapping[str, int], other_partitions: int, brokers: int) -> int:
    """Partitions that the fullest broker holds, replicas included, where they are shared out evenly."""
    return -(-(sum(topic.partitions * factors[topic.name] for topic in topics) + other_partitions) // brokers)


def _misfits(
    topic: KafkaTopic, factor: int, brokers: int, common: tuple[int, int], broker_type: BrokerType, *, tiered: bool
) -> list[str]:
    where = f"topics: {topic.name}"
    found: list[str] = []
    if broker_type == "express" and factor != common[0]:
        found.append(f"{where} has replication_factor {factor}, and express brokers know {common[0]} alone")
    elif factor > brokers:
        found.append(f"{where} has replication_factor {factor} and there are {brokers} brokers; lower it to {brokers}")
    elif factor == 1:
        found.append(f"{where} has replication_factor 1, so that it stops whenever its broker restarts; say 2 or more")
    if broker_type == "express":
        return found + _fixed(where, topic)
    in_sync = int(topic.config.get("min.insync.replicas", common[1]))
    if not found and in_sync >= factor:
        found.append(
            f"{where} has {factor} replicas and wants {in_sync} in sync, which stops producers whenever a broker "
            f"restarts; set min.insync.replicas to {factor - 1} in its config"
        )
    if topic.tiered and not tiered:
        found.append(f"{where} has remote.storage.enable, which the cluster lacks; say tiered_storage=True")
    return found


def _fixed(where: str, topic: KafkaTopic) -> list[str]:
    """What Express brokers decide for every topic: how many replicas must be in sync, and where records are kept."""
    fixed = [name for name in sorted(topic.config) if name in FIXED_ON_EXPRESS]
    tiers = [name for name in sorted(topic.config) if name.startswith(_OF_TIERS)]
    found: list[str] = []
    if fixed:
        found.append(f"{where} has {', '.join(fixed)}, fixed on express brokers; remove it")
    if tiers:
        found.append(f"{where} has {', '.join(tiers)}, and express brokers have one tier; remove it")
    return found
