"""Findings as annotations of GitHub Actions, which a pull request shows at the file and line.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from collections.abc import Iterable, Iterator

from moorings.preview.sarif import level_of
from moorings.validation.findings import Finding

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def annotations(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield a workflow command for each finding."""
    for finding in sorted(set(findings), key=str):
        properties = {"title": finding.rule}
        if finding.line is not None:
            properties = {"file": finding.file, "line": str(finding.line), **properties}
        listed = ",".join(f"{name}={_escape_property(value)}" for name, value in properties.items())
        yield f"::{_COMMANDS[level_of(finding)]} {listed}::{_escape(finding.text)}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
