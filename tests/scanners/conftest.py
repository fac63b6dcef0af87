"""Writes the committed stacks in the formats that the scanners read, and runs all scanners once.

``make scan`` installs the scanners and sets ``MOORINGS_SCANNERS`` to their folder. Without scanners these tests are
skipped.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from cloudformation import template
from scanners import GUARD, ROOT, TOOLS, Finding, cfn_guard, checkov, kubernetes_validate, parliament
from terraform import address, plan_document

from moorings.preview.kubernetes_yaml import write_yaml
from moorings.preview.plan import Plan, jsonable
from moorings.preview.project import Project

KUBERNETES = ("1.33", "1.37")
"""The oldest and the newest supported Kubernetes release, as of 2026-11-21."""

PROJECT = Project(ROOT)

MISSING = [path for path in (TOOLS / "checkov", GUARD) if not path.exists()]
if MISSING and "MOORINGS_SCANNERS" in os.environ:
    raise pytest.UsageError(f"{MISSING[0]}: not installed")
collect_ignore_glob = ["test_*.py"] if MISSING else []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report that these tests were skipped."""
    if MISSING:
        terminalreporter.write_line("tests/scanners skipped: the scanners are not installed; run make scan")


@pytest.fixture(scope="session")
def plans() -> dict[str, Plan]:
    """The plan of each committed stack, with simulated outputs."""
    return {stack: PROJECT.preview(stack).known for stack in PROJECT.stacks}


def write_plans(plans: dict[str, Plan], folder: Path) -> Path:
    """Write each plan as a Terraform plan."""
    for stack, plan in plans.items():
        (folder / f"{stack}.json").write_text(json.dumps(plan_document(plan)), "utf-8")
    return folder


def write_templates(plans: dict[str, Plan], folder: Path) -> Path:
    """Write each plan as a CloudFormation template."""
    for stack, plan in plans.items():
        (folder / f"{stack}.json").write_text(json.dumps(template(plan)), "utf-8")
    return folder


def policies(plan: Plan) -> dict[str, dict[str, Any]]:
    """The IAM policies in the resources of a plan, by resource and property."""
    documents = {
        f"{address(resource)}.{key}": json.loads(text)
        for resource in plan.resources
        for key, text in jsonable(resource.inputs).items()
        if isinstance(text, str) and text.startswith("{") and '"Statement"' in text
    }
    for name, policy in documents.items():
        # parliament requires a resource, which a trust policy does not have.
        if name.endswith(".assumeRolePolicy"):
            policy["Statement"] = [
                {"Resource": "arn:aws:iam::123456789012:role/own", **statement} for statement in policy["Statement"]
            ]
    return documents


def write_policies(plans: dict[str, Plan], folder: Path) -> Path:
    """Write the IAM policies of each plan to a folder of its own."""
    for stack, plan in plans.items():
        for name, policy in policies(plan).items():
            (folder / stack).mkdir(exist_ok=True)
            (folder / stack / f"{name}.json").write_text(json.dumps(policy, indent=1), "utf-8")
    return folder


def write_objects(plans: dict[str, Plan], folder: Path) -> Path:
    """Write the Kubernetes objects of each plan to a folder of its own."""
    for stack, plan in plans.items():
        write_yaml(plan, folder / stack)
    return folder


@pytest.fixture(scope="session")
def findings(plans, tmp_path_factory) -> list[Finding]:
    """The findings of all scanners in all committed stacks."""
    objects = write_objects(plans, tmp_path_factory.mktemp("objects"))
    return [
        *checkov("terraform_plan", write_plans(plans, tmp_path_factory.mktemp("plans"))),
        *cfn_guard(write_templates(plans, tmp_path_factory.mktemp("templates"))),
        *parliament(write_policies(plans, tmp_path_factory.mktemp("policies"))),
        *(checkov("kubernetes", objects) if any(objects.rglob("*.yaml")) else []),
        *(finding for version in KUBERNETES for finding in kubernetes_validate(version, objects)),
    ]
