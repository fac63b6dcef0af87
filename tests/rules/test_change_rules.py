"""Every rule about changes: its invalid example, its valid one, and its wording."""

import json
import re
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st
from minimal import BUILDERS, arguments
from pulumi.runtime import rpc

import moorings
from moorings.kubernetes.change_checks import CHANGE_RULES as WORKLOAD_RULES
from moorings.msk.change_checks import CHANGE_RULES as CLUSTER_RULES
from moorings.validation.change_rules import ChangeRule
from moorings.validation.data_loss_rules import DATA_LOSS_RULES
from moorings.validation.findings import spell
from moorings.validation.resource_changes import Properties, ResourceChange
from moorings.validation.rules import REGISTRY

RULES = {rule.id: rule for rule in chain(CLUSTER_RULES, WORKLOAD_RULES, DATA_LOSS_RULES)}
OPTIONS = {"protect", "retain_on_delete"}
LABEL_LENGTH = 50
"""Maximum length of a GitHub label. Source: https://docs.github.com/en/rest/issues/labels"""


@pytest.fixture
def change_of(deploy):
    """Returns a function that returns the change that an example of a rule describes."""

    def inputs_of(rule, example):
        if not hasattr(moorings, rule.example_type):
            return {name: value for name, value in arguments(example).items() if name not in OPTIONS}
        args_class = getattr(moorings, f"{rule.example_type}Args")
        plan = deploy(lambda: BUILDERS[args_class](arguments(example), {}))
        resources = [resource for resource in plan.resources if resource.type in rule.types]
        # Workloads below another component are neighbors of the example.
        (resource,) = [resource for resource in resources if resource.custom or not resource.parent]
        return resource.inputs

    def change(rule: ChangeRule, example) -> ResourceChange:
        (operation,) = rule.operations - {"replace"} or rule.operations
        before = rule.before if operation == "update" else "" if operation == "create" else example
        after = "" if operation in {"delete", "replace"} else example
        options = [
            {name: value for name, value in arguments(text).items() if name in OPTIONS} if text else {}
            for text in (before, after)
        ]
        return ResourceChange(
            operation,
            next(iter(rule.types)) if hasattr(moorings, rule.example_type) else rule.example_type,
            Properties(inputs_of(rule, before) if operation != "create" else None),
            Properties(inputs_of(rule, after) if operation in {"create", "update"} else None),
            reasons=["name"] if operation == "replace" else (),
            was_protected=bool(options[0].get("protect")),
            is_protected=bool(options[1].get("protect")),
            was_retained=bool(options[0].get("retain_on_delete")),
            is_retained=bool(options[1].get("retain_on_delete")),
        )

    return change


KEYS = sorted(
    {
        key
        for rule in RULES.values()
        for text in (rule.before, rule.invalid)
        for key in re.findall(r"\w+(?=\"?[=:])", text)
    }
    | {"brokerNodeGroupInfo", "clientAuthentication", "connectivityInfo", "kafkaVersion", "sasl", "serverProperties"}
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([rpc.UNKNOWN, "true", "Delete"]),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.sampled_from(KEYS), values, max_size=4),
    max_leaves=12,
)
INPUTS = st.none() | st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6)


@given(st.sampled_from(sorted(RULES)), INPUTS, INPUTS)
def test_any_inputs_can_be_judged(rule_id, before, after):
    rule = RULES[rule_id]
    for operation in rule.operations:
        for type_ in rule.types:
            change = ResourceChange(operation, type_, Properties(before), Properties(after))
            assert all(isinstance(message, str) for _, message in rule.evaluate(change))


def test_all_rules_are_known():
    assert {rule for rule in REGISTRY.values() if isinstance(rule, ChangeRule)} == set(RULES.values())


@pytest.mark.parametrize("rule_id", RULES)
def test_the_invalid_example_violates_the_rule(rule_id, change_of):
    rule = RULES[rule_id]
    assert list(rule.evaluate(change_of(rule, rule.invalid)))


@pytest.mark.parametrize("rule_id", RULES)
def test_the_valid_example_is_accepted(rule_id, change_of):
    rule = RULES[rule_id]
    assert list(rule.evaluate(change_of(rule, rule.valid))) == []


def test_messages(change_of, golden):
    """The path and the wording of each finding are asserted here only."""
    messages = {
        rule_id: [
            ": ".join(filter(None, (spell(path), message)))
            for path, message in rule.evaluate(change_of(rule, rule.invalid))
        ]
        for rule_id, rule in sorted(RULES.items())
    }
    golden("rules/changes.json", json.dumps(messages, indent=2, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("rule_id", RULES)
def test_label_that_acknowledges_the_rule_is_possible(rule_id):
    assert len(f"acknowledge:{rule_id}") <= LABEL_LENGTH
