"""The wrapper of the engine for tests."""

import pytest
from engine import FailedError, with_referenced_stacks
from engine_run import STACK

from moorings.preview.project import Project


@pytest.fixture
def project(tmp_path):
    """A project with two stacks: one refers to the other, which has an encrypted setting."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "Pulumi.yaml").write_text("name: sample\nruntime: python\n")
    (root / "Pulumi.a-test.yaml").write_text("config:\n  sample:refersTo: b-test\n")
    secret = "encryptionsalt: v1:none\nconfig:\n  sample:token:\n    secure: v1:none\n"
    (root / "Pulumi.b-test.yaml").write_text(secret)
    (root / "__main__.py").write_text(
        "import pulumi\n"
        "config = pulumi.Config()\n"
        "if other := config.get('refersTo'):\n"
        "    pulumi.export('token', pulumi.StackReference(f'organization/sample/{other}').get_output('token'))\n"
        "else:\n"
        "    pulumi.export('token', config.require_secret('token'))\n"
    )
    return root


def test_referenced_stacks_are_deployed_first(project):
    assert with_referenced_stacks("a-test", project=Project(project)) == ["b-test", "a-test"]
    assert with_referenced_stacks("b-test", "a-test", project=Project(project)) == ["b-test", "a-test"]


def test_encrypted_settings_have_secret_placeholders(engine, project):
    other = engine.stack("b-test", project=project)
    run = other.up()
    assert other.outputs["token"] == "encrypted-config-value"
    assert "encrypted-config-value" not in run.all_output + engine.files()
    stack = engine.stack("a-test", project=project)
    stack.up()
    assert stack.outputs["token"] == "encrypted-config-value"
    assert stack.secret_outputs == {"token"}


def test_the_error_of_a_program_is_reported(engine):
    def broken() -> None:
        raise ValueError("no such thing")

    with pytest.raises(FailedError, match="no such thing") as failed:
        engine.program("broken-test", broken).up()
    assert {urn.split("::")[2] for urns in failed.value.run.changes.values() for urn in urns} <= {STACK}
