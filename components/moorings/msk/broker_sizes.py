"""Sizes of brokers, and what each carries. Figures as AWS published them on 2026-08-20."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html#partitions-per-broker"
EXPRESS_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices-express.html"
THROUGHPUT_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-provision-throughput-management.html"

BrokerType = Literal["standard", "express"]

DEFAULT_INSTANCE: Mapping[BrokerType, str] = MappingProxyType(
    {"standard": "kafka.m7g.large", "express": "express.m7g.large"}
)
"""The smallest size of each type that does not live on CPU credits."""


@dataclass(frozen=True)
class BrokerSize:
    """What a broker of one size carries."""

    recommended_partitions: int
    """Partitions, replicas included, that AWS recommends at most."""

    updatable_partitions: int
    """Partitions, replicas included, above which MSK refuses updates and the association of secrets."""

    most_throughput: int | None = None
    """MiB in a second that can be provisioned for the volume; None where nothing can."""


STANDARD_BROKERS: Mapping[str, BrokerSize] = MappingProxyType(
    {
        "kafka.t3.small": BrokerSize(300, 300),
        "kafka.m5.large": BrokerSize(1000, 1500),
        "kafka.m5.xlarge": BrokerSize(1000, 1500),
        "kafka.m5.2xlarge": BrokerSize(2000, 3000),
        "kafka.m5.4xlarge": BrokerSize(4000, 6000, 593),
        "kafka.m5.8xlarge": BrokerSize(4000, 6000, 850),
        "kafka.m5.12xlarge": BrokerSize(4000, 6000, 1000),
        "kafka.m5.16xlarge": BrokerSize(4000, 6000, 1000),
        "kafka.m5.24xlarge": BrokerSize(4000, 6000, 1000),
        "kafka.m7g.large": BrokerSize(1000, 1500),
        "kafka.m7g.xlarge": BrokerSize(1000, 1500),
        "kafka.m7g.2xlarge": BrokerSize(2000, 3000, 312),
        "kafka.m7g.4xlarge": BrokerSize(4000, 6000, 625),
        "kafka.m7g.8xlarge": BrokerSize(4000, 6000, 1000),
        "kafka.m7g.12xlarge": BrokerSize(4000, 6000, 1000),
        "kafka.m7g.16xlarge": BrokerSize(4000, 6000, 1000),
    }
)

EXPRESS_BROKERS: Mapping[str, BrokerSize] = MappingProxyType(
    {
        "express.m7g.large": BrokerSize(1000, 1500),
        "express.m7g.xlarge": BrokerSize(1000, 2000),
        "express.m7g.2xlarge": BrokerSize(2500, 4000),
        "express.m7g.4xlarge": BrokerSize(6000, 8000),
        "express.m7g.8xlarge": BrokerSize(12000, 16000),
        "express.m7g.12xlarge": BrokerSize(16000, 24000),
        "express.m7g.16xlarge": BrokerSize(20000, 32000),
    }
)

BROKERS: Mapping[BrokerType, Mapping[str, BrokerSize]] = MappingProxyType(
    {"standard": STANDARD_BROKERS, "express": EXPRESS_BROKERS}
)


def known_broker(instance_type: str) -> str:
    """The instance type, if MSK has brokers of it.

    Raises:
        ValueError: for any other, with those that there are.

    """
    if instance_type not in STANDARD_BROKERS and instance_type not in EXPRESS_BROKERS:
        there = EXPRESS_BROKERS if instance_type.startswith("express.") else STANDARD_BROKERS
        raise ValueError(f"MSK has no broker {instance_type}; there are {', '.join(there)}")
    return instance_type


def broker_size(instance_type: str) -> BrokerSize:
    """What a broker of a known size carries."""
    return STANDARD_BROKERS.get(instance_type) or EXPRESS_BROKERS[instance_type]


def is_burstable(instance_type: str) -> bool:
    """Whether the broker lives on CPU credits, and slows down when they are used up."""
    return instance_type.startswith("kafka.t")
