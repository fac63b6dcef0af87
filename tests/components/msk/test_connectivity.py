"""From where a cluster is reached."""

import pytest

from moorings.msk.connectivity import acl_problem, connectivity, reachable

BOTH = ["iam", "scram"]
OFF = {"type": "DISABLED"}
ON = {"type": "SERVICE_PROVIDED_EIPS"}


def links(*, scram=False, iam=False, tls=False):
    return {"client_authentication": {"sasl": {"scram": scram, "iam": iam}, "tls": tls}}


@pytest.mark.parametrize(
    ("access", "step", "options", "expected"),
    [
        ("private", "prepare", {}, {"public_access": OFF}),
        ("private", "prepare", {"dual_stack": True}, {"public_access": OFF, "network_type": "DUAL"}),
        ("private", "prepare", {"link_closed": True}, {"public_access": OFF, "vpc_connectivity": links()}),
        ("public", "prepare", {}, {"public_access": OFF}),
        ("public", "enable", {}, {"public_access": ON}),
        ("private-link", "prepare", {}, {"public_access": OFF}),
        (
            "private-link",
            "enable",
            {},
            {"public_access": OFF, "vpc_connectivity": links(scram=True, iam=True)},
        ),
        (
            "public-and-private-link",
            "enable",
            {"listeners": ["tls"]},
            {"public_access": ON, "vpc_connectivity": links(tls=True)},
        ),
    ],
)
def test_what_the_cluster_is_told(access, step, options, expected):
    options = {"listeners": BOTH, "dual_stack": False, "link_closed": False} | options
    assert connectivity(access, step, options.pop("listeners"), **options) == expected


@pytest.mark.parametrize(
    ("access", "listeners", "everyone"),
    [
        ("private", BOTH, True),
        ("public", BOTH, False),
        ("public", ["iam"], True),
        ("private-link", ["scram"], False),
    ],
)
def test_a_closed_cluster_may_be_opened(access, listeners, everyone):
    assert acl_problem(access, listeners, everyone=everyone) is None


def test_an_open_cluster_is_closed_first():
    assert acl_problem("public", ["iam", "scram", "tls"], everyone=True) == (
        "access 'public' with the scram and tls listener wants a cluster that ACLs close: first deploy with "
        "connectivity='private', write the ACLs, then say allow_everyone_if_no_acl_found=False (with acls_exist=True where "
        "iam is off), and raise access in a later update"
    )


@pytest.mark.parametrize(
    ("access", "instance_type", "version"),
    [
        ("private", "kafka.t3.small", "1.1.1"),
        ("public", "kafka.t3.small", "2.6.0"),
        ("private-link", "kafka.m5.large", "2.7.1"),
    ],
)
def test_what_can_be_reached(access, instance_type, version):
    assert reachable(access=access, instance_type=instance_type, kafka_version=version) == access


@pytest.mark.parametrize(
    ("access", "instance_type", "version", "message"),
    [
        (
            "public",
            "kafka.m5.large",
            "2.5.1",
            "access 'public' needs Kafka 2.6.0 or later, not 2.5.1; raise kafka_version",
        ),
        (
            "private-link",
            "kafka.m5.large",
            "2.7.0",
            "access 'private-link' needs Kafka 2.7.1 or later, not 2.7.0; raise kafka_version",
        ),
        (
            "public-and-private-link",
            "kafka.t3.small",
            "3.9.x.kraft",
            "access 'public-and-private-link' does not work on kafka.t3.small; take kafka.m7g.large",
        ),
    ],
)
def test_what_cannot(access, instance_type, version, message):
    with pytest.raises(ValueError) as refused:
        reachable(access=access, instance_type=instance_type, kafka_version=version)
    assert str(refused.value) == message
