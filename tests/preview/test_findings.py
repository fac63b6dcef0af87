"""Findings of a preview: SARIF files and annotations of GitHub Actions."""

import json
import re

import pytest
from typer.testing import CliRunner

from moorings.preview.annotations import annotations
from moorings.preview.cli import app
from moorings.preview.sarif import to_sarif
from moorings.validation.findings import Finding

REJECTED = Finding("argument-range", "MskCluster 'kafka'", "brokers_per_zone", "must be at least 1", "kafka.py:14")
LOGGED = Finding("acknowledge-unused", "MskCluster 'kafka'", "acknowledge['x']", "remove it", "a b/kafka.py:3")
FORGED = Finding("no-such-rule", "MskCluster 'a'", "", "50% of\n::error::", "")

PROGRAM = """
import pulumi
from moorings import EncryptionKey, EncryptionKeyArgs

stack = pulumi.get_stack()
pulumi.log.warn(f"main.py:3: Demo 'd': size: is unusual; change it [acknowledge-unused]")
pulumi.log.warn("Demo 'd': weight: is unusual; change it [acknowledge-unused]")
if stack == "broken":
    raise LookupError("no such thing")
if stack == "rejected":
    EncryptionKey("data", EncryptionKeyArgs(description="",
        rotation_period_days=1))
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A repository with a project in a folder."""
    folder = tmp_path / "infra"
    (folder / "app").mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text("name: demo\nruntime: python\nmain: app\n")
    (folder / "app/__main__.py").write_text(PROGRAM)
    for stack in ("good", "rejected", "broken"):
        (folder / f"Pulumi.{stack}.yaml").write_text("config: {}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def preview(*arguments):
    return CliRunner().invoke(app, ["preview", "--project", "infra", *arguments])


def test_a_sarif_file_contains_the_findings_of_all_stacks(project):
    result = preview("--sarif", "out.sarif")
    assert result.exit_code == 1
    run = json.loads((project / "out.sarif").read_text())["runs"][0]
    places = [
        (entry.get("ruleId"), *(location.get("physicalLocation") for location in entry.get("locations", [])))
        for entry in run["results"]
    ]
    invalid = {"artifactLocation": {"uri": "infra/app/__main__.py"}, "region": {"startLine": 11}}
    assert ("argument-length", invalid) in places
    assert ("argument-range", invalid) in places
    assert ("acknowledge-unused", {"artifactLocation": {"uri": "infra/main.py"}, "region": {"startLine": 3}}) in places
    assert ("acknowledge-unused", None) in places
    assert run["results"][-1] == {
        "level": "error",
        "message": {"text": "LookupError: no such thing; run with --debug for the traceback"},
    }


def test_all_stacks_are_checked_although_one_is_rejected(project):
    lines = preview().stderr.splitlines()
    assert {re.match(r"moorings: (\w+): ", line)[1] for line in lines} == {"broken", "rejected"}
    assert (
        "moorings: rejected: app/__main__.py:11: EncryptionKeyArgs: description: must not be empty [argument-length]"
        in lines
    )


def test_findings_are_annotations_in_github_actions(project, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    lines = preview("rejected").stderr.splitlines()
    assert (
        "::error file=infra/app/__main__.py,line=11,title=argument-length::EncryptionKeyArgs: description: must not be empty"
    ) in lines


def test_nothing_is_written_without_a_request(project):
    assert "::" not in preview("good").stderr
    assert list(project.iterdir()) == [project / "infra"]


def test_sarif_describes_the_rules_of_its_results():
    run = to_sarif([LOGGED, REJECTED, REJECTED])["runs"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["acknowledge-unused", "argument-range"]
    assert [(entry["ruleId"], entry["ruleIndex"], entry["level"]) for entry in run["results"]] == [
        ("acknowledge-unused", 0, "warning"),
        ("argument-range", 1, "error"),
    ]
    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "a%20b/kafka.py"


def test_sarif_contains_findings_of_unknown_rules_without_a_location():
    run = to_sarif([FORGED])["runs"][0]
    assert run["tool"]["driver"]["rules"] == []
    assert run["results"][0]["locations"] == [{"logicalLocations": [{"fullyQualifiedName": "MskCluster 'a'"}]}]


def test_annotations_cannot_be_forged():
    assert list(annotations([LOGGED, FORGED])) == [
        r"::error title=no-such-rule::MskCluster 'a': 50%25 of\n::error::",
        "::warning file=a b/kafka.py,line=3,title=acknowledge-unused::MskCluster 'kafka': acknowledge['x']: remove it",
    ]
