"""What the brokers of a cluster are told: its server properties."""


def server_properties(
    *,
    zones: int,
    brokers_per_zone: int,
    default_replication_factor: int | None,
    min_insync_replicas: int | None,
    num_partitions: int,
    retention_hours: int,
    auto_create_topics: bool,
    allow_everyone: bool,
) -> str:
    """The text of a server.properties file.

    Beside what is asked for: a replica that has fallen behind never becomes leader, and consumers that tell their zone
    read from a replica in it.

    Raises:
        ValueError: for numbers of replicas that cannot work.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-properties.html
    """
    factor, min_in_sync = replication(zones, brokers_per_zone, default_replication_factor, min_insync_replicas)
    properties = {
        "allow.everyone.if.no.acl.found": str(allow_everyone).lower(),
        "auto.create.topics.enable": str(auto_create_topics).lower(),
        "default.replication.factor": factor,
        "log.retention.hours": retention_hours,
        "min.insync.replicas": min_in_sync,
        "num.partitions": num_partitions,
        "replica.selector.class": "org.apache.kafka.common.replica.RackAwareReplicaSelector",
        "unclean.leader.election.enable": "false",
    }
    return "".join(f"{name}={value}\n" for name, value in properties.items())


def replication(zones: int, brokers_per_zone: int, factor: int | None, min_in_sync: int | None) -> tuple[int, int]:
    """The default replication factor and the least number of in-sync replicas.

    Without a factor, each zone holds a replica; without a least number, one replica may be away.

    Raises:
        ValueError: for a factor above the number of brokers, or one at which a rolling restart stops producers.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-default-configuration.html
    """
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
