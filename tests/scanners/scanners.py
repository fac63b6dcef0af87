"""Runs third-party scanners: checkov, cfn-guard, parliament and kubernetes-validate."""

import json
import os
import platform
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

TOOLS = Path(os.environ.get("MOORINGS_SCANNERS", ROOT / ".venv-scanners" / "bin")).absolute()
"""Folder of the scanners. They have their own virtual environment, because checkov pins versions that conflict with the
dependencies of the package."""

GUARD = TOOLS.parent / "node_modules" / "@cdklabs" / "cdk-validator-cfnguard"
"""cfn-guard for Linux and macOS with the rules of AWS Control Tower. The npm package is a plugin for the AWS CDK, of
which only these files are used."""


@dataclass(frozen=True, order=True)
class Finding:
    """A rule that a resource violates."""

    scanner: str
    rule: str
    location: str
    """Stack and resource."""

    message: str


def _run(tool: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    home = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LOG_LEVEL": "ERROR"}
    return subprocess.run([tool, *arguments], capture_output=True, text=True, check=False, env=home)


def _location(path: str, folder: Path, resource: str) -> str:
    stack = Path(path.lstrip("/")) if not path.startswith(str(folder)) else Path(path).relative_to(folder)
    return f"{stack.parts[0].removesuffix('.json')} {resource}"


def checkov(framework: str, folder: Path) -> list[Finding]:
    """Scan a folder that has a file or a folder for each stack.

    Raises:
        ValueError: if checkov cannot read a file, or does not scan any.

    """
    result = _run(TOOLS / "checkov", "-d", folder, "--framework", framework, "-o", "json", "--quiet", "--skip-download")
    try:
        report = json.loads(result.stdout)
    except ValueError:
        raise ValueError(f"checkov failed: {result.stdout[-500:]}{result.stderr[-500:]}") from None
    if "summary" not in report or report["summary"]["parsing_errors"]:
        raise ValueError(f"checkov cannot read {folder}: {report}")
    return sorted(
        Finding(
            "checkov", check["check_id"], _location(check["file_path"], folder, check["resource"]), check["check_name"]
        )
        for check in report["results"]["failed_checks"]
    )


def parliament(folder: Path) -> list[Finding]:
    """Lint IAM policies, each in ``<stack>/<address>.json``."""
    files = sorted(folder.rglob("*.json"))
    arguments = ("--directory", folder, "--include_policy_extension", ".json", "--include-community-auditors", "--json")
    result = _run(TOOLS / "parliament", *arguments)
    if files and result.returncode not in {0, 1}:
        raise ValueError(f"parliament failed: {result.stdout[-500:]}{result.stderr[-500:]}")
    return sorted(
        Finding(
            "parliament",
            issue["issue"],
            _location(issue["location"]["filepath"], folder, Path(issue["location"]["filepath"]).stem),
            _join(issue["detail"] or issue["location"].get("actions") or issue["title"]),
        )
        for issue in map(json.loads, result.stdout.splitlines())
    )


def _join(detail: object) -> str:
    return ", ".join(map(str, detail)) if isinstance(detail, list) else str(detail)


def kubernetes_validate(version: str, folder: Path) -> list[Finding]:
    """Validate objects against the schemas of a Kubernetes release. An unknown kind is a finding too."""
    files = sorted(folder.rglob("*.yaml"))
    if not files:
        return []
    lines = _run(TOOLS / "kubernetes-validate", "--strict", "--kubernetes-version", version, *files).stdout.splitlines()
    if len(lines) < len(files):
        raise ValueError(f"kubernetes-validate did not validate all of {folder}: {lines}")
    results = (re.fullmatch(r"(ERROR|WARN) +(\S+) +(.*)", line) for line in lines)
    return sorted(
        Finding(
            f"kubernetes {version}",
            "schema" if match[1] == "ERROR" else "unknown kind",
            _location(match[2], folder, Path(match[2]).stem),
            match[3],
        )
        for match in results
        if match
    )


def cfn_guard(folder: Path) -> list[Finding]:
    """Check CloudFormation templates, one file for each stack."""
    machine = {"arm64": "aarch64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine())
    tool = GUARD / "bin" / {"Darwin": "macos"}.get(platform.system(), "ubuntu") / machine / "cfn-guard"
    options = ("--structured", "--output-format", "json", "--show-summary", "none")
    result = _run(
        tool, "validate", "--data", folder, "--rules", GUARD / "rules" / "control-tower" / "cfn-guard", *options
    )
    try:
        reports = json.loads(result.stdout)
    except ValueError:
        raise ValueError(f"cfn-guard failed: {result.stdout[-500:]}{result.stderr[-500:]}") from None
    findings = {
        Finding("cfn-guard", rule, _location(report["name"], folder, resource), message)
        for report in reports
        for violation in report["not_compliant"]
        for text in [json.dumps(violation)]
        for rule, message in re.findall(r"\[(CT\.[A-Z0-9]+\.PR\.\d+)\]: (.*?)\\n", text)
        for resource in re.findall(r"/Resources/(\w+)/", text)
    }
    return sorted(findings)


def rules(findings: Iterable[Finding]) -> set[str]:
    """The rules that the findings violate."""
    return {finding.rule for finding in findings}
