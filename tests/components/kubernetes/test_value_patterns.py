"""Values that an application would not understand, before a pod starts with them."""

import pytest

from moorings import InvalidInput

WHERE = "KubernetesWorkload 'orders'.container"
ORIGINS = {"ORIGINS": r"https://[^\s*]+"}
GOOD = "https://orders.example"
REFUSED = r" does not match 'https://[^\\s*]+', which environment_patterns asks of it; correct the value"


def refusal(made, preview=False, **container):
    with pytest.raises(InvalidInput) as refused:
        made(container=container, preview=preview)
    return str(refused.value)


@pytest.mark.parametrize("value", ["", "*", "http://orders.example", f"{GOOD}\n", f" {GOOD}", f"{GOOD} *"])
@pytest.mark.parametrize("argument", ["environment", "config_map_environment", "secret_environment"])
def test_a_value_must_match_in_full(made, argument, value):
    message = refusal(made, environment_patterns=ORIGINS, **{argument: {"ORIGINS": value}})
    assert message == f"{WHERE}: {argument}.ORIGINS{REFUSED}"
    assert made(container={"environment_patterns": ORIGINS, argument: {"ORIGINS": GOOD}})["orders"]


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("argument", ["environment", "config_map_environment", "secret_environment"])
def test_a_late_value_is_refused_in_the_same_words(made, late, argument, preview):
    message = refusal(made, preview=preview, environment_patterns=ORIGINS, **{argument: {"ORIGINS": late("*")}})
    assert message == f"{WHERE}: {argument}.ORIGINS{REFUSED}"
    assert made(container={"environment_patterns": ORIGINS, argument: {"ORIGINS": late(GOOD)}}, preview=preview)[
        "orders"
    ]


@pytest.mark.parametrize("secret", [True, False])
def test_a_secret_is_never_told(made, late, secret):
    value = late("hunter2", secret=True) if secret else "hunter2"
    message = refusal(made, environment_patterns={"API_KEYS": ".{32,}"}, secret_environment={"API_KEYS": value})
    assert message == (
        f"{WHERE}: secret_environment.API_KEYS does not match '.{{32,}}', which environment_patterns asks of it; correct the value"
    )


def test_all_values_that_do_not_match_are_told_at_once(made):
    given = {"environment": {"A": "x"}, "config_map_environment": {"B": "x", "C": "1"}}
    message = refusal(made, environment_patterns=dict.fromkeys("ABC", r"\d"), **given)
    assert message == (
        rf"{WHERE}: environment.A does not match '\\d', which environment_patterns asks of it; correct the value; "
        r"config_map_environment.B does not match '\\d', which environment_patterns asks of it; correct the value"
    )


def test_a_variable_with_a_pattern_must_be_set(made):
    message = refusal(made, environment_patterns={**ORIGINS, "API_KEYS": ".+"}, field_refs={"ORIGINS": "metadata.name"})
    assert message == (
        f"{WHERE}: environment_patterns names ORIGINS, API_KEYS, which none of environment, "
        "config_map_environment, secret_environment and secrets sets; set it there, or leave its pattern out"
    )


def test_the_value_of_a_reference_is_not_known(made):
    given = {
        "environment_patterns": {"API_KEYS": ".{32,}"},
        "secrets": {"API_KEYS": {"secret_name": "orders", "key": "keys"}},
    }
    assert made(container=given)["orders"]


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("https://[", "unterminated character set at position 8"),
        (f"a{{{'9' * 20}}}", "the repetition number is too large"),
    ],
)
def test_a_pattern_must_be_a_regular_expression(made, pattern, why):
    message = refusal(made, environment_patterns={"A": pattern}, environment={"A": "x"})
    assert message == f"{WHERE}.environment_patterns.A: {pattern!r} is no regular expression: {why}; correct it"
