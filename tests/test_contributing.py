"""The component and the worked examples in CONTRIBUTING.md do what the page says."""

import filecmp
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pulumi
import pytest
from pulumi.provider.experimental.analyzer import Analyzer

from moorings.validation.rule_sets import RULE_SETS
from moorings.validation.rules import REGISTRY

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0f3b6b0e-5f0c-4a43-9d5e-0c0f6c6f2a11"


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """Import the component from a file, because the plugin host reads its source."""
    (source,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    folder = tmp_path_factory.mktemp("example")
    (folder / "encrypted_log_group.py").write_text(source)
    sys.path.insert(0, str(folder))
    try:
        import encrypted_log_group

        yield encrypted_log_group
    finally:
        RULE_SETS.remove(encrypted_log_group.RULES)
        del REGISTRY["aws-short-retention"]
        sys.path.remove(str(folder))
        del sys.modules["encrypted_log_group"]


def test_component_creates_its_child(example, deploy):
    plan = deploy(lambda: example.EncryptedLogGroup("audit", example.EncryptedLogGroupArgs(kms_key_arn=KEY)))
    (group,) = [step.resource for step in plan.steps if step.resource.custom]
    assert group.name == "audit-events"
    assert group.inputs == {"kmsKeyId": KEY, "retentionInDays": 365}
    assert group.protect
    assert group.parent.endswith("moorings:index:EncryptedLogGroup::audit")


@pytest.mark.parametrize("value", [str, pulumi.Output.from_input], ids=["plain", "late"])
def test_component_rejects_an_invalid_key(example, deploy, rejected, value):
    with rejected("argument-format", "kms_key_arn"):
        deploy(lambda: example.EncryptedLogGroup("audit", {"kms_key_arn": value("alias/audit")}))


@pytest.mark.parametrize("acknowledge", [{}, {"aws-short-retention": "its events are copied to another account"}])
def test_component_reports_its_rule(example, deploy, logged, acknowledge):
    args = {"kms_key_arn": KEY, "retention_days": 30, "acknowledge": acknowledge}
    plan = deploy(lambda: example.EncryptedLogGroup("audit", args))
    assert logged(plan) == ([] if acknowledge else [("aws-short-retention", "retention_days")])


def test_plugin_host_can_analyze_the_component(example):
    inputs = Analyzer("moorings").analyze_component(example.EncryptedLogGroup).inputs
    assert {name: field.optional for name, field in inputs.items()} == {
        "acknowledge": True,
        "kmsKeyArn": False,
        "protect": True,
        "retentionDays": True,
    }


def test_every_command_is_a_make_target():
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    commands = set(re.findall(r"`make ([a-z-]+)", TEXT))
    assert {"preview", "test", "lint", "types", "check"} <= commands <= targets


def example_diff(title):
    section = TEXT.partition(f"## Example: {title}\n")[2]
    return re.findall(r"```diff\n(.*?)```", section, re.DOTALL)[0]


@pytest.fixture
def checkout(tmp_path):
    """Copy what the tests of the package need."""
    for folder in ("components", "stacks", "tests", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "engine"))
    for file in ("CHANGELOG.md", "pyproject.toml"):
        shutil.copy(ROOT / file, tmp_path / file)
    return tmp_path


def changed_files(copy):
    """Return the files that differ from the repository, or exist only in the copy."""
    files = (path.relative_to(copy) for path in copy.rglob("*") if path.is_file() and "cache" not in str(path))
    return {
        str(file)
        for file in files
        if not (ROOT / file).exists() or not filecmp.cmp(copy / file, ROOT / file, shallow=False)
    }


def apply(diff, checkout):
    subprocess.run(["git", "apply"], cwd=checkout, input=diff, text=True, check=True)


def run_tests(checkout, *arguments):
    # Coverage of the copy is not measured.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    environment |= {"PYTHONPATH": f"{checkout}/components:{checkout}/stacks", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    result = subprocess.run(command, cwd=checkout, env=environment, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


LAYOUT = "tests/test_layout.py::test_tree_follows_the_rule"
SCHEMA = "tests/test_plugin.py::test_schema_matches_the_golden_file"


def test_msk_argument_takes_four_files(checkout):
    apply(example_diff("add an argument to `MskCluster`"), checkout)
    assert changed_files(checkout) == {
        "components/moorings/msk/cluster_args.py",
        "components/moorings/msk/cluster.py",
        "tests/components/msk/test_cluster.py",
        "CHANGELOG.md",
    }
    run_tests(
        checkout,
        "tests/components/msk/test_cluster.py::test_the_configuration_has_the_description",
        "tests/components/msk/test_cluster_args.py",
        LAYOUT,
        SCHEMA,
        "--update-golden",
    )
    generated = {"tests/golden/schema.json", "docs/changing-a-cluster.md"}
    assert generated <= changed_files(checkout)
    assert "`configuration_description`" in (checkout / "docs/changing-a-cluster.md").read_text("utf-8")


def test_ingress_controller_takes_one_file_and_one_line(checkout):
    diff = example_diff("add an ingress controller")
    apply(diff, checkout)
    controllers = "components/moorings/kubernetes/ingress/controllers"
    assert changed_files(checkout) == {f"{controllers}/__init__.py", f"{controllers}/contour.py"}
    assert [line for line in diff.splitlines() if line.startswith("-") and not line.startswith("---")] == []
    registry = diff.partition("+++ b/" + controllers + "/__init__.py")[2].partition("---")[0]
    assert [line for line in registry.splitlines() if line.startswith("+")] == ['+    "contour",']
    folder = "tests/components/kubernetes/ingress"
    run_tests(checkout, f"{folder}/test_controllers.py", f"{folder}/test_guide.py", LAYOUT, "--update-golden")
    generated = {"tests/golden/ingress/contour.yaml", "docs/sticky-sessions.md"}
    assert generated <= changed_files(checkout)
