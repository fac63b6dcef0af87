"""Rules of ``StickyPolicy`` that do not depend on a controller."""

import pytest

from moorings import InvalidInput, StickyPolicy


def rejection(**fields):
    with pytest.raises(InvalidInput) as error:
        StickyPolicy.from_input("policy", fields)
    return str(error.value).partition(": ")[2]


def test_all_fields_are_optional():
    assert set(StickyPolicy().model_dump().values()) == {None, False}


@pytest.mark.parametrize("prefix", ["AWSALB", "AWSALBAPP", "AWSALBTG"])
def test_cookie_names_of_aws_load_balancers_are_reserved(prefix):
    assert rejection(cookie_name=f"{prefix}-1") == (
        f"the prefix AWSALB is reserved for AWS load balancers, got '{prefix}-1'; use another name"
    )


@pytest.mark.parametrize("name", ["CONSTELLATION_AFFINITY", "a", "x" * 64, "team.orders-eu"])
def test_a_valid_cookie_name_is_accepted(name):
    assert StickyPolicy(cookie_name=name).cookie_name == name


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("cookie_name", "a=b", "must match the pattern ^[A-Za-z0-9_.-]{1,64}$"),
        ("lifetime_seconds", -1, "must be at least 0"),
        ("lifetime_seconds", 34560001, "must be at most 34560000"),
        ("cookie_path", "orders", r"""must match the pattern ^/[^\s;,\"]*$"""),
        ("same_site", "lax", "expected 'Strict', 'Lax' or 'None'; did you mean Lax?"),
        ("header_name", "Execution ID", "must match the pattern ^[A-Za-z0-9-]{1,64}$"),
        ("websocket_idle_timeout_seconds", 0, "must be at least 1"),
        ("websocket_idle_timeout_seconds", 86401, "must be at most 86400"),
        ("ping_interval_seconds", 0, "must be at least 1"),
        ("server_idle_timeout_seconds", 0, "must be at least 1"),
        ("strength", "hard", "expected 'strong' or 'soft'"),
    ],
)
def test_an_invalid_value_is_rejected(field, value, message):
    assert rejection(**{field: value}) == message


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"header_name": "Execution-ID", "cookie_name": "A", "cookie_path": "/"},
            "header_name: cannot be combined with cookie_name, cookie_path, because no cookie is used",
        ),
        (
            {"header_name": "Execution-ID", "application_cookie": True},
            "header_name: cannot be combined with application_cookie, because no cookie is used; cookie_name: required "
            "with application_cookie",
        ),
        (
            {"header_name": "Execution-ID", "strength": "strong"},
            "strength: sessions by header_name are 'soft', because the header is hashed; remove it, or use a cookie",
        ),
        (
            {"application_cookie": True, "cookie_name": "SID", "secure": True, "same_site": "Lax"},
            "secure, same_site: the application sets them on its own cookie; remove them",
        ),
        (
            {"same_site": "None", "secure": False},
            "secure: browsers reject a cookie with SameSite=None without Secure; remove it",
        ),
    ],
)
def test_a_contradiction_is_rejected(fields, message):
    assert rejection(**fields) == message


@pytest.mark.parametrize(
    "fields",
    [
        {"header_name": "Execution-ID"},
        {"header_name": "Execution-ID", "strength": "soft", "websocket_idle_timeout_seconds": 600},
        {"application_cookie": True, "cookie_name": "SID", "lifetime_seconds": 60},
        {"same_site": "None"},
        {"same_site": "None", "secure": True},
        {"same_site": "Lax", "secure": False},
    ],
)
def test_a_valid_combination_is_accepted(fields):
    assert StickyPolicy(**fields)
