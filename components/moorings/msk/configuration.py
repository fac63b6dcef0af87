"""MSK configuration: renders the server properties of a cluster and checks them against each other."""

from collections.abc import Iterator, Mapping

from moorings.msk.broker_sizes import BrokerType
from moorings.msk.broker_types import BROKER_TYPES
from moorings.msk.kafka_versions import is_kraft, parse_version
from moorings.msk.server_properties import value_problem

HOUR_MS = 3_600_000

# Defaults of Apache Kafka and of MSK.
# Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-default-configuration.html
_REQUEST_BYTES = 104_857_600
_MIN_SESSION_MS = 6_000
_MAX_SESSION_MS = 1_800_000


def render_server_properties(
    *,
    broker_type: BrokerType,
    kafka_version: str,
    zones: int,
    brokers_per_zone: int,
    default_replication_factor: int | None,
    min_insync_replicas: int | None,
    num_partitions: int,
    retention_hours: int | None,
    auto_create_topics: bool,
    allow_everyone_without_acls: bool,
    tiered_storage: bool,
    properties: Mapping[str, str],
) -> str:
    """Return the content of ``server.properties``.

    In addition to the arguments it disables unclean leader election and lets consumers read from the replica in their
    own Availability Zone.

    Raises:
        ValueError: for invalid replication settings and property values.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-properties.html and, for Express
    brokers, https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-express-read-write.html
    """
    factor, min_insync = replication_settings(
        zones, brokers_per_zone, default_replication_factor, min_insync_replicas, broker_type
    )
    _check_properties(
        properties, kafka_version, brokers=zones * brokers_per_zone, zones=zones, tiered_storage=tiered_storage
    )
    defaults = {
        "allow.everyone.if.no.acl.found": str(allow_everyone_without_acls).lower(),
        "auto.create.topics.enable": str(auto_create_topics).lower(),
        "num.partitions": str(num_partitions),
        "replica.selector.class": "org.apache.kafka.common.replica.RackAwareReplicaSelector",
        **_render_retention(retention_hours, properties, broker_type),
    }
    if broker_type == "standard":
        defaults |= {
            "default.replication.factor": str(factor),
            "min.insync.replicas": str(min_insync),
            "unclean.leader.election.enable": "false",
        }
    return "".join(f"{name}={value}\n" for name, value in sorted({**defaults, **properties}.items()))


def replication_settings(
    zones: int,
    brokers_per_zone: int,
    factor: int | None,
    min_insync: int | None,
    broker_type: BrokerType = "standard",
) -> tuple[int, int]:
    """Return the default replication factor and ``min.insync.replicas``.

    The factor defaults to one replica per zone, ``min.insync.replicas`` to one less than the factor. Express brokers
    have fixed values.

    Raises:
        ValueError: if the factor exceeds the number of brokers, if a rolling restart would block producers, or for
            values that Express brokers do not support.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-default-configuration.html
    """
    fixed = BROKER_TYPES[broker_type].fixed_replication
    if fixed is not None:
        requested = {"default_replication_factor": factor, "min_insync_replicas": min_insync}
        for (argument, value), fixed_value in zip(requested.items(), fixed, strict=True):
            if value not in (None, fixed_value):
                raise ValueError(
                    f"{argument}: must be {fixed_value} on {broker_type.capitalize()} brokers, got {value}; remove it"
                )
        return fixed
    brokers = zones * brokers_per_zone
    factor = zones if factor is None else factor
    if factor > brokers:
        raise ValueError(
            f"default_replication_factor: must be at most {brokers}, the number of brokers, got {factor}; lower it or "
            "raise brokers_per_zone"
        )
    min_insync = factor - 1 if min_insync is None else min_insync
    if min_insync >= factor:
        raise ValueError(
            f"min_insync_replicas: {min_insync} of {factor} replicas blocks producers while a broker restarts; set it "
            f"to {factor - 1}, or raise default_replication_factor above {min_insync}"
        )
    return factor, min_insync


def check_retention_hours(hours: int) -> int:
    """Return the hours, if they are at least 1, or -1 for unlimited retention.

    Raises:
        ValueError: for any other number.

    Source: https://kafka.apache.org/documentation/#brokerconfigs_log.retention.hours
    """
    if hours != -1 and hours < 1:
        raise ValueError(f"must be at least 1, or -1 for unlimited retention, got {hours}")
    return hours


def _render_retention(hours: int | None, properties: Mapping[str, str], broker_type: BrokerType) -> dict[str, str]:
    overrides = sorted(properties.keys() & {"log.retention.ms", "log.retention.minutes"})
    if overrides and hours is not None:
        raise ValueError(f"retention_hours: {overrides[0]} in server_properties overrides it; remove one of them")
    if overrides:
        return {}
    hours = 168 if hours is None else hours
    if broker_type == "express":
        return {"log.retention.ms": str(hours * HOUR_MS if hours >= 0 else hours)}
    return {"log.retention.hours": str(hours)}


def _check_properties(
    properties: Mapping[str, str], version: str, *, brokers: int, zones: int, tiered_storage: bool
) -> None:
    """Check the properties against their types, the Kafka version and each other.

    Raises:
        ValueError: with all problems.

    """
    # The other checks convert the values, so invalid ones are reported first.
    problems = [problem for name, value in sorted(properties.items()) if (problem := value_problem(name, value))]
    if not problems:
        problems = [
            *_check_version(properties, version),
            *_check_replicas(properties, brokers, zones),
            *_check_limits(properties),
        ]
        # Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-enable-cluster-tiered-storage-cli.html
        policy = properties.get("log.cleanup.policy", "delete")
        if tiered_storage and policy != "delete":
            problems.append(
                f"log.cleanup.policy {policy} is not supported with tiered_storage; set cleanup.policy in the config "
                "of each compacted topic"
            )
    if problems:
        raise ValueError("; ".join(f"server_properties: {problem}" for problem in problems))


def _check_version(properties: Mapping[str, str], version: str) -> Iterator[str]:
    if is_kraft(version):
        for name in sorted(name for name in properties if name.startswith("zookeeper.")):
            yield f"{name} has no effect on {version}, which does not use ZooKeeper; remove it"
    if "log.message.timestamp.difference.max.ms" in properties and parse_version(version) >= (4, 0, 0):
        yield "log.message.timestamp.difference.max.ms was removed in Kafka 4.0; remove it"


def _check_replicas(properties: Mapping[str, str], brokers: int, zones: int) -> Iterator[str]:
    for name in ("offsets.topic.replication.factor", "transaction.state.log.replication.factor"):
        factor = int(properties.get(name, zones))
        if factor > brokers:
            yield f"{name} must be at most {brokers}, the number of brokers, got {factor}"
        elif factor == 1:
            yield f"{name} must be at least 2, so that clients continue while a broker restarts; raise it to {zones}"
    factor = int(properties.get("transaction.state.log.replication.factor", zones))
    min_insync = int(properties.get("transaction.state.log.min.isr", 1))
    if min_insync >= factor > 1:
        yield (
            f"transaction.state.log.min.isr {min_insync} of {factor} replicas blocks transactions while a broker "
            f"restarts; lower it to {factor - 1}"
        )


def _check_limits(properties: Mapping[str, str]) -> Iterator[str]:
    min_session = int(properties.get("group.min.session.timeout.ms", _MIN_SESSION_MS))
    max_session = int(properties.get("group.max.session.timeout.ms", _MAX_SESSION_MS))
    if min_session > max_session:
        yield f"group.min.session.timeout.ms {min_session} exceeds group.max.session.timeout.ms {max_session}"
    message = int(properties.get("message.max.bytes", 0))
    request = int(properties.get("socket.request.max.bytes", _REQUEST_BYTES))
    if message > request:
        yield f"message.max.bytes {message} exceeds socket.request.max.bytes {request}; raise the latter"
