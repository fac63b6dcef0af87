"""Server properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.msk.configuration import allow_everyone, check_retention_hours, replication, server_properties


def properties(**changed):
    asked = {
        "broker_type": "standard",
        "kafka_version": "3.9.x.kraft",
        "zones": 3,
        "brokers_per_zone": 1,
        "default_replication_factor": None,
        "min_insync_replicas": None,
        "num_partitions": 3,
        "retention_hours": None,
        "auto_create_topics": False,
        "allow_everyone": False,
        "tiered": False,
        "free": {},
    }
    return server_properties(**asked | changed)


def test_the_text_of_three_zones():
    assert properties() == (
        "allow.everyone.if.no.acl.found=false\n"
        "auto.create.topics.enable=false\n"
        "default.replication.factor=3\n"
        "log.retention.hours=168\n"
        "min.insync.replicas=2\n"
        "num.partitions=3\n"
        "replica.selector.class=org.apache.kafka.common.replica.RackAwareReplicaSelector\n"
        "unclean.leader.election.enable=false\n"
    )


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"allow_everyone": True}, "allow.everyone.if.no.acl.found=true"),
        ({"auto_create_topics": True}, "auto.create.topics.enable=true"),
        ({"default_replication_factor": 2}, "default.replication.factor=2"),
        ({"retention_hours": -1}, "log.retention.hours=-1"),
        ({"min_insync_replicas": 1}, "min.insync.replicas=1"),
        ({"num_partitions": 12}, "num.partitions=12"),
        ({"free": {"message.max.bytes": "2097152"}}, "message.max.bytes=2097152"),
        ({"free": {"log.retention.ms": "60000"}}, "log.retention.ms=60000"),
        ({"free": {"unclean.leader.election.enable": "true"}}, "unclean.leader.election.enable=true"),
        ({"broker_type": "express"}, "log.retention.ms=604800000"),
        ({"broker_type": "express", "retention_hours": -1}, "log.retention.ms=-1"),
        ({"broker_type": "express", "retention_hours": 2}, "log.retention.ms=7200000"),
    ],
)
def test_what_is_asked_for_stands_in_the_text(changed, line):
    assert line in properties(**changed).splitlines()


def test_the_text_is_refused_with_its_numbers():
    with pytest.raises(ValueError, match="^default_replication_factor 4 needs as many brokers"):
        properties(default_replication_factor=4)


def test_two_zones_hold_two_replicas():
    assert replication(2, 1, None, None) == (2, 1)


def test_more_replicas_than_zones_are_fine_with_more_brokers():
    assert replication(2, 2, 4, 3) == (4, 3)


def test_more_replicas_than_brokers_are_refused():
    with pytest.raises(ValueError) as refused:
        replication(3, 1, 4, None)
    assert str(refused.value) == (
        "default_replication_factor 4 needs as many brokers, but there are 3 (1 in each of 3 zones); lower it to 3 or "
        "add brokers"
    )


def test_in_sync_replicas_that_leave_no_broker_to_restart_are_refused():
    with pytest.raises(ValueError) as refused:
        replication(3, 1, None, 3)
    assert str(refused.value) == (
        "min_insync_replicas 3 of 3 replicas stops producers whenever a broker restarts; lower it to 2 or raise "
        "default_replication_factor above 3"
    )


@given(st.integers(2, 3), st.integers(1, 20), st.none() | st.integers(2, 60), st.none() | st.integers(1, 60))
def test_what_is_accepted_can_lose_a_broker(zones, per_zone, factor, in_sync):
    try:
        factor, in_sync = replication(zones, per_zone, factor, in_sync)
    except ValueError:
        return
    assert 1 <= in_sync < factor <= zones * per_zone


@pytest.mark.parametrize(
    ("asked", "iam", "acls_exist", "everyone"),
    [
        (None, True, False, False),
        (None, False, True, False),
        (None, False, False, True),
        (True, True, True, True),
        (True, False, False, True),
        (False, True, False, False),
        (False, False, True, False),
    ],
)
def test_a_cluster_is_closed_where_somebody_keeps_the_key(asked, iam, acls_exist, everyone):
    assert allow_everyone(asked=asked, iam=iam, acls_exist=acls_exist) is everyone


def test_closing_a_cluster_before_anybody_has_an_acl_is_refused():
    with pytest.raises(ValueError) as refused:
        allow_everyone(asked=False, iam=False, acls_exist=False)
    assert str(refused.value) == (
        "allow_everyone_if_no_acl_found=False locks everybody out while there are no ACLs; turn iam on, whose identities "
        "need no ACL, or say acls_exist=True once there are ACLs"
    )


def test_express_brokers_are_told_what_they_take_and_nothing_else():
    assert properties(broker_type="express") == (
        "allow.everyone.if.no.acl.found=false\n"
        "auto.create.topics.enable=false\n"
        "log.retention.ms=604800000\n"
        "num.partitions=3\n"
        "replica.selector.class=org.apache.kafka.common.replica.RackAwareReplicaSelector\n"
    )


def test_a_finer_retention_takes_the_place_of_hours():
    assert "log.retention.hours" not in properties(free={"log.retention.minutes": "60"})


@pytest.mark.parametrize("name", ["offsets.topic.replication.factor", "transaction.state.log.replication.factor"])
def test_replicas_of_kafkas_own_topics_need_brokers_and_one_to_spare(name):
    assert properties(free={name: "2"})


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"broker_type": "express", "default_replication_factor": 2},
            "default_replication_factor is always 3 on express brokers, not 2; leave it out",
        ),
        (
            {"broker_type": "express", "min_insync_replicas": 1},
            "min_insync_replicas is always 2 on express brokers, not 1; leave it out",
        ),
        (
            {"retention_hours": 1, "free": {"log.retention.ms": "60000"}},
            "log.retention.ms overrides retention_hours; give one of them",
        ),
        (
            {"free": {"num.io.threads": "0", "compression.type": "brotli"}},
            "server_properties: compression.type takes one of gzip, snappy, lz4, zstd, uncompressed, producer, not "
            "'brotli'; server_properties: num.io.threads takes a whole number from 1 to 2147483647, not '0'",
        ),
        (
            {"free": {"zookeeper.session.timeout.ms": "18000"}},
            "server_properties: zookeeper.session.timeout.ms has no meaning on 3.9.x.kraft, which runs without "
            "ZooKeeper; remove it",
        ),
        (
            {"kafka_version": "4.0.x.kraft", "free": {"log.message.timestamp.difference.max.ms": "1"}},
            "server_properties: log.message.timestamp.difference.max.ms is gone since Kafka 4.0; remove it",
        ),
        (
            {"free": {"offsets.topic.replication.factor": "4"}},
            "server_properties: offsets.topic.replication.factor 4 needs as many brokers, but there are 3; lower it to 3",
        ),
        (
            {"free": {"transaction.state.log.replication.factor": "1"}},
            "server_properties: transaction.state.log.replication.factor 1 stops its clients whenever a broker restarts; "
            "raise it to 3",
        ),
        (
            {"free": {"transaction.state.log.min.isr": "3"}},
            "server_properties: transaction.state.log.min.isr 3 of 3 replicas stops transactions whenever a broker "
            "restarts; lower it to 2",
        ),
        (
            {"free": {"group.max.session.timeout.ms": "5000"}},
            "server_properties: group.min.session.timeout.ms 6000 is above group.max.session.timeout.ms 5000",
        ),
        (
            {"tiered": True, "free": {"log.cleanup.policy": "compact,delete"}},
            "server_properties: log.cleanup.policy compact,delete does not work with tiered_storage; say cleanup.policy in "
            "each compacted topic",
        ),
        (
            {"free": {"message.max.bytes": "104857601"}},
            "server_properties: message.max.bytes 104857601 never fits socket.request.max.bytes 104857600; raise the "
            "latter",
        ),
    ],
)
def test_what_does_not_fit_together(changed, message):
    with pytest.raises(ValueError) as refused:
        properties(**changed)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    "changed",
    [
        {"kafka_version": "3.9.x", "free": {"zookeeper.session.timeout.ms": "18000"}},
        {"free": {"log.message.timestamp.difference.max.ms": "1"}},
        {"free": {"transaction.state.log.min.isr": "2"}},
        {"free": {"group.max.session.timeout.ms": "6000"}},
        {"free": {"message.max.bytes": "104857600"}},
        {"free": {"log.cleanup.policy": "compact"}},
        {"tiered": True, "free": {"log.cleanup.policy": "delete"}},
        {"broker_type": "express", "default_replication_factor": 3, "min_insync_replicas": 2},
    ],
)
def test_what_does(changed):
    assert properties(**changed)


@pytest.mark.parametrize("hours", [-1, 1, 168])
def test_hours_with_which_brokers_start(hours):
    assert check_retention_hours(hours) == hours


@pytest.mark.parametrize("hours", [-2, 0])
def test_hours_with_which_they_do_not(hours):
    with pytest.raises(
        ValueError, match=f"^Kafka keeps records for an hour at least, or with -1 for ever, not for {hours} "
    ):
        check_retention_hours(hours)
