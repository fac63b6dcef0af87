"""``make sandbox``: a real ``up`` for someone without an account."""

import textwrap

import pytest
import sandbox

SECRET = "hidden-value-1234"
PROGRAM = f"""
import pulumi
import pulumi_kubernetes as kubernetes
space = kubernetes.core.v1.Namespace("orders", metadata={{"name": "sandbox-orders"}})
password = pulumi.Output.secret("{SECRET}")
there = {{"namespace": space.metadata.name}}
kubernetes.core.v1.Secret("login", metadata=there, string_data={{"password": password}})
"""


@pytest.fixture
def run(capsys, tmp_path):
    """Runs the sandbox: the exit status, and what was printed."""

    def run(stack, *arguments):
        status = sandbox.main([stack, "--state", str(tmp_path / "state"), *arguments])
        return status, capsys.readouterr().out

    return run


@pytest.fixture
def project(tmp_path):
    """A project with Kubernetes objects in one stack, and another stack that refers to it."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "Pulumi.yaml").write_text("name: sample\nruntime: python\n")
    (root / "Pulumi.a-test.yaml").write_text("config:\n  sample:refersTo: b-test\n")
    (root / "Pulumi.b-test.yaml").write_text("config: {}\n")
    refers = "pulumi.StackReference(f'organization/sample/{other}')"
    head = f"import pulumi\nif other := pulumi.Config().get('refersTo'):\n    {refers}\nelse:"
    (root / "__main__.py").write_text(head + textwrap.indent(PROGRAM, "    "))
    return root


@pytest.mark.usefixtures("pulumi_cli")
def test_it_says_that_the_cloud_is_a_double_and_keeps_its_state(run):
    status, told = run("kafka-development", "--preview")
    assert status == 0
    assert "the cloud is a double" in told
    assert "kafka-cluster create" in told

    status, told = run("kafka-development")
    assert status == 0
    assert "kafka-cluster created" in told

    status, told = run("kafka-development", "--destroy")
    assert status == 0
    assert "kafka-cluster deleted" in told


@pytest.mark.usefixtures("api_server", "pulumi_cli")
def test_objects_with_secrets_are_there_again_and_go_also_with_a_broken_program(run, project):
    here = ("b-test", "--project", str(project))
    status, first = run(*here)
    assert status == 0
    assert "login created" in first

    status, second = run(*here)
    assert status == 0
    assert "unchanged" in second
    assert "created" not in second

    (project / "__main__.py").write_text("raise ValueError('volume_gib is -5')")
    status, refused = run(*here)
    assert status == 1
    assert "ValueError: volume_gib is -5\n\nRefused; moorings preview b-test --debug shows where.\n" in refused
    assert "Traceback" not in refused

    status, gone = run(*here, "--destroy")
    assert status == 0
    assert "login deleted" in gone
    assert SECRET not in first + second + gone


@pytest.mark.usefixtures("pulumi_cli")
def test_a_preview_deploys_nothing_of_what_it_refers_to(run, project):
    status, told = run("a-test", "--preview", "--project", str(project))
    assert status == 1
    assert told.endswith("a-test refers to b-test, which is not here yet: bring that up before.\n\nRefused.\n")


def test_it_names_the_stacks(capsys):
    with pytest.raises(SystemExit) as ended:
        sandbox.main([])
    assert ended.value.code == 2
    assert "name one of the stacks: " in capsys.readouterr().err
    with pytest.raises(SystemExit):
        sandbox.main(["kafka"])
