"""Checks of ``acknowledge``: every ID must be a rule of the component that may be acknowledged, with a reason."""

from collections.abc import Iterator, Mapping

from moorings.validation import argument_rules
from moorings.validation.errors import suggestion
from moorings.validation.findings import Severity, spell
from moorings.validation.rule_index import all_rules
from moorings.validation.rules import Rule


def acknowledgement_problems(
    component: str, rules: Mapping[str, Rule], acknowledge: Mapping[str, str]
) -> Iterator[tuple[Rule, str, str]]:
    """Yield the violated rule, the path and the message of each acknowledgement that is rejected.

    Args:
        component: type of the component.
        rules: rules of the component by ID.
        acknowledge: IDs with reasons.

    """
    for name, reason in acknowledge.items():
        path = spell(("acknowledge", name))
        rule = rules.get(name)
        if rule is None:
            yield _unknown(component, name, rules, path)
        elif rule.severity is Severity.ERROR:
            yield (
                argument_rules.ACKNOWLEDGE_ERROR,
                path,
                f"an error cannot be acknowledged: {rule.rationale} Fix the argument; remove the acknowledgement",
            )
        elif not reason.strip():
            yield argument_rules.ACKNOWLEDGE_REASON, path, "the reason is empty; state why the finding is intended"


def _unknown(component: str, name: str, rules: Mapping[str, Rule], path: str) -> tuple[Rule, str, str]:
    other = all_rules().get(name)
    if other is not None and other.severity is Severity.ERROR:
        problem = "an error cannot be acknowledged; fix the argument, and remove the acknowledgement"
        return argument_rules.ACKNOWLEDGE_ERROR, path, problem
    if other is argument_rules.ACKNOWLEDGE_UNUSED:
        problem = "cannot be acknowledged; remove the acknowledgement that has no finding, and this one"
        return argument_rules.ACKNOWLEDGE_OTHER_COMPONENT, path, problem
    if other is not None:
        problem = f"is not a rule of {component}; acknowledge it on the component that reports it"
        return argument_rules.ACKNOWLEDGE_OTHER_COMPONENT, path, problem
    similar = suggestion(name, [rule for rule in rules if rules[rule].severity is not Severity.ERROR])
    fix = f"did you mean {similar}?" if similar else "`moorings rules` lists the rules"
    return argument_rules.ACKNOWLEDGE_UNKNOWN, path, f"no such rule; {fix}"
