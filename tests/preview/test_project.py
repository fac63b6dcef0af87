"""A project on disk."""

import sys
from pathlib import Path

import pytest

from moorings.preview.project import Project, ProjectError

PROGRAM = """
import pulumi
import colorsys
import helper_of_this_project
from pulumi_random import RandomPassword

config = pulumi.Config()
if pulumi.get_stack().startswith("client"):
    maker = pulumi.StackReference("organization/demo/maker")
    pulumi.export("length", maker.get_output("password").apply(len))
    pulumi.export("label", maker.get_output("label"))
    if pulumi.get_stack() == "client-of-others":
        pulumi.export("other", pulumi.StackReference("organization/elsewhere/maker").get_output("label"))
else:
    pulumi.export("password", RandomPassword("p", length=config.require_int("length")).result)
    pulumi.export("label", helper_of_this_project.LABEL)
    pulumi.export("level", config.get_int("level"))
    pulumi.export("token", config.get_secret("token"))
"""


@pytest.fixture
def project(tmp_path):
    """A project of two programs, one of which refers to the other."""
    write = {
        "Pulumi.yaml": "name: demo\nruntime: python\nmain: program\nstackConfigDir: settings\n"
        "config:\n  level: 3\n  colour: {default: red, type: string}\n  shade: {type: string}\n  other:x: {value: 1}\n",
        "program/__main__.py": PROGRAM,
        "program/helper_of_this_project.py": "LABEL = 'made here'\n",
        "settings/Pulumi.maker.yaml": "config:\n  length: 12\n  demo:items: [1, {a: {secure: abc}}]\n  token: {secure: v1:abc}\n",
        "settings/Pulumi.client.yaml": "",
        "settings/Pulumi.client-of-others.yaml": "config: {}\n",
    }
    for name, text in write.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return Project(tmp_path)


def test_a_project_is_found_from_below(project):
    assert Project.find(project.root / "program").root == project.root


def test_stacks_are_those_with_settings(project):
    assert project.stacks == ["client", "client-of-others", "maker"]


def test_settings_are_the_projects_and_the_stacks(project):
    config, secret = project.config("maker")
    assert config == {
        "demo:colour": "red",
        "demo:items": '[1, {"a": "stand-in-for-a-secret"}]',
        "demo:length": "12",
        "demo:level": "3",
        "demo:token": "stand-in-for-a-secret",
        "other:x": "1",
    }
    assert secret == ["demo:items", "demo:token"]


def test_a_stack_is_run_as_the_engine_does(project):
    before = (Path.cwd(), list(sys.path))
    plan = project.preview("maker").plan
    assert plan["p"].inputs == {"length": 12}
    assert plan["p"].source.startswith("__main__.py:")
    assert plan.outputs["label"] == "made here"
    assert plan.outputs["level"] == 3
    assert plan.outputs["token"] == "[secret]"
    assert (Path.cwd(), sys.path) == before


def test_the_modules_of_a_program_are_gone_afterwards(project):
    sys.modules.pop("colorsys", None)
    project.preview("maker")
    assert "helper_of_this_project" not in sys.modules
    assert "colorsys" in sys.modules


def test_a_stack_is_run_once(project):
    assert project.preview("maker") is project.preview("maker")


def test_a_stack_gets_the_outputs_of_another(project):
    found = project.preview("client")
    assert found.known.outputs == {"length": "[secret]", "label": "made here"}
    assert "label" not in found.plan.outputs or found.plan.outputs["label"] != "made here"


def test_a_stack_of_another_project_is_unknown(project):
    outputs = project.preview("client-of-others").known.outputs
    assert outputs["label"] == "made here"
    assert outputs.get("other") != "made here"


def test_stacks_come_in_the_order_in_which_they_can_be_deployed(project):
    assert project.in_order == ["maker", "client", "client-of-others"]


def test_settings_are_read_as_the_engine_reads_them(project):
    (project.root / "settings/Pulumi.maker.yaml").write_text(
        "config: {a: yes, b: 12:30:00, c: 2026-01-01, d: true, e: 1.5, f: 0x10, g: 1e3, h: '7'}\n"
    )
    config, _ = project.config("maker")
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
def test_settings_that_have_no_names_are_refused(project, config, kind):
    (project.root / "settings/Pulumi.maker.yaml").write_text(f"config: {config}\n")
    with pytest.raises(ProjectError, match=rf"Pulumi.maker.yaml holds no settings below 'config:', but {kind}$"):
        project.config("maker")


@pytest.mark.parametrize(
    ("variables", "config", "region"),
    [
        ({}, "{}", "eu-west-1"),
        ({"AWS_DEFAULT_REGION": "us-east-2"}, "{}", "us-east-2"),
        ({"AWS_DEFAULT_REGION": "us-east-2", "AWS_REGION": "us-west-2"}, "{}", "us-west-2"),
        ({"AWS_REGION": "us-west-2"}, "{'aws:region': eu-north-1}", "eu-north-1"),
    ],
)
def test_the_region_is_that_of_the_provider(tmp_path, monkeypatch, variables, config, region):
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


def test_a_setting_that_is_given_goes_before_the_files(project):
    project.given = {"length": "9", "other:x": "2"}
    config, _ = project.config("maker")
    assert (config["demo:length"], config["other:x"]) == ("9", "2")


def test_stacks_that_refer_to_each_other_end(project):
    (project.root / "program" / "__main__.py").write_text(
        "import pulumi\n"
        "other = {'maker': 'client', 'client': 'maker'}[pulumi.get_stack()]\n"
        "pulumi.export('x', pulumi.StackReference(f'organization/demo/{other}').get_output('x'))\n"
    )
    assert project.preview("maker").plan.urns


def test_a_folder_without_a_project_says_so(tmp_path):
    with pytest.raises(
        ProjectError, match="there is no Pulumi.yaml in .* or above it; go to a project or name --project"
    ):
        Project.find(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("description: x\n", "names no project; begin it with 'name:'"),
        ("a: [\n", "is no YAML: "),
        ("- a\n", "holds no settings by name, but list"),
    ],
)
def test_a_project_that_cannot_be_read_says_why(tmp_path, text, message):
    (tmp_path / "Pulumi.yaml").write_text(text)
    with pytest.raises(ProjectError, match=message):
        Project(tmp_path)


def test_a_stack_without_settings_says_so(project):
    with pytest.raises(ProjectError, match=r"Pulumi\.x\.yaml cannot be read: No such file or directory"):
        project.config("x")


def test_a_program_may_be_a_file(project):
    settings = project.root / "Pulumi.yaml"
    settings.write_text(settings.read_text().replace("main: program", "main: program/__main__.py"))
    assert Project(project.root).preview("maker").plan["p"]
