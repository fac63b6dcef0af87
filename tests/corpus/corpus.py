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

    lines: int | None
    """Lines of the configuration, without blank lines and comments, and without the network that it is deployed to. None
    if only its description is public."""

    facts: list[Mapping[str, Any]]
    """Resources that it declares: their types, and the inputs that it sets."""

    differences: list[Mapping[str, Any]]
    """Deliberate differences: what it does, the reason why the program does not, and facts of the program."""

    missing: list[Mapping[str, str]]
    """What cannot be expressed, and the reason."""

    @property
    def program(self) -> Callable[[], None]:
        """The program that deploys the same."""
        return programs(self.area)[self.id]

    @property
    def program_lines(self) -> int:
        """Lines of the program and of the values that it shares with others, without blank lines and comments."""
        module = inspect.getmodule(self.program)
        assert module is not None
        return count_lines(inspect.getsource(module), self.program.__name__)

    @property
    def verdict(self) -> str:
        """Whether the program expresses the original."""
        if self.missing:
            return "partly"
        return "complete, with an override" if "override" in inspect.getsource(self.program) else "complete"


@cache
def programs(area: str) -> dict[str, Callable[[], None]]:
    """Return the programs of an area by the ID of their original."""
    modules = [importlib.import_module(path.stem) for path in sorted((FOLDER / "programs").glob(f"corpus_{area}*.py"))]
    return {
        name.replace("_", "-"): member
        for module in modules
        for name, member in vars(module).items()
        if inspect.isfunction(member) and member.__module__ == module.__name__
    }


def count_lines(source: str, function: str) -> int:
    """Return the lines of the body of a function and of the values of its module that it refers to."""
    values: dict[str, ast.stmt] = {}
    pending: list[ast.stmt] = []
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.FunctionDef) and statement.name == function:
            pending = list(statement.body)
        elif isinstance(statement, ast.Assign):
            values.update({target.id: statement for target in statement.targets if isinstance(target, ast.Name)})
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            values[statement.target.id] = statement
    counted: set[int] = set()
    while pending:
        statement = pending.pop()
        counted.update(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
        names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        pending += [values.pop(name) for name in names & values.keys()]
    lines = source.splitlines()
    return sum(1 for number in counted if lines[number - 1].strip() and not lines[number - 1].strip().startswith("#"))


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
