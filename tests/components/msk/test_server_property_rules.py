"""Rules of server properties: cases besides the examples of the rules."""

import pulumi
import pytest

ADDRESS = "CLIENT_IAM://b-{broker_id}.iam.example.com:9000+{broker_id}"
SCRAM_ADDRESS = "CLIENT_SASL_SCRAM://b-{broker_id}.scram.example.com:19000+{broker_id}"


@pytest.mark.parametrize(
    "args",
    [
        {"kafka_version": "3.9.x", "server_properties": {"zookeeper.session.timeout.ms": "18000"}},
        {"server_properties": {"log.message.timestamp.difference.max.ms": "3600000"}},
        {"server_properties": {"transaction.state.log.min.isr": "2"}},
        {"server_properties": {"group.max.session.timeout.ms": "30000"}},
        {"server_properties": {"message.max.bytes": "104857600"}},
        {"server_properties": {"log.cleanup.policy": "compact"}},
        {"server_properties": {"log.segment.bytes": "65536"}},
        {"kafka_version": "4.0.x.kraft", "server_properties": {"log.segment.bytes": "1048576"}},
        {"server_properties": {"connections.max.idle.ms": "-1", "log.retention.bytes": "-1"}},
        {"server_properties": {"transaction.state.log.replication.factor": "2"}},
        {"server_properties": {"custom.advertised.listeners": f"{ADDRESS},{SCRAM_ADDRESS}"}},
        {"server_properties": {"custom.advertised.listeners": ADDRESS.replace("CLIENT_IAM", "CLIENT_NEW")}},
        {"broker_type": "express", "server_properties": {"log.message.timestamp.after.max.ms": "3600000"}},
    ],
)
def test_valid_properties_are_accepted(create, logged, args):
    assert logged(create(**args)) == []


@pytest.mark.parametrize(
    ("args", "rule", "name"),
    [
        ({"properties": {"zookeeper.connect": "z:2181"}}, "msk-property-read-only", "zookeeper.connect"),
        (
            {"broker_type": "express", "properties": {"num.io.threads": "8"}},
            "msk-property-read-only",
            "num.io.threads",
        ),
        (
            {"broker_type": "express", "properties": {"min.insync.replicas": "1"}},
            "msk-property-has-argument",
            "min.insync.replicas",
        ),
        (
            {"properties": {"zookeeper.session.timeout.ms": "18000"}},
            "msk-property-version",
            "zookeeper.session.timeout.ms",
        ),
        (
            {"kafka_version": "4.0.x.kraft", "properties": {"leader.imbalance.per.broker.percentage": "10"}},
            "msk-property-version",
            "leader.imbalance.per.broker.percentage",
        ),
        (
            {"properties": {"unclean.leader.election.enable": " TRUE"}},
            "msk-unclean-leader-election",
            "unclean.leader.election.enable",
        ),
        (
            {"kafka_version": "4.0.x.kraft", "properties": {"log.message.downconversion.enable": "true"}},
            "msk-property-version",
            "log.message.downconversion.enable",
        ),
        (
            {
                "kafka_version": "3.5.1",
                "broker_type": "express",
                "properties": {"log.message.timestamp.after.max.ms": "3600000"},
            },
            "msk-property-version",
            "log.message.timestamp.after.max.ms",
        ),
        ({"properties": {"unknown.property": "a\nlisteners=x"}}, "msk-property-value", "unknown.property"),
        ({"properties": {"num.io.threads": "0"}}, "msk-property-value", "num.io.threads"),
        (
            {"kafka_version": "4.0.x.kraft", "properties": {"log.segment.bytes": "1048575"}},
            "msk-property-value",
            "log.segment.bytes",
        ),
        (
            {"properties": {"offsets.topic.replication.factor": "1"}},
            "msk-single-replica",
            "offsets.topic.replication.factor",
        ),
        (
            {"properties": {"transaction.state.log.replication.factor": "1"}},
            "msk-single-replica",
            "transaction.state.log.replication.factor",
        ),
        (
            {"properties": {"transaction.state.log.replication.factor": "4"}},
            "msk-replicas-above-brokers",
            "transaction.state.log.replication.factor",
        ),
        (
            {"properties": {"group.max.session.timeout.ms": "5000"}},
            "msk-conflicting-properties",
            "group.max.session.timeout.ms",
        ),
        (
            {"properties": {"group.min.session.timeout.ms": "2000000"}},
            "msk-conflicting-properties",
            "group.min.session.timeout.ms",
        ),
        (
            {"tiered_storage": True, "properties": {"log.cleanup.policy": "compact,delete"}},
            "msk-tiered-storage-compaction",
            "log.cleanup.policy",
        ),
        ({"properties": {"log.retention.ms": "168"}}, "msk-implausible-property", "log.retention.ms"),
        ({"properties": {"offsets.retention.minutes": "7"}}, "msk-implausible-property", "offsets.retention.minutes"),
        ({"properties": {"message.max.bytes": "10"}}, "msk-implausible-property", "message.max.bytes"),
        (
            {"properties": {"custom.advertised.listeners": f"{ADDRESS},{ADDRESS}"}},
            "msk-advertised-listeners",
            "custom.advertised.listeners",
        ),
        (
            {"properties": {"custom.advertised.listeners": SCRAM_ADDRESS}, "scram": False},
            "msk-advertised-listeners",
            "custom.advertised.listeners",
        ),
    ],
)
def test_invalid_properties_are_rejected(create, rejected, args, rule, name):
    properties = args["properties"]
    other = {key: value for key, value in args.items() if key != "properties"}
    with rejected(rule, f"server_properties['{name}']"):
        create(**other, server_properties=properties)


@pytest.mark.parametrize(
    ("broker_type", "name"),
    [
        ("standard", "group.share.record.lock.duration.ms"),
        ("standard", "max.connections.per.ip"),
        ("standard", "log.message.downconversion.enable"),
        ("express", "log.segment.bytes"),
    ],
)
def test_properties_that_are_not_listed_are_deployed_with_a_warning(create, logged, broker_type, name):
    plan = create(broker_type=broker_type, server_properties={name: "1048576"})
    assert ("msk-unknown-property", f"server_properties['{name}']") in logged(plan)
    assert f"{name}=1048576\n" in plan["kafka-configuration"].inputs["serverProperties"]


@pytest.mark.parametrize("name", ["a b", "a=b", "a\nb", "", "Max"])
def test_strings_that_are_no_property_names_are_rejected(create, rejected, name):
    with rejected("argument-format"):
        create(server_properties={name: "1"})


def test_a_late_value_is_rejected_with_its_name(deploy, create, rejected):
    def program():
        from moorings import MskCluster

        late = pulumi.Output.from_input("0")
        properties = {"num.io.threads": late, "num.network.threads": "8"}
        MskCluster(
            "kafka",
            {
                "vpc_id": "vpc-0d1c7a52e8b94f360",
                "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"],
                "kafka_version": "3.9.x.kraft",
                "server_properties": properties,
            },
        )

    with rejected("msk-property-value", "server_properties['num.io.threads']"):
        deploy(program)
