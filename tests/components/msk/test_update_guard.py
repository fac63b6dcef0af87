"""Changes of a cluster that are refused unless they are meant."""

import pulumi
import pulumi_aws as aws
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import rpc

from moorings import InvalidInput
from moorings.msk.update_guard import CLUSTER, partition_guard, refused_steps, refused_update, update_guard

AUTHORITY = "arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
OTHER = AUTHORITY.replace("0d1c", "1e2d")


def inputs(
    *,
    brokers=6,
    scram=True,
    iam=True,
    authorities=(),
    size="kafka.m7g.large",
    volume=100,
    revision=1,
    public=False,
    link=False,
):
    """Inputs of a cluster, in the provider's words."""
    return {
        "numberOfBrokerNodes": brokers,
        "kafkaVersion": "3.9.x.kraft",
        "brokerNodeGroupInfo": {
            "instanceType": size,
            "storageInfo": {"ebsStorageInfo": {"volumeSize": volume}},
            "connectivityInfo": {
                "publicAccess": {"type": "SERVICE_PROVIDED_EIPS" if public else "DISABLED"},
                **({"vpcConnectivity": {"clientAuthentication": {"sasl": {"scram": True}}}} if link else {}),
            },
        },
        "clientAuthentication": {
            "sasl": {"scram": scram, "iam": iam},
            **({"tls": {"certificateAuthorityArns": list(authorities)}} if authorities else {}),
        },
        "configurationInfo": {
            "arn": "arn:aws:kafka:eu-west-1:123456789012:configuration/kafka/1",
            "revision": revision,
        },
    }


FEWER = (
    "the cluster would have 3 brokers instead of 6, and MSK takes away only brokers that hold no partitions, one in each "
    "zone at a time; move their partitions away, then allow 'fewer-brokers'"
)


def locked_out(listener):
    return (
        f"{listener} would be off, and whoever logs in with it locked out; move the clients, then allow "
        "'authentication-off'"
    )


def certificates(*gone):
    return (
        f"certificates of {', '.join(gone)} would no longer log in; move the clients, then allow 'authentication-off'"
    )


def both(*what):
    return (
        f"this update would open the access and change {' and '.join(what)}, and MSK opens it only to what is there "
        "already; deploy access_step='prepare' first, and 'open' in an update of its own"
    )


@pytest.mark.parametrize(
    ("before", "after", "message", "meant"),
    [
        ({}, {"brokers": 3}, FEWER, "fewer-brokers"),
        ({}, {"scram": False}, locked_out("scram"), "authentication-off"),
        ({}, {"iam": None}, locked_out("iam"), "authentication-off"),
        ({"authorities": [AUTHORITY]}, {}, certificates(AUTHORITY), "authentication-off"),
        ({"authorities": [OTHER, AUTHORITY]}, {"authorities": [OTHER]}, certificates(AUTHORITY), "authentication-off"),
        (
            {},
            {"size": "express.m7g.large"},
            "MSK cannot turn kafka.m7g.large into express.m7g.large, as Standard and Express brokers never become each "
            "other; make a second cluster and replicate into it",
            None,
        ),
        (
            {},
            {"volume": 50},
            "volume_gib would be 50 instead of 100, and disks never shrink; keep 100 or more",
            None,
        ),
        ({}, {"public": True, "revision": 2}, both("the configuration"), None),
        ({"scram": False}, {"link": True}, both("the logins"), None),
        (
            {"authorities": [AUTHORITY]},
            {"authorities": [AUTHORITY, OTHER], "public": True, "revision": rpc.UNKNOWN},
            both("the configuration", "the logins"),
            None,
        ),
    ],
)
def test_what_nobody_means_is_refused(before, after, message, meant):
    assert list(refused_update(inputs(**before), inputs(**after))) == [message]
    if meant:
        assert list(refused_update(inputs(**before), inputs(**after), [meant])) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {}),
        ({}, {"brokers": 9, "volume": 200, "size": "kafka.m7g.xlarge", "revision": 2}),
        ({"scram": False}, {"scram": True, "authorities": [AUTHORITY]}),
        ({}, {"public": True}),
        ({}, {"link": True}),
        ({"public": True, "link": True}, {"scram": True, "revision": 2, "public": True, "link": True}),
        ({"public": True}, {"revision": 2}),
        ({"size": "express.m7g.large"}, {"size": "express.m7g.xlarge"}),
    ],
)
def test_everything_else_is_let_through(before, after):
    assert list(refused_update(inputs(**before), inputs(**after))) == []


UNKNOWNS = [rpc.UNKNOWN, object()]


@pytest.mark.parametrize("unknown", UNKNOWNS, ids=["in a preview's JSON", "in a hook"])
def test_what_is_not_known_yet_is_let_through(unknown):
    before = inputs(authorities=[AUTHORITY])
    after = inputs(brokers=unknown, scram=unknown, size=unknown, volume=unknown, authorities=[unknown])
    assert list(refused_update(before, after)) == []
    whole = {"numberOfBrokerNodes": 6, "brokerNodeGroupInfo": unknown, "clientAuthentication": unknown}
    assert list(refused_update(before, whole)) == []
    nothing_known = {"clientAuthentication": {"sasl": unknown, "tls": unknown}}
    assert list(refused_update(before, {**before, **nothing_known})) == []


def test_a_block_that_is_gone_counts_as_off():
    assert list(refused_update(inputs(), {**inputs(), "clientAuthentication": {}})) == [
        locked_out("scram"),
        locked_out("iam"),
    ]


@given(st.integers(1, 90), st.integers(1, 90))
def test_brokers_may_only_become_more(before, after):
    found = list(refused_update(inputs(brokers=before), inputs(brokers=float(after))))
    assert bool(found) is (after < before)


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
    """The hook of a cluster, as the engine would call it."""

    def made(meant=()):
        found = []

        def program():
            binding = update_guard("kafka", meant)
            found.extend(binding.before_update)
            aws.sns.Topic("guarded", opts=pulumi.ResourceOptions(hooks=binding))

        assert [each.name for each in deploy(program).resources] == ["guarded"]
        (guard,) = found
        return guard

    return made


def call(guard, before, after):
    return guard(pulumi.ResourceHookArgs("urn", "id", "kafka-cluster", CLUSTER, new_inputs=after, old_inputs=before))


def test_the_hook_runs_in_a_preview_too(hook):
    guard = hook()
    assert guard.name == "kafka-update-guard"
    assert guard.opts.on_dry_run
    assert not guard.opts.ignore_errors


def test_the_hook_refuses_in_one_sentence(hook):
    with pytest.raises(InvalidInput) as caught:
        call(hook(), inputs(), inputs(brokers=3, scram=False))
    assert str(caught.value) == f"MskCluster 'kafka': {FEWER}; {locked_out('scram')}"


def test_the_hook_lets_through_what_is_meant_and_tells_of_restarts(hook, monkeypatch):
    told = []
    monkeypatch.setattr(pulumi.log, "info", told.append)
    call(hook(["fewer-brokers"]), inputs(), inputs(brokers=3))
    call(hook(), None, None)
    assert told == []
    call(hook(), inputs(), inputs(size="kafka.m7g.xlarge"))
    assert told == [
        "MskCluster 'kafka': a change of the size of the brokers restarts the 6 brokers one by one, 5 to 15 minutes for "
        "each: 30 to 90 minutes in all"
    ]


def test_private_link_is_not_left_on_by_leaving_it_out():
    assert list(refused_update(inputs(link=True), inputs())) == [
        "PrivateLink would stay on, as MSK turns off only what it is told to; say private_link_closed=True"
    ]
    closed = inputs(link=True)
    closed["brokerNodeGroupInfo"]["connectivityInfo"]["vpcConnectivity"]["clientAuthentication"]["sasl"]["scram"] = (
        False
    )
    assert list(refused_update(inputs(link=True), closed)) == []
    assert list(refused_update(inputs(), inputs())) == []


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
