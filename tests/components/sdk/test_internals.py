"""Private names of the Pulumi SDK: the replacements return what the SDK returns, and all of them are optional.

``tests/preview/test_contract.py`` compares whole programs with the SDK over gRPC.
"""

import ast
import asyncio
import re
import threading
from pathlib import Path

import pulumi
import pytest
from pulumi.runtime import resource
from pulumi_random import RandomId, RandomPassword

from moorings import MskCluster, MskClusterArgs
from moorings.preview.program import StackContext, preview, run
from moorings.sdk import internals

CONTEXT = StackContext("moorings", "test")


class Box(pulumi.ComponentResource):
    """A component with a resource and a resource hook."""

    def __init__(self, name, opts=None):
        super().__init__("test:index:Box", name, {"size": 1}, opts)
        internals.start_callback_server()
        hook = pulumi.ResourceHook(f"{name}-hook", lambda _: None)
        opts = pulumi.ResourceOptions(parent=self, hooks=pulumi.ResourceHookBinding(before_create=[hook]))
        password = RandomPassword(f"{name}-password", length=8, opts=opts)
        self.register_outputs({"length": password.result.apply(len)})


def use_everything():
    """Uses components, hooks, transforms, functions of the SDK and secrets."""
    pulumi.runtime.register_resource_transform(lambda _: None)
    box = Box("box")
    RandomId("after", byte_length=4, keepers={"box": box.urn})
    MskCluster(
        "kafka",
        MskClusterArgs(
            vpc_id="vpc-0d1c7a52e8b94f360",
            subnet_ids=["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"],
            kafka_version="3.9.x.kraft",
            users=["orders"],
        ),
    )
    pulumi.export("secret", pulumi.Output.secret("value"))


@pytest.fixture
def missing(monkeypatch):
    """Removes names of the SDK from what the module finds."""

    def remove(*names):
        find = internals.find_private_name
        monkeypatch.setattr(internals, "find_private_name", lambda name: None if name in names else find(name))

    return remove


@pytest.mark.parametrize("name", internals.PRIVATE_NAMES)
def test_every_private_name_exists_in_the_installed_sdk(name):
    assert internals.find_private_name(name) is not None


@pytest.mark.parametrize("name", ["pulumi.missing:name", "pulumi.log:missing", "pulumi.output:Output.missing.name"])
def test_missing_names_are_none(name):
    assert internals.find_private_name(name) is None


@pytest.mark.parametrize("names", [*((name,) for name in internals.PRIVATE_NAMES), internals.PRIVATE_NAMES])
def test_programs_run_without_a_private_name(missing, names):
    expected = preview(use_everything, CONTEXT)
    missing(*names)
    assert preview(use_everything, CONTEXT) == expected


@pytest.mark.parametrize("names", [*((name,) for name in internals.PRIVATE_NAMES), internals.PRIVATE_NAMES])
def test_errors_are_raised_without_a_private_name(missing, names):
    missing(*names)

    def program():
        use_everything()
        RandomPassword("late", length=8).result.apply(lambda _: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        run(program, CONTEXT, known=True)


@pytest.mark.parametrize("name", ["SETTINGS", "_get_callbacks"])
def test_hooks_start_the_server_themselves_without_a_private_name(missing, name):
    missing(f"pulumi.runtime.settings:{name}")
    servers = []

    def program():
        Box("box")
        servers.append(pulumi.runtime.settings.SETTINGS.callbacks)

    run(program, CONTEXT, known=True)
    assert servers == [None]


def test_the_server_of_hooks_is_started_once():
    servers = []

    def program():
        for name in ("first", "second"):
            Box(name)
            servers.append(pulumi.runtime.settings.SETTINGS.callbacks)

    run(program, CONTEXT, known=True)
    assert servers[0] is not None
    assert servers[0] is servers[1]


def test_functions_of_the_sdk_run_on_the_thread_of_the_program():
    threads = []

    def program():
        RandomId("r", byte_length=4).urn.apply(lambda _: threads.append(threading.active_count()))

    before = threading.active_count()
    run(program, CONTEXT, known=True)
    assert threads == [before]


def test_functions_of_a_program_run_on_another_thread():
    async def other_thread():
        return await asyncio.get_running_loop().run_in_executor(None, threading.get_ident)

    def program():
        pulumi.export("thread", pulumi.Output.from_input(other_thread()))

    assert run(program, CONTEXT, known=True).outputs["thread"] != threading.get_ident()


@pytest.fixture
def run_as_sdk():
    """Runs a function in the executor of the event loop, as a function of the SDK."""
    loop = internals.InlineEventLoop()

    def run_function(function):
        async def program():
            return await asyncio.get_running_loop().run_in_executor(None, function)

        function.__module__ = "pulumi.runtime.test"
        return loop.run_until_complete(program())

    yield run_function
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


def test_functions_of_the_sdk_that_would_block_run_on_another_thread(run_as_sdk):
    threads = []

    def wait():
        threads.append(threading.get_ident())
        internals.require_worker_thread()
        return "done"

    assert run_as_sdk(wait) == "done"
    assert threads[0] == threading.get_ident() != threads[1]


def test_errors_are_raised_where_the_result_is_awaited(run_as_sdk):
    def fail():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        run_as_sdk(fail)


@pytest.mark.parametrize("parent", ["urn:pulumi:test::moorings::a:b:C::c", None])
def test_urns_are_those_of_the_sdk(parent):
    original, urns = resource.create_urn, []

    def program():
        for create_urn in (original, resource.create_urn):
            create_urn("n", "x:y:Z", parent).apply(urns.append)
            create_urn(pulumi.Output.from_input("n"), "x:y:Z", parent).apply(urns.append)

    run(program, CONTEXT, known=True)
    assert len(urns) == 4
    assert len(set(urns)) == 1


def test_urn_and_id_are_not_resolved_as_properties():
    values = []

    def program():
        custom = pulumi.CustomResource("a:b:C", "n", {"urn": None, "id": None, "size": 1})
        pulumi.Output.all(custom.urn, custom.size).apply(values.append)

    plan = run(program, CONTEXT, known=True)
    assert values == [[plan["n"].urn, 1]]


def test_a_resource_without_a_class_of_its_own_has_no_source_line():
    plan = run(lambda: pulumi.CustomResource("a:b:C", "n", {}), CONTEXT, known=True)
    assert plan["n"].source == ""


def test_the_sdk_is_restored_after_a_run():
    before = (resource.create_urn, resource._get_stack_trace, resource.rpc.transfer_properties)
    run(lambda: RandomId("r", byte_length=4), CONTEXT, known=True)
    assert (resource.create_urn, resource._get_stack_trace, resource.rpc.transfer_properties) == before


PUBLIC_NAMES = {
    "pulumi.log",
    *(f"pulumi.{name}" for name in pulumi.__all__),
    *(f"pulumi.log.{name}" for name in ("debug", "info", "warn", "error")),
    *(f"pulumi.runtime.{name}" for name in pulumi.runtime.__all__),
}


def undocumented_names(source):
    """Yields the names of the SDK in a source that the SDK does not list as public; its protocol is public."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith("pulumi."):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            match = (
                re.match(r"pulumi\.(log\.|runtime\.)?\w+", ast.unparse(node))
                if isinstance(node, ast.Attribute)
                else None
            )
            names = [match[0]] if match else []
        yield from (name for name in names if name not in PUBLIC_NAMES and not name.startswith("pulumi.runtime.proto."))


def test_only_this_module_uses_undocumented_names_of_the_sdk():
    package = Path(internals.__file__).parents[1]
    sources = {path: path.read_text("utf-8") for path in package.rglob("*.py") if path.parent.name != "sdk"}
    found = {path.name: names for path, source in sources.items() if (names := set(undocumented_names(source)))}
    assert found == {}


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("from pulumi.runtime.settings import get_root_resource", "pulumi.runtime.settings.get_root_resource"),
        ("from pulumi.output import _OutputData", "pulumi.output._OutputData"),
        ("pulumi.output.UNKNOWN", "pulumi.output"),
        ("pulumi.runtime.settings.SETTINGS", "pulumi.runtime.settings"),
    ],
)
def test_undocumented_names_are_found(source, name):
    assert name in set(undocumented_names(source))
