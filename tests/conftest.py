"""What every test may use."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from moorings.preview.plan import Plan
from moorings.preview.program import StackContext, run
from moorings.validation.changes import changes

DOCS = Path(__file__).parents[1] / "docs"
GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a person accept what has changed."""
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Hold a text against a golden file, which ``--update-golden`` writes anew."""

    def hold(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        assert text == path.read_text(), f"{name} has changed: run pytest --update-golden, and tell it in CHANGELOG.md"

    return hold


@pytest.fixture
def check_changes_table(request: pytest.FixtureRequest) -> Callable[[str, type[BaseModel]], None]:
    """Compare the table of changes in a page with the declarations; ``--update-golden`` rewrites it."""

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
    """Run a program without an engine, and tell what it registered.

    Outputs are known, as after a deployment, unless it is a ``preview``. Secrets stand as ``Secret`` with their value, unless
    ``reveal_secrets`` is off.
    """

    def deployed(
        program: Callable[[], Any],
        *,
        preview: bool = False,
        config: Mapping[str, str] | None = None,
        stack: str = "test",
        project: str = "moorings",
        reveal_secrets: bool = True,
    ) -> Plan:
        setting = StackContext(project, stack, config=dict(config or {}))

        def quietly() -> None:
            program()

        return run(quietly, setting, known=not preview, reveal=reveal_secrets)

    return deployed
