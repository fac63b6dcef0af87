"""The guides' code runs, their links lead somewhere, and all of them are in the table of contents."""

import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pulumi
import pytest

from moorings.preview.program import Setting, preview

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
BLOCKS = [
    pytest.param(path, code, id=f"{path.stem}-{number}")
    for path in PAGES
    for number, code in enumerate(re.findall(r"```python\n(.*?)```", path.read_text("utf-8"), re.DOTALL), 1)
]


class Vpc:
    """Stands in for that of awsx, which is no dependency."""

    def __init__(self, name, **_):
        self.vpc_id = pulumi.Output.from_input("vpc-0d1c7a52e8b94f360")
        self.private_subnet_ids = pulumi.Output.from_input(["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"])


def test_there_is_code():
    assert BLOCKS


@pytest.mark.parametrize(("path", "code"), BLOCKS)
def test_the_code_runs(path, code, monkeypatch):
    monkeypatch.setitem(sys.modules, "pulumi_awsx", SimpleNamespace(ec2=SimpleNamespace(Vpc=Vpc)))
    plan, known = preview(lambda: exec(compile(code, path.name, "exec"), {}), Setting("docs", "test"))
    assert plan.urns or known.outputs


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_to_files_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_guide_is_in_the_table_of_contents():
    listed = set(re.findall(r"\]\(([a-z-]+\.md)\)", (DOCS / "README.md").read_text("utf-8")))
    assert listed == {page.name for page in PAGES} - {"README.md"}
