"""Sizes of Standard brokers, and what each carries. Figures as AWS published them on 2026-08-20."""

from dataclasses import dataclass

SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html#partitions-per-broker"


@dataclass(frozen=True)
class BrokerSize:
    """What a broker of one size carries."""

    recommended_partitions: int
    """Partitions, replicas included, that AWS recommends at most."""

    updatable_partitions: int
    """Partitions, replicas included, above which MSK refuses updates and the association of secrets."""


_SMALL = BrokerSize(300, 300)
_LARGE = BrokerSize(1000, 1500)
_2XLARGE = BrokerSize(2000, 3000)
_4XLARGE = BrokerSize(4000, 6000)

STANDARD_BROKERS = {
    "kafka.t3.small": _SMALL,
    "kafka.m5.large": _LARGE,
    "kafka.m5.xlarge": _LARGE,
    "kafka.m5.2xlarge": _2XLARGE,
    "kafka.m5.4xlarge": _4XLARGE,
    "kafka.m5.8xlarge": _4XLARGE,
    "kafka.m5.12xlarge": _4XLARGE,
    "kafka.m5.16xlarge": _4XLARGE,
    "kafka.m5.24xlarge": _4XLARGE,
    "kafka.m7g.large": _LARGE,
    "kafka.m7g.xlarge": _LARGE,
    "kafka.m7g.2xlarge": _2XLARGE,
    "kafka.m7g.4xlarge": _4XLARGE,
    "kafka.m7g.8xlarge": _4XLARGE,
    "kafka.m7g.12xlarge": _4XLARGE,
    "kafka.m7g.16xlarge": _4XLARGE,
}


def standard_broker(instance_type: str) -> str:
    """The instance type, if it is one of a Standard broker.

    Raises:
        ValueError: for any other, with those that there are.

    """
    if instance_type.startswith("express."):
        raise ValueError(
            f"{instance_type} is an Express broker, which has rules of its own; take a Standard one, kafka.*"
        )
    if instance_type not in STANDARD_BROKERS:
        raise ValueError(f"{instance_type} is not a Standard broker; there are {', '.join(STANDARD_BROKERS)}")
    return instance_type


def is_burstable(instance_type: str) -> bool:
    """Whether the broker lives on CPU credits, and slows down when they are used up."""
    return instance_type.startswith("kafka.t")
