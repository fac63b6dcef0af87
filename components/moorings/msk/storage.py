"""Broker storage: volume size, provisioned throughput, storage autoscaling and tiered storage."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from moorings.msk.broker_sizes import BrokerType
from moorings.msk.broker_types import BROKER_TYPES

MAX_VOLUME_GIB = 16_384
"""Source: https://docs.aws.amazon.com/msk/latest/developerguide/limits.html"""
MIN_THROUGHPUT = 250
"""MiB per second. Source: ``moorings.msk.broker_sizes.THROUGHPUT_SOURCE``."""
MIN_THROUGHPUT_VOLUME_GIB = 10

VOLUME_SIZE_PATH = "brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize"
"""Path of the input that storage autoscaling changes outside of Pulumi."""


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
