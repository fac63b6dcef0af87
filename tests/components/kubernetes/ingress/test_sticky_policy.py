"""What keeps a session on one pod."""

import pytest

from moorings import InvalidInput, StickyPolicy


def refused(**fields):
    with pytest.raises(InvalidInput) as found:
        StickyPolicy.from_input("policy", fields)
    return str(found.value).partition(": ")[2]


def test_all_is_left_open_by_default():
    assert set(StickyPolicy().model_dump().values()) == {None, False}


@pytest.mark.parametrize("prefix", ["AWSALB", "AWSALBAPP", "AWSALBTG"])
def test_a_cookie_of_an_aws_load_balancer_is_refused(prefix):
    assert refused(cookie_name=f"{prefix}-1") == (
        f"'{prefix}-1' begins like a cookie of an AWS load balancer (AWSALB); choose another name"
    )


@pytest.mark.parametrize("name", ["CONSTELLATION_AFFINITY", "a", "x" * 64, "team.orders-eu"])
def test_a_good_cookie_is_taken(name):
    assert StickyPolicy(cookie_name=name).cookie_name == name


@pytest.mark.parametrize(
    ("field", "bad", "message"),
    [
        ("cookie_name", "a=b", "String should match pattern '^[A-Za-z0-9_.-]{1,64}$'"),
        ("lifetime_seconds", -1, "Input should be greater than or equal to 0"),
        ("lifetime_seconds", 34560001, "Input should be less than or equal to 34560000"),
        ("path", "orders", r"""String should match pattern '^/[^\s;,\"]*$'"""),
        ("same_site", "lax", "Input should be 'Strict', 'Lax' or 'None'"),
        ("header", "Execution ID", "String should match pattern '^[A-Za-z0-9-]{1,64}$'"),
        ("websocket_idle_seconds", 0, "Input should be greater than or equal to 1"),
        ("websocket_idle_seconds", 86401, "Input should be less than or equal to 86400"),
        ("ping_seconds", 0, "Input should be greater than or equal to 1"),
        ("server_idle_seconds", 0, "Input should be greater than or equal to 1"),
        ("strength", "hard", "Input should be 'strong' or 'soft'"),
    ],
)
def test_a_bad_value_is_refused(field, bad, message):
    assert refused(**{field: bad}) == message


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"header": "Execution-ID", "cookie_name": "A", "path": "/"},
            "header routes without a cookie, so leave cookie_name, path out, or the header",
        ),
        (
            {"header": "Execution-ID", "cookie_of_application": True},
            "header routes without a cookie, so leave cookie_of_application out, or the header; "
            "cookie_of_application needs cookie_name, the cookie that the application sets",
        ),
        (
            {"header": "Execution-ID", "strength": "strong"},
            "header is hashed and names no pod, which is soft; leave strength out, or route by a cookie",
        ),
        (
            {"cookie_of_application": True, "cookie_name": "SID", "secure": True, "same_site": "Lax"},
            "the application sets its cookie, and with it secure, same_site; leave that out",
        ),
        (
            {"same_site": "None", "secure": False},
            "same_site None without secure is a cookie that browsers drop; leave secure out",
        ),
    ],
)
def test_what_contradicts_itself_is_refused(fields, message):
    assert refused(**fields) == message


@pytest.mark.parametrize(
    "fields",
    [
        {"header": "Execution-ID"},
        {"header": "Execution-ID", "strength": "soft", "websocket_idle_seconds": 600},
        {"cookie_of_application": True, "cookie_name": "SID", "lifetime_seconds": 60},
        {"same_site": "None"},
        {"same_site": "None", "secure": True},
        {"same_site": "Lax", "secure": False},
    ],
)
def test_what_fits_together_is_taken(fields):
    assert StickyPolicy(**fields)
