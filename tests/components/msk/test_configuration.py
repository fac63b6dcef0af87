"""Content of server.properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import MskClusterArgs
from moorings.msk.configuration import render_server_properties


def render(**changed):
    settings = {
        "broker_type": "standard",
        "replication_factor": 3,
        "insync_replicas": 2,
        "num_partitions": 3,
        "retention_hours": None,
        "auto_create_topics": False,
        "allow_everyone_without_acls": False,
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
        ({"replication_factor": 2}, "default.replication.factor=2"),
        ({"retention_hours": -1}, "log.retention.hours=-1"),
        ({"insync_replicas": 1}, "min.insync.replicas=1"),
        ({"num_partitions": 12}, "num.partitions=12"),
        ({"properties": {"message.max.bytes": "2097152"}}, "message.max.bytes=2097152"),
        ({"properties": {"log.retention.ms": "3600000"}}, "log.retention.ms=3600000"),
        ({"properties": {"unclean.leader.election.enable": "true"}}, "unclean.leader.election.enable=true"),
        ({"broker_type": "express"}, "log.retention.ms=604800000"),
        ({"broker_type": "express", "retention_hours": -1}, "log.retention.ms=-1"),
        ({"broker_type": "express", "retention_hours": 2}, "log.retention.ms=7200000"),
    ],
)
def test_settings_are_rendered(changed, line):
    assert line in render(**changed).splitlines()


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


@given(st.integers(2, 3), st.integers(1, 20), st.none() | st.integers(2, 60))
def test_default_settings_tolerate_the_loss_of_a_broker(zones, brokers_per_zone, factor):
    args = MskClusterArgs(
        vpc_id="vpc-0d1c7a52e8b94f360",
        subnet_ids=[f"subnet-0000000{zone}" for zone in range(zones)],
        kafka_version="3.9.x.kraft",
        brokers_per_zone=brokers_per_zone,
        default_replication_factor=factor,
    )
    assert 1 <= args.insync_replicas < args.replication_factor


EXISTING = {
    "arn": "arn:aws:kafka:eu-west-1:123456789012:configuration/shared/11111111-2222-3333-4444-555555555555-2",
    "revision": 3,
}


def test_an_existing_configuration_is_used_as_it_is(create):
    plan = create(existing_configuration=EXISTING, iam=False)
    assert plan["kafka-cluster"].inputs["configurationInfo"] == EXISTING
    assert not plan.all("aws:msk/configuration:Configuration")
    assert [message for severity, message, _ in plan.log if severity == "warning"] == []


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("allow_everyone_if_no_acl_found", True),
        ("auto_create_topics", True),
        ("default_replication_factor", 2),
        ("min_insync_replicas", 2),
        ("num_partitions", 6),
        ("retention_hours", 24),
        ("server_properties", {"message.max.bytes": "2097152"}),
    ],
)
def test_an_existing_configuration_is_not_changed(create, rejected, argument, value):
    with rejected("msk-existing-configuration", argument):
        create(existing_configuration=EXISTING, **{argument: value})


def test_topics_of_an_existing_configuration_may_have_fewer_replicas(create):
    topic = {"name": "orders", "partitions": 6, "replication_factor": 2}
    plan = create(existing_configuration=EXISTING, topics=[topic])
    assert plan["kafka-orders-topic"].inputs["replicationFactor"] == 2


def test_an_existing_configuration_of_another_region_is_rejected(create, rejected):
    arn = EXISTING["arn"].replace("eu-west-1", "us-east-1")
    with rejected("aws-arn-region", "existing_configuration.arn"):
        create(existing_configuration={**EXISTING, "arn": arn})
