"""Guides: their code runs, the names that they mention exist, their links work, and all of them are listed."""

import inspect
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pulumi
import pytest
from pydantic import BaseModel

import moorings
from moorings.preview.program import StackContext, preview

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
ROOT_PAGES = sorted(DOCS.parent.glob("*.md"))
SHARED = {"overrides.md"}
"""Pages whose first block defines what the others use."""


def program(path, code):
    """Return the program of a block."""
    first = re.findall(r"```python\n(.*?)```", path.read_text("utf-8"), re.DOTALL)[0]
    return code if path.name not in SHARED or code == first else f"{first.rpartition(chr(10) * 2)[0]}\n\n{code}"


BLOCKS = [
    pytest.param(path, program(path, code), id=f"{path.stem}-{number}")
    for path in PAGES
    if path.name != "rules.md"  # generated from examples that tests/rules deploys
    for number, code in enumerate(re.findall(r"```python\n(.*?)```", path.read_text("utf-8"), re.DOTALL), 1)
]


class Vpc:
    """Stands in for that of awsx, which is no dependency."""

    def __init__(self, name, **_):
        self.vpc_id = pulumi.Output.from_input("vpc-0d1c7a52e8b94f360")
        self.private_subnet_ids = pulumi.Output.from_input(["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"])


def test_code_blocks_are_found():
    assert BLOCKS


@pytest.mark.parametrize(("path", "code"), BLOCKS)
def test_code_runs(path, code, monkeypatch):
    monkeypatch.setitem(sys.modules, "pulumi_awsx", SimpleNamespace(ec2=SimpleNamespace(Vpc=Vpc)))
    plan, known = preview(lambda: exec(compile(code, path.name, "exec"), {}), StackContext("docs", "test"))
    assert plan.urns or known.outputs


@pytest.mark.parametrize("page", PAGES + ROOT_PAGES, ids=lambda page: f"{page.parent.name}-{page.stem}")
def test_links_to_files_work(page):
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", prose(page))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_guide_is_in_the_table_of_contents():
    listed = set(re.findall(r"\]\(([a-z-]+\.md)\)", (DOCS / "README.md").read_text("utf-8")))
    assert listed == {page.name for page in PAGES} - {"README.md"}


def prose(page):
    """A page without its code blocks."""
    return re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


def parameters(thing):
    return set(inspect.signature(thing).parameters) if inspect.isfunction(thing) else set()


def known_names():
    """Arguments, outputs, methods and parameters of the public API."""
    names = set(moorings.__all__)
    for thing in (getattr(moorings, name) for name in moorings.__all__):
        names |= parameters(thing)
        if not inspect.isclass(thing):
            continue
        names |= set(inspect.get_annotations(thing)) | set(dir(thing))
        if issubclass(thing, BaseModel):
            names |= set(thing.model_fields)
        for member in vars(thing).values():
            names |= parameters(getattr(member, "__func__", member))
    return names


OTHER_NAMES = {
    "aws_msk_scram_secret_association", "depends_on", "node_exporter", "ip_hash", "least_conn", "retain_on_delete",
}  # fmt: skip
"""Names of other projects, and options of Pulumi."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_names_exist(page):
    spans = re.findall(r"(?<!`)`([a-z]+(?:_[a-z0-9]+)+)(?:=[^`\n]*)?`(?!`)", prose(page))
    assert sorted(set(spans) - known_names() - OTHER_NAMES) == []
