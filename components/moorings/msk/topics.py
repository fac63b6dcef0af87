"""Topics of a cluster: checks against the brokers, and the topic resources."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter

import pulumi
import pulumi_aws as aws

from moorings.kafka.topics import KafkaTopic
from moorings.msk.broker_sizes import BrokerType, broker_size, recommended_partitions
from moorings.msk.broker_types import BROKER_TYPES
from moorings.msk.change_guard import topic_change_guard
from moorings.msk.kafka_versions import parse_version
from moorings.validation.reporter import Reporter

FIRST_VERSION_WITH_TOPIC_API = (3, 6, 0)
"""First Kafka version with topic operations in the MSK API.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-topic-operations-information.html
"""

EXPRESS_FIXED_CONFIG = ("min.insync.replicas", "unclean.leader.election.enable")
"""Topic settings that cannot be changed on Express brokers.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-express-read-write.html
"""
_TIERED_STORAGE_PREFIXES = ("local.", "remote.")


def check_topics(
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
    tiered_storage: bool,
) -> Mapping[str, int]:
    """Return the replication factor of each topic, if the brokers support all topics.

    Args:
        topics: the declared topics.
        broker_type: ``standard`` or ``express``.
        instance_type: a known broker size.
        kafka_version: a known version.
        zones: number of Availability Zones.
        brokers_per_zone: brokers in each zone.
        default_replication_factor: default of the cluster. None for one replica per zone.
        min_insync_replicas: default of the cluster. None for one less than the replication factor.
        other_partitions: partitions of topics that are declared elsewhere, including replicas.
        tiered_storage: whether the cluster has tiered storage.

    Raises:
        ValueError: with all problems.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html#partitions-per-broker
    """
    factor = default_replication_factor or zones
    defaults = BROKER_TYPES[broker_type].fixed_replication or (factor, min_insync_replicas or max(1, factor - 1))
    brokers = zones * brokers_per_zone
    factors = {topic.name: topic.replication_factor or defaults[0] for topic in topics}
    problems: list[str] = []
    if topics and parse_version(kafka_version) < FIRST_VERSION_WITH_TOPIC_API:
        problems.append(f"topics: require Kafka 3.6.0 or later, got {kafka_version}; raise kafka_version")
    for topic in topics:
        factor = factors[topic.name]
        if broker_type == "express":
            topic_problems = _check_on_express(topic, factor, defaults[0])
        else:
            topic_problems = _check_on_standard(topic, factor, brokers, defaults[1], tiered_storage=tiered_storage)
        problems += [f"topics: {topic.name}: {problem}" for problem in topic_problems]
    partitions = _partitions_per_broker(topics, factors, other_partitions, brokers)
    size = broker_size(instance_type)
    if size is not None and partitions > size.updatable_partitions:
        problems.append(
            f"topics: {partitions} partitions per broker, including replicas, exceed {size.updatable_partitions}, "
            f"above which MSK rejects updates of {instance_type} clusters and new users; use larger or more brokers"
        )
    if problems:
        raise ValueError("; ".join(problems))
    return factors


def partitions_warning(
    *, topics: Sequence[KafkaTopic], factors: Mapping[str, int], other_partitions: int, brokers: int, instance_type: str
) -> str | None:
    """Return a warning if brokers have more partitions than AWS recommends, or None."""
    partitions = _partitions_per_broker(topics, factors, other_partitions, brokers)
    recommended = recommended_partitions(instance_type)
    if partitions <= recommended:
        return None
    return (
        f"topics: {partitions} partitions per broker, including replicas, exceed the {recommended} that AWS recommends "
        f"on {instance_type}; use larger or more brokers, or set crowded_brokers=True"
    )


def create_topics(
    name: str,
    topics: Sequence[KafkaTopic],
    *,
    cluster_arn: pulumi.Input[str],
    factors: pulumi.Input[Mapping[str, int]],
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
    default_factors = pulumi.Output.from_input(factors)
    resource_names = [f"{name}-{topic.name}-topic" for topic in topics]
    hooks = topic_change_guard(name, resource_names, reporter)
    for topic, resource_name in zip(topics, resource_names, strict=True):
        arns[topic.name] = aws.msk.Topic(
            resource_name,
            cluster_arn=cluster_arn,
            name=topic.name,
            partition_count=topic.partitions,
            replication_factor=topic.replication_factor or default_factors.apply(itemgetter(topic.name)),
            configs=json.dumps(topic.config, sort_keys=True) if topic.config else None,
            opts=pulumi.ResourceOptions(parent=parent, protect=protect and topic.protect, hooks=hooks),
        ).arn
    return arns


def _partitions_per_broker(
    topics: Iterable[KafkaTopic], factors: Mapping[str, int], other_partitions: int, brokers: int
) -> int:
    """Return the partitions of each broker, including replicas and rounded up, if they are distributed evenly."""
    return -(-(sum(topic.partitions * factors[topic.name] for topic in topics) + other_partitions) // brokers)


def _check_on_standard(
    topic: KafkaTopic, factor: int, brokers: int, default_min_insync: int, *, tiered_storage: bool
) -> Iterator[str]:
    min_insync = int(topic.config.get("min.insync.replicas", default_min_insync))
    if factor > brokers:
        yield f"replication_factor must be at most {brokers}, the number of brokers, got {factor}"
    elif factor == 1:
        yield "replication_factor must be at least 2, so that the topic remains available while a broker restarts"
    elif min_insync >= factor:
        yield (
            f"min.insync.replicas {min_insync} of {factor} replicas blocks producers while a broker restarts; set it "
            f"to {factor - 1} in config"
        )
    if topic.tiered and not tiered_storage:
        yield "remote.storage.enable requires tiered_storage=True on the cluster"


def _check_on_express(topic: KafkaTopic, factor: int, fixed_factor: int) -> Iterator[str]:
    if factor != fixed_factor:
        yield f"replication_factor must be {fixed_factor} on Express brokers, got {factor}"
    fixed = [name for name in sorted(topic.config) if name in EXPRESS_FIXED_CONFIG]
    if fixed:
        yield f"{', '.join(fixed)} cannot be changed on Express brokers; remove it"
    tiered = [name for name in sorted(topic.config) if name.startswith(_TIERED_STORAGE_PREFIXES)]
    if tiered:
        yield f"{', '.join(tiered)} is not supported on Express brokers, which have no tiered storage; remove it"
