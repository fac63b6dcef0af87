"""Server properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings.msk.configuration import (
    check_retention_hours,
    render_server_properties,
    replication_settings,
)


def render(**changed):
    settings = {
        "broker_type": "standard",
        "kafka_version": "3.9.x.kraft",
        "zones": 3,
        "brokers_per_zone": 1,
        "default_replication_factor": None,
        "min_insync_replicas": None,
        "num_partitions": 3,
        "retention_hours": None,
        "auto_create_topics": False,
        "allow_everyone_without_acls": False,
        "tiered_storage": False,
        "properties": {},
    }
    return render_server_properties(**settings | changed)


def test_defaults_with_three_zones():
    assert render() == (
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
        ({"allow_everyone_without_acls": True}, "allow.everyone.if.no.acl.found=true"),
        ({"auto_create_topics": True}, "auto.create.topics.enable=true"),
        ({"default_replication_factor": 2}, "default.replication.factor=2"),
        ({"retention_hours": -1}, "log.retention.hours=-1"),
        ({"min_insync_replicas": 1}, "min.insync.replicas=1"),
        ({"num_partitions": 12}, "num.partitions=12"),
        ({"properties": {"message.max.bytes": "2097152"}}, "message.max.bytes=2097152"),
        ({"properties": {"log.retention.ms": "60000"}}, "log.retention.ms=60000"),
        ({"properties": {"unclean.leader.election.enable": "true"}}, "unclean.leader.election.enable=true"),
        ({"broker_type": "express"}, "log.retention.ms=604800000"),
        ({"broker_type": "express", "retention_hours": -1}, "log.retention.ms=-1"),
        ({"broker_type": "express", "retention_hours": 2}, "log.retention.ms=7200000"),
    ],
)
def test_settings_are_rendered(changed, line):
    assert line in render(**changed).splitlines()


def test_invalid_replication_settings_are_rejected():
    with pytest.raises(ValueError, match="^default_replication_factor: must be at most 3"):
        render(default_replication_factor=4)


def test_the_default_is_one_replica_per_zone():
    assert replication_settings(2, 1, None, None) == (2, 1)


def test_more_replicas_than_zones_require_more_brokers():
    assert replication_settings(2, 2, 4, 3) == (4, 3)


def test_more_replicas_than_brokers_are_rejected():
    with pytest.raises(ValueError) as error:
        replication_settings(3, 1, 4, None)
    assert str(error.value) == (
        "default_replication_factor: must be at most 3, the number of brokers, got 4; lower it or raise brokers_per_zone"
    )


def test_min_insync_replicas_that_block_a_rolling_restart_are_rejected():
    with pytest.raises(ValueError) as error:
        replication_settings(3, 1, None, 3)
    assert str(error.value) == (
        "min_insync_replicas: 3 of 3 replicas blocks producers while a broker restarts; set it to 2, or raise "
        "default_replication_factor above 3"
    )


@given(st.integers(2, 3), st.integers(1, 20), st.none() | st.integers(2, 60), st.none() | st.integers(1, 60))
def test_accepted_settings_tolerate_the_loss_of_a_broker(zones, brokers_per_zone, factor, min_insync):
    try:
        factor, min_insync = replication_settings(zones, brokers_per_zone, factor, min_insync)
    except ValueError:
        return
    assert 1 <= min_insync < factor <= zones * brokers_per_zone


def test_defaults_of_express_brokers():
    assert render(broker_type="express") == (
        "allow.everyone.if.no.acl.found=false\n"
        "auto.create.topics.enable=false\n"
        "log.retention.ms=604800000\n"
        "num.partitions=3\n"
        "replica.selector.class=org.apache.kafka.common.replica.RackAwareReplicaSelector\n"
    )


def test_a_retention_property_replaces_the_hours():
    assert "log.retention.hours" not in render(properties={"log.retention.minutes": "60"})


@pytest.mark.parametrize("name", ["offsets.topic.replication.factor", "transaction.state.log.replication.factor"])
def test_internal_topics_may_have_two_replicas(name):
    assert render(properties={name: "2"})


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"broker_type": "express", "default_replication_factor": 2},
            "default_replication_factor: must be 3 on Express brokers, got 2; remove it",
        ),
        (
            {"broker_type": "express", "min_insync_replicas": 1},
            "min_insync_replicas: must be 2 on Express brokers, got 1; remove it",
        ),
        (
            {"retention_hours": 1, "properties": {"log.retention.ms": "60000"}},
            "retention_hours: log.retention.ms in server_properties overrides it; remove one of them",
        ),
        (
            {"properties": {"num.io.threads": "0", "compression.type": "brotli"}},
            "server_properties: compression.type must be one of gzip, snappy, lz4, zstd, uncompressed, producer, got "
            "'brotli'; server_properties: num.io.threads must be an integer between 1 and 2147483647, got '0'",
        ),
        (
            {"properties": {"zookeeper.session.timeout.ms": "18000"}},
            "server_properties: zookeeper.session.timeout.ms has no effect on 3.9.x.kraft, which does not use ZooKeeper; "
            "remove it",
        ),
        (
            {"kafka_version": "4.0.x.kraft", "properties": {"log.message.timestamp.difference.max.ms": "1"}},
            "server_properties: log.message.timestamp.difference.max.ms was removed in Kafka 4.0; remove it",
        ),
        (
            {"properties": {"offsets.topic.replication.factor": "4"}},
            "server_properties: offsets.topic.replication.factor must be at most 3, the number of brokers, got 4",
        ),
        (
            {"properties": {"transaction.state.log.replication.factor": "1"}},
            "server_properties: transaction.state.log.replication.factor must be at least 2, so that clients continue "
            "while a broker restarts; raise it to 3",
        ),
        (
            {"properties": {"transaction.state.log.min.isr": "3"}},
            "server_properties: transaction.state.log.min.isr 3 of 3 replicas blocks transactions while a broker restarts; "
            "lower it to 2",
        ),
        (
            {"properties": {"group.max.session.timeout.ms": "5000"}},
            "server_properties: group.min.session.timeout.ms 6000 exceeds group.max.session.timeout.ms 5000",
        ),
        (
            {"tiered_storage": True, "properties": {"log.cleanup.policy": "compact,delete"}},
            "server_properties: log.cleanup.policy compact,delete is not supported with tiered_storage; set "
            "cleanup.policy in the config of each compacted topic",
        ),
        (
            {"properties": {"message.max.bytes": "104857601"}},
            "server_properties: message.max.bytes 104857601 exceeds socket.request.max.bytes 104857600; raise the "
            "latter",
        ),
    ],
)
def test_contradictory_properties_are_rejected(changed, message):
    with pytest.raises(ValueError) as error:
        render(**changed)
    assert str(error.value) == message


@pytest.mark.parametrize(
    "changed",
    [
        {"kafka_version": "3.9.x", "properties": {"zookeeper.session.timeout.ms": "18000"}},
        {"properties": {"log.message.timestamp.difference.max.ms": "1"}},
        {"properties": {"transaction.state.log.min.isr": "2"}},
        {"properties": {"group.max.session.timeout.ms": "6000"}},
        {"properties": {"message.max.bytes": "104857600"}},
        {"properties": {"log.cleanup.policy": "compact"}},
        {"tiered_storage": True, "properties": {"log.cleanup.policy": "delete"}},
        {"broker_type": "express", "default_replication_factor": 3, "min_insync_replicas": 2},
    ],
)
def test_compatible_properties_are_accepted(changed):
    assert render(**changed)


@pytest.mark.parametrize("hours", [-1, 1, 168])
def test_valid_retention_hours_are_accepted(hours):
    assert check_retention_hours(hours) == hours


@pytest.mark.parametrize("hours", [-2, 0])
def test_invalid_retention_hours_are_rejected(hours):
    with pytest.raises(ValueError, match=f"^must be at least 1, or -1 for unlimited retention, got {hours}$"):
        check_retention_hours(hours)
