"""Patterns of environment variables."""

import pytest

ORIGINS = {"ORIGINS": r"https://[^\s*]+"}
VALID = "https://orders.example"
MISMATCH = r": must match 'https://[^\\s*]+' of environment_patterns; correct the value"


@pytest.mark.parametrize("value", ["", "*", "http://orders.example", f"{VALID}\n", f" {VALID}", f"{VALID} *"])
@pytest.mark.parametrize("argument", ["environment", "config_map_environment", "secret_environment"])
def test_the_whole_value_must_match(deploy_workload, rejection, argument, value):
    message = rejection(container={"environment_patterns": ORIGINS, argument: {"ORIGINS": value}})
    assert message == f": container.{argument}.ORIGINS{MISMATCH}"
    assert deploy_workload(container={"environment_patterns": ORIGINS, argument: {"ORIGINS": VALID}})["orders"]


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("argument", ["environment", "config_map_environment", "secret_environment"])
def test_late_values_must_match(deploy_workload, rejection, late, argument, preview):
    container = {"environment_patterns": ORIGINS, argument: {"ORIGINS": late("*")}}
    assert rejection(container=container, preview=preview) == f": container.{argument}.ORIGINS{MISMATCH}"
    container = {"environment_patterns": ORIGINS, argument: {"ORIGINS": late(VALID)}}
    assert deploy_workload(container=container, preview=preview)["orders"]


@pytest.mark.parametrize("secret", [True, False])
def test_messages_contain_no_value(rejection, late, secret):
    value = late("hunter2", secret=True) if secret else "hunter2"
    container = {"environment_patterns": {"API_KEYS": ".{32,}"}, "secret_environment": {"API_KEYS": value}}
    assert rejection(container=container) == (
        ": container.secret_environment.API_KEYS: must match '.{32,}' of environment_patterns; correct the value"
    )


def test_all_mismatches_are_reported(rejection):
    container = {
        "environment": {"A": "x"},
        "config_map_environment": {"B": "x", "C": "1"},
        "environment_patterns": dict.fromkeys("ABC", r"\d"),
    }
    assert rejection(container=container).splitlines() == [
        r": container.environment.A: must match '\\d' of environment_patterns; correct the value",
        r": container.config_map_environment.B: must match '\\d' of environment_patterns; correct the value",
    ]


def test_a_variable_with_a_pattern_must_be_set(rejection):
    patterns = {**ORIGINS, "API_KEYS": ".+"}
    message = rejection(container={"environment_patterns": patterns, "field_refs": {"ORIGINS": "metadata.name"}})
    assert message == (
        ": container.environment_patterns: ORIGINS, API_KEYS is set in none of environment, config_map_environment, "
        "secret_environment and secrets; set it there or remove its pattern"
    )


def test_values_of_existing_secrets_are_not_checked(deploy_workload):
    container = {
        "environment_patterns": {"API_KEYS": ".{32,}"},
        "secrets": {"API_KEYS": {"secret_name": "orders", "key": "keys"}},
    }
    assert deploy_workload(container=container)["orders"]


@pytest.mark.parametrize(
    ("pattern", "error"),
    [
        ("https://[", "unterminated character set at position 8"),
        (f"a{{{'9' * 20}}}", "the repetition number is too large"),
    ],
)
def test_a_pattern_must_be_a_regular_expression(rejection, pattern, error):
    message = rejection(container={"environment_patterns": {"A": pattern}, "environment": {"A": "x"}})
    assert message == f".container.environment_patterns.A: must be a regular expression, got {pattern!r}: {error}"
