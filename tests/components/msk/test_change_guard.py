"""The hooks of a cluster, its configuration and its topics."""

import json

import pulumi
import pytest

from moorings import KafkaTopic, MskCluster

CLUSTER, TOPIC = "aws:msk/cluster:Cluster", "aws:msk/topic:Topic"
CONFIGURATION = "aws:msk/configuration:Configuration"
REQUIRED = {
    "vpc_id": "vpc-0d1c7a52e8b94f360",
    "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"],
    "kafka_version": "3.9.x.kraft",
    "alarm_topic_arns": ["arn:aws:sns:eu-west-1:123456789012:alarms"],
}
REASON = "the partitions were moved away"


def inputs(*, brokers=6, size="kafka.m7g.large", scram=True, volume=100, public=False, authorities=()):
    """Inputs of `aws.msk.Cluster`."""
    return {
        "numberOfBrokerNodes": brokers,
        "brokerNodeGroupInfo": {
            "instanceType": size,
            "storageInfo": {"ebsStorageInfo": {"volumeSize": volume}},
            "connectivityInfo": {"publicAccess": {"type": "SERVICE_PROVIDED_EIPS" if public else "DISABLED"}},
        },
        "clientAuthentication": {
            "sasl": {"scram": scram, "iam": True},
            **({"tls": {"certificateAuthorityArns": list(authorities)}} if authorities else {}),
        },
    }


@pytest.fixture
def hooks(deploy, monkeypatch):
    """Returns a function that creates a cluster and returns its hooks by name."""
    created = {}

    class RecordedHook(pulumi.ResourceHook):
        def __init__(self, name, callback, opts=None):
            super().__init__(name, callback, opts)
            created[name] = self

    monkeypatch.setattr(pulumi, "ResourceHook", RecordedHook)

    def create(**args):
        deploy(lambda: MskCluster("kafka", REQUIRED | args))
        return created

    return create


@pytest.fixture
def messages(monkeypatch):
    """Messages that hooks log, with their severity."""
    recorded = []
    monkeypatch.setattr(pulumi.log, "info", lambda message: recorded.append(("info", message)))
    monkeypatch.setattr(pulumi.log, "warn", lambda message: recorded.append(("warn", message)))
    return recorded


def call(hook, before, after, type_=CLUSTER, name="kafka-cluster"):
    return hook.callback(pulumi.ResourceHookArgs("urn", "id", name, type_, new_inputs=after, old_inputs=before))


def test_the_hooks_run_in_previews_and_stop_on_errors(hooks):
    created = hooks(topics=[KafkaTopic(name="orders", partitions=6)])
    assert sorted(created) == [
        "kafka-cluster-guard-create",
        "kafka-cluster-guard-update",
        "kafka-configuration-guard-update",
        "kafka-topic-guard-update",
    ]
    for hook in created.values():
        assert hook.opts.on_dry_run
        assert not hook.opts.ignore_errors


def test_all_findings_of_an_update_are_reported_together(hooks, rejected):
    hook = hooks()["kafka-cluster-guard-update"]
    for rule, path in (("msk-fewer-brokers", "brokers_per_zone"), ("msk-authentication-off", "scram")):
        with rejected(rule, path):
            call(hook, inputs(), inputs(brokers=3, scram=False))


def test_findings_have_the_location_of_the_arguments(hooks):
    hook = hooks()["kafka-cluster-guard-update"]
    with pytest.raises(pulumi.RunError, match=r"test_change_guard\.py:\d+: MskCluster 'kafka': brokers_per_zone: "):
        call(hook, inputs(), inputs(brokers=3))


def test_the_creation_of_a_public_cluster_is_rejected(hooks, rejected):
    hook = hooks()["kafka-cluster-guard-create"]
    with rejected("msk-created-with-public-access", "connectivity"):
        call(hook, None, inputs(public=True))
    call(hook, None, inputs())
    call(hook, None, None)


def test_acknowledged_changes_are_allowed(hooks, messages):
    hook = hooks(acknowledge={"msk-fewer-brokers": REASON})["kafka-cluster-guard-update"]
    call(hook, inputs(), inputs(brokers=3))
    call(hook, None, None)
    assert messages == []


def test_rolling_restarts_are_logged(hooks, messages):
    call(hooks()["kafka-cluster-guard-update"], inputs(), inputs(size="kafka.m7g.xlarge"))
    assert messages == [
        (
            "info",
            "MskCluster 'kafka': rolling restart of 6 brokers to change broker size, one broker at a time, 5 to 15 minutes "
            "each: 30 to 90 minutes in total",
        )
    ]


def test_several_operations_cause_a_warning_unless_acknowledged(hooks, messages):
    after = inputs(brokers=9, volume=200)
    call(hooks(acknowledge={"msk-several-operations": REASON})["kafka-cluster-guard-update"], inputs(), after)
    assert messages == []
    call(hooks()["kafka-cluster-guard-update"], inputs(), after)
    ((severity, message),) = messages
    assert severity == "warn"
    assert message.endswith("[msk-several-operations]")


def test_findings_about_a_topic_have_its_index_and_the_name_of_the_argument(hooks, rejected):
    topics = [KafkaTopic(name=name, partitions=6) for name in ("orders", "payments")]
    hook = hooks(topics=topics)["kafka-topic-guard-update"]
    with rejected("kafka-fewer-partitions", "topics[1].partitions"):
        call(hook, {"partitionCount": 6}, {"partitionCount": 5}, TOPIC, "kafka-payments-topic")
    tiered, off = ({"configs": json.dumps({"remote.storage.enable": value})} for value in ("true", "false"))
    with rejected("kafka-tiered-storage-disabled", "topics[0].config['remote.storage.enable']"):
        call(hook, tiered, off, TOPIC, "kafka-orders-topic")


def test_a_shorter_retention_of_the_cluster_is_logged(hooks, messages):
    before, after = ({"serverProperties": f"log.retention.hours={hours}\n"} for hours in (72, 24))
    call(hooks()["kafka-configuration-guard-update"], before, after, CONFIGURATION, "kafka-configuration")
    ((severity, message),) = messages
    assert severity == "warn"
    assert message.endswith("[msk-retention-shortened]")


@pytest.mark.parametrize("rule", ["msk-fewer-brokers", "kafka-topic-deleted", "aws-kms-key-replaced"])
def test_changes_of_all_resources_of_the_cluster_can_be_acknowledged(deploy, logged, rule):
    plan = deploy(lambda: MskCluster("kafka", REQUIRED | {"acknowledge": {rule: REASON}}))
    assert plan["kafka"].inputs == {"acknowledge": {rule: REASON}}
    assert "acknowledge-unused" not in dict(logged(plan))


def test_errors_cannot_be_acknowledged(deploy, rejected):
    with rejected("acknowledge-error", "acknowledge['msk-kafka-downgrade']"):
        deploy(lambda: MskCluster("kafka", REQUIRED | {"acknowledge": {"msk-kafka-downgrade": REASON}}))
