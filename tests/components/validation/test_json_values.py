"""Values of arguments without a JSON representation."""

import asyncio

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moorings import KafkaTopic, KubernetesSecretReference
from moorings.validation.errors import InvalidInput
from moorings.validation.json_values import MAX_DEPTH, unsupported_parts

RECURSIVE = {}
RECURSIVE["a"] = [RECURSIVE]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**1024) + 1, 2**1024 - 1) | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def nested(levels):
    return [] if levels == 1 else [nested(levels - 1)]


@given(JSON)
def test_json_is_supported(value):
    assert list(unsupported_parts(value)) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": {1: "b"}}, "config.a: must have strings as keys, got a key of type int; use a string [argument-type]"),
        ({None: "b"}, "config: must have strings as keys, got a key of type NoneType; use a string [argument-type]"),
        ({"\ud800": 1}, "config: must have valid Unicode strings as keys; remove the lone surrogate [argument-type]"),
        ({"a": ("ß", "\ud800")}, "config.a[1]: must be a valid Unicode string; remove the lone surrogate"),
        (RECURSIVE, "config: is nested more than 100 levels deep; flatten it [argument-type]"),
        ({"a": 10**5000}, "config.a: must have at most 308 digits, got a number with about 5001; lower it"),
    ],
)
def test_values_without_a_json_representation_are_rejected(value, expected):
    with pytest.raises(InvalidInput) as raised:
        KafkaTopic(name="orders", partitions=3, config=value)
    assert f"KafkaTopic: {expected}" in str(raised.value)


def test_nesting_is_limited():
    assert list(unsupported_parts(nested(MAX_DEPTH))) == []
    assert [message for _, message, _ in unsupported_parts(nested(MAX_DEPTH + 1))] == [
        f"is nested more than {MAX_DEPTH} levels deep; flatten it"
    ]


def late_error(output):
    async def resolve():
        await KubernetesSecretReference(secret_name=output(), key="password").secret_name.future()

    with pytest.raises(InvalidInput) as raised:
        asyncio.run(resolve())
    return str(raised.value)


def test_late_values_are_checked():
    message = late_error(lambda: pulumi.Output.from_input(0).apply(lambda _: [{1: "a"}]))
    assert "secret_name[0]: must have strings as keys, got a key of type int" in message


def test_late_secrets_are_not_shown():
    message = late_error(lambda: pulumi.Output.secret(0).apply(lambda _: {"hunter2": "\ud800"}))
    assert "The value is secret and is not shown" in message
    assert "hunter2" not in message
