"""Every rule: its invalid example, plain and late, its valid one, its acknowledgement and its declaration."""

import json
import re
from collections import defaultdict

import pytest
from minimal import BUILDERS, Components, arguments, has_late, make_late, namespace

from moorings.preview.plan import Plan
from moorings.validation.change_rules import ChangeRule
from moorings.validation.errors import InvalidInput
from moorings.validation.findings import Finding, Severity
from moorings.validation.rule_index import all_rules
from moorings.validation.rule_sets import RULE_SETS
from moorings.validation.rules import REGISTRY

REASON = "this is an example"


all_rules()  # imports all modules

EVALUATED = {
    rule.id: rule_set.args_class for rule_set in RULE_SETS for rule in rule_set.own if not isinstance(rule, ChangeRule)
}
"""Rules of a component, each with the arguments class of its example."""

EXPRESSIONS = sorted(
    rule.id for rule in REGISTRY.values() if type(rule).__name__ == "Rule" and rule.id not in EVALUATED
)
"""Rules of types and functions, whose example is an expression."""

PLAIN_ONLY = {
    "msk-public-access-route",  # the program may create the routes of its own subnets later
    "msk-silent-alarms",  # reads only whether a list is empty
}
"""Rules that do not judge late values."""

ACKNOWLEDGEABLE = sorted(rule for rule in EVALUATED if REGISTRY[rule].severity is not Severity.ERROR)
PREFIXES = sorted({rule.partition("-")[0] for rule in [*EVALUATED, *EXPRESSIONS]})


@pytest.fixture
def find(deploy):
    """Returns a function that runs a program and returns its findings, rejected and logged ones."""

    def run(program) -> list[Finding]:
        try:
            plan: Plan = deploy(program)
            lines = [message for severity, message, _ in plan.log if severity != "info"]
        except InvalidInput as error:
            lines = str(error).splitlines()
        findings = [Finding.parse(line) for line in lines]
        assert None not in findings, f"not a finding: {lines}"
        return [finding for finding in findings if finding]

    return run


@pytest.fixture(scope="module")
def known_findings():
    """Findings of the invalid examples, which several tests compare."""
    return {}


@pytest.fixture
def find_invalid(find, known_findings):
    """Returns a function that returns the findings of the invalid example of a rule, for that rule."""

    def run(rule_id) -> list[Finding]:
        if rule_id not in known_findings:
            known_findings[rule_id] = find(example(rule_id))
        return [finding for finding in known_findings[rule_id] if finding.rule == rule_id]

    return run


def example(rule_id, *, valid=False, late=False, acknowledge=None):
    """Return a program that deploys an example of a rule."""
    rule, args_class = REGISTRY[rule_id], EVALUATED.get(rule_id)
    text = rule.valid if valid else rule.invalid
    if args_class is None:
        return lambda: eval(text, namespace(), Components())

    def program():
        values = arguments(text)
        BUILDERS[args_class](make_late(args_class, values) if late else values, acknowledge or {})

    return program


@pytest.mark.parametrize("rule_id", sorted([*EVALUATED, *EXPRESSIONS]))
def test_the_invalid_example_violates_the_rule(rule_id, find_invalid):
    assert find_invalid(rule_id)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_messages(prefix, find_invalid, golden):
    """The path and the wording of each finding are asserted here only."""
    messages = defaultdict(list)
    for rule_id in sorted([*EVALUATED, *EXPRESSIONS]):
        if rule_id.startswith(f"{prefix}-"):
            messages[rule_id] = [re.sub(r"^\S+:\d+: ", "", str(finding)) for finding in find_invalid(rule_id)]
    golden(f"rules/{prefix}.json", json.dumps(messages, indent=2, ensure_ascii=False) + "\n")


def reads_late_arguments(rule_id):
    """Whether a parameter of a rule is an argument that may be an Output."""
    fields = EVALUATED[rule_id].model_fields
    checks = [check for rule_set in RULE_SETS for check in rule_set.checks if check.rule.id == rule_id]
    names = {name for check in checks for name in (check.each, *check.parameters)}
    return any("Output" in str(fields[name].annotation) for name in names if name in fields)


@pytest.mark.parametrize("rule_id", sorted(EVALUATED))
def test_late_values_are_checked_with_the_same_path(rule_id, find, find_invalid, deploy):
    lateness = []

    def program():
        lateness.append(has_late(make_late(EVALUATED[rule_id], arguments(REGISTRY[rule_id].invalid))))

    deploy(program)
    if lateness == [False] or rule_id in PLAIN_ONLY:
        assert rule_id in PLAIN_ONLY or not reads_late_arguments(rule_id)
        pytest.skip("the rule reads no argument that may be late")
    late = {finding.path for finding in find(example(rule_id, late=True)) if finding.rule == rule_id}
    assert late == {finding.path for finding in find_invalid(rule_id)}


@pytest.mark.parametrize("rule_id", sorted({*EVALUATED, *EXPRESSIONS} - {*ACKNOWLEDGEABLE}))
def test_the_valid_example_is_accepted(rule_id, deploy):
    lines = [message for _, message, _ in deploy(example(rule_id, valid=True)).log]
    assert rule_id not in {finding.rule for finding in map(Finding.parse, lines) if finding}


@pytest.mark.parametrize("rule_id", ACKNOWLEDGEABLE)
def test_an_acknowledged_finding_is_neither_rejected_nor_logged(rule_id, find):
    assert rule_id not in {finding.rule for finding in find(example(rule_id, acknowledge={rule_id: REASON}))}


@pytest.mark.parametrize("rule_id", ACKNOWLEDGEABLE)
def test_the_valid_example_is_accepted_and_its_acknowledgement_unused(rule_id, deploy):
    plan = deploy(example(rule_id, valid=True, acknowledge={rule_id: REASON}))
    findings = {(found.rule, found.path) for _, message, _ in plan.log if (found := Finding.parse(message))}
    assert rule_id not in {rule for rule, _ in findings}
    assert ("acknowledge-unused", f"acknowledge['{rule_id}']") in findings


@pytest.mark.parametrize("rule_id", sorted(set(EVALUATED) - set(ACKNOWLEDGEABLE)))
def test_an_error_cannot_be_acknowledged(rule_id, find):
    findings = find(example(rule_id, valid=True, acknowledge={rule_id: REASON}))
    assert ("acknowledge-error", f"acknowledge['{rule_id}']") in {(found.rule, found.path) for found in findings}
