"""What stands in for the SDK's own comes to the same; test_contract.py compares whole programs with the SDK's own."""

import asyncio
import threading

import pulumi
import pytest
from pulumi.runtime import resource
from pulumi_random import RandomId

from moorings.preview import shortcuts
from moorings.preview.program import StackContext, run

SETTING = StackContext("moorings", "test")


def test_the_monitor_is_asked_on_the_programs_own_thread():
    seen = []

    def program():
        RandomId("r", byte_length=4).urn.apply(lambda _: seen.append(threading.active_count()))

    before = threading.active_count()
    run(program, SETTING, known=True)
    assert seen == [before]


def test_what_a_program_sends_to_a_thread_goes_there():
    async def elsewhere():
        return await asyncio.get_running_loop().run_in_executor(None, threading.get_ident)

    def program():
        pulumi.export("thread", pulumi.Output.from_input(elsewhere()))

    assert run(program, SETTING, known=True).outputs["thread"] != threading.get_ident()


def test_what_would_wait_for_the_program_is_done_on_a_thread():
    threads = []

    def wait():
        threads.append(threading.get_ident())
        shortcuts.not_on_the_loop()
        return "done"

    async def program():
        return await asyncio.get_running_loop().run_in_executor(None, wait)

    wait.__module__ = "pulumi.runtime.test"
    loop = shortcuts.Loop()
    try:
        assert loop.run_until_complete(program()) == "done"
        loop.run_until_complete(loop.shutdown_default_executor())
    finally:
        loop.close()
    assert threads[0] == threading.get_ident() != threads[1]


def test_what_fails_is_raised_where_it_is_awaited():
    def fail():
        raise ValueError("no")

    async def program():
        answer = asyncio.get_running_loop().run_in_executor(None, fail)
        with pytest.raises(ValueError, match="no"):
            await answer

    fail.__module__ = "pulumi.runtime.test"
    loop = shortcuts.Loop()
    try:
        loop.run_until_complete(program())
    finally:
        loop.close()


@pytest.mark.parametrize("parent", ["urn:pulumi:test::moorings::a:b:C::c", None])
def test_a_urn_is_the_sdks(parent):
    sdk, told = resource.create_urn, []

    def program():
        for create in (sdk, resource.create_urn):
            create("n", "x:y:Z", parent).apply(told.append)
            create(pulumi.Output.from_input("n"), "x:y:Z", parent).apply(told.append)

    run(program, SETTING, known=True)
    assert len(told) == 4
    assert len(set(told)) == 1


def test_an_id_of_its_own_is_not_a_property():
    seen = []

    def program():
        made = pulumi.CustomResource("a:b:C", "n", {"urn": None, "id": None, "size": 1})
        pulumi.Output.all(made.urn, made.size).apply(seen.append)

    plan = run(program, SETTING, known=True)
    assert seen == [[plan["n"].urn, 1]]


def test_what_is_made_without_a_class_of_its_own_has_no_place():
    plan = run(lambda: pulumi.CustomResource("a:b:C", "n", {}), SETTING, known=True)
    assert plan["n"].source == ""


def test_the_sdk_is_as_it_was_after_a_run():
    before = (resource.create_urn, resource._get_stack_trace, resource.rpc.transfer_properties)
    run(lambda: RandomId("r", byte_length=4), SETTING, known=True)
    assert (resource.create_urn, resource._get_stack_trace, resource.rpc.transfer_properties) == before
