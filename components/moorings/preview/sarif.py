"""Findings as SARIF, which code scanning services and editors show at the file and line.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from moorings.validation.findings import Finding, Severity
from moorings.validation.rule_index import all_rules

_LEVELS = {
    Severity.ERROR: "error",
    Severity.UNSAFE: "error",
    Severity.WARNING: "warning",
    Severity.UNVERIFIED: "note",
}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def to_sarif(findings: Iterable[Finding], errors: Sequence[str] = ()) -> Mapping[str, Any]:
    """Return a SARIF log with one run.

    Args:
        findings: findings of rules.
        errors: messages of other errors, which have no location.

    """
    unique = sorted(set(findings), key=str)
    rules = all_rules()
    used = sorted({finding.rule for finding in unique if finding.rule in rules})
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "moorings",
                        "version": version("moorings"),
                        "rules": [
                            {
                                "id": rule,
                                "shortDescription": {"text": rules[rule].rationale},
                                "helpUri": rules[rule].source,
                                "defaultConfiguration": {"level": _LEVELS[rules[rule].severity]},
                            }
                            for rule in used
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    *(_result(finding, used, level_of(finding)) for finding in unique),
                    *({"level": "error", "message": {"text": error}} for error in errors),
                ],
            }
        ],
    }


def level_of(finding: Finding) -> str:
    """Return ``error``, ``warning`` or ``note``."""
    rule = all_rules().get(finding.rule)
    return _LEVELS[rule.severity] if rule else "error"


def _result(finding: Finding, rules: Sequence[str], level: str) -> Mapping[str, Any]:
    result: dict[str, Any] = {"ruleId": finding.rule, "level": level, "message": {"text": finding.text}}
    if finding.rule in rules:
        result["ruleIndex"] = rules.index(finding.rule)
    logical = {"fullyQualifiedName": ": ".join(filter(None, (finding.component, finding.path)))}
    location: dict[str, Any] = {"logicalLocations": [logical]}
    if finding.line is not None:
        uri = finding.file.replace("\\", "/")
        location["physicalLocation"] = {
            "artifactLocation": {"uri": ("file://" if uri.startswith("/") else "") + quote(uri)},
            "region": {"startLine": finding.line},
        }
    result["locations"] = [location]
    return result
