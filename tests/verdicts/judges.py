"""Tools of others, and what they find."""

import json
import os
import platform
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

TOOLS = Path(os.environ.get("MOORINGS_VERDICTS", ROOT / ".venv-verdicts" / "bin")).absolute()
"""Where the tools are: checkov pins what excludes what the package needs, so they have an environment of their own."""

GUARD = TOOLS.parent / "node_modules" / "@cdklabs" / "cdk-validator-cfnguard"
"""cfn-guard for Linux and macOS, with AWS Control Tower's rules. It is wrapped for the CDK, which it is used without."""


@dataclass(frozen=True, order=True)
class Finding:
    """What a judge says of one thing."""

    judge: str
    rule: str
    where: str
    """The stack, and the thing within it; or ``planted`` and the thing."""

    says: str


def _run(tool: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    home = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LOG_LEVEL": "ERROR"}
    return subprocess.run([tool, *arguments], capture_output=True, text=True, check=False, env=home)


def _where(path: str, folder: Path, thing: str) -> str:
    stack = Path(path.lstrip("/")) if not path.startswith(str(folder)) else Path(path).relative_to(folder)
    return f"{stack.parts[0].removesuffix('.json')} {thing}"


def checkov(framework: str, folder: Path) -> list[Finding]:
    """What checkov finds in a folder that has a file or a folder for each stack.

    Raises:
        ValueError: where it could not read a file, or judged nothing.

    """
    done = _run(TOOLS / "checkov", "-d", folder, "--framework", framework, "-o", "json", "--quiet", "--skip-download")
    try:
        report = json.loads(done.stdout)
    except ValueError:
        raise ValueError(f"checkov did not judge: {done.stdout[-500:]}{done.stderr[-500:]}") from None
    if "summary" not in report or report["summary"]["parsing_errors"]:
        raise ValueError(f"checkov could not read {folder}: {report}")
    return sorted(
        Finding("checkov", each["check_id"], _where(each["file_path"], folder, each["resource"]), each["check_name"])
        for each in report["results"]["failed_checks"]
    )


def parliament(folder: Path) -> list[Finding]:
    """What parliament finds in policies, each in ``<stack>/<address>.json``."""
    files = sorted(folder.rglob("*.json"))
    arguments = ("--directory", folder, "--include_policy_extension", ".json", "--include-community-auditors", "--json")
    done = _run(TOOLS / "parliament", *arguments)
    if files and done.returncode not in {0, 1}:
        raise ValueError(f"parliament did not judge: {done.stdout[-500:]}{done.stderr[-500:]}")
    return sorted(
        Finding(
            "parliament",
            each["issue"],
            _where(each["location"]["filepath"], folder, Path(each["location"]["filepath"]).stem),
            _words(each["detail"] or each["location"].get("actions") or each["title"]),
        )
        for each in map(json.loads, done.stdout.splitlines())
    )


def _words(detail: object) -> str:
    return ", ".join(map(str, detail)) if isinstance(detail, list) else str(detail)


def kubernetes_validate(version: str, folder: Path) -> list[Finding]:
    """What the schemas of a Kubernetes release refuse; a kind that they do not know is a finding too."""
    files = sorted(folder.rglob("*.yaml"))
    if not files:
        return []
    lines = _run(TOOLS / "kubernetes-validate", "--strict", "--kubernetes-version", version, *files).stdout.splitlines()
    if len(lines) < len(files):
        raise ValueError(f"kubernetes-validate did not judge all of {folder}: {lines}")
    said = (re.fullmatch(r"(ERROR|WARN) +(\S+) +(.*)", line) for line in lines)
    return sorted(
        Finding(
            f"kubernetes {version}",
            "schema" if match[1] == "ERROR" else "unknown kind",
            _where(match[2], folder, Path(match[2]).stem),
            match[3],
        )
        for match in said
        if match
    )


def cfn_guard(folder: Path) -> list[Finding]:
    """What cfn-guard finds in CloudFormation templates, a file for each stack."""
    machine = {"arm64": "aarch64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine())
    tool = GUARD / "bin" / {"Darwin": "macos"}.get(platform.system(), "ubuntu") / machine / "cfn-guard"
    shown = ("--structured", "--output-format", "json", "--show-summary", "none")
    done = _run(tool, "validate", "--data", folder, "--rules", GUARD / "rules" / "control-tower" / "cfn-guard", *shown)
    try:
        reports = json.loads(done.stdout)
    except ValueError:
        raise ValueError(f"cfn-guard did not judge: {done.stdout[-500:]}{done.stderr[-500:]}") from None
    found = {
        Finding("cfn-guard", rule, _where(report["name"], folder, thing), says)
        for report in reports
        for broken in report["not_compliant"]
        for text in [json.dumps(broken)]
        for rule, says in re.findall(r"\[(CT\.[A-Z0-9]+\.PR\.\d+)\]: (.*?)\\n", text)
        for thing in re.findall(r"/Resources/(\w+)/", text)
    }
    return sorted(found)


def rules(findings: Iterable[Finding]) -> set[str]:
    """The rules that were broken."""
    return {each.rule for each in findings}
