"""Limits of Standard and Express brokers; checks of broker size, Kafka version, zones and number of brokers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from moorings.msk.broker_sizes import BROKER_SIZES, DEFAULT_INSTANCE_TYPES, BrokerType, is_burstable
from moorings.msk.kafka_versions import RELEASES, default_broker_quota


@dataclass(frozen=True)
class BrokerTypeLimits:
    """Limits of a broker type."""

    zones: tuple[int, ...]
    """Supported numbers of Availability Zones."""

    has_volumes: bool
    """Whether brokers have EBS volumes of a configurable size."""

    fixed_replication: tuple[int, int] | None
    """Replication factor and minimum of in-sync replicas, if they cannot be configured."""


BROKER_TYPES: Mapping[BrokerType, BrokerTypeLimits] = MappingProxyType(
    {
        "standard": BrokerTypeLimits(zones=(2, 3), has_volumes=True, fixed_replication=None),
        "express": BrokerTypeLimits(zones=(3,), has_volumes=False, fixed_replication=(3, 2)),
    }
)
"""Source: https://docs.aws.amazon.com/msk/latest/developerguide/broker-instance-types.html"""


def check_brokers(
    *,
    broker_type: BrokerType,
    instance_type: str,
    kafka_version: str,
    zones: int,
    brokers_per_zone: int,
    quota: int | None,
    burstable_brokers: bool,
) -> str:
    """Return the instance type, if the brokers are valid.

    Args:
        broker_type: ``standard`` or ``express``.
        instance_type: a known broker size.
        kafka_version: a known version.
        zones: number of subnets.
        brokers_per_zone: brokers in each zone.
        quota: the account's quota of brokers per cluster. None for the default quota.
        burstable_brokers: whether burstable brokers are allowed.

    Raises:
        ValueError: with all problems.

    """
    problems = [
        *_check_size(broker_type, instance_type),
        *_check_zones(broker_type, zones),
        *_check_version(broker_type, kafka_version),
        *_check_count(zones * brokers_per_zone, default_broker_quota(kafka_version) if quota is None else quota),
    ]
    if is_burstable(instance_type) and not burstable_brokers:
        problems.append(
            f"instance_type: {instance_type} has CPU credits and is for development only; use kafka.m7g.large, or set "
            "burstable_brokers=True"
        )
    if problems:
        raise ValueError("; ".join(problems))
    return instance_type


def _check_size(broker_type: BrokerType, instance_type: str) -> Iterator[str]:
    if instance_type not in BROKER_SIZES[broker_type]:
        other = "express" if broker_type == "standard" else "standard"
        yield (
            f"instance_type: {instance_type} is a size of {other.capitalize()} brokers; use "
            f"{DEFAULT_INSTANCE_TYPES[broker_type]} or another {broker_type.capitalize()} size, or set "
            f"broker_type={other!r} on a new cluster (MSK cannot change the type of an existing one)"
        )


def _check_zones(broker_type: BrokerType, zones: int) -> Iterator[str]:
    supported = BROKER_TYPES[broker_type].zones
    if zones not in supported:
        expected = " or ".join(map(str, supported))
        brokers = f"{broker_type.capitalize()} brokers"
        yield f"subnet_ids: {brokers} require {expected} Availability Zones, got {zones} subnets"


def _check_version(broker_type: BrokerType, version: str) -> Iterator[str]:
    supported = [
        name
        for name, release in RELEASES.items()
        if (release.express if broker_type == "express" else release.standard)
    ]
    if version in RELEASES and version not in supported:
        current = ", ".join(name for name in supported if RELEASES[name].end_of_support is None)
        yield f"kafka_version: {version} is not supported on {broker_type.capitalize()} brokers; supported: {current}"


def _check_count(brokers: int, quota: int) -> Iterator[str]:
    if brokers > quota:
        yield (
            f"brokers_per_zone: {brokers} brokers exceed the quota of {quota} per cluster; lower it, or request a "
            "higher quota from AWS and set broker_quota"
        )
