"""Reports of real previews of the engine, which ``tests/engine/test_previews.py`` records."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from moorings.preview.checks import check_changes, installed_change_rules, installed_impacts
from moorings.preview.documents import read_json
from moorings.preview.impacts import add_impacts
from moorings.preview.markdown import render
from moorings.preview.plan_json import plan_from_json
from moorings.preview.terminal import print_plan

PREVIEWS = Path(__file__).parents[1] / "golden" / "previews"
NAMES = sorted(path.stem for path in PREVIEWS.glob("*.json"))


def report(name):
    plan = plan_from_json(read_json(PREVIEWS / f"{name}.json"))
    return add_impacts(check_changes(plan, installed_change_rules(), {}), installed_impacts())


@pytest.mark.parametrize("name", NAMES)
def test_report_in_a_terminal(golden, name):
    console = Console(file=io.StringIO(), width=100, highlight=False)
    print_plan(console, report(name))
    lines = (line.rstrip() for line in console.file.getvalue().splitlines())
    golden(f"reports/{name}.txt", "\n".join(lines) + "\n")


@pytest.mark.parametrize("name", NAMES)
def test_report_in_a_pull_request(golden, name):
    golden(f"reports/{name}.md", render([report(name)]))
