"""Projects on disk: stacks, config files and programs."""

import sys
from pathlib import Path

import pytest

from moorings.preview.documents import DocumentError
from moorings.preview.project import Project

PROGRAM = """
import pulumi
import colorsys
import project_module
from pulumi_random import RandomPassword

config = pulumi.Config()
if pulumi.get_stack().startswith("client"):
    producer = pulumi.StackReference("organization/demo/producer")
    pulumi.export("length", producer.get_output("password").apply(len))
    pulumi.export("label", producer.get_output("label"))
    if pulumi.get_stack() == "client-of-others":
        pulumi.export("other", pulumi.StackReference("organization/elsewhere/producer").get_output("label"))
else:
    pulumi.export("password", RandomPassword("p", length=config.require_int("length")).result)
    pulumi.export("label", project_module.LABEL)
    pulumi.export("level", config.get_int("level"))
    pulumi.export("token", config.get_secret("token"))
"""


@pytest.fixture
def project(tmp_path):
    """A project with three stacks: two refer to the third."""
    files = {
        "Pulumi.yaml": "name: demo\nruntime: python\nmain: program\nstackConfigDir: settings\n"
        "config:\n  level: 3\n  colour: {default: red, type: string}\n  shade: {type: string}\n  other:x: {value: 1}\n",
        "program/__main__.py": PROGRAM,
        "program/project_module.py": "LABEL = 'label'\n",
        "settings/Pulumi.producer.yaml": "config:\n  length: 12\n  demo:items: [1, {a: {secure: abc}}]\n"
        "  token: {secure: v1:abc}\n",
        "settings/Pulumi.client.yaml": "",
        "settings/Pulumi.client-of-others.yaml": "config: {}\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return Project(tmp_path)


def test_project_is_found_from_a_subfolder(project):
    assert Project.find(project.root / "program").root == project.root


def test_stacks_have_a_config_file(project):
    assert project.stacks == ["client", "client-of-others", "producer"]


def test_config_merges_the_project_and_the_stack(project):
    config, secret = project.config("producer")
    assert config == {
        "demo:colour": "red",
        "demo:items": '[1, {"a": "encrypted-config-value"}]',
        "demo:length": "12",
        "demo:level": "3",
        "demo:token": "encrypted-config-value",
        "other:x": "1",
    }
    assert secret == ["demo:items", "demo:token"]


def test_program_runs_in_its_folder(project):
    before = (Path.cwd(), list(sys.path))
    plan = project.preview("producer").plan
    assert plan["p"].inputs == {"length": 12}
    assert plan["p"].source.startswith("__main__.py:")
    assert plan.outputs["label"] == "label"
    assert plan.outputs["level"] == 3
    assert plan.outputs["token"] == "[secret]"
    assert (Path.cwd(), sys.path) == before


def test_modules_of_a_program_are_unloaded(project):
    sys.modules.pop("colorsys", None)
    project.preview("producer")
    assert "project_module" not in sys.modules
    assert "colorsys" in sys.modules


def test_preview_of_a_stack_runs_once(project):
    assert project.preview("producer") is project.preview("producer")


def test_stack_reference_returns_outputs_of_another_stack(project):
    preview = project.preview("client")
    assert preview.known.outputs == {"length": "[secret]", "label": "label"}
    assert "label" not in preview.plan.outputs or preview.plan.outputs["label"] != "label"


def test_stack_of_another_project_is_unknown(project):
    outputs = project.preview("client-of-others").known.outputs
    assert outputs["label"] == "label"
    assert outputs.get("other") != "label"


def test_stacks_are_ordered_by_their_references(project):
    assert project.stacks_in_order == ["producer", "client", "client-of-others"]


def test_yaml_types_are_read_like_by_the_engine(project):
    (project.root / "settings/Pulumi.producer.yaml").write_text(
        "config: {a: yes, b: 12:30:00, c: 2026-01-01, d: true, e: 1.5, f: 0x10, g: 1e3, h: '7'}\n"
    )
    config, _ = project.config("producer")
    assert {key.removeprefix("demo:"): value for key, value in config.items() if len(key) == 6} == {
        "a": "yes",
        "b": "12:30:00",
        "c": "2026-01-01",
        "d": "true",
        "e": "1.5",
        "f": "16",
        "g": "1000.0",
        "h": "7",
    }


@pytest.mark.parametrize(("config", "kind"), [("text", "str"), ("[1]", "list")])
def test_config_must_be_a_mapping(project, config, kind):
    (project.root / "settings/Pulumi.producer.yaml").write_text(f"config: {config}\n")
    with pytest.raises(DocumentError, match=rf"Pulumi.producer.yaml: 'config' must be a mapping, got {kind}$"):
        project.config("producer")


@pytest.mark.parametrize(
    ("variables", "config", "region"),
    [
        ({}, "{}", "eu-west-1"),
        ({"AWS_DEFAULT_REGION": "us-east-2"}, "{}", "us-east-2"),
        ({"AWS_DEFAULT_REGION": "us-east-2", "AWS_REGION": "us-west-2"}, "{}", "us-west-2"),
        ({"AWS_REGION": "us-west-2"}, "{'aws:region': eu-north-1}", "eu-north-1"),
    ],
)
def test_region_is_read_like_by_the_provider(tmp_path, monkeypatch, variables, config, region):
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "Pulumi.yaml").write_text("name: demo\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text(f"config: {config}\n")
    (tmp_path / "__main__.py").write_text(
        "import pulumi, pulumi_aws\npulumi.export('region', pulumi_aws.get_region_output().region)\n"
    )
    assert Project(tmp_path).preview("dev").known.outputs == {"region": region}


def test_config_overrides_replace_values_in_files(project):
    project.config_overrides = {"length": "9", "other:x": "2"}
    config, _ = project.config("producer")
    assert (config["demo:length"], config["other:x"]) == ("9", "2")


def test_stacks_that_refer_to_each_other_are_previewed(project):
    (project.root / "program" / "__main__.py").write_text(
        "import pulumi\n"
        "other = {'producer': 'client', 'client': 'producer'}[pulumi.get_stack()]\n"
        "pulumi.export('x', pulumi.StackReference(f'organization/demo/{other}').get_output('x'))\n"
    )
    assert project.preview("producer").plan.urns


def test_folder_without_a_project_is_an_error(tmp_path):
    with pytest.raises(
        DocumentError, match="no Pulumi.yaml in .* or its parents; change to the folder of a project or set --project"
    ):
        Project.find(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("description: x\n", "the project has no name; add 'name:'"),
        ("a: [\n", "is not valid YAML: "),
        ("- a\n", "expected a mapping, got list"),
    ],
)
def test_invalid_project_file_is_an_error(tmp_path, text, message):
    (tmp_path / "Pulumi.yaml").write_text(text)
    with pytest.raises(DocumentError, match=message):
        Project(tmp_path)


def test_stack_without_a_config_file_is_an_error(project):
    with pytest.raises(DocumentError, match=r"Pulumi\.x\.yaml cannot be read: No such file or directory"):
        project.config("x")


def test_main_can_be_a_file(project):
    settings = project.root / "Pulumi.yaml"
    settings.write_text(settings.read_text().replace("main: program", "main: program/__main__.py"))
    assert Project(project.root).preview("producer").plan["p"]
