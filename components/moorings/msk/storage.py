"""Broker storage: volume size, provisioned throughput, storage autoscaling and tiered storage."""

from collections.abc import Iterator, Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from moorings.msk.broker_sizes import BrokerType, broker_size, is_burstable
from moorings.msk.broker_types import BROKER_TYPES
from moorings.msk.kafka_versions import supports_tiered_storage

DEFAULT_VOLUME_GIB = 100
MIN_THROUGHPUT = 250
"""MiB per second. Source: ``moorings.msk.broker_sizes.THROUGHPUT_SOURCE``."""
MIN_THROUGHPUT_VOLUME_GIB = 10

VOLUME_SIZE_PATH = "brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize"
"""Path of the input that storage autoscaling changes outside of Pulumi."""


def check_storage(
    *,
    broker_type: BrokerType,
    instance_type: str,
    kafka_version: str,
    volume_gib: int | None,
    throughput: int | None,
    autoscaling_max_gib: int | None,
    tiered_storage: bool,
) -> int | None:
    """Return the volume size of each broker in GiB, or None for brokers without volumes.

    Args:
        broker_type: ``standard`` or ``express``.
        instance_type: a known broker size.
        kafka_version: a known version.
        volume_gib: requested size.
        throughput: requested throughput in MiB per second.
        autoscaling_max_gib: maximum size of storage autoscaling.
        tiered_storage: whether tiered storage is on.

    Raises:
        ValueError: with all problems.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-storage-management.html
    """
    if not BROKER_TYPES[broker_type].has_volumes:
        arguments = {
            "volume_gib": volume_gib,
            "volume_throughput_mib_per_second": throughput,
            "volume_autoscaling_max_gib": autoscaling_max_gib,
            "tiered_storage": tiered_storage or None,
        }
        unsupported = [argument for argument, value in arguments.items() if value is not None]
        if unsupported:
            raise ValueError(
                f"{', '.join(unsupported)}: {broker_type.capitalize()} brokers have managed storage; remove it"
            )
        return None
    size = DEFAULT_VOLUME_GIB if volume_gib is None else volume_gib
    problems = [*_check_throughput(instance_type, size, throughput)]
    if autoscaling_max_gib is not None and autoscaling_max_gib <= size:
        problems.append(
            f"volume_autoscaling_max_gib: must be above the volume size of {size} GiB, got {autoscaling_max_gib}"
        )
    if tiered_storage:
        problems += _check_tiered_storage(instance_type, kafka_version)
    if problems:
        raise ValueError("; ".join(problems))
    return size


def _check_throughput(instance_type: str, size: int, throughput: int | None) -> Iterator[str]:
    argument = "volume_throughput_mib_per_second"
    if throughput is None:
        return
    maximum = broker_size(instance_type).max_throughput
    if maximum is None:
        yield (
            f"{argument}: not supported on {instance_type}; remove it, or use kafka.m5.4xlarge, kafka.m7g.2xlarge or a "
            "larger size"
        )
    elif not MIN_THROUGHPUT <= throughput <= maximum:
        yield f"{argument}: must be between {MIN_THROUGHPUT} and {maximum} on {instance_type}, got {throughput}"
    elif size < MIN_THROUGHPUT_VOLUME_GIB:
        yield f"{argument}: requires volume_gib of at least {MIN_THROUGHPUT_VOLUME_GIB}, got {size}"


def _check_tiered_storage(instance_type: str, version: str) -> Iterator[str]:
    if is_burstable(instance_type):
        yield f"tiered_storage: not supported on {instance_type}; remove it, or use kafka.m7g.large"
    elif not supports_tiered_storage(version):
        yield f"tiered_storage: requires Kafka 3.6.0 or later, got {version}; remove it, or raise kafka_version"


def storage_info(
    broker_type: BrokerType, *, volume_gib: pulumi.Input[int | None], throughput: pulumi.Input[int] | None
) -> dict[str, Any] | None:
    """Return the ``storage_info`` of a cluster, or None for brokers without volumes."""
    if not BROKER_TYPES[broker_type].has_volumes:
        return None
    volume: dict[str, Any] = {"volume_size": volume_gib}
    if throughput is not None:
        volume["provisioned_throughput"] = {"enabled": True, "volume_throughput": throughput}
    return {"ebs_storage_info": volume}


def create_storage_autoscaling(
    name: str,
    *,
    cluster_arn: pulumi.Input[str],
    max_gib: pulumi.Input[int],
    target_percent: int,
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> None:
    """Create the target and the policy of storage autoscaling.

    The volumes grow by 10 GiB or 10 %, whichever is more, at most once every six hours. They never shrink. AWS
    creates the service-linked role AWSServiceRoleForApplicationAutoScaling_KafkaCluster.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-autoexpand-details.html
    """
    target = aws.appautoscaling.Target(
        f"{name}-volume-target",
        service_namespace="kafka",
        scalable_dimension="kafka:broker-storage:VolumeSize",
        resource_id=cluster_arn,
        min_capacity=1,  # the only value that MSK accepts, because volumes never shrink
        max_capacity=max_gib,
        tags=tags,
        opts=opts,
    )
    aws.appautoscaling.Policy(
        f"{name}-volume-policy",
        service_namespace=target.service_namespace,
        scalable_dimension=target.scalable_dimension,
        resource_id=target.resource_id,
        policy_type="TargetTrackingScaling",
        target_tracking_scaling_policy_configuration={
            "target_value": target_percent,
            "disable_scale_in": True,
            "predefined_metric_specification": {"predefined_metric_type": "KafkaBrokerStorageUtilization"},
        },
        opts=opts,
    )
