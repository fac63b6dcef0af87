"""The committed stacks as the judges read them.

``make verdicts`` installs the judges and says where they are in ``MOORINGS_VERDICTS``; without that, and without them,
these tests do not run.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from cloudformation import template
from judges import GUARD, ROOT, TOOLS, Finding, cfn_guard, checkov, kubernetes_validate, parliament
from terraform import address, plan_document

from moorings.preview.kubernetes_yaml import write_yaml
from moorings.preview.plan import Plan, jsonable
from moorings.preview.project import Project

KUBERNETES = ("1.33", "1.37")
"""The oldest and the newest Kubernetes release that the workloads are made for. As of 2026-11-21."""

PROJECT = Project(ROOT)


MISSING = [path for path in (TOOLS / "checkov", GUARD) if not path.exists()]
if MISSING and "MOORINGS_VERDICTS" in os.environ:
    raise pytest.UsageError(f"there is no {MISSING[0]}")
collect_ignore_glob = ["test_*.py"] if MISSING else []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line that these tests did not run."""
    if MISSING:
        terminalreporter.write_line(
            "tests/verdicts did not run, for the judges are not here: make verdicts brings them"
        )


@pytest.fixture(scope="session")
def plans() -> dict[str, Plan]:
    """What each committed stack makes, with known outputs."""
    return {stack: PROJECT.preview(stack).known for stack in PROJECT.stacks}


def write_plans(plans: dict[str, Plan], folder: Path) -> Path:
    """Plans as Terraform's, a file for each."""
    for stack, plan in plans.items():
        (folder / f"{stack}.json").write_text(json.dumps(plan_document(plan)), "utf-8")
    return folder


def write_templates(plans: dict[str, Plan], folder: Path) -> Path:
    """Plans as CloudFormation templates, a file for each."""
    for stack, plan in plans.items():
        (folder / f"{stack}.json").write_text(json.dumps(template(plan)), "utf-8")
    return folder


def policies(plan: Plan) -> dict[str, dict[str, Any]]:
    """Every policy in the resources of a plan, by resource and property."""
    found = {
        f"{address(resource)}.{key}": json.loads(text)
        for resource in plan.resources
        for key, text in jsonable(resource.inputs).items()
        if isinstance(text, str) and text.startswith("{") and '"Statement"' in text
    }
    for name, policy in found.items():
        # A trust policy names no resource, for it is its role's; parliament expects one.
        if name.endswith(".assumeRolePolicy"):
            policy["Statement"] = [
                {"Resource": "arn:aws:iam::123456789012:role/own", **each} for each in policy["Statement"]
            ]
    return found


def write_policies(plans: dict[str, Plan], folder: Path) -> Path:
    """The policies of plans, a folder for each and a file for each of those."""
    for stack, plan in plans.items():
        for name, policy in policies(plan).items():
            (folder / stack).mkdir(exist_ok=True)
            (folder / stack / f"{name}.json").write_text(json.dumps(policy, indent=1), "utf-8")
    return folder


def write_objects(plans: dict[str, Plan], folder: Path) -> Path:
    """The Kubernetes objects of plans, a folder for each."""
    for stack, plan in plans.items():
        write_yaml(plan, folder / stack)
    return folder


@pytest.fixture(scope="session")
def findings(plans, tmp_path_factory) -> list[Finding]:
    """What all judges find in all committed stacks."""
    objects = write_objects(plans, tmp_path_factory.mktemp("objects"))
    return [
        *checkov("terraform_plan", write_plans(plans, tmp_path_factory.mktemp("plans"))),
        *cfn_guard(write_templates(plans, tmp_path_factory.mktemp("templates"))),
        *parliament(write_policies(plans, tmp_path_factory.mktemp("policies"))),
        *(checkov("kubernetes", objects) if any(objects.rglob("*.yaml")) else []),
        *(found for version in KUBERNETES for found in kubernetes_validate(version, objects)),
    ]
