"""The pinned requirements: a hash for each package, and no word of where they come from."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

PIN = re.compile(r"[a-z0-9-]+(\[[a-z,-]+\])?==\S+( ; [^\\]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+")


def findings(text):
    """What of a requirements file is no pinned package with its hashes."""
    entries = re.split(r"\n(?=\S)", text.rstrip("\n"))
    return [entry.splitlines()[0] for entry in entries if not PIN.fullmatch(entry)]


def pins(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[[a-z,-]+\])?==([^ \n]+)", text, re.MULTILINE))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_package_is_pinned_with_hashes_and_nothing_else_is_there(path):
    assert findings(path.read_text("utf-8")) == []


HASH = "    --hash=sha256:" + "0" * 64


@pytest.mark.parametrize(
    "line",
    [
        "pydantic==2.12.0",
        "pydantic>=2.12.0 \\\n" + HASH,
        "pydantic @ file:///home/someone/pydantic \\\n" + HASH,
        "--index-url https://packages.example/simple",
        "--find-links /srv/wheels",
        "# made by: uv pip compile /home/someone/pyproject.toml",
        "pydantic==2.12.0 \\\n" + HASH + "\n    # via https://packages.example",
        "pydantic==2.12.0 \\\n    --hash=md5:" + "0" * 32,
    ],
)
def test_anything_else_is_found(line):
    good = "rich==14.0.0 ; python_full_version >= '3.11' \\\n" + HASH + "\n"
    assert findings(good) == []
    assert findings(f"{good}{line}\n") == [line.splitlines()[0]]


@pytest.mark.parametrize("name", ["run", "dev", "lowest"])
def test_what_the_package_depends_on_is_pinned_within_its_bounds(name):
    found = pins(name)
    for each in map(Requirement, PROJECT["dependencies"]):
        assert each.specifier.contains(found[each.name]), f"{each} in {name}.txt"


def test_the_lowest_pins_are_the_lower_bounds():
    found = pins("lowest")
    bounds = {each.name: str(each.specifier) for each in map(Requirement, PROJECT["dependencies"])}
    for name, bound in bounds.items():
        (lowest,) = re.findall(r">=([0-9.]+)", bound)
        assert re.fullmatch(re.escape(lowest) + r"(\.0)*", found[name]), f"{name}: {found[name]} is not {lowest}"


def test_every_dependency_is_bounded_on_both_sides():
    for each in PROJECT["dependencies"]:
        assert re.search(r">=[0-9.]+,<[0-9]+$", each), each


def test_what_runs_a_stack_is_the_same_in_development():
    """``make test`` replaces what ``make preview`` installed: neither may change the other's results."""
    run, dev = pins("run"), pins("dev")
    assert {name: dev.get(name) for name in run} == run
