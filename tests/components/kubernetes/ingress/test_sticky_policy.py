"""Types of ``StickyPolicy``, and rules that do not depend on a controller."""

import pytest

from moorings import StickyPolicy, WorkloadIngress


@pytest.fixture
def apply_policy(deploy):
    """Deploy an ingress with a policy, for a controller that supports all of them."""

    def apply(**policy):
        args = {"hosts": ["a.example.com"], "tls_secret_name": "a", "service_name": "a", "service_port": 80}
        return deploy(lambda: WorkloadIngress("orders", {"controller": "ingress-nginx", "policy": policy, **args}))

    return apply


def test_all_fields_are_optional():
    assert set(StickyPolicy().model_dump().values()) == {None, False}


@pytest.mark.parametrize("prefix", ["AWSALB", "AWSALBAPP", "AWSALBTG"])
def test_cookie_names_of_aws_load_balancers_are_reserved(apply_policy, rejected, prefix):
    with rejected("ingress-reserved-cookie-name", "policy.cookie_name"):
        apply_policy(cookie_name=f"{prefix}-1")


@pytest.mark.parametrize("name", ["CONSTELLATION_AFFINITY", "a", "x" * 256, "team.orders-eu"])
def test_a_valid_cookie_name_is_accepted(name):
    assert StickyPolicy(cookie_name=name).cookie_name == name


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("cookie_name", "a=b", "argument-format"),
        ("cookie_name", "x" * 257, "argument-format"),
        ("lifetime_seconds", -1, "argument-range"),
        ("cookie_path", "orders", "argument-format"),
        ("same_site", "lax", "argument-choice"),
        ("header_name", "Execution ID", "argument-format"),
        ("websocket_idle_timeout_seconds", 0, "argument-range"),
        ("ping_interval_seconds", 0, "argument-range"),
        ("server_idle_timeout_seconds", 0, "argument-range"),
        ("strength", "hard", "argument-choice"),
    ],
)
def test_an_invalid_value_is_rejected(rejected, field, value, rule):
    with rejected(rule, field):
        StickyPolicy(**{field: value})


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"header_name": "Execution-ID", "cookie_name": "A", "cookie_path": "/"}, "policy.header_name"),
        ({"header_name": "Execution-ID", "application_cookie": True}, "policy.header_name"),
        ({"header_name": "Execution-ID", "application_cookie": True}, "policy.cookie_name"),
        ({"header_name": "Execution-ID", "strength": "strong"}, "policy.strength"),
        ({"application_cookie": True, "cookie_name": "SID", "secure": True, "same_site": "Lax"}, "policy.secure"),
        ({"application_cookie": True, "cookie_name": "SID", "secure": True, "same_site": "Lax"}, "policy.same_site"),
    ],
)
def test_a_contradiction_is_rejected(apply_policy, rejected, fields, path):
    with rejected("ingress-contradictory-policy", path):
        apply_policy(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"header_name": "Execution-ID"},
        {"header_name": "Execution-ID", "strength": "soft", "websocket_idle_timeout_seconds": 600},
        {"application_cookie": True, "cookie_name": "SID"},
        {"same_site": "None"},
        {"same_site": "None", "secure": True},
        {"same_site": "Lax", "secure": False},
    ],
)
def test_a_valid_combination_is_accepted(apply_policy, fields):
    assert apply_policy(**fields)
