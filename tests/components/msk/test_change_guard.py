"""Changes of a cluster that are refused unless they are meant."""

import pulumi
import pulumi_aws as aws
import pytest
from pulumi.runtime import rpc

from moorings import InvalidInput
from moorings.msk.change_guard import CLUSTER, cluster_change_guard, partition_guard, refused_steps


def inputs(*, brokers=6, size="kafka.m7g.large", scram=True, volume=100, public=False, authorities=()):
    """Inputs of a cluster, in the provider's words."""
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


FEWER = (
    "the cluster would have 3 brokers instead of 6, and MSK takes away only brokers that hold no partitions, one in each "
    "zone at a time; move their partitions away, then allow 'fewer-brokers'"
)
LOCKED_OUT = (
    "scram would be off, and whoever logs in with it locked out; move the clients, then allow 'authentication-off'"
)
NOT_AT_ONCE = (
    "MSK makes no cluster that the internet reaches; deploy connectivity_step='prepare' first, and 'enable' in an update of its "
    "own"
)


def step(op, old=None, new=None, **more):
    state = {"type": CLUSTER}
    return {
        "op": op,
        "urn": "urn:pulumi:production::shop::moorings:index:MskCluster$aws:msk/cluster:Cluster::kafka-cluster",
        **({"oldState": {**state, "inputs": old}} if old else {}),
        **({"newState": {**state, "inputs": new}} if new else {}),
        **more,
    }


@pytest.mark.parametrize(
    ("found", "messages", "meant"),
    [
        (
            step("replace", inputs(), inputs(), replaceReasons=["clusterName", "encryptionInfo"]),
            [
                "kafka-cluster: clusterName, encryptionInfo would replace the cluster, and all its data would be lost; "
                "take the change back, or allow 'replacement'"
            ],
            "replacement",
        ),
        (
            step("replace", inputs(), inputs(), diffReasons=["clusterName"]),
            [
                "kafka-cluster: clusterName would replace the cluster, and all its data would be lost; take the change "
                "back, or allow 'replacement'"
            ],
            "replacement",
        ),
        (
            step("replace", inputs(), inputs()),
            [
                "kafka-cluster: a changed property would replace the cluster, and all its data would be lost; take the "
                "change back, or allow 'replacement'"
            ],
            "replacement",
        ),
        (
            step("delete", inputs()),
            [
                "kafka-cluster: the cluster would be deleted with all its data; keep it in the program, or allow "
                "'deletion'"
            ],
            "deletion",
        ),
        (step("update", inputs(), inputs(brokers=3)), [f"kafka-cluster: {FEWER}"], "fewer-brokers"),
        (step("update", inputs(), inputs(brokers=9)), [], None),
        (step("create", None, inputs()), [], None),
        (step("create", None, inputs(public=True)), [f"kafka-cluster: {NOT_AT_ONCE}"], None),
        (step("create-replacement", inputs(), inputs(public=True)), [f"kafka-cluster: {NOT_AT_ONCE}"], None),
        (step("same", inputs(), inputs()), [], None),
        (step("create-replacement", inputs(), inputs()), [], None),
    ],
)
def test_a_preview_is_looked_at(found, messages, meant):
    assert refused_steps([found]) == messages
    if meant:
        assert refused_steps([found], [meant]) == []


def test_other_resources_are_none_of_its_business():
    other = {
        "op": "delete",
        "urn": "urn:pulumi:a::b::aws:s3/bucket:Bucket::logs",
        "oldState": {"type": "aws:s3/bucket:Bucket"},
    }
    assert refused_steps([other, {"op": "delete", "urn": "", "oldState": None}]) == []


@pytest.fixture
def hook(deploy):
    """A hook of a cluster, as the engine would call it."""

    def made(meant=(), before="update"):
        found = []

        def program():
            binding = cluster_change_guard("kafka", meant)
            found.extend(binding.before_update if before == "update" else binding.before_create)
            aws.sns.Topic("guarded", opts=pulumi.ResourceOptions(hooks=binding))

        assert [each.name for each in deploy(program).resources] == ["guarded"]
        (guard,) = found
        return guard

    return made


@pytest.fixture
def told(monkeypatch):
    """What hooks say: how loud, and what."""
    found = []
    monkeypatch.setattr(pulumi.log, "info", lambda what: found.append(("info", what)))
    monkeypatch.setattr(pulumi.log, "warn", lambda what: found.append(("warn", what)))
    return found


def call(guard, before, after):
    return guard(pulumi.ResourceHookArgs("urn", "id", "kafka-cluster", CLUSTER, new_inputs=after, old_inputs=before))


@pytest.mark.parametrize(("before", "name"), [("update", "kafka-update-guard"), ("create", "kafka-creation-guard")])
def test_the_hooks_run_in_a_preview_too(hook, before, name):
    guard = hook(before=before)
    assert guard.name == name
    assert guard.opts.on_dry_run
    assert not guard.opts.ignore_errors


def test_the_hook_refuses_in_one_sentence(hook):
    with pytest.raises(InvalidInput) as caught:
        call(hook(), inputs(), inputs(brokers=3, scram=False))
    assert str(caught.value) == f"MskCluster 'kafka': {FEWER}; {LOCKED_OUT}"


def test_a_cluster_is_not_made_with_public_access(hook):
    with pytest.raises(InvalidInput) as caught:
        call(hook(before="create"), None, inputs(public=True))
    assert str(caught.value) == f"MskCluster 'kafka': {NOT_AT_ONCE}"
    call(hook(before="create"), None, inputs())
    call(hook(before="create"), None, None)


def test_the_hook_lets_through_what_is_meant_and_tells_of_restarts(hook, told):
    call(hook(["fewer-brokers"]), inputs(), inputs(brokers=3))
    call(hook(), None, None)
    assert told == []
    call(hook(), inputs(), inputs(size="kafka.m7g.xlarge"))
    assert told == [
        (
            "info",
            "MskCluster 'kafka': a change of the size of the brokers restarts the 6 brokers one by one, 5 to 15 minutes "
            "for each: 30 to 90 minutes in all",
        )
    ]


def test_several_changes_at_once_are_warned_of_unless_they_are_meant(hook, told):
    after = inputs(brokers=9, volume=200)
    call(hook(["several-at-once"]), inputs(), after)
    assert told == []
    call(hook(), inputs(), after)
    assert told == [
        (
            "warn",
            "MskCluster 'kafka': this update changes the disks and the number of brokers, one after the other, each when "
            "MSK is through with the one before, and where one fails those after it are not made; make them in updates "
            "of their own, or say acknowledged_changes=['several-at-once']",
        )
    ]


def test_certificates_that_may_go_on_logging_in_are_told_of(hook, told):
    call(hook(["authentication-off"]), inputs(authorities=["arn"]), inputs())
    ((how, what),) = told
    assert how == "info"
    assert what.startswith("MskCluster 'kafka': certificates may go on logging in, ")


@pytest.fixture
def resize(deploy):
    """Call the hook of a topic, as the engine would."""

    def call(before, after):
        found = []

        def program():
            binding = partition_guard("kafka")
            found.extend(binding.before_update)
            aws.sns.Topic("guarded", opts=pulumi.ResourceOptions(hooks=binding))

        deploy(program)
        (guard,) = found
        assert guard.name == "kafka-partition-guard"
        assert guard.opts.on_dry_run
        kind = "aws:msk/topic:Topic"
        return guard(pulumi.ResourceHookArgs("urn", "id", "kafka-orders-topic", kind, after, before))

    return call


@pytest.mark.parametrize("after", [12, 13, rpc.UNKNOWN])
def test_partitions_may_become_more(resize, after):
    resize({"partitionCount": 12}, {"partitionCount": after})
    resize(None, {"partitionCount": after})


def test_partitions_never_become_fewer(resize):
    with pytest.raises(InvalidInput) as refused:
        resize({"partitionCount": 12}, {"partitionCount": 11})
    assert str(refused.value) == (
        "MskCluster 'kafka': topics: orders would have 11 partitions instead of 12, and Kafka takes none away; keep 12 or "
        "more, or make a topic of another name"
    )
