"""The brokers' volumes: how large, how fast, what grows them, and the second tier."""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from moorings.msk.broker_sizes import BrokerType, broker_size, is_burstable
from moorings.msk.broker_types import SHAPES
from moorings.msk.kafka_versions import is_tierable

DEFAULT_GIB = 100
LEAST_THROUGHPUT = 250
"""MiB in a second that a volume has anyway. Source: ``moorings.msk.broker_sizes.THROUGHPUT_SOURCE``."""
LEAST_FAST_GIB = 10

VOLUME_SIZE = "brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize"
"""Path of what autoscaling changes behind Pulumi's back."""


def fitting_volume(
    *,
    broker_type: BrokerType,
    instance_type: str,
    kafka_version: str,
    volume_gib: int | None,
    throughput: int | None,
    grown_gib: int | None,
    tiered: bool,
) -> int | None:
    """The size of each broker's volume, None for brokers without one.

    Args:
        broker_type: type of the brokers.
        instance_type: their size, a known one.
        kafka_version: their version, a known one.
        volume_gib: size that was asked for.
        throughput: MiB in a second that were asked for.
        grown_gib: what autoscaling may grow the volume to.
        tiered: whether there is a second tier.

    Raises:
        ValueError: for all that does not fit.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-storage-management.html
    """
    if not SHAPES[broker_type].own_volumes:
        asked = {
            "volume_gib": volume_gib,
            "volume_throughput_mib_per_second": throughput,
            "volume_autoscaling_max_gib": grown_gib,
            "tiered_storage": tiered or None,
        }
        given = [name for name, value in asked.items() if value is not None]
        if given:
            raise ValueError(f"{', '.join(given)}: {broker_type} brokers have no volumes to choose; leave it out")
        return None
    size = DEFAULT_GIB if volume_gib is None else volume_gib
    found = [
        sentence
        for sentence in (
            _throughput(instance_type, size, throughput),
            _growth(size, grown_gib),
            _tier(instance_type, kafka_version) if tiered else None,
        )
        if sentence
    ]
    if found:
        raise ValueError("; ".join(found))
    return size


def _throughput(instance_type: str, size: int, asked: int | None) -> str | None:
    if asked is None:
        return None
    most = broker_size(instance_type).most_throughput
    if most is None:
        return (
            f"volume_throughput_mib_per_second is for kafka.m5.4xlarge, kafka.m7g.2xlarge and larger, not for {instance_type}; leave "
            "it out or take a larger broker"
        )
    if not LEAST_THROUGHPUT <= asked <= most:
        return f"volume_throughput_mib_per_second of {instance_type} is {LEAST_THROUGHPUT} to {most} MiB in a second, not {asked}"
    if size < LEAST_FAST_GIB:
        return f"volume_throughput_mib_per_second needs a volume of {LEAST_FAST_GIB} GiB, not {size}; raise volume_gib"
    return None


def _growth(size: int, most: int | None) -> str | None:
    if most is None or most > size:
        return None
    return (
        f"volume_autoscaling_max_gib {most} leaves a volume of {size} GiB no room to grow; raise it, or leave it out "
        "to resize the volume by hand"
    )


def _tier(instance_type: str, version: str) -> str | None:
    if is_burstable(instance_type):
        return f"tiered_storage does not work on {instance_type}; leave it out or take kafka.m7g.large"
    if not is_tierable(version):
        return f"tiered_storage needs Kafka 3.6.0 or later, not {version}; leave it out or raise kafka_version"
    return None


def grow_volumes(
    name: str,
    *,
    cluster_arn: pulumi.Input[str],
    most_gib: pulumi.Input[int],
    target_percent: int,
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> None:
    """Let the volumes grow by 10 GiB or a tenth, whichever is more, at most once in six hours, and never shrink.

    AWS makes the role that this needs, AWSServiceRoleForApplicationAutoScaling_KafkaCluster, by itself.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-autoexpand-details.html
    """
    target = aws.appautoscaling.Target(
        f"{name}-volume-target",
        service_namespace="kafka",
        scalable_dimension="kafka:broker-storage:VolumeSize",
        resource_id=cluster_arn,
        min_capacity=1,  # the only one that MSK takes: volumes never shrink
        max_capacity=most_gib,
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
