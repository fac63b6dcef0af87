"""The command line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from moorings.preview.cli import app, main

ROOT = Path(__file__).parents[2]

PROGRAM = """
import pulumi
import pulumi_kubernetes as kubernetes
from pulumi_random import RandomId, RandomPassword

stack = pulumi.get_stack()
if stack == "refused":
    raise pulumi.RunError("first line\\nsecond line")
if stack == "broken":
    raise LookupError("no such thing")
if stack == "twice":
    RandomId("r", byte_length=4)
if stack in ("ended", "given-up"):
    raise SystemExit(0 if stack == "ended" else "not here")
if stack == "talking":
    print("hello")
if stack == "same-object":
    kubernetes.core.v1.Secret("other", metadata={"name": "s"})
if stack == "sized":
    pulumi.export("size", pulumi.Config().require_secret_int("size"))
password = RandomPassword("p", length=8, keepers={"b": pulumi.Config().require_secret("b")})
RandomId("r", byte_length=4, keepers={"p": password.result})
kubernetes.core.v1.Secret("s", metadata={"name": "s"}, string_data={"p": password.result})
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with a good stack and bad ones."""
    (tmp_path / "Pulumi.yaml").write_text("name: demo\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    for stack in ("good", "refused", "broken", "twice"):
        (tmp_path / f"Pulumi.{stack}.yaml").write_text("config: {b: {secure: v1}}\n")
    (tmp_path / "Pulumi.unread.yaml").write_text("config: [\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def moorings(*words):
    return CliRunner().invoke(app, list(words))


def test_a_stack_is_shown(project):
    told = moorings("preview", "good")
    assert told.exit_code == 0
    assert told.stdout.splitlines()[0] == "good"
    assert told.stdout.splitlines()[-1] == "good: 3 to create"


def test_json_has_the_shape_of_an_engines_preview(project):
    document = json.loads(moorings("preview", "good", "--json").stdout)
    assert document["changeSummary"] == {"create": 3}
    assert document["config"] == {"demo:b": "[secret]"}
    assert "stand-in" not in json.dumps(document)


def test_json_of_several_stacks_is_an_object_by_name(project):
    (project / "Pulumi.other.yaml").write_text("config: {b: x}\n")
    assert list(json.loads(moorings("preview", "good", "other", "--json").stdout)) == ["good", "other"]


def test_markdown_is_for_a_pull_request(project):
    assert moorings("preview", "good", "--markdown").stdout.startswith("## good: 3 to create\n")


def test_yaml_is_written_for_each_stack_with_secrets_masked(project):
    told = moorings("preview", "good", "--yaml", "out")
    assert told.exit_code == 0
    assert "good: 1 Kubernetes objects written to out/good" in told.stderr
    text = (project / "out/good/1-manifest/v1-secret-default-s.yaml").read_text()
    assert "[secret]" in text


def test_yaml_of_one_object_made_twice_is_refused(project):
    (project / "Pulumi.same-object.yaml").write_text("config: {b: x}\n")
    told = moorings("preview", "same-object", "--yaml", "out")
    assert (told.exit_code, told.stderr) == (
        1,
        "moorings: same-object: other and s are one object to Kubernetes, v1-secret-default-s; rename one\n",
    )


def test_a_program_may_end_itself(project):
    (project / "Pulumi.ended.yaml").write_text("config: {b: x}\n")
    told = moorings("preview", "ended", "good")
    assert (told.exit_code, told.stdout.splitlines()[0]) == (0, "ended")
    assert "ended: nothing to change" in told.stdout
    assert "good: 3 to create" in told.stdout


def test_a_program_that_gives_up_is_an_error(project):
    (project / "Pulumi.given-up.yaml").write_text("config: {b: x}\n")
    told = moorings("preview", "given-up")
    assert (told.exit_code, told.stderr) == (1, "moorings: given-up: the program ended itself: not here\n")


def test_what_a_program_prints_is_no_part_of_the_document(project):
    (project / "Pulumi.talking.yaml").write_text("config: {b: x}\n")
    told = moorings("preview", "talking", "--json")
    assert json.loads(told.stdout)["changeSummary"] == {"create": 3}
    assert told.stderr == "hello\n"


def test_an_encrypted_setting_that_needs_a_form_can_be_given(project):
    (project / "Pulumi.sized.yaml").write_text("config: {b: x, size: {secure: v1}}\n")
    told = moorings("preview", "sized")
    assert told.exit_code == 1
    assert told.stderr.splitlines()[-1] == (
        "moorings: sized: encrypted settings are not read here; give one that has to have a form with --config KEY=VALUE"
    )
    told = moorings("preview", "sized", "--config", "size=7", "--json")
    assert json.loads(told.stdout)["config"] == {"demo:b": "x", "demo:size": "[secret]"}


def test_a_setting_that_is_none_is_refused(project):
    told = moorings("preview", "good", "--config", "size")
    assert (told.exit_code, told.stderr) == (2, "moorings: size is no setting; write KEY=VALUE\n")


@pytest.mark.parametrize(
    ("environment", "named"),
    [("[aws/dev, kafka]", "aws/dev, kafka"), ("{values: {a: 1}}", "an environment of its own")],
)
def test_settings_of_an_environment_are_not_known(project, environment, named):
    (project / "Pulumi.refused.yaml").write_text(f"environment: {environment}\nconfig: {{b: x}}\n")
    (project / "Pulumi.good.yaml").write_text(f"environment: {environment}\nconfig: {{b: x}}\n")
    assert moorings("preview", "refused").stderr.splitlines()[-1] == (
        f"moorings: refused: the settings of {named} are not read here; give them with --config KEY=VALUE"
    )
    assert f"not known without an engine: the settings of {named}" in moorings("preview", "good").stdout


def test_yaml_that_cannot_be_written_says_so(project):
    (project / "file").write_text("")
    told = moorings("preview", "good", "--yaml", "file")
    assert (told.exit_code, told.stderr) == (2, "moorings: file cannot be written: Not a directory\n")


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["preview", "refused"], 1, "moorings: refused: first line\nmoorings: refused: second line\n"),
        (["preview", "broken"], 1, "moorings: broken: LookupError: no such thing; --debug shows where\n"),
        (["preview", "goood"], 2, "moorings: there is no stack goood; did you mean good?\n"),
        (
            ["preview", "x"],
            2,
            "moorings: there is no stack x; there are broken, good, refused, twice, unread\n",
        ),
        (["preview", "--json", "--markdown"], 2, "moorings: choose one of --json and --markdown\n"),
        (["report", "no.json"], 2, "moorings: no.json cannot be read: No such file or directory\n"),
    ],
)
def test_an_error_is_one_clear_line(project, words, status, message):
    told = moorings(*words)
    assert (told.exit_code, told.stdout, told.stderr) == (status, "", message)


def test_a_duplicate_is_told_in_its_own_words(project):
    told = moorings("preview", "twice")
    assert told.exit_code == 1
    assert told.stderr.startswith("moorings: twice: RandomId 'r' is declared twice, at __main__.py:")


def test_settings_that_cannot_be_read_are_named(project):
    told = moorings("preview", "unread")
    assert told.exit_code == 2
    assert told.stderr.startswith("moorings: unread: ")
    assert "Pulumi.unread.yaml is no YAML" in told.stderr
    assert told.stderr.count("\n") == 1


def test_debug_shows_where(project):
    told = moorings("preview", "broken", "--debug")
    assert "Traceback" in told.stderr
    assert "__main__.py" in told.stderr


def test_stacks_are_listed(project):
    assert moorings("stacks").stdout.splitlines() == ["broken", "good", "refused", "twice", "unread"]
    assert json.loads(moorings("stacks", "--json").stdout) == ["broken", "good", "refused", "twice", "unread"]


def test_stacks_are_listed_in_the_order_of_their_references():
    names = json.loads(moorings("stacks", "--in-order", "--json", "--project", str(ROOT)).stdout)
    assert names.index("kafka-development") < names.index("kpow-development")


def test_previews_of_two_stacks_are_not_compared(project):
    (project / "Pulumi.other.yaml").write_text("config: {b: x}\n")
    for stack in ("good", "other"):
        (project / f"{stack}.json").write_text(moorings("preview", stack, "--json").stdout)
    told = moorings("compare", "good.json", "other.json")
    assert (told.exit_code, told.stderr) == (
        2,
        "moorings: good.json is of good and other.json of other; compare two previews of one stack\n",
    )


def test_a_project_without_stacks_says_so(tmp_path):
    (tmp_path / "Pulumi.yaml").write_text("name: demo\nruntime: python\n")
    told = moorings("preview", "--project", str(tmp_path))
    assert (told.exit_code, told.stderr) == (
        2,
        "moorings: project demo has no stacks: none has settings (Pulumi.<stack>.yaml); an empty file makes one\n",
    )


def test_a_folder_that_is_no_project_says_so(tmp_path):
    told = moorings("stacks", "--project", str(tmp_path))
    assert told.exit_code == 2
    assert told.stderr.endswith("Pulumi.yaml cannot be read: No such file or directory\n")


@pytest.fixture
def files(project):
    """A preview in a file, and one of it with a change."""
    document = json.loads(moorings("preview", "good", "--json").stdout)
    (project / "a.json").write_text(json.dumps(document))
    document["steps"][-1]["newState"]["inputs"]["byteLength"] = 5
    (project / "b.json").write_text(json.dumps(document))
    (project / "c.json").write_text("{}")
    return project


def test_a_report_of_a_file_is_shown(files):
    assert moorings("report", "a.json").stdout.endswith("good: 3 to create\n")
    assert moorings("report", "a.json", "--markdown").stdout.startswith("## good")


@pytest.fixture
def replacing(tmp_path):
    state = {"urn": "urn:pulumi:s::p::aws:msk/cluster:Cluster::kafka-cluster", "type": "aws:msk/cluster:Cluster"}
    state |= {"inputs": {}, "outputs": {}}
    step = {"op": "replace", "urn": state["urn"], "oldState": state, "newState": state, "diffReasons": ["storageMode"]}
    file = tmp_path / "replacing.json"
    file.write_text(json.dumps({"steps": [step]}))
    return str(file)


def test_a_report_refuses_what_loses_data(replacing):
    told = moorings("report", replacing)
    assert told.exit_code == 1
    assert "kafka-cluster" in told.stdout
    assert told.stderr == (
        "moorings: kafka-cluster: storageMode would replace the cluster, and all its data would be lost; "
        "take the change back, or allow 'replacement'\n"
    )


def test_a_report_lets_through_what_is_meant(replacing):
    assert moorings("report", replacing, "--meant", "replacement").exit_code == 0


def test_two_files_are_compared(files):
    told = moorings("compare", "a.json", "b.json").stdout
    assert "changes byteLength" in told
    assert told.endswith("good: 1 to update\n")


def test_a_file_that_is_no_preview_says_so(files):
    told = moorings("report", "c.json")
    assert told.exit_code == 2
    assert told.stderr.startswith("moorings: c.json is no preview: it has no steps")


def test_the_version_is_told():
    assert moorings("--version").stdout == "0.1.0\n"


def test_the_script_runs_the_command_line(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["moorings", "--version"])
    with pytest.raises(SystemExit, match="0"):
        main()
    assert capsys.readouterr().out == "0.1.0\n"


def run(*words, **env):
    command = [sys.executable, "-c", "from moorings.preview.cli import main; main()", *words]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=True
    ).stdout


def test_the_same_is_told_for_any_hash_seed():
    assert run("preview", "--json", PYTHONHASHSEED="1") == run("preview", "--json", PYTHONHASHSEED="2")


def test_help_loads_no_pulumi():
    code = "import sys; from moorings.preview.cli import app; app(['--help'], standalone_mode=False); sys.exit('pulumi' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "preview" in told


def test_no_colours_where_nobody_looks():
    assert "\x1b[" not in run("preview", "kafka-development", NO_COLOR="1")


def test_lines_are_whole_where_nobody_looks(project, monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    lines = moorings("preview", "good").stdout.splitlines()
    assert any(line.endswith("RandomPassword p  (holds data)") for line in lines)
    assert all(line == line.rstrip() for line in lines)


def test_lines_are_broken_in_a_terminal(project, monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    lines = moorings("preview", "good").stdout.splitlines()
    assert any("data)" in line for line in lines)
    assert all(len(line) <= 20 for line in lines if line.startswith(("│", "├", "└")))


def test_progress_is_shown_of_several_stacks_in_a_terminal(project, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    (project / "Pulumi.other.yaml").write_text("config: {b: x}\n")
    told = moorings("preview", "good", "other")
    assert told.exit_code == 0
    assert "1/2" in told.stderr or "0/2" in told.stderr
