"""Runs of a program without an engine."""

import asyncio
import gc

import pulumi
import pytest
from pulumi_random import RandomId, RandomPassword

from moorings.preview.program import StackContext, preview, run
from moorings.preview.recorder import DuplicateUrnError
from moorings.preview.secret_masking import UNKNOWN

CONTEXT = StackContext("moorings", "test")


def test_apply_runs_with_known_outputs_only():
    values = []

    def program():
        RandomPassword("p", length=8).result.apply(lambda text: values.append(len(text)))

    preview(program, CONTEXT)
    assert values == [8]


def test_checks_of_late_values_run():
    def reject(_):
        raise pulumi.RunError("too late")

    def program():
        RandomId("r", byte_length=4, keepers={"p": RandomPassword("p", length=8).result.apply(reject)})

    with pytest.raises(pulumi.RunError, match="too late"):
        preview(program, CONTEXT)


def test_first_plan_has_unknown_outputs():
    def program():
        RandomId("r", byte_length=4, prefix=RandomPassword("p", length=8).bcrypt_hash)

    unknown, known = preview(program, CONTEXT)
    assert unknown["r"].inputs["prefix"] is UNKNOWN
    assert known["r"].inputs["prefix"] is not UNKNOWN


def test_resource_created_in_apply_is_a_warning():
    def program():
        RandomPassword("p", length=8).result.apply(lambda _: RandomId("late", byte_length=4))

    plan, _ = preview(program, CONTEXT)
    (severity, message, urn) = plan.log[0]
    assert severity == "warning"
    assert message.startswith("is registered only if some outputs are known")
    assert urn.endswith("RandomId::late")


def test_secret_config_is_masked():
    context = StackContext(
        "moorings", "test", config={"moorings:a": "x", "moorings:b": "y"}, secret_keys=["moorings:b"]
    )
    assert run(lambda: None, context, known=False).config == {"moorings:a": "x", "moorings:b": "[secret]"}


def test_secret_config_is_a_secret_output():
    context = StackContext("moorings", "test", config={"moorings:b": "y"}, secret_keys=["moorings:b"])
    plan = run(lambda: pulumi.export("b", pulumi.Config().require_secret("b")), context, known=False)
    assert plan.outputs == {"b": "[secret]"}


def test_program_reads_project_stack_and_organization():
    context = StackContext("the-project", "the-stack", "the-organization")
    values = []
    run(
        lambda: values.extend([pulumi.get_project(), pulumi.get_stack(), pulumi.get_organization()]),
        context,
        known=False,
    )
    assert values == ["the-project", "the-stack", "the-organization"]


def test_program_can_be_asynchronous():
    async def program():
        RandomId("r", byte_length=4)

    assert len(run(program, CONTEXT, known=False).urns) == 1


def test_tasks_of_a_failed_program_are_cancelled():
    cancelled = []

    async def wait_forever():
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append(True)

    def program():
        RandomId("waits", byte_length=4, prefix=wait_forever())
        RandomId("r", byte_length=4)
        RandomId("r", byte_length=4)

    with pytest.raises(DuplicateUrnError, match="is declared twice"):
        run(program, CONTEXT, known=False)
    assert cancelled == [True]


@pytest.mark.parametrize("enabled", [True, False])
def test_garbage_collection_is_restored(enabled):
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    values = []
    try:
        run(lambda: values.append(gc.isenabled()), CONTEXT, known=False)
        assert (values, gc.isenabled()) == ([False], enabled)
    finally:
        (gc.enable if before else gc.disable)()
