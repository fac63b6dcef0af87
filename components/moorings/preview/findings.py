"""Publishes the findings of a preview: annotations in GitHub Actions, and a SARIF file."""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from moorings.preview.documents import write_text
from moorings.preview.plan import Plan
from moorings.validation.findings import Finding


def publish_findings(folder: Path, plans: Iterable[Plan], errors: Sequence[str], sarif: Path | None) -> None:
    """Print annotations in GitHub Actions, and write a SARIF file if one is requested.

    Args:
        folder: folder of ``Pulumi.yaml``, to which the locations are relative.
        plans: plans of the stacks that were not rejected.
        errors: lines of the errors of the other stacks.
        sarif: the SARIF file.

    Raises:
        DocumentError: The SARIF file cannot be written.

    """
    in_github = os.environ.get("GITHUB_ACTIONS") == "true"
    if not (in_github or sarif):
        return
    messages = [message for plan in plans for _, message, _ in plan.log]
    parsed = [(message, Finding.parse(message)) for message in (*messages, *errors)]
    findings = [_relative_to_working_directory(folder, finding) for _, finding in parsed if finding]
    if in_github:
        from moorings.preview.annotations import annotations

        # Standard output contains the plan. The runner reads commands from both streams.
        sys.stderr.writelines(f"{line}\n" for line in annotations(findings))
    if sarif is not None:
        from moorings.preview.sarif import to_sarif

        others = [message for message, finding in parsed if finding is None and message in errors]
        write_text(sarif, json.dumps(to_sarif(findings, others), indent=2) + "\n")


def _relative_to_working_directory(folder: Path, finding: Finding) -> Finding:
    """Return a finding whose file is relative to the working directory, as services expect it, if it is below it."""
    if finding.line is None:
        return finding
    file = folder / finding.file
    file = file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file
    return replace(finding, location=f"{file.as_posix()}:{finding.line}")
