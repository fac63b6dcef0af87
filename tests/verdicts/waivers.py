"""Findings that are meant, one by one, each with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import yaml
from judges import Finding

FILE = Path(__file__).with_name("waivers.yaml")


@dataclass(frozen=True)
class Waiver:
    """Which findings of a rule are meant, and why."""

    judge: str
    rule: str
    where: str
    """What ``Finding.where`` looks like; ``*`` stands for anything."""

    reason: str
    says: str = "*"

    def covers(self, finding: Finding) -> bool:
        """Whether a finding is one of those that are meant."""
        return (self.judge, self.rule) == (finding.judge, finding.rule) and all(
            fnmatchcase(getattr(finding, key), getattr(self, key)) for key in ("where", "says")
        )


def read(file: Path = FILE) -> list[Waiver]:
    """The waivers of the file."""
    return [Waiver(**each) for each in yaml.safe_load(file.read_text("utf-8")) or []]


def verdict(findings: Iterable[Finding], waivers: Iterable[Waiver]) -> list[str]:
    """What is left to mend, and the waivers that cover nothing any more."""
    found, given = list(findings), list(waivers)
    left = [each for each in found if not any(waiver.covers(each) for waiver in given)]
    unused = [waiver for waiver in given if not any(waiver.covers(each) for each in found)]
    return [f"{each.judge} {each.rule}: {each.where}: {each.says}" for each in left] + [
        f"a waiver covers nothing: {each.judge} {each.rule}: {each.where}" for each in unused
    ]
