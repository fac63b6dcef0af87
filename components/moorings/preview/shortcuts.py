"""Does what the SDK does for each resource with less, where nobody has to be waited for.

For each property the SDK makes a task and four futures; for each resource it makes a dozen outputs to form a URN that
is read only where there is no monitor, keeps the whole stack of calls, and asks the monitor on a thread of its own.
While a program runs without an engine the functions here stand in for the SDK's, and come to the same: the tests
compare the two. It halves the time of a large program.
"""

import asyncio
import contextlib
import sys
from collections.abc import Callable, Generator, Mapping
from functools import cache
from typing import Any
from unittest import mock

import pulumi
from pulumi import _types, log  # pyright: ignore[reportPrivateUsage]
from pulumi.output import _OutputData  # pyright: ignore[reportPrivateUsage]
from pulumi.runtime import resource, rpc
from pulumi.runtime.proto import source_pb2

CONSTRUCTORS = 3
"""The calls of ``__init__`` between the SDK and the line that makes a resource."""

Resolve = Callable[[Any, bool, bool, "set[pulumi.Resource] | None", Exception | None], None]


class BlockedError(Exception):
    """It would wait for the program, on the program's own thread."""


class Loop(asyncio.SelectorEventLoop):
    """A loop on which the SDK asks the monitor at once, since the recorder answers at once."""

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> "asyncio.Future[Any]":
        """Call what is the SDK's here and now, and what is others', or has to wait, on a thread."""
        if not str(getattr(func, "__module__", "")).startswith("pulumi.runtime."):
            return super().run_in_executor(executor, func, *args)
        answer = self.create_future()
        try:
            answer.set_result(func(*args))
        except BlockedError:
            return super().run_in_executor(executor, func, *args)
        except Exception as error:  # noqa: BLE001 - it is raised where the answer is awaited
            answer.set_exception(error)
        return answer


def not_on_the_loop() -> None:
    """Say, of what is about to wait for the program, that it belongs on a thread.

    Raises:
        BlockedError: The program's own thread would wait.

    """
    with contextlib.suppress(RuntimeError):
        asyncio.get_running_loop()
        raise BlockedError


@contextlib.contextmanager
def taken() -> Generator[None]:
    """Take the shortcuts for a while."""
    with (
        mock.patch.object(resource, "create_urn", _create_urn(resource.create_urn)),
        mock.patch.object(resource, "_get_stack_trace", _stack_trace),
        mock.patch.object(rpc, "transfer_properties", _transfer_properties),
        mock.patch.object(_types, "resource_types", _resource_types),
        mock.patch.object(_types, "unwrap_type", _unwrap_type),
        mock.patch.object(log, "debug", _debug),
    ):
        yield


_resource_types = cache(_types.resource_types)
_unwrap_type = cache(_types.unwrap_type)


def _debug(*_: object, **__: object) -> None:
    """What the SDK says of itself is for an engine's debug log."""


def _create_urn(of_the_sdk: Callable[..., "pulumi.Output[str]"]) -> Callable[..., "pulumi.Output[str]"]:
    """A URN below one that is known needs no waiting."""

    def create_urn(
        name: Any, type_: Any, parent: Any = None, project: str | None = None, stack: str | None = None
    ) -> "pulumi.Output[str]":
        if not (isinstance(name, str) and isinstance(type_, str) and isinstance(parent, str)):
            return of_the_sdk(name, type_, parent, project, stack)
        return pulumi.Output.from_input(f"{parent[: parent.rfind('::')]}${type_}::{name}")

    return create_urn


def _transfer_properties(
    of: "pulumi.Resource",
    props: Mapping[str, Any],
    custom: bool,  # noqa: FBT001 - the SDK's signature, as below
) -> dict[str, Resolve]:
    """Give a resource an output for each property, to be resolved when it is registered."""
    resolvers: dict[str, Resolve] = {}
    for name in props:
        if name != "urn" and not (name == "id" and custom):
            resolvers[name], of.__dict__[name] = _output(of)
    return resolvers


def _output(of: "pulumi.Resource") -> tuple[Resolve, "pulumi.Output[Any]"]:
    data: asyncio.Future[_OutputData[Any]] = asyncio.get_running_loop().create_future()

    def resolve(
        value: Any,
        is_known: bool,  # noqa: FBT001
        is_secret: bool,  # noqa: FBT001
        others: "set[pulumi.Resource] | None",
        failed: Exception | None,
    ) -> None:
        if failed is not None:
            data.set_exception(failed)
            return
        resources = {of, *(others or ())}
        data.set_result(_OutputData(resources=resources, value=value, is_known=is_known, is_secret=is_secret))

    # What fails is raised by the registration; the SDK need not watch each property beside it. Nothing public makes an
    # output of one future.
    make: Any = object.__new__
    output = make(pulumi.Output)
    output._data = data  # noqa: SLF001
    return resolve, output


def _stack_trace() -> source_pb2.StackTrace:
    """The line that makes a resource; of the calls below it nobody asks."""
    # What the inspect module calls, which would read the source of each frame as well.
    frame, constructors = sys._getframe(1), 0  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    while frame.f_back is not None:
        constructors += frame.f_code.co_name == "__init__"
        frame = frame.f_back
        if constructors == CONSTRUCTORS:
            position = source_pb2.SourcePosition(uri=f"file://{frame.f_code.co_filename}", line=frame.f_lineno)
            return source_pb2.StackTrace(frames=[source_pb2.StackFrame(pc=position)])
    return source_pb2.StackTrace()
