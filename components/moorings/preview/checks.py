"""Evaluates the rules of changes on the steps of a plan.

Rules about data loss apply to all resources. Other packages provide rules about their own resources through the entry
points ``moorings.checks``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from importlib.metadata import entry_points
from typing import Protocol

from moorings.preview.plan import ChangeFinding, Plan, Resource, Step
from moorings.validation.argument_rules import ACKNOWLEDGE_UNUSED
from moorings.validation.change_rules import ChangeRule, evaluate_change
from moorings.validation.data_loss_rules import DATA_LOSS_RULES
from moorings.validation.findings import Finding, Severity, label, spell
from moorings.validation.impacts import ImpactRule
from moorings.validation.resource_changes import Operation, Properties, ResourceChange
from moorings.validation.rule_index import all_rules

GROUP = "moorings.checks"

COMMAND_LINE = ""
"""Stands for the command line where a component is named by its URN."""

_OPERATIONS: Mapping[str, Operation] = {
    "create": "create",
    "create-replacement": "create",
    "update": "update",
    "same": "update",  # options of the resource may change
    "replace": "replace",
    "delete-replaced": "replace",
    "delete": "delete",
}


class ChangeModule(Protocol):
    """The module that an entry point of ``moorings.checks`` refers to."""

    CHANGE_RULES: Iterable[ChangeRule]
    IMPACTS: Iterable[ImpactRule]


def installed_change_rules() -> dict[str, ChangeRule]:
    """Return the rules about data loss, and those of the installed packages in the order of their names, by ID."""
    rules = (DATA_LOSS_RULES, *(module.CHANGE_RULES for module in _installed_modules()))
    return {rule.id: rule for of_package in rules for rule in of_package}


def installed_impacts() -> list[ImpactRule]:
    """Return the descriptions of impacts of the installed packages, in the order of their names."""
    return [impact for module in _installed_modules() for impact in getattr(module, "IMPACTS", ())]


def _installed_modules() -> list[ChangeModule]:
    return [point.load() for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)]


def parse_acknowledgements(texts: Iterable[str], rules: Mapping[str, ChangeRule]) -> dict[str, str]:
    """Return acknowledged rules with their reasons.

    Args:
        texts: acknowledgements as ``ID=REASON``.
        rules: rules of changes by ID.

    Raises:
        ValueError: for an unknown rule, an error, a missing reason and a rule that is acknowledged twice.

    """
    reasons: dict[str, str] = {}
    for text in texts:
        rule, _, reason = (part.strip() for part in text.partition("="))
        if rule not in rules:
            raise ValueError(_unknown_rule(rule, rules))
        if rules[rule].severity is Severity.ERROR:
            raise ValueError(f"{rule} is an error, which cannot be acknowledged; {rules[rule].rationale}")
        if not reason:
            raise ValueError(f"{rule} has no reason; use --acknowledge '{rule}=REASON'")
        if rule in reasons:
            raise ValueError(f"{rule} is acknowledged twice; state all reasons in one")
        reasons[rule] = reason
    return reasons


def _unknown_rule(rule: str, rules: Mapping[str, ChangeRule]) -> str:
    if rule in all_rules():
        return f"{rule} is about arguments, not about changes; acknowledge it in the program"
    similar = get_close_matches(rule, [name for name in rules if rules[name].severity is not Severity.ERROR], 1)
    return f"unknown rule {rule}; {f'did you mean {similar[0]}?' if similar else '`moorings rules` lists the rules'}"


def check_changes(plan: Plan, rules: Mapping[str, ChangeRule], acknowledge: Mapping[str, str]) -> Plan:
    """Return the plan with what the rules find in its steps, in their order.

    A finding is acknowledged if its rule is in ``acknowledge``, or in the argument of that name of the component or of
    one above the resource. An acknowledgement without a finding causes a warning.

    Args:
        plan: plan of an engine; a plan without an engine only creates resources.
        rules: rules to evaluate, by ID.
        acknowledge: IDs of rules with reasons.

    """
    reasons = {(COMMAND_LINE, rule): reason for rule, reason in acknowledge.items()}
    reasons |= {
        (step.resource.urn, rule): reason
        for step in plan.steps
        for rule, reason in step.resource.acknowledged.items()
        if step.op != "delete" and rule in rules
    }
    parents = {step.resource.urn: step.resource.parent for step in plan.steps}
    rules_by_type = _rules_by_type(rules.values())
    findings: list[ChangeFinding] = []
    unused = set(reasons)
    for step in plan.steps:
        change = change_of(step) if step.resource.type in rules_by_type else None
        for rule, path, message in evaluate_change(rules_by_type[change.type], change) if change else ():
            owners = [] if rule.severity is Severity.ERROR else [COMMAND_LINE, *_owners(step.resource, parents)]
            acknowledged = [(owner, rule.id) for owner in owners if (owner, rule.id) in reasons]
            unused -= set(acknowledged)
            reason = reasons[acknowledged[0]] if acknowledged else None
            problem = message.partition("; ")[0]  # without the fix
            text = message if reason is None else problem
            finding = Finding(rule.id, label(step.resource.kind, step.resource.name), spell(path), text)
            findings.append(ChangeFinding(finding, rule.severity, reason))
    # A plan without an engine has no changes that could be acknowledged.
    unused = {key for key in unused if key[0] == COMMAND_LINE or not plan.offline}
    # The hooks of the program have logged some of the findings.
    log = [entry for entry in plan.log if _logged_rule(entry[1]) not in rules]
    return replace(plan, log=log, findings=[*findings, *_unused_acknowledgements(unused, plan)])


def _rules_by_type(rules: Iterable[ChangeRule]) -> dict[str, list[ChangeRule]]:
    rules_by_type: dict[str, list[ChangeRule]] = {}
    for rule in rules:
        for type_ in rule.types:
            rules_by_type.setdefault(type_, []).append(rule)
    return rules_by_type


def change_of(step: Step) -> ResourceChange | None:
    """Return a step as the rules of changes read it, or None if no rule checks the operation."""
    operation, resource = _OPERATIONS.get(step.op), step.resource
    if operation is None:
        return None
    before = step.deployed
    return ResourceChange(
        operation,
        resource.type,
        Properties(None if operation == "create" else before.inputs),
        Properties(None if operation == "delete" else resource.inputs),
        reasons=step.replace_reasons or step.changed,
        was_protected=before.protect,
        is_protected=resource.protect,
        was_retained=before.retain_on_delete or before.external,
        is_retained=resource.retain_on_delete or resource.external,
    )


def _owners(resource: Resource, parents: Mapping[str, str]) -> list[str]:
    """Return the URN of a resource, and those of the components above it, the innermost first."""
    urns = [resource.urn]
    parent = resource.parent
    while parent in parents and parent not in urns:
        urns.append(parent)
        parent = parents[parent]
    return urns


def _logged_rule(message: str) -> str | None:
    finding = Finding.parse(message.strip())
    return finding.rule if finding else None


def _unused_acknowledgements(unused: Iterable[tuple[str, str]], plan: Plan) -> Iterator[ChangeFinding]:
    resources = {step.resource.urn: step.resource for step in plan.steps}
    for owner, rule in sorted(unused):
        component = label(resources[owner].kind, resources[owner].name) if owner else "report"
        message = "no change in this preview violates the rule; remove the acknowledgement"
        finding = Finding(ACKNOWLEDGE_UNUSED.id, component, spell(("acknowledge", rule)), message)
        yield ChangeFinding(finding, ACKNOWLEDGE_UNUSED.severity)
