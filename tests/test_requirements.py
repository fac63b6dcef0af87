"""Pinned requirements: every package has hashes, no file contains addresses, and all pins are within the bounds."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
REQUIREMENTS = [Requirement(line) for line in (*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["cli"])]
"""The dependencies of the package and of its command line, which ``make preview`` uses."""

PIN = re.compile(r"[a-z0-9-]+(\[[a-z,-]+\])?==\S+( ; [^\\]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+")


def invalid_lines(text):
    """Returns the first line of each entry that is not a pinned package with hashes."""
    entries = re.split(r"\n(?=\S)", text.rstrip("\n"))
    return [entry.splitlines()[0] for entry in entries if not PIN.fullmatch(entry)]


def pins(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[[a-z,-]+\])?==([^ \n]+)", text, re.MULTILINE))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_contain_only_pinned_packages_with_hashes(path):
    assert invalid_lines(path.read_text("utf-8")) == []


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
def test_other_lines_are_invalid(line):
    valid = "rich==14.0.0 ; python_full_version >= '3.11' \\\n" + HASH + "\n"
    assert invalid_lines(valid) == []
    assert invalid_lines(f"{valid}{line}\n") == [line.splitlines()[0]]


@pytest.mark.parametrize("name", ["run", "dev", "lowest"])
def test_pins_are_within_the_bounds(name):
    versions = pins(name)
    for requirement in REQUIREMENTS:
        assert requirement.specifier.contains(versions[requirement.name]), f"{requirement} in {name}.txt"


def test_lowest_pins_are_the_lower_bounds():
    versions = pins("lowest")
    for requirement in REQUIREMENTS:
        (lowest,) = re.findall(r">=([0-9.]+)", str(requirement.specifier))
        version = versions[requirement.name]
        assert re.fullmatch(re.escape(lowest) + r"(\.0)*", version), f"{requirement.name}: {version} is not {lowest}"


def test_every_dependency_has_a_lower_and_an_upper_bound():
    for requirement in REQUIREMENTS:
        assert {clause.operator for clause in requirement.specifier} == {">=", "<"}, requirement


@pytest.mark.parametrize("name", ["run", "dev"])
def test_upper_bound_of_the_pulumi_sdk_is_the_newest_tested_release(name):
    """The package uses private names of the SDK, so that a release is allowed once the tests have run with it."""
    (sdk,) = (requirement for requirement in REQUIREMENTS if requirement.name == "pulumi")
    major, minor, _ = pins(name)["pulumi"].split(".")
    assert {clause.version for clause in sdk.specifier if clause.operator == "<"} == {f"{major}.{int(minor) + 1}"}


def test_stacks_run_with_the_pins_of_development():
    """``make test`` replaces the packages of ``make preview``, and must not change its results."""
    run, dev = pins("run"), pins("dev")
    assert {name: dev.get(name) for name in run} == run
