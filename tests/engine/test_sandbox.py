"""``make sandbox``: deployments with a real engine and without an AWS account."""

import textwrap

import pytest
import sandbox

SECRET = "hidden-value-1234"
PROGRAM = f"""
import pulumi
import pulumi_kubernetes as kubernetes
namespace = kubernetes.core.v1.Namespace("orders", metadata={{"name": "sandbox-orders"}})
password = pulumi.Output.secret("{SECRET}")
metadata = {{"namespace": namespace.metadata.name}}
kubernetes.core.v1.Secret("login", metadata=metadata, string_data={{"password": password}})
"""


@pytest.fixture
def run(capsys, tmp_path):
    """Returns a function that runs the sandbox and returns its exit status and output."""

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
    header = f"import pulumi\nif other := pulumi.Config().get('refersTo'):\n    {refers}\nelse:"
    (root / "__main__.py").write_text(header + textwrap.indent(PROGRAM, "    "))
    return root


@pytest.mark.usefixtures("pulumi_cli")
def test_the_sandbox_explains_the_emulation_and_keeps_its_state(run):
    status, output = run("kafka-development", "--preview")
    assert status == 0
    assert "the providers are emulated" in output
    assert "kafka-cluster create" in output

    status, output = run("kafka-development")
    assert status == 0
    assert "kafka-cluster created" in output

    status, output = run("kafka-development", "--destroy")
    assert status == 0
    assert "kafka-cluster deleted" in output


@pytest.mark.usefixtures("api_server", "pulumi_cli")
def test_objects_are_restored_and_deleted_even_with_a_broken_program(run, project):
    arguments = ("b-test", "--project", str(project))
    status, first = run(*arguments)
    assert status == 0
    assert "login created" in first

    status, second = run(*arguments)
    assert status == 0
    assert "unchanged" in second
    assert "created" not in second

    (project / "__main__.py").write_text("raise ValueError('volume_gib is -5')")
    status, failed = run(*arguments)
    assert status == 1
    assert "ValueError: volume_gib is -5\n\nFailed. Run moorings preview b-test --debug for the traceback.\n" in failed
    assert "Traceback" not in failed

    status, deleted = run(*arguments, "--destroy")
    assert status == 0
    assert "login deleted" in deleted
    assert SECRET not in first + second + deleted


@pytest.mark.usefixtures("pulumi_cli")
def test_a_preview_does_not_deploy_referenced_stacks(run, project):
    status, output = run("a-test", "--preview", "--project", str(project))
    assert status == 1
    assert output.endswith("a-test refers to b-test, which is not deployed; deploy it first.\n\nFailed.\n")


def test_unknown_stacks_are_rejected(capsys):
    with pytest.raises(SystemExit) as error:
        sandbox.main([])
    assert error.value.code == 2
    assert "expected one of the stacks " in capsys.readouterr().err
    with pytest.raises(SystemExit):
        sandbox.main(["kafka"])
