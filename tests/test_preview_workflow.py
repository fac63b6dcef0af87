"""The workflow that previews pull requests: labels become acknowledgements."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

WORKFLOW = yaml.safe_load((Path(__file__).parents[1] / ".github/workflows/preview.yml").read_text("utf-8"))
STEPS = {step["name"]: step for step in WORKFLOW["jobs"]["engine"]["steps"] if "name" in step}
URL = "https://github.com/example/moorings/pull/12"


def labeled(name, user):
    return {"event": "labeled", "label": {"name": name}, "actor": {"login": user}}


EVENTS = [
    [labeled("acknowledge:kafka-topic-deleted", "alice"), {"event": "closed", "actor": {"login": "carol"}}],
    [labeled("acknowledge:kafka-topic-deleted", "bob"), labeled("bug", "carol")],
]
"""Pages of events: a label was added, removed, and added again by another user."""


@pytest.mark.skipif(shutil.which("jq") is None, reason="requires jq")
@pytest.mark.parametrize(
    ("labels", "acknowledgements"),
    [
        ([], []),
        (["bug"], []),
        (
            ["bug", "acknowledge:kafka-topic-deleted"],
            [f"--acknowledge=kafka-topic-deleted=label added by bob in {URL}"],
        ),
    ],
)
def test_labels_become_acknowledgements_with_a_reason(tmp_path, labels, acknowledgements):
    (tmp_path / "gh").write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(EVENTS)}\nEND\n")
    (tmp_path / "gh").chmod(0o755)
    variables = {
        "LABELS": json.dumps(labels, indent=2),
        "PULL_REQUEST": URL,
        "NUMBER": "12",
        "GH_REPO": "example/moorings",
        "RUNNER_TEMP": str(tmp_path),
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
    }
    script = STEPS["Read acknowledgements from labels"]["run"]
    subprocess.run(["bash", "-e", "-c", script], env=variables, check=True)
    assert (tmp_path / "acknowledgements").read_text("utf-8").splitlines() == acknowledgements


def test_labels_start_the_workflow():
    triggers = WORKFLOW[True]  # YAML 1.1 reads the key "on" as a boolean
    assert {"labeled", "unlabeled"} <= set(triggers["pull_request"]["types"])


def test_the_step_with_a_token_runs_no_code_of_the_pull_request():
    scripts = [step["run"] for step in STEPS.values() if "GH_TOKEN" in step.get("env", {})]
    assert scripts
    assert not any("moorings " in script or "pulumi" in script for script in scripts)
