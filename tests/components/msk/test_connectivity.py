"""Connectivity of a cluster."""

import pytest

from moorings.msk.connectivity import connectivity_info, required_versions

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
    ("connectivity", "dual_stack", "expected"),
    [
        ("private", False, {}),
        ("public", False, {"connectivity": (2, 6, 0)}),
        ("private-link", False, {"connectivity": (2, 7, 1)}),
        ("public-and-private-link", True, {"connectivity": (2, 7, 1), "dual_stack": (3, 6, 0)}),
    ],
)
def test_required_versions(connectivity, dual_stack, expected):
    assert required_versions(connectivity, dual_stack=dual_stack) == expected
