"""The rules of the package as text, Markdown and JSON, for ``moorings rules`` and the page ``docs/rules.md``."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from moorings.validation.change_rules import ChangeRule
from moorings.validation.findings import Severity
from moorings.validation.rule_index import all_rules
from moorings.validation.rule_sets import RULE_SETS
from moorings.validation.rules import Rule

EFFECTS = {
    Severity.ERROR: "rejected; cannot be acknowledged",
    Severity.UNSAFE: "rejected unless it is acknowledged",
    Severity.WARNING: "logged unless it is acknowledged",
    Severity.UNVERIFIED: "logged with the date of the table unless it is acknowledged",
}
"""Effect of a finding of each severity."""

AREAS = {
    "acknowledge": "Acknowledgements",
    "argument": "All arguments",
    "aws": "AWS",
    "data": "Resources that hold data",
    "ecs": "Amazon ECS",
    "ingress": "Ingresses",
    "k8s": "Kubernetes workloads",
    "kafka": "Apache Kafka clients",
    "kpow": "kPow",
    "msk": "Amazon MSK",
    "network": "Networks",
    "override": "Overrides",
}
"""Titles of the prefixes of rule IDs."""

_INTRODUCTION = """\
# Rules

Everything that moorings rejects or warns about is a rule. A message ends with the ID of the rule:

```text
stacks/kafka.py:32: MskCluster 'kafka': min_insync_replicas: 3 of 3 replicas must be in sync; set it to 2, or raise
default_replication_factor above 3 [msk-min-insync-replicas]
```

| severity | meaning | effect |
| --- | --- | --- |
| error | cannot work: the service rejects it, or it is contradictory | rejected; cannot be acknowledged |
| unsafe | works, but is known to lose data, availability or confidentiality | rejected unless it is acknowledged |
| warning | works, but is rarely intended | logged unless it is acknowledged |
| unverified | not in the tables of this release | logged with the date of the table unless it is acknowledged |

Acknowledge a finding at the component that reports it, with a reason. Previews show acknowledgements and their reasons.

```python
MskClusterArgs(..., acknowledge={"msk-single-replica": "load-test cluster, its data is disposable"})
```

An acknowledgement that matches no finding causes a warning, so that it does not hide a later one. `moorings rules`
lists the rules in a terminal, and `moorings rules ID` explains one.
"""


def reporters_of(rule: Rule) -> list[str]:
    """Return the components and commands that report a rule. Empty for rules of types and functions."""
    components = sorted(
        {
            rule_set.component
            for rule_set in RULE_SETS
            if "acknowledge" in rule_set.args_class.model_fields and rule.id in rule_set.rules
        }
    )
    return [*components, "moorings report"] if isinstance(rule, ChangeRule) else components


def examples_of(rule: Rule) -> tuple[str, str]:
    """Return an example that violates the rule, and one that does not."""
    if isinstance(rule, ChangeRule):
        return rule.describe(rule.invalid), rule.describe(rule.valid)
    return rule.invalid, rule.valid


def overview() -> Iterator[str]:
    """Yield a line for each rule."""
    rules = all_rules()
    width = max(map(len, rules))
    for rule in rules.values():
        yield f"{rule.id:{width}}  {rule.severity:10}  {rule.rationale.partition('. ')[0].rstrip('.')}"


def explain(rule: Rule) -> str:
    """Return the explanation of a rule for a terminal."""
    (invalid, valid), reporters = examples_of(rule), reporters_of(rule)
    lines = [
        f"{rule.id} ({rule.severity}: {EFFECTS[rule.severity]})",
        "",
        rule.rationale,
        "",
        f"reported by: {', '.join(reporters) or 'types and functions'}",
        f"source:      {rule.source}",
        *([f"checked on:  {rule.checked}"] if rule.checked else []),
        "",
        f"violates it: {invalid}",
        f"does not:    {valid}",
    ]
    if rule.severity is not Severity.ERROR and reporters:
        lines += ["", f'acknowledge={{"{rule.id}": "the reason"}}']
    if rule.severity is not Severity.ERROR and isinstance(rule, ChangeRule):
        lines.append(f"moorings report FILE --acknowledge '{rule.id}=the reason'")
    return "\n".join(lines)


def to_json() -> list[Mapping[str, Any]]:
    """Return all rules as JSON."""
    return [
        {
            "id": rule.id,
            "severity": str(rule.severity),
            "rationale": rule.rationale,
            "source": rule.source,
            "checked": rule.checked or None,
            "reporters": reporters_of(rule),
            "invalid": examples_of(rule)[0],
            "valid": examples_of(rule)[1],
        }
        for rule in all_rules().values()
    ]


def markdown() -> str:
    """Return the page with all rules."""
    rules = list(all_rules().values())
    sections = (
        "\n".join([f"## {AREAS[prefix]}\n", *map(markdown_of, group)])
        for prefix, group in groupby(rules, lambda rule: rule.id.partition("-")[0])
    )
    return "\n".join([_INTRODUCTION, *sections])


def markdown_of(rule: Rule) -> str:
    """Return the section of a rule."""
    checked = f" Checked on {rule.checked}." if rule.checked else ""
    reporters = ", ".join(f"`{name}`" for name in reporters_of(rule))
    invalid, valid = examples_of(rule)
    lines = [
        f"### {rule.id}\n",
        f"**{rule.severity}**{f' · {reporters}' if reporters else ''}\n",
        f"{rule.rationale} [Source]({rule.source}).{checked}\n",
        "```text" if isinstance(rule, ChangeRule) else "```python",
        f"# violates the rule\n{invalid}\n# does not\n{valid}",
        "```\n",
    ]
    return "\n".join(lines)
