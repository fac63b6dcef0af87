"""The change guard of a cluster: its resource hooks, and the check of a preview's steps."""

import pulumi
import pulumi_aws as aws
import pytest

from moorings import InvalidInput
from moorings.msk.change_guard import CLUSTER_TYPE, cluster_change_guard, rejected_steps


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


FEWER_BROKERS = (
    "brokers_per_zone: 3 brokers instead of 6; MSK removes only brokers without partitions, one per Availability Zone at a "
    "time. Move their partitions away, then acknowledge 'fewer-brokers'"
)
SCRAM_OFF = "scram: turning it off locks out its clients; migrate them, then acknowledge 'authentication-off'"
PUBLIC_CREATION = (
    "connectivity: MSK cannot create a cluster with public access; deploy connectivity_step='prepare' first, and 'enable' "
    "in a later update"
)


def step(operation, old=None, new=None, **more):
    state = {"type": CLUSTER_TYPE}
    return {
        "op": operation,
        "urn": "urn:pulumi:production::shop::moorings:index:MskCluster$aws:msk/cluster:Cluster::kafka-cluster",
        **({"oldState": {**state, "inputs": old}} if old else {}),
        **({"newState": {**state, "inputs": new}} if new else {}),
        **more,
    }


def replaced_by(reason):
    return (
        f"kafka-cluster: a change of {reason} replaces the cluster and deletes its data; undo the change, or acknowledge "
        "'replacement'"
    )


@pytest.mark.parametrize(
    ("changed", "messages", "change"),
    [
        (
            step("replace", inputs(), inputs(), replaceReasons=["clusterName", "encryptionInfo"]),
            [replaced_by("clusterName, encryptionInfo")],
            "replacement",
        ),
        (
            step("replace", inputs(), inputs(), diffReasons=["clusterName"]),
            [replaced_by("clusterName")],
            "replacement",
        ),
        (step("replace", inputs(), inputs()), [replaced_by("an unknown property")], "replacement"),
        (
            step("delete", inputs()),
            ["kafka-cluster: deletes the cluster and its data; keep it in the program, or acknowledge 'deletion'"],
            "deletion",
        ),
        (step("update", inputs(), inputs(brokers=3)), [f"kafka-cluster: {FEWER_BROKERS}"], "fewer-brokers"),
        (step("update", inputs(), inputs(brokers=9)), [], None),
        (step("create", None, inputs()), [], None),
        (step("create", None, inputs(public=True)), [f"kafka-cluster: {PUBLIC_CREATION}"], None),
        (step("create-replacement", inputs(), inputs(public=True)), [f"kafka-cluster: {PUBLIC_CREATION}"], None),
        (step("same", inputs(), inputs()), [], None),
        (step("create-replacement", inputs(), inputs()), [], None),
    ],
)
def test_steps_of_a_preview_are_rejected_unless_acknowledged(changed, messages, change):
    assert rejected_steps([changed]) == messages
    if change:
        assert rejected_steps([changed], [change]) == []


def test_steps_of_other_resources_are_ignored():
    other = {
        "op": "delete",
        "urn": "urn:pulumi:a::b::aws:s3/bucket:Bucket::logs",
        "oldState": {"type": "aws:s3/bucket:Bucket"},
    }
    assert rejected_steps([other, {"op": "delete", "urn": "", "oldState": None}]) == []


@pytest.fixture
def create_guard(deploy):
    """Create the hook that runs before an update or a creation."""

    def create(acknowledged=(), before="update"):
        hooks = []

        def program():
            binding = cluster_change_guard("kafka", acknowledged)
            hooks.extend(binding.before_update if before == "update" else binding.before_create)
            aws.sns.Topic("guarded", opts=pulumi.ResourceOptions(hooks=binding))

        assert [resource.name for resource in deploy(program).resources] == ["guarded"]
        (hook,) = hooks
        return hook

    return create


@pytest.fixture
def logged(monkeypatch):
    """Messages that hooks log, with their severity."""
    messages = []
    monkeypatch.setattr(pulumi.log, "info", lambda message: messages.append(("info", message)))
    monkeypatch.setattr(pulumi.log, "warn", lambda message: messages.append(("warn", message)))
    return messages


def call(hook, before, after):
    args = pulumi.ResourceHookArgs("urn", "id", "kafka-cluster", CLUSTER_TYPE, new_inputs=after, old_inputs=before)
    return hook(args)


@pytest.mark.parametrize(("before", "name"), [("update", "kafka-update-guard"), ("create", "kafka-creation-guard")])
def test_the_hooks_run_in_previews_and_stop_on_errors(create_guard, before, name):
    hook = create_guard(before=before)
    assert hook.name == name
    assert hook.opts.on_dry_run
    assert not hook.opts.ignore_errors


def test_all_problems_of_an_update_are_reported_together(create_guard):
    with pytest.raises(InvalidInput) as error:
        call(create_guard(), inputs(), inputs(brokers=3, scram=False))
    assert str(error.value) == f"MskCluster 'kafka': {FEWER_BROKERS}; {SCRAM_OFF}"


def test_the_creation_of_a_public_cluster_is_rejected(create_guard):
    with pytest.raises(InvalidInput) as error:
        call(create_guard(before="create"), None, inputs(public=True))
    assert str(error.value) == f"MskCluster 'kafka': {PUBLIC_CREATION}"
    call(create_guard(before="create"), None, inputs())
    call(create_guard(before="create"), None, None)


def test_acknowledged_changes_are_allowed(create_guard, logged):
    call(create_guard(["fewer-brokers"]), inputs(), inputs(brokers=3))
    call(create_guard(), None, None)
    assert logged == []


def test_rolling_restarts_are_logged(create_guard, logged):
    call(create_guard(), inputs(), inputs(size="kafka.m7g.xlarge"))
    assert logged == [
        (
            "info",
            "MskCluster 'kafka': rolling restart of 6 brokers to change broker size, one broker at a time, 5 to 15 minutes "
            "each: 30 to 90 minutes in total",
        )
    ]


def test_several_operations_cause_a_warning_unless_acknowledged(create_guard, logged):
    after = inputs(brokers=9, volume=200)
    call(create_guard(["several-at-once"]), inputs(), after)
    assert logged == []
    call(create_guard(), inputs(), after)
    assert logged == [
        (
            "warn",
            "MskCluster 'kafka': MSK changes storage and broker count in sequence and stops if one fails; split them into "
            "several deployments, or set acknowledged_changes=['several-at-once']",
        )
    ]


def test_mutual_tls_that_may_stay_on_is_logged(create_guard, logged):
    call(create_guard(["authentication-off"]), inputs(authorities=["arn"]), inputs())
    ((severity, message),) = logged
    assert severity == "info"
    assert message.startswith("MskCluster 'kafka': mutual TLS may stay on, ")
