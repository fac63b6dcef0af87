"""Fixtures for all tests."""

import ast
import gc
import inspect
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from itertools import pairwise
from pathlib import Path
from textwrap import dedent
from typing import Any, cast

import pytest
from coverage import Coverage
from hypothesis import settings
from pydantic import BaseModel

from moorings.preview.plan import Plan
from moorings.preview.program import StackContext, run
from moorings.validation.changes import changes
from moorings.validation.errors import InvalidInput
from moorings.validation.findings import Finding

DOCS = Path(__file__).parents[1] / "docs"
GOLDEN = Path(__file__).parent / "golden"

# How long an example takes depends on the machine.
settings.register_profile("moorings", deadline=None)
settings.load_profile("moorings")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that accepts changes of golden files."""
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files")


def pytest_sessionfinish() -> None:
    """Save the coverage data of this process, and keep pytest from collecting the garbage of all tests.

    pytest-xdist kills a process that has not ended after ten seconds, and its coverage data would be lost.
    """
    if measurement := Coverage.current():
        measurement.stop()
        measurement.save()
    gc.freeze()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Returns a function that compares a text with a golden file; ``--update-golden`` rewrites the file."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        assert text == path.read_text(), (
            f"{name} has changed: run pytest --update-golden, and document the change in CHANGELOG.md"
        )

    return compare


@pytest.fixture
def check_changes_table(request: pytest.FixtureRequest) -> Callable[[str, type[BaseModel]], None]:
    """Returns a function that compares a table in the docs with the declarations; ``--update-golden`` rewrites it."""

    def check(page: str, args_class: type[BaseModel]) -> None:
        path = DOCS / page
        rows = (f"| `{name}` | {change.effect} | {change.note} |" for name, change in changes(args_class).items())
        table = "\n".join(["| argument | effect of a change | notes |", "| --- | --- | --- |", *rows])
        start, end = f"<!-- changes of {args_class.__name__}: generated -->", "<!-- end -->"
        before, _, rest = path.read_text("utf-8").partition(start)
        current, _, after = rest.partition(end)
        if request.config.getoption("--update-golden"):
            path.write_text(f"{before}{start}\n\n{table}\n\n{end}{after}", "utf-8")
        else:
            assert current.strip() == table, f"{page} is outdated: run pytest --update-golden"

    return check


@pytest.fixture
def deploy() -> Callable[..., Plan]:
    """Returns a function that runs a program without an engine and returns its plan.

    Outputs are known, as after a deployment, except in a ``preview``. Secrets are `RevealedSecret` with their value,
    unless ``reveal_secrets`` is False.
    """

    def deploy_program(
        program: Callable[[], Any],
        *,
        preview: bool = False,
        config: Mapping[str, str] | None = None,
        stack: str = "test",
        project: str = "moorings",
        reveal_secrets: bool = True,
    ) -> Plan:
        context = StackContext(project, stack, config=dict(config or {}))

        def without_result() -> None:
            program()

        return run(without_result, context, known=not preview, reveal=reveal_secrets)

    return deploy_program


@pytest.fixture
def attribute_docstrings() -> Callable[[type], dict[str, str]]:
    """Returns a function that reads the docstrings below the attributes of a class and of its base classes."""

    def read(cls: type) -> dict[str, str]:
        docstrings: dict[str, str] = {}
        for each in reversed(cls.__mro__):
            if each.__module__.partition(".")[0] in {"moorings", "settings"}:
                (definition,) = ast.parse(dedent(inspect.getsource(each))).body
                for attribute, following in pairwise(cast("ast.ClassDef", definition).body):
                    match attribute, following:
                        case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                            docstrings[name] = " ".join(text.split())
        return docstrings

    return read


@pytest.fixture
def rejected() -> Callable[..., AbstractContextManager[None]]:
    """Returns a context manager that expects a rejection by a rule.

    The rule, and the path if one is given, must be among the findings.
    """

    @contextmanager
    def expect(rule: str, path: str | None = None) -> Generator[None]:
        with pytest.raises(InvalidInput) as error:
            yield
        findings = list(map(Finding.parse, str(error.value).splitlines()))
        assert None not in findings, f"a line is not a finding: {error.value}"
        paths = [finding.path for finding in findings if finding is not None and finding.rule == rule]
        assert paths, f"expected {rule}, got {error.value}"
        assert path is None or path in paths, f"expected {path}, got {error.value}"

    return expect


@pytest.fixture
def logged() -> Callable[[Plan], list[tuple[str, str]]]:
    """Returns a function that lists the rules that a program has logged, each with the path of the argument."""

    def findings(plan: Plan) -> list[tuple[str, str]]:
        parsed = (Finding.parse(message) for _, message, _ in plan.log)
        return sorted((finding.rule, finding.path) for finding in parsed if finding)

    return findings
