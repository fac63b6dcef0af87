"""Changes since a git revision: `moorings preview --against`."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from moorings.preview import revisions
from moorings.preview.cli import app

PROGRAM = """
import pulumi
from pulumi_random import RandomId, RandomPassword
from names import PREFIX

config = pulumi.Config()
if config.get_bool("rejected"):
    raise pulumi.RunError("the settings are wrong")
RandomId("r", byte_length=config.require_int("length"), prefix=PREFIX, keepers={"p": config.require_secret("secret")})
pulumi.export("prefix", PREFIX)
"""


def git(folder, *arguments):
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.example"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


def write_settings(folder, stack="dev", **values):
    (folder / f"Pulumi.{stack}.yaml").write_text(json.dumps({"config": {"length": 4, "secret": "first", **values}}))


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project in a folder of a repository, whose program imports a module of the repository from another folder."""
    folder = tmp_path / "infrastructure"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: demo\nruntime: python\n")
    (folder / "__main__.py").write_text(PROGRAM)
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "names.py").write_text('PREFIX = "orders"\n')
    write_settings(folder)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "first")
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(str(tmp_path / "library"))
    monkeypatch.delitem(sys.modules, "names", raising=False)
    return folder


def against(revision, *arguments):
    result = CliRunner().invoke(app, ["preview", "--against", revision, *arguments])
    sys.modules.pop("names", None)
    return result


def test_an_unchanged_program_has_no_changes(project):
    result = against("HEAD")
    assert (result.exit_code, result.stdout) == (0, "dev: no changes, 1 unchanged\n")


def test_settings_and_code_of_the_revision_are_used(project):
    write_settings(project, length=8)
    (project.parent / "library" / "names.py").write_text('PREFIX = "payments"\n')
    assert against("HEAD").stdout.splitlines() == [
        "dev: 1 update: review",
        "dev",
        "└── ~ RandomId r",
        "          byteLength: 4 -> 8",
        '          prefix: "orders" -> "payments"',
        "outputs of the stack",
        '      prefix: "orders" -> "payments"',
    ]


def test_a_changed_secret_is_only_reported_as_changed(project):
    write_settings(project, secret="hunter2")
    result = against("HEAD", "--json")
    (_, step) = json.loads(result.stdout)["steps"]
    assert step["detailedDiff"] == {"keepers.p": {"kind": "update", "inputDiff": True}}
    assert "keepers.p: secret, changes" in against("HEAD").stdout
    assert "hunter2" not in result.output


def test_stacks_can_be_new_or_deleted(project):
    write_settings(project, "new")
    (project / "Pulumi.dev.yaml").unlink()
    assert [line for line in against("HEAD").stdout.splitlines() if ":" in line] == [
        "dev: 1 deletion: review",
        "warning: output prefix is removed; stacks that refer to it will fail",
        '      prefix: "orders" -> (none)',
        "new: safe: 1 creation",
        '      prefix: (none) -> "orders"',
    ]


def test_stacks_can_be_selected(project):
    write_settings(project, "other")
    assert against("HEAD", "other").stdout.startswith("other: safe: 1 creation\n")
    assert against("HEAD", "dev").stdout == "dev: no changes, 1 unchanged\n"


def test_config_values_are_set_in_both(project):
    assert against("HEAD", "--config", "length=9").stdout == "dev: no changes, 1 unchanged\n"


def test_a_revision_without_the_project_has_no_resources(project):
    git(project, "rm", "-r", "--cached", "--quiet", ".")
    git(project, "commit", "--quiet", "--message", "without the project")
    assert against("HEAD").stdout.startswith("dev: safe: 1 creation\n")


def test_the_repository_is_left_as_it_was(project):
    against("HEAD")
    listed = subprocess.run(["git", "worktree", "list"], capture_output=True, text=True, check=True)
    assert len(listed.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("revision", "message"),
    [
        ("nowhere", "nowhere is not a revision of the git repository; fetch it, or use another revision"),
        ("--help", "--help is not a revision of the git repository; fetch it, or use another revision"),
    ],
)
def test_unknown_revision(project, revision, message):
    result = CliRunner().invoke(app, ["preview", f"--against={revision}"])
    assert (result.exit_code, result.stderr) == (2, f"moorings: {message}\n")


def test_folder_without_a_repository(project, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(project / "nothing"))
    result = against("HEAD")
    assert result.exit_code == 2
    assert result.stderr.startswith("moorings: git rev-parse failed: ")


def test_machine_without_git(project, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert against("HEAD").stderr == "moorings: git is not installed; --against requires it\n"


def test_rejected_program_of_the_revision(project):
    write_settings(project, rejected=True)
    git(project, "commit", "--all", "--quiet", "--message", "rejected")
    write_settings(project)
    assert against("HEAD").stderr == "moorings: HEAD cannot be previewed: dev: the settings are wrong\n"


def test_rejected_program_of_the_working_tree(project):
    write_settings(project, rejected=True)
    result = against("HEAD")
    assert (result.exit_code, result.stderr) == (1, "moorings: dev: the settings are wrong\n")


def test_revision_with_an_old_release(project, monkeypatch):
    monkeypatch.setattr(revisions, "PREVIEW_OPTIONS", ["--json", "--example-values"])
    problem = "its version of moorings does not support comparisons; use a later revision"
    assert against("HEAD").stderr == f"moorings: HEAD cannot be previewed: {problem}\n"


def test_revision_whose_worktree_cannot_be_created(project, monkeypatch):
    monkeypatch.setattr(revisions, "WORKTREE_FOLDER", "a\0b")
    with pytest.raises(ValueError, match="null byte"):
        CliRunner().invoke(app, ["preview", "--against=HEAD"], catch_exceptions=False)
