"""The corpus: public configurations as data, each with the program that deploys the same."""

import ast
import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
AREAS: Mapping[str, tuple[str, int]] = {
    "msk": ("Amazon MSK", 95),
    "ecs": ("Amazon ECS", 85),
    "kubernetes": ("Kubernetes", 85),
}
"""Title of each area, and the percentage of originals that have to be expressed completely."""


@dataclass(frozen=True)
class Original:
    """A public configuration."""

    area: str
    id: str
    name: str
    source: str
    """Address of the file at a commit."""

    lines: int
    """Lines of the configuration, without blank lines and comments, and without the network that it is deployed to."""

    facts: list[Mapping[str, Any]]
    """Resources that it declares: their types, and the inputs that it sets."""

    differences: list[Mapping[str, Any]]
    """Deliberate differences: what it does, the reason why the program does not, and facts of the program."""

    missing: list[Mapping[str, str]]
    """What cannot be expressed, and the reason."""

    @property
    def program(self) -> Callable[[], None]:
        """The program that deploys the same."""
        program: Callable[[], None] = getattr(importlib.import_module(f"corpus_{self.area}"), self.id.replace("-", "_"))
        return program

    @property
    def program_lines(self) -> int:
        """Lines of the program, without blank lines and comments."""
        return count_lines(inspect.getsource(self.program))

    @property
    def verdict(self) -> str:
        """Whether the program expresses the original."""
        if self.missing:
            return "partly"
        return "complete, with an override" if "override" in inspect.getsource(self.program) else "complete"


def count_lines(source: str) -> int:
    """Return the number of lines of the body of a function, without blank lines and comments."""
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    body = source.splitlines()[function.body[0].lineno - 1 :]
    return sum(1 for line in body if line.strip() and not line.strip().startswith("#"))


@cache
def originals() -> list[Original]:
    """Return all originals, in the order of their areas and names."""
    reasons = yaml.safe_load((FOLDER / "originals/reasons.yaml").read_text("utf-8"))
    found = [
        _load(area, path, reasons) for area in AREAS for path in sorted((FOLDER / "originals" / area).glob("*.yaml"))
    ]
    return sorted(found, key=lambda original: (list(AREAS).index(original.area), original.name))


def _load(area: str, path: Path, reasons: Mapping[str, Mapping[str, Any]]) -> Original:
    values = yaml.safe_load(path.read_text("utf-8"))
    differences = [reasons[item] if isinstance(item, str) else item for item in values.pop("differences", [])]
    return Original(area=area, id=path.stem, differences=differences, missing=values.pop("missing", []), **values)
