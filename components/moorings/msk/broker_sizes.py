"""Broker sizes and their limits, as published by AWS."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Literal

from moorings.validation.types import matches

SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html#partitions-per-broker"
EXPRESS_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices-express.html"
THROUGHPUT_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-provision-throughput-management.html"

CHECKED = "2026-08-20"
"""Date on which the sizes were compared with their sources."""

InstanceType = Annotated[str, matches("a broker size of MSK", r"[a-z0-9]+\.[a-z0-9-]+\.[a-z0-9-]+", "kafka.m7g.large")]

BrokerType = Literal["standard", "express"]

DEFAULT_INSTANCE_TYPES: Mapping[BrokerType, str] = MappingProxyType(
    {"standard": "kafka.m7g.large", "express": "express.m7g.large"}
)
"""The smallest size of each type that is not burstable."""


@dataclass(frozen=True)
class BrokerSize:
    """Limits of a broker size."""

    recommended_partitions: int
    """Recommended maximum of partitions, including replicas."""

    updatable_partitions: int
    """Partitions, including replicas, above which MSK rejects updates and associations of secrets."""

    max_throughput: int | None = None
    """Maximum provisioned throughput of the volume in MiB per second. None if it cannot be provisioned."""


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

BROKER_SIZES: Mapping[BrokerType, Mapping[str, BrokerSize]] = MappingProxyType(
    {"standard": STANDARD_BROKERS, "express": EXPRESS_BROKERS}
)


def broker_size(instance_type: str) -> BrokerSize | None:
    """Return the limits of a broker size, or None for one that is not in the tables."""
    return STANDARD_BROKERS.get(instance_type) or EXPRESS_BROKERS.get(instance_type)


def recommended_partitions(instance_type: str) -> int:
    """Return the recommended maximum of partitions per broker; that of the smallest sizes for an unknown size."""
    size = broker_size(instance_type) or STANDARD_BROKERS[DEFAULT_INSTANCE_TYPES["standard"]]
    return size.recommended_partitions


def is_express(instance_type: str) -> bool:
    """Whether a size is one of Express brokers."""
    return instance_type.startswith("express.")


def is_burstable(instance_type: str) -> bool:
    """Whether brokers of this size have CPU credits, without which they are throttled."""
    return instance_type.startswith("kafka.t")
