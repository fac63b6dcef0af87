"""Commands whose files or output are unusable: one line of explanation and the exit status, never a traceback."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from moorings.preview.cli import app

ENGINE = {
    "steps": [
        {"op": "create", "newState": {"urn": "urn:pulumi:dev::shop::aws:kms/key:Key::key", "type": "aws:kms/key:Key"}}
    ]
}
PROGRAM = """
import pulumi_kubernetes as kubernetes
import pulumi

for name in ("..", "apps"):
    provider = kubernetes.Provider(name)
    kubernetes.core.v1.ConfigMap(f"{name}-config", metadata={"name": "c"}, opts=pulumi.ResourceOptions(provider=provider))
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with one stack, and a preview of an engine."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: demo\nruntime: python\n")
    (folder / "__main__.py").write_text(PROGRAM)
    (folder / "Pulumi.dev.yaml").write_text("")
    (folder / "engine.json").write_text(json.dumps(ENGINE))
    monkeypatch.chdir(folder)
    return folder


def moorings(*arguments):
    result = CliRunner().invoke(app, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def run(project, *arguments, **streams):
    """Run the command in a process of its own, with files as its streams and without measuring its coverage."""
    process = subprocess.run(
        [sys.executable, "-m", "moorings.preview", *arguments],
        cwd=project,
        env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")},
        text=True,
        check=False,
        **streams,
    )
    return process.returncode, process.stderr


# Output on a full disk

COMMANDS = [
    ["preview"],
    ["preview", "--json"],
    ["preview", "--markdown"],
    ["stacks"],
    ["stacks", "--json"],
    ["compare", "engine.json", "engine.json"],
    ["compare", "engine.json", "engine.json", "--markdown"],
    ["report", "engine.json"],
    ["report", "engine.json", "--markdown"],
    ["rules"],
    ["rules", "--json"],
    ["rules", "--markdown"],
    ["rules", "msk-fewer-brokers"],
    ["--version"],
    ["--help"],
]


@pytest.fixture
def full_disk():
    """Standard output on a full disk."""
    with io.TextIOWrapper(Path("/dev/full").open("wb"), "utf-8") as stream:
        yield stream


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_output_on_a_full_disk(project, arguments, full_disk, monkeypatch, capfd):
    monkeypatch.setattr("sys.stdout", full_disk)
    with pytest.raises(SystemExit) as raised:
        app(arguments)
    assert raised.value.code == 2
    assert capfd.readouterr().err.endswith("moorings: the output cannot be written: No space left on device\n")


def test_the_interpreter_does_not_write_the_output_again_at_exit(project):
    with Path("/dev/full").open("w") as full:
        assert run(project, "stacks", stdout=full, stderr=subprocess.PIPE) == (
            2,
            "moorings: the output cannot be written: No space left on device\n",
        )
        assert run(project, "report", "missing.json", stdout=subprocess.DEVNULL, stderr=full) == (2, None)


def test_a_closed_pipe_ends_the_command_silently(project):
    reader, writer = os.pipe()
    os.close(reader)
    assert run(project, "rules", "--markdown", stdout=writer, stderr=subprocess.PIPE) == (1, "")
    os.close(writer)


def test_a_pipe_that_is_closed_before_the_last_flush(monkeypatch, capfd):
    commands = typer.Typer(cls=type(get_command(app)))
    commands.command("first")(lambda: sys.stdout.write("unflushed"))
    commands.command("second")(lambda: None)
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream:
        monkeypatch.setattr("sys.stdout", stream)
        with pytest.raises(SystemExit) as raised:
            commands(["first"])
        assert (raised.value.code, capfd.readouterr().err) == (1, "")


def test_a_full_disk_for_errors_keeps_the_exit_status(project, monkeypatch):
    def write(_):
        raise OSError(28, "No space left on device")

    stream = io.StringIO()
    stream.write = write
    monkeypatch.setattr("sys.stderr", stream)
    with pytest.raises(SystemExit) as raised:
        app(["report", "missing.json"])
    assert raised.value.code == 2


# Files that cannot be written


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/dev/full", "No space left on device"),
        ("missing/findings.sarif", "No such file or directory"),
        ("engine.json/findings.sarif", "Not a directory"),
        ("/proc/findings.sarif", "No such file or directory"),
        (".", "Is a directory"),
    ],
)
def test_sarif_file_that_cannot_be_written(project, path, problem):
    result = moorings("preview", "--sarif", path)
    assert (result.exit_code, result.stderr) == (2, f"moorings: {path} cannot be written: {problem}\n")


@pytest.mark.parametrize(("folder", "problem"), [("engine.json", "Not a directory"), ("/proc/x", "No such file")])
def test_yaml_folder_that_cannot_be_written(project, folder, problem):
    result = moorings("preview", "--yaml", folder)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"moorings: {folder} cannot be written: {problem}")


def test_yaml_on_a_full_disk_leaves_no_temporary_files(project, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_text", full)
    result = moorings("preview", "--yaml", "out")
    assert (result.exit_code, result.stderr) == (2, "moorings: out cannot be written: No space left on device\n")
    assert [path for path in (project / "out").rglob("*") if path.is_file()] == []


def test_a_provider_cannot_name_another_folder(project):
    assert moorings("preview", "--yaml", "out/objects").exit_code == 0
    files = {str(path.relative_to(project)) for path in project.rglob("*.yaml")} - {"Pulumi.yaml", "Pulumi.dev.yaml"}
    assert files == {f"out/objects/dev/{folder}/1-manifest/v1-configmap-default-c.yaml" for folder in ("__", "apps")}


# Files that cannot be read


@pytest.mark.parametrize("command", [["report"], ["compare", "engine.json"]], ids=" ".join)
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\x80\x81", "is not text in UTF-8; save it in this encoding"),
        (b"", "is not valid JSON: Expecting value: line 1 column 1 (char 0)"),
        (b"[" * 900 + b"]" * 900, "is not valid JSON: nested more than 100 levels deep"),
        (b'{"steps": [{"newState": 7}]}', "is not a preview: steps[0].newState: expected an object, got a number"),
        (b"[]", "is not a preview: it has no steps; create it with 'pulumi preview --json' or 'moorings preview STACK"),
    ],
)
def test_invalid_preview(project, command, content, problem):
    (project / "invalid.json").write_bytes(content)
    result = moorings(*command, "invalid.json")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"moorings: invalid.json {problem}")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_preview_that_powershell_has_written(project, encoding):
    (project / "engine.json").write_bytes(json.dumps(ENGINE).encode(encoding))
    assert moorings("report", "engine.json").stdout.startswith("dev: safe: 1 creation\n")
    (project / "Pulumi.dev.yaml").write_bytes("config: {x: größe}\n".encode(encoding))
    assert json.loads(moorings("preview", "--json").stdout)["config"] == {"demo:x": "größe"}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"config: \xff\n", "is not text in UTF-8; save it in this encoding"),
        (b"config: {x: " + b"[" * 900 + b"]" * 900 + b"}\n", "is not valid YAML: nested more than 100 levels deep"),
        (b"config: &x {y: *x}\n", "is not valid YAML: nested more than 100 levels deep"),
        (b"config: {x: !!binary aGk=}\n", "is not valid YAML: unsupported value of type bytes"),
        (b"config: {x: " + b"9" * 5000 + b"}\n", "is not valid YAML: a number has more than 4300 digits"),
    ],
)
def test_invalid_config_file(project, content, problem):
    (project / "Pulumi.dev.yaml").write_bytes(content)
    result = moorings("preview")
    assert (result.exit_code, result.stderr.partition("Pulumi.dev.yaml ")[2]) == (2, f"{problem}\n")


def test_config_keys_can_be_numbers(project):
    (project / "Pulumi.dev.yaml").write_text("config: {1: a, x: {2: b}}\n")
    assert json.loads(moorings("preview", "--json").stdout)["config"] == {"demo:1": "a", "demo:x": '{"2": "b"}'}


def test_the_current_folder_does_not_exist(project):
    project.joinpath("gone").mkdir()
    os.chdir("gone")
    project.joinpath("gone").rmdir()
    result = moorings("stacks")
    os.chdir(project)
    assert (result.exit_code, result.stderr) == (
        2,
        "moorings: the current folder does not exist; change to another one\n",
    )


# What a terminal would execute


def test_messages_contain_no_escape_sequences(project):
    (project / "__main__.py").write_text('raise RuntimeError("\\x1b[2J")\n')
    assert "\\x1b[2J" in moorings("preview").stderr


def test_text_that_cannot_be_encoded_is_escaped(project):
    state = {**ENGINE["steps"][0]["newState"], "inputs": {"description": "\ud800"}, "custom": True}
    (project / "engine.json").write_text(json.dumps({"steps": [{"op": "create", "newState": state}]}))
    assert '"description": "\\ud800"' in moorings("report", "engine.json", "--markdown").stdout


def test_name_that_is_not_unicode(project):
    (project / "engine.json").write_text(json.dumps(ENGINE).replace("::key", "::\\ud800"))
    result = moorings("report", "engine.json")
    problem = "steps[0].newState.urn: expected a valid Unicode string, got a string"
    assert (result.exit_code, result.stderr) == (2, f"moorings: engine.json is not a preview: {problem}\n")
