"""The two types of brokers, and whether size, version, zones and number fit the type."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from moorings.msk.broker_sizes import BROKERS, DEFAULT_INSTANCE, BrokerType, is_burstable
from moorings.msk.kafka_versions import RELEASES, broker_quota


@dataclass(frozen=True)
class BrokerShape:
    """What holds for every broker of a type."""

    zones: tuple[int, ...]
    """Numbers of availability zones that a cluster may span."""

    own_volumes: bool
    """Whether each broker has a volume of its own, whose size is chosen."""

    replication: tuple[int, int] | None
    """The replication factor and least number of in-sync replicas, where they are fixed."""


SHAPES: Mapping[BrokerType, BrokerShape] = MappingProxyType(
    {
        "standard": BrokerShape(zones=(2, 3), own_volumes=True, replication=None),
        "express": BrokerShape(zones=(3,), own_volumes=False, replication=(3, 2)),
    }
)
"""Source: https://docs.aws.amazon.com/msk/latest/developerguide/broker-instance-types.html"""


def fitting_brokers(
    *,
    broker_type: BrokerType,
    instance_type: str,
    kafka_version: str,
    zones: int,
    brokers_per_zone: int,
    quota: int | None,
    burstable: bool,
) -> str:
    """The instance type, if brokers of it fit the rest.

    Args:
        broker_type: type that was asked for.
        instance_type: a known size.
        kafka_version: a known version.
        zones: how many subnets there are.
        brokers_per_zone: brokers in each.
        quota: brokers that AWS allows the account for one cluster, where it is not the common quota.
        burstable: whether a broker that lives on CPU credits is meant.

    Raises:
        ValueError: for what does not fit, all of it.

    """
    found = [
        sentence
        for sentence in (
            _size(broker_type, instance_type),
            _zones(broker_type, zones),
            _version(broker_type, kafka_version),
            _number(zones * brokers_per_zone, kafka_version, quota),
            _credits(instance_type, meant=burstable),
        )
        if sentence
    ]
    if found:
        raise ValueError("; ".join(found))
    return instance_type


def _size(broker_type: BrokerType, instance_type: str) -> str | None:
    if instance_type in BROKERS[broker_type]:
        return None
    other = "express" if broker_type == "standard" else "standard"
    return (
        f"instance_type {instance_type} is of {other} brokers; say broker_type={other!r} for a new cluster, as an "
        f"existing one never changes its type, or take {DEFAULT_INSTANCE[broker_type]} or another {broker_type} size"
    )


def _zones(broker_type: BrokerType, zones: int) -> str | None:
    if zones in SHAPES[broker_type].zones:
        return None
    wanted = " or ".join(map(str, SHAPES[broker_type].zones))
    return f"{broker_type} brokers stand in {wanted} zones; give {wanted} subnet_ids instead of {zones}"


def _version(broker_type: BrokerType, version: str) -> str | None:
    release = RELEASES.get(version)
    if release is None or (release.express if broker_type == "express" else release.standard):
        return None
    there = [
        name
        for name, each in RELEASES.items()
        if each.ended is None and (each.express if broker_type == "express" else each.standard)
    ]
    return f"kafka_version {version} does not run on {broker_type} brokers; take {', '.join(there)}"


def _number(brokers: int, version: str, quota: int | None) -> str | None:
    most = broker_quota(version) if quota is None else quota
    if brokers <= most:
        return None
    return (
        f"{brokers} brokers are more than the {most} that one cluster may have; lower brokers_per_zone, or let AWS "
        "raise the quota and say broker_quota"
    )


def _credits(instance_type: str, *, meant: bool) -> str | None:
    if meant or not is_burstable(instance_type):
        return None
    return (
        f"instance_type {instance_type} lives on CPU credits, for development alone; say burstable_brokers=True if "
        "that is meant, or take kafka.m7g.large"
    )
