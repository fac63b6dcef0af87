"""Changes of a cluster that MSK rejects or that are rarely intended."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import rpc

from moorings.msk.rejected_changes import creation_problems, mutual_tls_notice, update_problems

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


FEWER_BROKERS = (
    "brokers_per_zone: 3 brokers instead of 6; MSK removes only brokers without partitions, one per Availability Zone at a "
    "time. Move their partitions away, then acknowledge 'fewer-brokers'"
)


def turned_off(method):
    return f"{method}: turning it off locks out its clients; migrate them, then acknowledge 'authentication-off'"


def removed_authority(authority):
    return (
        f"certificate_authority_arns: removing {authority} locks out clients with its certificates; migrate them, then "
        "acknowledge 'authentication-off'"
    )


def also_changes(*settings):
    return (
        f"connectivity_step: this update also changes {' and '.join(settings)}, which must be in place before connectivity "
        "is enabled; deploy connectivity_step='prepare' first, and 'enable' in a later update"
    )


@pytest.mark.parametrize(
    ("before", "after", "message", "change"),
    [
        ({}, {"brokers": 3}, FEWER_BROKERS, "fewer-brokers"),
        ({}, {"scram": False}, turned_off("scram"), "authentication-off"),
        ({}, {"iam": None}, turned_off("iam"), "authentication-off"),
        ({"authorities": [AUTHORITY]}, {}, removed_authority(AUTHORITY), "authentication-off"),
        (
            {"authorities": [OTHER, AUTHORITY]},
            {"authorities": [OTHER]},
            removed_authority(AUTHORITY),
            "authentication-off",
        ),
        (
            {},
            {"size": "express.m7g.large"},
            "instance_type: MSK cannot change kafka.m7g.large to express.m7g.large, because one is a Standard and the "
            "other an Express size; create a second cluster and replicate into it",
            None,
        ),
        (
            {"size": "kafka.t3.small"},
            {"size": "kafka.m7g.large", "public": True},
            also_changes("broker size"),
            None,
        ),
        ({"version": "3.8.x.kraft"}, {"link": True}, also_changes("Kafka version"), None),
        (
            {"tiered": True},
            {},
            "tiered_storage: MSK cannot turn it off; keep tiered_storage=True, and turn off remote.storage.enable in the "
            "topics",
            None,
        ),
        (
            {"network": "DUAL"},
            {},
            "dual_stack: MSK cannot turn it off; keep dual_stack=True",
            None,
        ),
        (
            {},
            {"volume": 105},
            "volume_gib: 105 instead of 100; volumes grow by at least 10 GiB. Use 100, or 110 or more",
            None,
        ),
        (
            {},
            {"volume": 50},
            "volume_gib: 50 instead of 100; volumes cannot shrink. Use 100 or more",
            None,
        ),
        ({}, {"public": True, "revision": 2}, also_changes("configuration"), None),
        ({"scram": False}, {"link": True}, also_changes("authentication"), None),
        (
            {"authorities": [AUTHORITY]},
            {"authorities": [AUTHORITY, OTHER], "public": True, "revision": rpc.UNKNOWN},
            also_changes("configuration", "authentication"),
            None,
        ),
    ],
)
def test_rejected_updates(before, after, message, change):
    assert list(update_problems(inputs(**before), inputs(**after))) == [message]
    if change:
        assert list(update_problems(inputs(**before), inputs(**after), [change])) == []


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
    assert list(update_problems(inputs(**before), inputs(**after))) == []


@pytest.mark.parametrize("unknown", [rpc.UNKNOWN, object()], ids=["in the JSON of a preview", "in a hook"])
def test_unknown_inputs_are_not_checked(unknown):
    before = inputs(authorities=[AUTHORITY])
    after = inputs(brokers=unknown, scram=unknown, size=unknown, volume=unknown, authorities=[unknown])
    assert list(update_problems(before, after)) == []
    unknown_blocks = {"numberOfBrokerNodes": 6, "brokerNodeGroupInfo": unknown, "clientAuthentication": unknown}
    assert list(update_problems(before, unknown_blocks)) == []
    unknown_methods = {"clientAuthentication": {"sasl": unknown, "tls": unknown}}
    assert list(update_problems(before, {**before, **unknown_methods})) == []


def test_a_removed_block_counts_as_turned_off():
    assert list(update_problems(inputs(), {**inputs(), "clientAuthentication": {}})) == [
        turned_off("scram"),
        turned_off("iam"),
    ]


def test_a_cluster_cannot_be_created_with_public_access():
    assert list(creation_problems(inputs(public=True, link=True))) == [
        "connectivity: MSK cannot create a cluster with public access; deploy connectivity_step='prepare' first, and "
        "'enable' in a later update"
    ]
    assert list(creation_problems(inputs(link=True))) == []
    assert list(creation_problems({"brokerNodeGroupInfo": rpc.UNKNOWN})) == []


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            {},
            {"brokers": 3},
            "3 brokers instead of 9; MSK removes one broker per Availability Zone at a time. Lower it by 1 in each update",
        ),
        (
            {"size": "kafka.t3.small"},
            {"size": "kafka.t3.small", "brokers": 6},
            "6 brokers instead of 9; MSK does not remove kafka.t3.small brokers. Change instance_type first",
        ),
        (
            {"version": "2.8.0"},
            {"version": "2.8.0", "brokers": 6},
            "6 brokers instead of 9; requires Kafka 2.8.1 or later, got 2.8.0. Raise kafka_version first",
        ),
    ],
)
def test_removals_that_msk_does_not_support_are_rejected_even_if_acknowledged(before, after, message):
    problems = update_problems(inputs(brokers=9, **before), inputs(**after), ["fewer-brokers"])
    assert list(problems) == [f"brokers_per_zone: {message}"]


@pytest.mark.parametrize("version", ["2.8.1", "3.9.x.kraft", "trunk", rpc.UNKNOWN, object()])
@pytest.mark.parametrize("size", ["kafka.m5.large", "express.m7g.large", object()])
def test_acknowledged_removals_are_allowed(version, size):
    unchanged = {"version": version, "size": size}
    assert (
        list(update_problems(inputs(brokers=9, **unchanged), inputs(brokers=6, **unchanged), ["fewer-brokers"])) == []
    )
    unknown = {**inputs(brokers=3, **unchanged), "brokerNodeGroupInfo": object()}
    assert list(update_problems(inputs(brokers=9, **unchanged), unknown, ["fewer-brokers"])) == []


@pytest.mark.parametrize(
    ("old", "new", "both", "message"),
    [
        (
            "3.9.x.kraft",
            "3.8.x.kraft",
            {},
            "does not support the downgrade from 3.9.x.kraft to 3.8.x.kraft; use 3.9.x.kraft or later",
        ),
        (
            "4.0.x.kraft",
            "3.9.x.kraft",
            {},
            "does not support the downgrade from 4.0.x.kraft to 3.9.x.kraft; use 4.0.x.kraft or later",
        ),
        ("3.9.x", "3.8.x", {}, "does not support the downgrade from 3.9.x to 3.8.x; use 3.9.x or later"),
        ("2.8.1", "2.8.0", {}, "does not support the downgrade from 2.8.1 to 2.8.0; use 2.8.1 or later"),
        (
            "3.9.x.kraft",
            "3.9.x",
            {},
            "cannot migrate 3.9.x.kraft to ZooKeeper (3.9.x); use a version that ends with .kraft",
        ),
        ("3.8.x", "4.0.x.kraft", {}, "migrates from 3.8.x to 4.0.x.kraft only via 3.9.x; deploy 3.9.x first"),
        ("3.8.x", "3.8.x.kraft", {}, "migrates from 3.8.x to 3.8.x.kraft only via 3.9.x; deploy 3.9.x first"),
        (
            "3.9.x",
            "3.9.x.kraft",
            {"zones": 2},
            "migrates from 3.9.x to 3.9.x.kraft only in three Availability Zones; create a second cluster and replicate "
            "into it",
        ),
        (
            "3.9.x",
            "3.9.x.kraft",
            {"size": "kafka.t3.small"},
            "migrates from 3.9.x to 3.9.x.kraft only with brokers larger than kafka.t3.small; change instance_type first",
        ),
        (
            "3.9.x",
            "3.9.x.kraft",
            {"public": True, "exporters": True},
            "migrates from 3.9.x to 3.9.x.kraft only if public access and Prometheus exporters are not both on; "
            "turn one off during the migration",
        ),
    ],
)
def test_unsupported_version_changes_are_rejected(old, new, both, message):
    before, after = inputs(version=old, **both), inputs(version=new, **both)
    assert list(update_problems(before, after)) == [f"kafka_version: MSK {message}"]


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
    assert list(update_problems(inputs(version=old), inputs(version=new))) == []
    assert list(update_problems({**inputs(version=old), "brokerNodeGroupInfo": object()}, inputs(version=old))) == []


def test_a_kraft_migration_with_unknown_brokers_is_allowed():
    after = {**inputs(version="3.9.x.kraft"), "brokerNodeGroupInfo": object()}
    assert list(update_problems(inputs(version="3.9.x"), after)) == []


def test_mutual_tls_may_stay_on_after_the_last_authority_is_removed():
    assert mutual_tls_notice(inputs(authorities=[AUTHORITY]), inputs()) == (
        "mutual TLS may stay on, because the AWS provider does not turn it off; check `aws kafka describe-cluster-v2` "
        "after the update and run `aws kafka update-security --client-authentication Tls={Enabled=false}`"
    )
    assert mutual_tls_notice(inputs(authorities=[AUTHORITY, OTHER]), inputs(authorities=[AUTHORITY])) is None
    assert mutual_tls_notice(inputs(), inputs()) is None


@given(st.integers(1, 90), st.integers(1, 90))
def test_only_removals_of_brokers_are_rejected(before, after):
    problems = list(update_problems(inputs(brokers=before), inputs(brokers=float(after))))
    assert bool(problems) is (after < before)


def test_private_link_must_be_turned_off_explicitly():
    assert list(update_problems(inputs(link=True), inputs())) == [
        "connectivity: PrivateLink stays on unless it is turned off explicitly; set disable_private_link=True"
    ]
    turned_off = inputs(link=True)
    sasl = turned_off["brokerNodeGroupInfo"]["connectivityInfo"]["vpcConnectivity"]["clientAuthentication"]["sasl"]
    sasl["scram"] = False
    assert list(update_problems(inputs(link=True), turned_off)) == []
    assert list(update_problems(inputs(), inputs())) == []
