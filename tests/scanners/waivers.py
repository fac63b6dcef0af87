"""Waived findings, each with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import yaml
from scanners import Finding

FILE = Path(__file__).with_name("waivers.yaml")


@dataclass(frozen=True)
class Waiver:
    """Waives findings of one rule."""

    scanner: str
    rule: str
    location: str
    """Pattern of ``Finding.location``; ``*`` matches anything."""

    reason: str
    message: str = "*"
    """Pattern of ``Finding.message``."""

    def covers(self, finding: Finding) -> bool:
        """Whether the finding is waived."""
        return (
            (self.scanner, self.rule) == (finding.scanner, finding.rule)
            and fnmatchcase(finding.location, self.location)
            and fnmatchcase(finding.message, self.message)
        )


def read_waivers(file: Path = FILE) -> list[Waiver]:
    """Read the waivers from the file."""
    return [Waiver(**entry) for entry in yaml.safe_load(file.read_text("utf-8")) or []]


def evaluate(findings: Iterable[Finding], waivers: Iterable[Waiver]) -> list[str]:
    """Describe the findings without a waiver and the waivers without a finding."""
    findings, waivers = list(findings), list(waivers)
    remaining = [finding for finding in findings if not any(waiver.covers(finding) for waiver in waivers)]
    unused = [waiver for waiver in waivers if not any(waiver.covers(finding) for finding in findings)]
    return [f"{finding.scanner} {finding.rule}: {finding.location}: {finding.message}" for finding in remaining] + [
        f"unused waiver: {waiver.scanner} {waiver.rule}: {waiver.location}" for waiver in unused
    ]
