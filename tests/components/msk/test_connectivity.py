"""Connectivity of a cluster."""

import pytest

from moorings.msk.connectivity import acl_problem, check_connectivity, connectivity_info

BOTH = ["iam", "scram"]
OFF = {"type": "DISABLED"}
ON = {"type": "SERVICE_PROVIDED_EIPS"}


def private_link(*, scram=False, iam=False, tls=False):
    return {"client_authentication": {"sasl": {"scram": scram, "iam": iam}, "tls": tls}}


@pytest.mark.parametrize(
    ("connectivity", "step", "options", "expected"),
    [
        ("private", "prepare", {}, {"public_access": OFF}),
        ("private", "prepare", {"dual_stack": True}, {"public_access": OFF, "network_type": "DUAL"}),
        (
            "private",
            "prepare",
            {"disable_private_link": True},
            {"public_access": OFF, "vpc_connectivity": private_link()},
        ),
        ("public", "prepare", {}, {"public_access": OFF}),
        ("public", "enable", {}, {"public_access": ON}),
        ("private-link", "prepare", {}, {"public_access": OFF}),
        (
            "private-link",
            "enable",
            {},
            {"public_access": OFF, "vpc_connectivity": private_link(scram=True, iam=True)},
        ),
        (
            "public-and-private-link",
            "enable",
            {"listeners": ["tls"]},
            {"public_access": ON, "vpc_connectivity": private_link(tls=True)},
        ),
    ],
)
def test_connectivity_info(connectivity, step, options, expected):
    options = {"listeners": BOTH, "dual_stack": False, "disable_private_link": False} | options
    assert connectivity_info(connectivity, step, options.pop("listeners"), **options) == expected


@pytest.mark.parametrize(
    ("connectivity", "listeners", "allow_everyone"),
    [
        ("private", BOTH, True),
        ("public", BOTH, False),
        ("public", ["iam"], True),
        ("private-link", ["scram"], False),
    ],
)
def test_restricted_listeners_are_accepted(connectivity, listeners, allow_everyone):
    assert acl_problem(connectivity, listeners, allow_everyone_without_acls=allow_everyone) is None


def test_listeners_without_acls_are_rejected():
    assert acl_problem("public", ["iam", "scram", "tls"], allow_everyone_without_acls=True) == (
        "connectivity: 'public' with the scram and tls listener requires allow_everyone_if_no_acl_found=False; deploy "
        "connectivity='private', create the ACLs, set allow_everyone_if_no_acl_found=False (with acls_exist=True if iam "
        "is off), and change connectivity in a later update"
    )


@pytest.mark.parametrize(
    ("connectivity", "instance_type", "version"),
    [
        ("private", "kafka.t3.small", "1.1.1"),
        ("public", "kafka.t3.small", "2.6.0"),
        ("private-link", "kafka.m5.large", "2.7.1"),
    ],
)
def test_supported_brokers_are_accepted(connectivity, instance_type, version):
    checked = check_connectivity(connectivity=connectivity, instance_type=instance_type, kafka_version=version)
    assert checked == instance_type


@pytest.mark.parametrize(
    ("connectivity", "instance_type", "version", "message"),
    [
        (
            "public",
            "kafka.m5.large",
            "2.5.1",
            "connectivity: 'public' requires Kafka 2.6.0 or later, got 2.5.1; raise kafka_version",
        ),
        (
            "private-link",
            "kafka.m5.large",
            "2.7.0",
            "connectivity: 'private-link' requires Kafka 2.7.1 or later, got 2.7.0; raise kafka_version",
        ),
        (
            "public-and-private-link",
            "kafka.t3.small",
            "3.9.x.kraft",
            "connectivity: 'public-and-private-link' is not supported on kafka.t3.small; use kafka.m7g.large",
        ),
    ],
)
def test_unsupported_brokers_are_rejected(connectivity, instance_type, version, message):
    with pytest.raises(ValueError) as error:
        check_connectivity(connectivity=connectivity, instance_type=instance_type, kafka_version=version)
    assert str(error.value) == message
