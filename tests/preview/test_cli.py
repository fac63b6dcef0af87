"""Commands of ``moorings``: output, messages and exit status."""

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from typer.testing import CliRunner

from moorings.preview import checks
from moorings.preview.cli import app

ROOT = Path(__file__).parents[2]

PROGRAM = """
import pulumi
import pulumi_kubernetes as kubernetes
from pulumi_random import RandomId, RandomPassword

stack = pulumi.get_stack()
if stack == "rejected":
    raise pulumi.RunError("first line\\nsecond line")
if stack == "broken":
    raise LookupError("no such thing")
if stack == "duplicate":
    RandomId("r", byte_length=4)
if stack in ("exit-0", "exit-message"):
    raise SystemExit(0 if stack == "exit-0" else "not here")
if stack == "printing":
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
    """A project with a valid stack and several that fail."""
    (tmp_path / "Pulumi.yaml").write_text("name: demo\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    for stack in ("good", "rejected", "broken", "duplicate"):
        (tmp_path / f"Pulumi.{stack}.yaml").write_text("config: {b: {secure: v1}}\n")
    (tmp_path / "Pulumi.invalid.yaml").write_text("config: [\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def installed_checks(monkeypatch):
    """The checks in pyproject.toml, even if the package was installed before they were added."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"][checks.GROUP]
    installed = [EntryPoint(name, module, checks.GROUP) for name, module in declared.items()]
    monkeypatch.setattr(checks, "entry_points", lambda group: installed)


def moorings(*arguments):
    return CliRunner().invoke(app, list(arguments))


def add_stack(project, name, config="{b: x}"):
    (project / f"Pulumi.{name}.yaml").write_text(f"config: {config}\n")


# preview


def test_preview_prints_the_resources_and_counts_of_a_stack(project):
    result = moorings("preview", "good")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "good: 3 resources"
    assert result.stdout.splitlines()[-1].startswith("└── + core.Secret s")


def test_json_has_the_format_of_an_engine_preview(project):
    document = json.loads(moorings("preview", "good", "--json").stdout)
    assert document["changeSummary"] == {"create": 3}
    assert document["config"] == {"demo:b": "[secret]"}
    assert "encrypted-config-value" not in json.dumps(document)


def test_json_of_several_stacks_is_an_object_by_stack(project):
    add_stack(project, "other")
    assert list(json.loads(moorings("preview", "good", "other", "--json").stdout)) == ["good", "other"]


def test_markdown_starts_with_a_heading(project):
    assert moorings("preview", "good", "--markdown").stdout.startswith("## good: 3 resources\n")


def test_yaml_files_contain_masked_secrets(project):
    result = moorings("preview", "good", "--yaml", "out")
    assert result.exit_code == 0
    assert "good: 1 Kubernetes objects written to out/good" in result.stderr
    text = (project / "out/good/1-manifest/v1-secret-default-s.yaml").read_text()
    assert "[secret]" in text


def test_output_of_a_program_goes_to_stderr_once(project):
    add_stack(project, "printing")
    result = moorings("preview", "printing", "--json")
    assert json.loads(result.stdout)["changeSummary"] == {"create": 3}
    assert result.stderr == "hello\n"


def test_program_that_exits_with_0_succeeds(project):
    add_stack(project, "exit-0")
    result = moorings("preview", "exit-0", "good")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "exit-0: 0 resources")
    assert "good: 3 resources" in result.stdout


def test_encrypted_value_of_the_wrong_type_can_be_overridden(project):
    add_stack(project, "sized", "{b: x, size: {secure: v1}}")
    result = moorings("preview", "sized")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        "moorings: sized: encrypted config values are not decrypted; set a valid value with --config KEY=VALUE"
    )
    result = moorings("preview", "sized", "--config", "size=7", "--json")
    assert json.loads(result.stdout)["config"] == {"demo:b": "x", "demo:size": "[secret]"}


@pytest.mark.parametrize(
    ("environment", "names"),
    [("[aws/dev, kafka]", "aws/dev, kafka"), ("{values: {a: 1}}", "(inline)")],
)
def test_values_of_pulumi_esc_environments_are_unknown(project, environment, names):
    for stack in ("rejected", "good"):
        (project / f"Pulumi.{stack}.yaml").write_text(f"environment: {environment}\nconfig: {{b: x}}\n")
    assert moorings("preview", "rejected").stderr.splitlines()[-1] == (
        f"moorings: rejected: Pulumi ESC environment {names} is not read; set its values with --config KEY=VALUE"
    )
    assert f"unknown without an engine: the values of environment {names}" in moorings("preview", "good").stdout


# Messages


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["preview", "rejected"], 1, "moorings: rejected: first line\nmoorings: rejected: second line\n"),
        (
            ["preview", "broken"],
            1,
            "moorings: broken: LookupError: no such thing; run with --debug for the traceback\n",
        ),
        (["preview", "goood"], 2, "moorings: stack goood does not exist; did you mean good?\n"),
        (
            ["preview", "x"],
            2,
            "moorings: stack x does not exist; use one of broken, duplicate, good, invalid, rejected\n",
        ),
        (
            ["preview", "--json", "--markdown"],
            2,
            "moorings: --json and --markdown cannot be used together; choose one\n",
        ),
        (["preview", "good", "--config", "size"], 2, "moorings: --config: expected KEY=VALUE, got size\n"),
        (["preview", "good", "--yaml", "__main__.py"], 2, "moorings: __main__.py cannot be written: Not a directory\n"),
        (["preview", "good", "--sarif", "no/x"], 2, "moorings: no/x cannot be written: No such file or directory\n"),
        (["report", "no.json"], 2, "moorings: no.json cannot be read: No such file or directory\n"),
    ],
)
def test_an_error_is_one_message(project, arguments, status, message):
    result = moorings(*arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (status, "", message)


@pytest.mark.parametrize(
    ("stack", "message"),
    [
        ("same-object", "other and s declare the same Kubernetes object v1-secret-default-s; rename one of them"),
        ("exit-message", "the program exited with: not here"),
    ],
)
def test_an_error_of_a_stack_starts_with_its_name(project, stack, message):
    add_stack(project, stack)
    result = moorings("preview", stack, "--yaml", "out")
    assert (result.exit_code, result.stderr) == (1, f"moorings: {stack}: {message}\n")


def test_a_duplicate_resource_is_an_error_without_its_type(project):
    result = moorings("preview", "duplicate")
    assert result.exit_code == 1
    assert result.stderr.startswith("moorings: duplicate: RandomId 'r' is declared twice, at __main__.py:")


def test_an_invalid_config_file_is_named(project):
    result = moorings("preview", "invalid")
    assert result.exit_code == 2
    assert result.stderr.startswith("moorings: invalid: ")
    assert "Pulumi.invalid.yaml is not valid YAML" in result.stderr
    assert result.stderr.count("\n") == 1


def test_debug_prints_the_traceback(project):
    result = moorings("preview", "broken", "--debug")
    assert "Traceback" in result.stderr
    assert "__main__.py" in result.stderr


def test_a_project_without_stacks_is_an_error(tmp_path):
    (tmp_path / "Pulumi.yaml").write_text("name: demo\nruntime: python\n")
    result = moorings("preview", "--project", str(tmp_path))
    assert (result.exit_code, result.stderr) == (
        2,
        "moorings: project demo has no stacks; create one with an empty file Pulumi.<stack>.yaml\n",
    )


def test_a_folder_without_a_project_is_an_error(tmp_path):
    result = moorings("stacks", "--project", str(tmp_path))
    assert result.exit_code == 2
    assert result.stderr.endswith("Pulumi.yaml cannot be read: No such file or directory\n")


# stacks


def test_stacks_lists_names(project):
    names = ["broken", "duplicate", "good", "invalid", "rejected"]
    assert moorings("stacks").stdout.splitlines() == names
    assert json.loads(moorings("stacks", "--json").stdout) == names


def test_stacks_in_order_lists_references_first():
    names = json.loads(moorings("stacks", "--in-order", "--json", "--project", str(ROOT)).stdout)
    assert names.index("kafka-development") < names.index("kpow-development")


def test_stacks_in_order_requires_valid_programs(project):
    for stack in ("duplicate", "invalid"):
        (project / f"Pulumi.{stack}.yaml").unlink(missing_ok=True)
    result = moorings("stacks", "--in-order")
    assert "moorings: rejected: " in result.stderr, result.stderr
    assert result.exit_code == 1


# compare and report


@pytest.fixture
def files(project):
    """A file with a preview, one with a changed preview, and one that is not a preview."""
    document = json.loads(moorings("preview", "good", "--json").stdout)
    (project / "a.json").write_text(json.dumps(document))
    document["steps"][-1]["newState"]["inputs"]["byteLength"] = 5
    (project / "b.json").write_text(json.dumps(document))
    (project / "c.json").write_text("{}")
    return project


def test_compare_prints_changed_properties(files):
    stdout = moorings("compare", "a.json", "b.json").stdout
    assert "byteLength: (none) -> 5" in stdout
    assert stdout.startswith("good: 1 update, 2 unchanged: review\n")


@pytest.mark.parametrize("command", [["preview", "good"], ["report", "a.json"], ["compare", "a.json", "b.json"]])
def test_plans_are_written_as_an_html_page(files, command):
    result = moorings(*command, "--html", "plan.html")
    assert result.exit_code == 0
    assert "<title>Preview of good</title>" in (files / "plan.html").read_text()


def test_compare_rejects_previews_of_different_stacks(project):
    add_stack(project, "other")
    for stack in ("good", "other"):
        (project / f"{stack}.json").write_text(moorings("preview", stack, "--json").stdout)
    result = moorings("compare", "good.json", "other.json")
    assert (result.exit_code, result.stderr) == (
        2,
        "moorings: good.json is a preview of good, other.json of other; compare two previews of the same stack\n",
    )


def test_report_prints_a_file(files):
    assert moorings("report", "a.json").stdout.startswith("good: 3 resources\n")
    assert moorings("report", "a.json", "--markdown").stdout.startswith("## good")


def test_report_rejects_a_file_that_is_not_a_preview(files):
    result = moorings("report", "c.json")
    assert result.exit_code == 2
    assert result.stderr.startswith("moorings: c.json is not a preview: it has no steps")


@pytest.fixture
def replacement(tmp_path):
    """A file with the replacement of a cluster."""
    state = {"urn": "urn:pulumi:s::p::aws:msk/cluster:Cluster::kafka-cluster", "type": "aws:msk/cluster:Cluster"}
    state |= {"inputs": {}, "outputs": {}}
    step = {"op": "replace", "urn": state["urn"], "oldState": state, "newState": state, "diffReasons": ["storageMode"]}
    file = tmp_path / "replacement.json"
    file.write_text(json.dumps({"steps": [step]}))
    return str(file)


def test_report_rejects_changes_that_lose_data(replacement):
    result = moorings("report", replacement)
    assert result.exit_code == 1
    assert "kafka-cluster" in result.stdout
    assert re.fullmatch(
        r"moorings: msk.Cluster 'kafka-cluster': a change of storageMode replaces .* \[msk-cluster-replaced\]\n",
        result.stderr,
    )


def test_report_allows_acknowledged_changes(replacement):
    result = moorings("report", replacement, "--acknowledge", "msk-cluster-replaced = a test = cluster\n")
    assert (result.exit_code, result.stderr) == (0, "")
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("acknowledged: ")]
    assert line.endswith("[msk-cluster-replaced]: a test = cluster")
    markdown = moorings("report", replacement, "--markdown", "--acknowledge", "msk-cluster-replaced=it *was* empty")
    assert "### Acknowledged changes" in markdown.stdout
    assert "**Reason**: it \\*was\\* empty" in markdown.stdout


def test_report_warns_about_unused_acknowledgements(replacement):
    acknowledged = ["msk-cluster-replaced=a test cluster", "kafka-topic-deleted=unused"]
    result = moorings("report", replacement, *(text for reason in acknowledged for text in ("--acknowledge", reason)))
    assert result.exit_code == 0
    assert "warning: report: acknowledge['kafka-topic-deleted']: no change in this preview" in result.stdout


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["msk-cluster-replacd=x"], "unknown rule msk-cluster-replacd; did you mean msk-cluster-replaced?"),
        (["fewer-brokers"], "unknown rule fewer-brokers; did you mean msk-fewer-brokers?"),
        (["x=y"], "unknown rule x; `moorings rules` lists the rules"),
        (["kafka-topic-deleted"], "kafka-topic-deleted has no reason; use --acknowledge 'kafka-topic-deleted=REASON'"),
        (
            ["kafka-topic-deleted= "],
            "kafka-topic-deleted has no reason; use --acknowledge 'kafka-topic-deleted=REASON'",
        ),
        (
            ["kafka-fewer-partitions=x"],
            "kafka-fewer-partitions is an error, which cannot be acknowledged; Kafka cannot remove partitions of a topic.",
        ),
        (
            ["argument-range=x"],
            "argument-range is about arguments, not about changes; acknowledge it in the program",
        ),
        (
            ["kafka-topic-deleted=x", "kafka-topic-deleted=y"],
            "kafka-topic-deleted is acknowledged twice; state all reasons in one",
        ),
    ],
)
def test_report_rejects_invalid_acknowledgements(replacement, texts, message):
    result = moorings("report", replacement, *(part for text in texts for part in ("--acknowledge", text)))
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"moorings: --acknowledge: {message}\n")


# Process


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "moorings.preview", *arguments],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip


def test_output_does_not_depend_on_the_hash_seed():
    assert run("preview", "--json", PYTHONHASHSEED="1") == run("preview", "--json", PYTHONHASHSEED="2")


def test_version_and_help_do_not_load_pulumi():
    assert moorings("--version").stdout == "0.1.0\n"
    code = (
        "import sys; from moorings.preview.cli import app; app(['--help'], standalone_mode=False); "
        "sys.exit('pulumi' in sys.modules)"
    )
    assert "preview" in subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_output_has_no_colors_outside_of_a_terminal():
    assert "\x1b[" not in run("preview", "kafka-development", NO_COLOR="1")


def test_lines_are_not_wrapped_outside_of_a_terminal(project, monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    lines = moorings("preview", "good").stdout.splitlines()
    assert any(line.endswith("core.Secret s  (holds data)") for line in lines)
    assert all(line == line.rstrip() for line in lines)


def test_lines_are_wrapped_in_a_terminal(project, monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    lines = moorings("preview", "good").stdout.splitlines()
    assert any("data)" in line for line in lines)
    assert all(len(line) <= 20 for line in lines if line.startswith(("│", "├", "└")))


def test_progress_is_shown_for_several_stacks_in_a_terminal(project, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    add_stack(project, "other")
    result = moorings("preview", "good", "other")
    assert result.exit_code == 0
    assert "1/2" in result.stderr or "0/2" in result.stderr
