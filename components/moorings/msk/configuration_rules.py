"""Rules of a cluster's replication, partitions and retention."""

from moorings.msk.broker_sizes import SOURCE as PARTITIONS_SOURCE
from moorings.msk.broker_sizes import BrokerType, recommended_partitions
from moorings.msk.broker_types import BROKER_TYPES
from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.server_properties import EXPRESS_READ_ONLY_SOURCE, KAFKA_SOURCE
from moorings.validation.findings import Path, Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

CONFIGURATION_RULES = RuleSet(MskClusterArgs)

_GUIDE = "https://docs.aws.amazon.com/msk/latest/developerguide"
_LONGEST_RETENTION_HOURS = 10 * 366 * 24


@CONFIGURATION_RULES.rule(
    "msk-single-replica",
    Severity.UNSAFE,
    source=f"{_GUIDE}/bestpractices.html",
    invalid="default_replication_factor=1",
    valid="default_replication_factor=2",
    each="replica_counts",
)
def _single_replica(path: Path, replicas: int | str, broker_type: BrokerType) -> Findings:
    """A partition with one replica is unavailable while its broker restarts, and lost if the broker's volume fails."""
    if str(replicas) == "1" and broker_type == "standard":
        yield path, "one replica is unavailable during each restart of its broker; set it to 2 or more"


@CONFIGURATION_RULES.rule(
    "msk-replicas-above-brokers",
    Severity.ERROR,
    source=KAFKA_SOURCE,
    invalid="default_replication_factor=4",
    valid="default_replication_factor=3",
    each="replica_counts",
)
def _replicas_above_brokers(path: Path, replicas: int | str, broker_count: int, broker_type: BrokerType) -> Findings:
    """Kafka cannot create a topic with more replicas than brokers."""
    if broker_type == "standard" and str(replicas).isdecimal() and int(replicas) > broker_count:
        yield path, f"{replicas} replicas exceed the {broker_count} brokers; lower it, or raise brokers_per_zone"


@CONFIGURATION_RULES.rule(
    "msk-min-insync-replicas",
    Severity.UNSAFE,
    source=f"{_GUIDE}/bestpractices.html",
    invalid="min_insync_replicas=3",
    valid="min_insync_replicas=2",
)
def _min_insync_replicas(min_insync_replicas: int | None, replication_factor: int, broker_type: BrokerType) -> Findings:
    """Producers with acks=all fail while a broker restarts if all replicas must be in sync."""
    required = min_insync_replicas or 0
    if broker_type == "standard" and (required > replication_factor or required == replication_factor > 1):
        yield (
            f"{required} of {replication_factor} replicas must be in sync; set it to {max(1, replication_factor - 1)}, "
            f"or raise default_replication_factor above {required}"
        )


@CONFIGURATION_RULES.rule(
    "msk-low-insync-replicas",
    Severity.WARNING,
    source=f"{_GUIDE}/bestpractices.html",
    invalid="min_insync_replicas=1",
    valid="min_insync_replicas=1, default_replication_factor=2",
)
def _low_insync_replicas(min_insync_replicas: int | None, replication_factor: int, broker_type: BrokerType) -> Findings:
    """A record that only one replica has written is lost if its volume fails, even if the producer used acks=all."""
    if broker_type == "standard" and min_insync_replicas == 1 and replication_factor > 2:  # noqa: PLR2004 - 1 of 2
        yield (
            f"1 of {replication_factor} replicas acknowledges a record with acks=all; set it to "
            f"{replication_factor - 1}"
        )


@CONFIGURATION_RULES.rule(
    "msk-express-replication",
    Severity.ERROR,
    source=EXPRESS_READ_ONLY_SOURCE,
    invalid="broker_type='express', min_insync_replicas=1",
    valid="broker_type='express', min_insync_replicas=2",
)
def _express_replication(
    default_replication_factor: int | None, min_insync_replicas: int | None, broker_type: BrokerType
) -> Findings:
    """Express brokers always have three replicas of each partition, of which two must be in sync."""
    fixed = BROKER_TYPES[broker_type].fixed_replication
    requested = {"default_replication_factor": default_replication_factor, "min_insync_replicas": min_insync_replicas}
    for (argument, value), expected in zip(requested.items(), fixed or requested.values(), strict=True):
        if value not in (None, expected):
            yield argument, f"must be {expected} on {broker_type.capitalize()} brokers, got {value}; remove it"


@CONFIGURATION_RULES.rule(
    "msk-many-default-partitions",
    Severity.WARNING,
    source=PARTITIONS_SOURCE,
    invalid="num_partitions=1001",
    valid="num_partitions=1000",
)
def _many_default_partitions(
    num_partitions: int, replication_factor: int, broker_count: int, broker_size: str
) -> Findings:
    """A single topic with the default number of partitions would exceed what AWS recommends for the broker size."""
    partitions = -(-num_partitions * replication_factor // broker_count)
    if partitions > recommended_partitions(broker_size):
        yield (
            f"a single topic would have {partitions} partitions per broker, including replicas, more than the "
            f"{recommended_partitions(broker_size)} that AWS recommends for all topics; lower it"
        )


@CONFIGURATION_RULES.rule(
    "msk-retention-hours",
    Severity.ERROR,
    source=KAFKA_SOURCE,
    invalid="retention_hours=0",
    valid="retention_hours=1",
)
def _retention_hours(retention_hours: int | None) -> Findings:
    """Brokers do not start with a retention of 0. The only supported negative value is -1."""
    if retention_hours is not None and retention_hours < 1 and retention_hours != -1:
        yield f"must be at least 1, or -1 for unlimited retention, got {retention_hours}; correct it"


@CONFIGURATION_RULES.rule(
    "msk-implausible-retention",
    Severity.UNSAFE,
    source=KAFKA_SOURCE,
    invalid="retention_hours=604800",
    valid="retention_hours=168",
)
def _implausible_retention(retention_hours: int | None) -> Findings:
    """A retention of many years is usually a value in another unit. Once the volumes are full, the brokers stop."""
    if retention_hours is not None and retention_hours > _LONGEST_RETENTION_HOURS:
        yield (
            f"{retention_hours} hours are {retention_hours // 8766} years; check the unit, or set it to -1 for "
            "unlimited retention"
        )
