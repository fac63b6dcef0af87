"""Patterns of environment variables."""

import pytest

from moorings import InvalidInput

ORIGINS = {"ORIGINS": r"https://[^\s*]+"}
VALID = "https://orders.example"
MISMATCH = r": must match 'https://[^\\s*]+' of environment_patterns; correct the value"


@pytest.mark.parametrize("value", ["", "*", "http://orders.example", f"{VALID}\n", f" {VALID}", f"{VALID} *"])
@pytest.mark.parametrize("argument", ["environment", "config_map_environment", "secret_environment"])
def test_the_whole_value_must_match(deploy_workload, findings_of, argument, value):
    findings = findings_of(container={"environment_patterns": ORIGINS, argument: {"ORIGINS": value}})
    assert findings == [("k8s-variable-pattern", f"container.{argument}.ORIGINS")]
    assert deploy_workload(container={"environment_patterns": ORIGINS, argument: {"ORIGINS": VALID}})["orders"]


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("argument", ["environment", "config_map_environment", "secret_environment"])
def test_late_values_must_match(deploy_workload, findings_of, late, argument, preview):
    container = {"environment_patterns": ORIGINS, argument: {"ORIGINS": late("*")}}
    findings = findings_of(container=container, preview=preview)
    assert findings == [("k8s-variable-pattern", f"container.{argument}.ORIGINS")]
    container = {"environment_patterns": ORIGINS, argument: {"ORIGINS": late(VALID)}}
    assert deploy_workload(container=container, preview=preview)["orders"]


@pytest.mark.parametrize("secret", [True, False])
def test_messages_contain_no_value(deploy_workload, late, secret):
    value = late("hunter2", secret=True) if secret else "hunter2"
    container = {"environment_patterns": {"API_KEYS": ".{32,}"}, "secret_environment": {"API_KEYS": value}}
    with pytest.raises(InvalidInput) as error:
        deploy_workload(container=container)
    assert "container.secret_environment.API_KEYS" in str(error.value)
    assert "hunter2" not in str(error.value)


def test_all_mismatches_are_reported(findings_of):
    container = {
        "environment": {"A": "x"},
        "config_map_environment": {"B": "x", "C": "1"},
        "environment_patterns": dict.fromkeys("ABC", r"\d"),
    }
    assert findings_of(container=container) == [
        ("k8s-variable-pattern", "container.environment.A"),
        ("k8s-variable-pattern", "container.config_map_environment.B"),
    ]


def test_a_variable_with_a_pattern_must_be_set(findings_of):
    patterns = {**ORIGINS, "API_KEYS": ".+"}
    assert findings_of(container={"environment_patterns": patterns, "field_refs": {"ORIGINS": "metadata.name"}}) == [
        ("k8s-variable-unset", "container.environment_patterns.ORIGINS"),
        ("k8s-variable-unset", "container.environment_patterns.API_KEYS"),
    ]


def test_values_of_existing_secrets_are_not_checked(deploy_workload):
    container = {
        "environment_patterns": {"API_KEYS": ".{32,}"},
        "secrets": {"API_KEYS": {"secret_name": "orders", "key": "keys"}},
    }
    assert deploy_workload(container=container)["orders"]


@pytest.mark.parametrize("pattern", ["https://[", f"a{{{'9' * 20}}}"])
def test_a_pattern_must_be_a_regular_expression(findings_of, pattern):
    findings = findings_of(container={"environment_patterns": {"A": pattern}, "environment": {"A": "x"}})
    assert findings == [("argument-format", "container.environment_patterns.A")]


@pytest.mark.parametrize("name", ["spring.datasource.url", "a-b", "1A", "LOG LEVEL"])
def test_names_of_variables(deploy_workload, logged, name):
    plan = deploy_workload(container={"environment": {name: "x"}})
    (container,) = plan["orders-deployment"].inputs["spec"]["template"]["spec"]["containers"]
    assert container["env"] == [{"name": name, "value": "x"}]
    unusual = name in {"1A", "LOG LEVEL"}
    assert logged(plan) == ([("k8s-variable-name", f"container.environment['{name}']")] if unusual else [])


@pytest.mark.parametrize("name", ["", "A=B", "Ä"])
def test_invalid_names_of_variables(deploy_workload, rejected, name):
    with rejected("argument-format"):
        deploy_workload(container={"environment": {name: "x"}})
