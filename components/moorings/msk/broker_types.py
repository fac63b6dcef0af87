"""Limits of Standard and Express brokers."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from moorings.msk.broker_sizes import BrokerType


@dataclass(frozen=True)
class BrokerTypeLimits:
    """Limits of a broker type."""

    required_zones: int | None
    """Required number of Availability Zones. None for two or three."""

    has_volumes: bool
    """Whether brokers have EBS volumes of a configurable size."""

    fixed_replication: tuple[int, int] | None
    """Replication factor and minimum of in-sync replicas, if they cannot be configured."""


BROKER_TYPES: Mapping[BrokerType, BrokerTypeLimits] = MappingProxyType(
    {
        "standard": BrokerTypeLimits(required_zones=None, has_volumes=True, fixed_replication=None),
        "express": BrokerTypeLimits(required_zones=3, has_volumes=False, fixed_replication=(3, 2)),
    }
)
"""Source: https://docs.aws.amazon.com/msk/latest/developerguide/broker-instance-types.html"""

MIN_ZONES, MAX_ZONES = 2, 3
"""Minimum and maximum number of Availability Zones of a cluster. MSK rejects a single subnet.

Source: https://docs.aws.amazon.com/msk/1.0/apireference/clusters.html
"""
