"""What MSK refuses of a change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import rpc

from moorings.msk.rejected_changes import creation_problems, left_on, update_problems

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
    """Inputs of a cluster, in the provider's words."""
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
        "already; deploy connectivity_step='prepare' first, and 'enable' in an update of its own"
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
            {"size": "kafka.t3.small"},
            {"size": "kafka.m7g.large", "public": True},
            both("the size of the brokers"),
            None,
        ),
        ({"version": "3.8.x.kraft"}, {"link": True}, both("the Kafka version"), None),
        (
            {"tiered": True},
            {},
            "tiered_storage would be off, and MSK never takes the second tier from a cluster; keep tiered_storage=True, "
            "and turn remote.storage.enable off in the topics",
            None,
        ),
        (
            {"network": "DUAL"},
            {},
            "dual_stack would be off, and MSK never takes IPv6 from a cluster; keep dual_stack=True",
            None,
        ),
        (
            {},
            {"volume": 105},
            "volume_gib would be 105 instead of 100, and disks grow by 10 GiB at least; keep 100, or take 110 or more",
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
    assert list(update_problems(inputs(**before), inputs(**after))) == [message]
    if meant:
        assert list(update_problems(inputs(**before), inputs(**after), [meant])) == []


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
def test_everything_else_is_let_through(before, after):
    assert list(update_problems(inputs(**before), inputs(**after))) == []


UNKNOWNS = [rpc.UNKNOWN, object()]


@pytest.mark.parametrize("unknown", UNKNOWNS, ids=["in a preview's JSON", "in a hook"])
def test_what_is_not_known_yet_is_let_through(unknown):
    before = inputs(authorities=[AUTHORITY])
    after = inputs(brokers=unknown, scram=unknown, size=unknown, volume=unknown, authorities=[unknown])
    assert list(update_problems(before, after)) == []
    whole = {"numberOfBrokerNodes": 6, "brokerNodeGroupInfo": unknown, "clientAuthentication": unknown}
    assert list(update_problems(before, whole)) == []
    nothing_known = {"clientAuthentication": {"sasl": unknown, "tls": unknown}}
    assert list(update_problems(before, {**before, **nothing_known})) == []


def test_a_block_that_is_gone_counts_as_off():
    assert list(update_problems(inputs(), {**inputs(), "clientAuthentication": {}})) == [
        locked_out("scram"),
        locked_out("iam"),
    ]


def test_a_cluster_begins_without_public_access():
    assert list(creation_problems(inputs(public=True, link=True))) == [
        "MSK makes no cluster that the internet reaches; deploy connectivity_step='prepare' first, and 'enable' in an update of "
        "its own"
    ]
    assert list(creation_problems(inputs(link=True))) == []
    assert list(creation_problems({"brokerNodeGroupInfo": rpc.UNKNOWN})) == []


LESS = "the cluster would have {} brokers instead of 9, and MSK takes away "


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            {},
            {"brokers": 3},
            LESS.format(3) + "one in each zone at a time; lower brokers_per_zone by one, and again in the next update",
        ),
        (
            {"size": "kafka.t3.small"},
            {"size": "kafka.t3.small", "brokers": 6},
            LESS.format(6) + "none of kafka.t3.small; make the brokers larger first",
        ),
        (
            {"version": "2.8.0"},
            {"version": "2.8.0", "brokers": 6},
            LESS.format(6) + "none with Kafka 2.8.0; raise kafka_version to 2.8.1 or later first",
        ),
    ],
)
def test_brokers_that_msk_does_not_take_away_are_refused_although_they_are_meant(before, after, message):
    assert list(update_problems(inputs(brokers=9, **before), inputs(**after), ["fewer-brokers"])) == [message]


@pytest.mark.parametrize("version", ["2.8.1", "3.9.x.kraft", "trunk", rpc.UNKNOWN, object()])
@pytest.mark.parametrize("size", ["kafka.m5.large", "express.m7g.large", object()])
def test_brokers_that_msk_takes_away_are_let_through_if_they_are_meant(version, size):
    kept = {"version": version, "size": size}
    assert list(update_problems(inputs(brokers=9, **kept), inputs(brokers=6, **kept), ["fewer-brokers"])) == []
    unknown = {**inputs(brokers=3, **kept), "brokerNodeGroupInfo": object()}
    assert list(update_problems(inputs(brokers=9, **kept), unknown, ["fewer-brokers"])) == []


def instead(was, will_be):
    return f"kafka_version would be {will_be} instead of {was}, and MSK "


@pytest.mark.parametrize(
    ("was", "will_be", "after", "message"),
    [
        ("3.9.x.kraft", "3.8.x.kraft", {}, "never goes back; keep 3.9.x.kraft or a newer one"),
        ("4.0.x.kraft", "3.9.x.kraft", {}, "never goes back; keep 4.0.x.kraft or a newer one"),
        ("3.9.x", "3.8.x", {}, "never goes back; keep 3.9.x or a newer one"),
        ("2.8.1", "2.8.0", {}, "never goes back; keep 2.8.1 or a newer one"),
        ("3.9.x.kraft", "3.9.x", {}, "never goes back to ZooKeeper; take a version that ends with .kraft"),
        ("3.8.x", "4.0.x.kraft", {}, "leaves ZooKeeper only from 3.9.x; deploy 3.9.x first"),
        ("3.8.x", "3.8.x.kraft", {}, "leaves ZooKeeper only from 3.9.x; deploy 3.9.x first"),
        (
            "3.9.x",
            "3.9.x.kraft",
            {"zones": 2},
            "leaves ZooKeeper only with brokers in three zones; make a second cluster and replicate into it",
        ),
        (
            "3.9.x",
            "3.9.x.kraft",
            {"size": "kafka.t3.small"},
            "leaves ZooKeeper only with larger brokers than kafka.t3.small; change instance_type first",
        ),
        (
            "3.9.x",
            "3.9.x.kraft",
            {"public": True, "exporters": True},
            "leaves ZooKeeper only without either public access or exporters; take access or the scrapers away for the "
            "time",
        ),
    ],
)
def test_a_version_that_msk_does_not_turn_into_another_is_refused(was, will_be, after, message):
    before, after = inputs(version=was, **after), inputs(version=will_be, **after)
    assert list(update_problems(before, after)) == [instead(was, will_be) + message]


@pytest.mark.parametrize(
    ("was", "will_be"),
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
def test_every_other_version_is_let_through(was, will_be):
    assert list(update_problems(inputs(version=was), inputs(version=will_be))) == []
    assert list(update_problems({**inputs(version=was), "brokerNodeGroupInfo": object()}, inputs(version=was))) == []


def test_what_is_not_known_of_the_brokers_does_not_keep_a_cluster_with_zookeeper():
    after = {**inputs(version="3.9.x.kraft"), "brokerNodeGroupInfo": object()}
    assert list(update_problems(inputs(version="3.9.x"), after)) == []


def test_certificates_may_go_on_logging_in_where_the_last_authority_goes():
    told = left_on(inputs(authorities=[AUTHORITY]), inputs())
    assert told == (
        "certificates may go on logging in, as the AWS provider turns off only what it is told to; see what `aws kafka "
        "describe-cluster-v2` tells after the update, and turn them off with `aws kafka update-security "
        "--client-authentication Tls={Enabled=false}`"
    )
    assert left_on(inputs(authorities=[AUTHORITY, OTHER]), inputs(authorities=[AUTHORITY])) is None
    assert left_on(inputs(), inputs()) is None


@given(st.integers(1, 90), st.integers(1, 90))
def test_brokers_may_only_become_more(before, after):
    found = list(update_problems(inputs(brokers=before), inputs(brokers=float(after))))
    assert bool(found) is (after < before)


def test_private_link_is_not_left_on_by_leaving_it_out():
    assert list(update_problems(inputs(link=True), inputs())) == [
        "PrivateLink would stay on, as MSK turns off only what it is told to; say disable_private_link=True"
    ]
    closed = inputs(link=True)
    closed["brokerNodeGroupInfo"]["connectivityInfo"]["vpcConnectivity"]["clientAuthentication"]["sasl"]["scram"] = (
        False
    )
    assert list(update_problems(inputs(link=True), closed)) == []
    assert list(update_problems(inputs(), inputs())) == []
