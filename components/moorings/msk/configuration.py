"""What the brokers of a cluster are told: its server properties."""

from collections.abc import Mapping

from moorings.msk.broker_sizes import BrokerType
from moorings.msk.broker_types import SHAPES
from moorings.msk.kafka_versions import is_kraft, number
from moorings.msk.server_properties import misfit

HOUR_MS = 3_600_000

# What brokers do where a configuration is silent. Source: the defaults of Apache Kafka and
# https://docs.aws.amazon.com/msk/latest/developerguide/msk-default-configuration.html
_REQUEST_BYTES = 104_857_600
_MIN_SESSION_MS = 6_000
_MAX_SESSION_MS = 1_800_000


def server_properties(
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
    allow_everyone: bool,
    tiered: bool,
    free: Mapping[str, str],
) -> str:
    """The text of a server.properties file.

    Beside what is asked for: a replica that has fallen behind never becomes leader, and consumers that tell their zone
    read from a replica in it.

    Raises:
        ValueError: for numbers of replicas that cannot work, and values that brokers do not take.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-properties.html and, for Express
    brokers, https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-express-read-write.html
    """
    factor, min_in_sync = replication(
        zones, brokers_per_zone, default_replication_factor, min_insync_replicas, broker_type
    )
    _check(free, kafka_version, zones * brokers_per_zone, zones, tiered=tiered)
    properties = {
        "allow.everyone.if.no.acl.found": str(allow_everyone).lower(),
        "auto.create.topics.enable": str(auto_create_topics).lower(),
        "num.partitions": str(num_partitions),
        "replica.selector.class": "org.apache.kafka.common.replica.RackAwareReplicaSelector",
        **_retention(retention_hours, free, broker_type),
    }
    if broker_type == "standard":
        properties |= {
            "default.replication.factor": str(factor),
            "min.insync.replicas": str(min_in_sync),
            "unclean.leader.election.enable": "false",
        }
    return "".join(f"{name}={value}\n" for name, value in sorted({**properties, **free}.items()))


def replication(
    zones: int, brokers_per_zone: int, factor: int | None, min_in_sync: int | None, broker_type: BrokerType = "standard"
) -> tuple[int, int]:
    """The default replication factor and the least number of in-sync replicas.

    Without a factor, each zone holds a replica; without a least number, one replica may be away. Express brokers know
    one pair alone.

    Raises:
        ValueError: for a factor above the number of brokers, or one at which a rolling restart stops producers, or
            where Express brokers are to have another pair.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-default-configuration.html
    """
    fixed = SHAPES[broker_type].replication
    if fixed is not None:
        given = {"default_replication_factor": factor, "min_insync_replicas": min_in_sync}
        for (argument, asked), always in zip(given.items(), fixed, strict=True):
            if asked not in (None, always):
                raise ValueError(f"{argument} is always {always} on {broker_type} brokers, not {asked}; leave it out")
        return fixed
    brokers = zones * brokers_per_zone
    factor = zones if factor is None else factor
    if factor > brokers:
        raise ValueError(
            f"default_replication_factor {factor} needs as many brokers, but there are {brokers} "
            f"({brokers_per_zone} in each of {zones} zones); lower it to {brokers} or add brokers"
        )
    min_in_sync = factor - 1 if min_in_sync is None else min_in_sync
    if min_in_sync >= factor:
        raise ValueError(
            f"min_insync_replicas {min_in_sync} of {factor} replicas stops producers whenever a broker restarts; "
            f"lower it to {factor - 1} or raise default_replication_factor above {min_in_sync}"
        )
    return factor, min_in_sync


def kept_hours(hours: int) -> int:
    """The hours, if brokers start with them.

    Raises:
        ValueError: for none, and for a negative number that is not -1.

    Source: https://kafka.apache.org/documentation/#brokerconfigs_log.retention.hours
    """
    if hours != -1 and hours < 1:
        raise ValueError(f"Kafka keeps records for an hour at least, or with -1 for ever, not for {hours} hours")
    return hours


def allow_everyone(*, asked: bool | None, iam: bool, acls_exist: bool) -> bool:
    """Whether a principal without ACLs may do everything (``allow.everyone.if.no.acl.found``).

    Identities of IAM are not subject to ACLs: with IAM on, an administrator can always write the first ACLs. Without
    it, closing the cluster before there are ACLs locks everybody out.

    Raises:
        ValueError: if nobody could get in.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-acls.html
    """
    safe_to_close = iam or acls_exist
    if asked is None:
        return not safe_to_close
    if not asked and not safe_to_close:
        raise ValueError(
            "allow_everyone_if_no_acl_found=False locks everybody out while there are no ACLs; turn iam on, whose "
            "identities need no ACL, or say acls_exist=True once there are ACLs"
        )
    return asked


def _retention(hours: int | None, free: Mapping[str, str], broker_type: BrokerType) -> dict[str, str]:
    finer = sorted(free.keys() & {"log.retention.ms", "log.retention.minutes"})
    if finer and hours is not None:
        raise ValueError(f"{finer[0]} overrides retention_hours; give one of them")
    if finer:
        return {}
    hours = 168 if hours is None else hours
    if broker_type == "express":
        return {"log.retention.ms": str(hours * HOUR_MS if hours >= 0 else hours)}
    return {"log.retention.hours": str(hours)}


def _check(free: Mapping[str, str], version: str, brokers: int, zones: int, *, tiered: bool) -> None:
    """Hold what was asked for freely against its kind, the version and each other.

    Raises:
        ValueError: for all that does not fit.

    """
    found = [sentence for name, value in sorted(free.items()) if (sentence := misfit(name, value))]
    if found:
        raise ValueError("; ".join(f"server_properties: {each}" for each in found))
    found = [*_gone(free, version), *_replicas(free, brokers, zones), *_sizes(free), *_tier(free, tiered=tiered)]
    if found:
        raise ValueError("; ".join(f"server_properties: {each}" for each in found))


def _gone(free: Mapping[str, str], version: str) -> list[str]:
    found: list[str] = []
    if is_kraft(version):
        zookeeper = sorted(name for name in free if name.startswith("zookeeper."))
        found += [f"{name} has no meaning on {version}, which runs without ZooKeeper; remove it" for name in zookeeper]
    if "log.message.timestamp.difference.max.ms" in free and number(version) >= (4, 0, 0):
        found.append("log.message.timestamp.difference.max.ms is gone since Kafka 4.0; remove it")
    return found


def _replicas(free: Mapping[str, str], brokers: int, zones: int) -> list[str]:
    found: list[str] = []
    for name in ("offsets.topic.replication.factor", "transaction.state.log.replication.factor"):
        factor = int(free.get(name, zones))
        if factor > brokers:
            found.append(f"{name} {factor} needs as many brokers, but there are {brokers}; lower it to {brokers}")
        elif factor == 1:
            found.append(f"{name} 1 stops its clients whenever a broker restarts; raise it to {zones}")
    factor = int(free.get("transaction.state.log.replication.factor", zones))
    in_sync = int(free.get("transaction.state.log.min.isr", 1))
    if in_sync >= factor > 1:
        found.append(
            f"transaction.state.log.min.isr {in_sync} of {factor} replicas stops transactions whenever a broker "
            f"restarts; lower it to {factor - 1}"
        )
    return found


def _sizes(free: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    shortest = int(free.get("group.min.session.timeout.ms", _MIN_SESSION_MS))
    longest = int(free.get("group.max.session.timeout.ms", _MAX_SESSION_MS))
    if shortest > longest:
        found.append(f"group.min.session.timeout.ms {shortest} is above group.max.session.timeout.ms {longest}")
    message = int(free.get("message.max.bytes", 0))
    request = int(free.get("socket.request.max.bytes", _REQUEST_BYTES))
    if message > request:
        found.append(f"message.max.bytes {message} never fits socket.request.max.bytes {request}; raise the latter")
    return found


def _tier(free: Mapping[str, str], *, tiered: bool) -> list[str]:
    """Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-enable-cluster-tiered-storage-cli.html."""
    policy = free.get("log.cleanup.policy", "delete")
    what = f"log.cleanup.policy {policy} does not work with tiered_storage; say cleanup.policy in each compacted topic"
    return [what] if tiered and policy != "delete" else []
