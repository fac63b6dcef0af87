"""Running a program without an engine."""

import asyncio
import gc

import pulumi
import pytest
from pulumi_random import RandomId, RandomPassword

from moorings.preview.program import StackContext, preview, run
from moorings.preview.recorder import DuplicateUrnError
from moorings.preview.secret_masking import UNKNOWN

SETTING = StackContext("moorings", "test")


def test_a_program_is_run_with_unknown_and_with_known_outputs():
    seen = []

    def program():
        RandomPassword("p", length=8).result.apply(lambda text: seen.append(len(text)))

    preview(program, SETTING)
    assert seen == [8]


def test_a_check_that_needs_a_known_output_runs():
    def refuse(_):
        raise pulumi.RunError("too late")

    def program():
        RandomId("r", byte_length=4, keepers={"p": RandomPassword("p", length=8).result.apply(refuse)})

    with pytest.raises(pulumi.RunError, match="too late"):
        preview(program, SETTING)


def test_the_plan_that_is_shown_has_unknown_outputs():
    def program():
        RandomId("r", byte_length=4, prefix=RandomPassword("p", length=8).bcrypt_hash)

    shown, known = preview(program, SETTING)
    assert shown["r"].inputs["prefix"] is UNKNOWN
    assert known["r"].inputs["prefix"] is not UNKNOWN


def test_what_is_made_inside_apply_is_warned_of():
    def program():
        RandomPassword("p", length=8).result.apply(lambda _: RandomId("late", byte_length=4))

    shown, _ = preview(program, SETTING)
    (severity, message, urn) = shown.log[0]
    assert severity == "warning"
    assert message.startswith("is registered only if some outputs are known")
    assert urn.endswith("RandomId::late")


def test_secret_settings_are_not_shown():
    setting = StackContext(
        "moorings", "test", config={"moorings:a": "x", "moorings:b": "y"}, secret_keys=["moorings:b"]
    )
    assert run(lambda: None, setting, known=False).config == {"moorings:a": "x", "moorings:b": "[secret]"}


def test_a_secret_setting_is_a_secret_output():
    setting = StackContext("moorings", "test", config={"moorings:b": "y"}, secret_keys=["moorings:b"])
    plan = run(lambda: pulumi.export("b", pulumi.Config().require_secret("b")), setting, known=False)
    assert plan.outputs == {"b": "[secret]"}


def test_a_program_knows_its_project_stack_and_organization():
    setting = StackContext("the-project", "the-stack", "the-organization")
    seen = []
    run(
        lambda: seen.extend([pulumi.get_project(), pulumi.get_stack(), pulumi.get_organization()]), setting, known=False
    )
    assert seen == ["the-project", "the-stack", "the-organization"]


def test_a_program_may_be_asynchronous():
    async def program():
        RandomId("r", byte_length=4)

    assert len(run(program, SETTING, known=False).urns) == 1


def test_what_still_waits_when_a_program_fails_is_let_go():
    ended = []

    async def never():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    def program():
        RandomId("waits", byte_length=4, prefix=never())
        RandomId("r", byte_length=4)
        RandomId("r", byte_length=4)

    with pytest.raises(DuplicateUrnError, match="is declared twice"):
        run(program, SETTING, known=False)
    assert ended == [True]


@pytest.mark.parametrize("on", [True, False])
def test_the_collector_is_left_as_it_was(on):
    was = gc.isenabled()
    (gc.enable if on else gc.disable)()
    seen = []
    try:
        run(lambda: seen.append(gc.isenabled()), SETTING, known=False)
        assert (seen, gc.isenabled()) == ([False], on)
    finally:
        (gc.enable if was else gc.disable)()
