"""Changes of a cluster that MSK rejects or that are rarely intended."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import rpc

from moorings.msk.cluster_change_rules import CLUSTER_CHANGES
from moorings.msk.cluster_inputs import CLUSTER_TYPE
from moorings.msk.version_change_rules import VERSION_CHANGES
from moorings.validation.change_rules import evaluate_change
from moorings.validation.resource_changes import Properties, ResourceChange

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
    version="3.9.x.kraft",
    zones=3,
    tiered=False,
    exporters=False,
    network=None,
):
    """Inputs of `aws.msk.Cluster`."""
    return {
        "numberOfBrokerNodes": brokers,
        "kafkaVersion": version,
        "storageMode": "TIERED" if tiered else None,
        "openMonitoring": {"prometheus": {"jmxExporter": {"enabledInBroker": exporters}}},
        "brokerNodeGroupInfo": {
            "instanceType": size,
            "clientSubnets": [f"subnet-{zone}" for zone in range(zones)],
            "storageInfo": {"ebsStorageInfo": {"volumeSize": volume}},
            "connectivityInfo": {
                "publicAccess": {"type": "SERVICE_PROVIDED_EIPS" if public else "DISABLED"},
                "networkType": network,
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


def judge(before, after, operation="update"):
    """Return rule, path and message of all findings."""
    change = ResourceChange(operation, CLUSTER_TYPE, Properties(before), Properties(after))
    return [
        (rule.id, path, message)
        for rule, path, message in evaluate_change([*CLUSTER_CHANGES.rules, *VERSION_CHANGES.rules], change)
    ]


def rejected(before, after, operation="update"):
    """Return rule and path of all findings except warnings."""
    warnings = {"msk-several-operations", "msk-mutual-tls-stays-on"}
    return [(rule, *path) for rule, path, _ in judge(before, after, operation) if rule not in warnings]


CONNECTIVITY = ("msk-connectivity-with-prerequisites", "connectivity_step")
AUTHORITIES = ("msk-authentication-off", "certificate_authority_arns")


@pytest.mark.parametrize(
    ("before", "after", "finding"),
    [
        ({}, {"brokers": 3}, ("msk-fewer-brokers", "brokers_per_zone")),
        ({}, {"scram": False}, ("msk-authentication-off", "scram")),
        ({}, {"iam": None}, ("msk-authentication-off", "iam")),
        ({"authorities": [AUTHORITY]}, {}, AUTHORITIES),
        ({"authorities": [OTHER, AUTHORITY]}, {"authorities": [OTHER]}, AUTHORITIES),
        ({}, {"size": "express.m7g.large"}, ("msk-broker-type-changed", "instance_type")),
        ({"size": "kafka.t3.small"}, {"size": "kafka.m7g.large", "public": True}, CONNECTIVITY),
        ({"version": "3.8.x.kraft"}, {"link": True}, CONNECTIVITY),
        ({}, {"public": True, "revision": 2}, CONNECTIVITY),
        ({"scram": False}, {"link": True}, CONNECTIVITY),
        (
            {"authorities": [AUTHORITY]},
            {"authorities": [AUTHORITY, OTHER], "public": True, "revision": rpc.UNKNOWN},
            CONNECTIVITY,
        ),
        ({"tiered": True}, {}, ("msk-tiered-storage-off", "tiered_storage")),
        ({"network": "DUAL"}, {}, ("msk-dual-stack-off", "dual_stack")),
        ({}, {"volume": 105}, ("msk-volume-resized", "volume_gib")),
        ({}, {"volume": 50}, ("msk-volume-resized", "volume_gib")),
        ({"link": True}, {}, ("msk-private-link-stays-on", "connectivity")),
    ],
)
def test_rejected_updates(before, after, finding):
    assert rejected(inputs(**before), inputs(**after)) == [finding]


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
        ({}, {"volume": 110}),
        ({}, {"tiered": True}),
        ({}, {"network": "DUAL"}),
        ({"network": "DUAL"}, {"network": "DUAL", "public": True}),
        ({"tiered": True}, {"tiered": True, "volume": 200}),
        ({}, {"public": True, "brokers": 9}),
    ],
)
def test_other_updates_are_allowed(before, after):
    assert rejected(inputs(**before), inputs(**after)) == []


@pytest.mark.parametrize("unknown", [rpc.UNKNOWN, object()], ids=["in the JSON of a preview", "in a hook"])
def test_unknown_inputs_are_not_checked(unknown):
    before = inputs(authorities=[AUTHORITY])
    after = inputs(brokers=unknown, scram=unknown, size=unknown, volume=unknown, authorities=[unknown])
    assert rejected(before, after) == []
    unknown_blocks = {"numberOfBrokerNodes": 6, "brokerNodeGroupInfo": unknown, "clientAuthentication": unknown}
    assert rejected(before, unknown_blocks) == []
    unknown_methods = {"clientAuthentication": {"sasl": unknown, "tls": unknown}}
    assert rejected(before, {**before, **unknown_methods}) == []


def test_a_removed_block_counts_as_turned_off():
    assert rejected(inputs(), {**inputs(), "clientAuthentication": {}}) == [
        ("msk-authentication-off", "scram"),
        ("msk-authentication-off", "iam"),
    ]


def test_a_cluster_cannot_be_created_with_public_access():
    assert rejected(None, inputs(public=True, link=True), "create") == [
        ("msk-created-with-public-access", "connectivity")
    ]
    assert rejected(None, inputs(link=True), "create") == []
    assert rejected(None, {"brokerNodeGroupInfo": rpc.UNKNOWN}, "create") == []


@pytest.mark.parametrize(
    ("both", "brokers", "problem"),
    [
        ({}, 3, "one broker per Availability Zone at a time; lower it by 1 in each update"),
        ({"size": "kafka.t3.small"}, 6, "does not remove kafka.t3.small brokers; change instance_type first"),
        ({"version": "2.8.0"}, 6, "requires Kafka 2.8.1 or later, got 2.8.0; raise kafka_version first"),
    ],
)
def test_removals_that_msk_does_not_support_are_errors(both, brokers, problem):
    findings = judge(inputs(brokers=9, **both), inputs(brokers=brokers, **both))
    (message,) = [message for rule, _, message in findings if rule == "msk-broker-removal-unsupported"]
    assert message.endswith(problem)


@pytest.mark.parametrize("version", ["2.8.1", "3.9.x.kraft", "trunk", rpc.UNKNOWN, object()])
@pytest.mark.parametrize("size", ["kafka.m5.large", "express.m7g.large", object()])
def test_other_removals_can_be_acknowledged(version, size):
    unchanged = {"version": version, "size": size}
    unknown = {**inputs(brokers=3, **unchanged), "brokerNodeGroupInfo": object()}
    for after in (inputs(brokers=6, **unchanged), unknown):
        assert rejected(inputs(brokers=9, **unchanged), after) == [("msk-fewer-brokers", "brokers_per_zone")]


@pytest.mark.parametrize(
    ("old", "new", "both", "rule", "message"),
    [
        ("3.9.x.kraft", "3.8.x.kraft", {}, "msk-kafka-downgrade", "use 3.9.x.kraft or later"),
        ("4.0.x.kraft", "3.9.x.kraft", {}, "msk-kafka-downgrade", "use 4.0.x.kraft or later"),
        ("3.9.x.kraft", "3.8.x", {}, "msk-kafka-downgrade", "use 3.9.x.kraft or later"),
        ("3.9.x", "3.8.x", {}, "msk-kafka-downgrade", "use 3.9.x or later"),
        ("2.8.1", "2.8.0", {}, "msk-kafka-downgrade", "use 2.8.1 or later"),
        ("3.9.x.kraft", "3.9.x", {}, "msk-kraft-migration", "use a version that ends with .kraft"),
        ("3.8.x", "4.0.x.kraft", {}, "msk-kraft-migration", "deploy 3.9.x first"),
        ("3.8.x", "3.8.x.kraft", {}, "msk-kraft-migration", "deploy 3.9.x first"),
        ("3.9.x", "3.9.x.kraft", {"zones": 2}, "msk-kraft-migration", "create a second cluster and replicate into it"),
        ("3.9.x", "3.9.x.kraft", {"size": "kafka.t3.small"}, "msk-kraft-migration", "change instance_type first"),
        (
            "3.9.x",
            "3.9.x.kraft",
            {"public": True, "exporters": True},
            "msk-kraft-migration",
            "turn one of them off during the migration",
        ),
    ],
)
def test_unsupported_version_changes_are_rejected(old, new, both, rule, message):
    ((found, path, text),) = judge(inputs(version=old, **both), inputs(version=new, **both))
    assert (found, path) == (rule, ("kafka_version",))
    assert text.endswith(message)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("3.8.x", "3.9.x"),
        ("3.9.x", "3.9.x.kraft"),
        ("3.9.x", "4.0.x.kraft"),
        ("3.9.x.kraft", "4.1.x.kraft"),
        ("2.8.0", "2.8.1"),
        ("3.6.0", "3.6.0.1"),
        ("3.9.x", "trunk"),
        ("trunk", "3.9.x"),
        ("3.9.x", rpc.UNKNOWN),
        ("3.9.x", object()),
        (None, "3.9.x"),
    ],
)
def test_other_version_changes_are_allowed(old, new):
    assert rejected(inputs(version=old), inputs(version=new)) == []
    assert rejected({**inputs(version=old), "brokerNodeGroupInfo": object()}, inputs(version=old)) == []


def test_a_kraft_migration_with_unknown_brokers_is_allowed():
    after = {**inputs(version="3.9.x.kraft"), "brokerNodeGroupInfo": object()}
    assert rejected(inputs(version="3.9.x"), after) == []


def test_mutual_tls_may_stay_on_after_the_last_authority_is_removed():
    def warned(before, after):
        return "msk-mutual-tls-stays-on" in {rule for rule, _, _ in judge(inputs(**before), inputs(**after))}

    assert warned({"authorities": [AUTHORITY]}, {})
    assert not warned({"authorities": [AUTHORITY, OTHER]}, {"authorities": [AUTHORITY]})
    assert not warned({}, {})


@given(st.integers(1, 90), st.integers(1, 90))
def test_only_removals_of_brokers_are_rejected(before, after):
    findings = rejected(inputs(brokers=before), inputs(brokers=float(after)))
    assert (("msk-fewer-brokers", "brokers_per_zone") in findings) is (after < before)
    assert bool(findings) is (after < before)


def test_private_link_can_be_turned_off_explicitly():
    turned_off = inputs(link=True)
    sasl = turned_off["brokerNodeGroupInfo"]["connectivityInfo"]["vpcConnectivity"]["clientAuthentication"]["sasl"]
    sasl["scram"] = False
    assert rejected(inputs(link=True), turned_off) == []


@pytest.mark.parametrize(
    ("changed", "operations"),
    [
        ({}, None),
        ({"storageMode": "TIERED"}, None),
        ({"kafkaVersion": "4.1.x.kraft", "configurationInfo": {"revision": 2}}, None),
        ({"storageMode": "TIERED", "enhancedMonitoring": "PER_BROKER"}, None),
        ({"storageMode": "TIERED", "numberOfBrokerNodes": 9}, "storage and broker count"),
        (
            {
                "clientAuthentication": {"sasl": {"iam": True, "scram": True}, "unauthenticated": False},
                "kafkaVersion": "4.1.x.kraft",
                "configurationInfo": {"revision": 2},
                "numberOfBrokerNodes": 9,
            },
            "broker count, Kafka version with configuration and authentication",
        ),
    ],
)
def test_several_operations_are_listed_in_their_order(changed, operations):
    messages = [message for rule, _, message in judge(inputs(), {**inputs(), **changed}) if "several" in rule]
    assert messages == ([] if operations is None else [messages[0]])
    assert operations is None or f"MSK changes {operations} in sequence" in messages[0]
