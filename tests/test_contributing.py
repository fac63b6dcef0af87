"""The component that CONTRIBUTING.md shows does what is said of it there."""

import re
import sys
from pathlib import Path

import pulumi
import pytest
from pulumi.provider.experimental.analyzer import Analyzer

from moorings import InvalidInput

TEXT = (Path(__file__).parent.parent / "CONTRIBUTING.md").read_text("utf-8")
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0f3b6b0e-5f0c-4a43-9d5e-0c0f6c6f2a11"


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """Import the example as a file, for the plugin host reads its source."""
    (source,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    folder = tmp_path_factory.mktemp("example")
    (folder / "sealed_log_group.py").write_text(source)
    sys.path.insert(0, str(folder))
    try:
        import sealed_log_group

        yield sealed_log_group
    finally:
        sys.path.remove(str(folder))
        del sys.modules["sealed_log_group"]


def test_it_makes_its_child(example, deploy):
    plan = deploy(lambda: example.SealedLogGroup("audit", example.SealedLogGroupArgs(kms_key_arn=KEY)))
    (group,) = [step.resource for step in plan.steps if step.resource.custom]
    assert group.name == "audit-events"
    assert group.inputs == {"kmsKeyId": KEY, "retentionInDays": 365}
    assert group.protect
    assert group.parent.endswith("moorings:index:SealedLogGroup::audit")


@pytest.mark.parametrize("spell", [str, pulumi.Output.from_input], ids=["plain", "late"])
def test_it_refuses_a_wrong_key_in_the_same_words_now_or_later(example, deploy, spell):
    with pytest.raises(InvalidInput, match=r"^SealedLogGroup 'audit'\.kms_key_arn: .*alias/audit"):
        deploy(lambda: example.SealedLogGroup("audit", {"kms_key_arn": spell("alias/audit")}))


def test_it_takes_what_the_plugin_host_hands_over(example):
    inputs = Analyzer("moorings").analyze_component(example.SealedLogGroup).inputs
    assert {name: each.optional for name, each in inputs.items()} == {
        "kmsKeyArn": False,
        "protect": True,
        "retentionDays": True,
    }


def test_every_command_is_a_target_of_make():
    made = set(
        re.findall(r"^([a-z]+):.*## ", (Path(__file__).parent.parent / "Makefile").read_text("utf-8"), re.MULTILINE)
    )
    told = set(re.findall(r"`make ([a-z]+)", TEXT))
    assert {"preview", "test", "lint", "types", "check"} <= told <= made
