"""The only module that uses private names of the Pulumi SDK.

A release of the SDK may rename or remove them. Each use here checks that the name exists, and leaves the work to the
SDK otherwise: hooks and previews still work, previews are slower. ``pyproject.toml`` states the tested releases.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Generator, Mapping
from functools import cache, reduce
from importlib import import_module
from typing import Any, TypeGuard

import pulumi

PRIVATE_NAMES = (
    "pulumi.runtime.settings:SETTINGS",
    "pulumi.runtime.settings:_get_callbacks",
    "pulumi.runtime.settings:_shutdown_callbacks",
    "pulumi.runtime.sync_await:_sync_await",
    "pulumi.runtime.resource:create_urn",
    "pulumi.runtime.resource:_get_stack_trace",
    "pulumi.runtime.proto:source_pb2",
    "pulumi.runtime.rpc:transfer_properties",
    "pulumi.output:Output.resources",
    "pulumi.resource:Resource.__annotations__",
    "pulumi.runtime._callbacks:_CallbackServicer._servicers",
    "pulumi.output:_OutputData",
    "pulumi.output:Output.__annotations__",
    "pulumi._types:resource_types",
    "pulumi._types:unwrap_type",
    "pulumi.log:debug",
    "sys:_getframe",
)
"""Every name that this module looks up, as ``module:name``."""

CONSTRUCTOR_FRAMES = 3
"""Number of ``__init__`` calls of the SDK between its own code and the line that creates a resource."""

Resolve = Callable[[Any, bool, bool, "set[pulumi.Resource] | None", Exception | None], None]
Replace = Callable[[Callable[..., Any]], Callable[..., Any] | None]
"""Returns the replacement of a function of the SDK, or None if the names that it needs are missing."""


def find_private_name(name: str) -> Any:
    """Return one of ``PRIVATE_NAMES``, or None if the installed SDK does not have it."""
    module, _, attributes = name.partition(":")
    try:
        return reduce(getattr, attributes.split("."), import_module(module))
    except (ImportError, AttributeError):
        return None


def is_pulumi_output(value: Any) -> TypeGuard["pulumi.Output[Any]"]:
    """Whether a value is an Output."""
    return isinstance(value, pulumi.Output)


async def resources_of(output: "pulumi.Output[Any]") -> "set[pulumi.Resource]":
    """Return the resources of which an Output was made, also while it is unknown. Empty if the SDK hides them."""
    resources = find_private_name("pulumi.output:Output.resources")
    return set() if resources is None else set(await resources(output))


def explicit_provider(resource: "pulumi.Resource") -> "pulumi.ProviderResource | None":
    """Return the provider that the program has chosen for a resource or its parent. None for the default provider."""
    annotations: Mapping[str, Any] = find_private_name("pulumi.resource:Resource.__annotations__") or {}
    return getattr(resource, "_provider", None) if "_provider" in annotations else None


def children_of(resource: "pulumi.Resource") -> "set[pulumi.Resource]":
    """Return the resources whose parent is a resource. Empty if the SDK does not list them."""
    annotations: Mapping[str, Any] = find_private_name("pulumi.resource:Resource.__annotations__") or {}
    return set(getattr(resource, "_childResources", ())) if "_childResources" in annotations else set()


def inherits_transforms(parent: "pulumi.Resource | None") -> bool:
    """Whether transforms of the stack, or transformations of a parent and its ancestors, apply to a new resource.

    Transforms of ancestors are not visible: the SDK only registers them with the engine.
    """
    annotations: Mapping[str, Any] = find_private_name("pulumi.resource:Resource.__annotations__") or {}
    inherits_from = parent or pulumi.runtime.get_root_resource()
    if "_transformations" in annotations and getattr(inherits_from, "_transformations", None):
        return True
    # Each server belongs to the event loop of its program. Tests run many programs in one process.
    servers: list[Any] = find_private_name("pulumi.runtime._callbacks:_CallbackServicer._servicers") or []
    loop = asyncio.get_event_loop()
    return any(getattr(each, "_loop", None) is loop and bool(getattr(each, "_transforms", None)) for each in servers)


def start_callback_server() -> None:
    """Start the server of the program's hooks now instead of at the end of the program.

    The SDK starts it while it registers the first hook, after the program has run. If a check of a late value fails at
    that moment, the SDK stops a server that has not started; this ends the process without a message.
    """
    settings = find_private_name("pulumi.runtime.settings:SETTINGS")
    get_server = find_private_name("pulumi.runtime.settings:_get_callbacks")
    wait = find_private_name("pulumi.runtime.sync_await:_sync_await")
    if settings is None or get_server is None or wait is None:
        return
    if settings.callbacks is None:
        # The server is started in a task, whose context variables are a copy; without this, hooks start another one.
        settings.callbacks = wait(get_server())


async def stop_callback_server() -> None:
    """Stop the server of hooks and transforms, which a program that failed leaves behind."""
    shut_down: Callable[[], Awaitable[None]] | None = find_private_name("pulumi.runtime.settings:_shutdown_callbacks")
    if shut_down is not None:
        await shut_down()


class WouldBlockError(Exception):
    """A function would wait for the program on the program's own thread."""


class InlineEventLoop(asyncio.SelectorEventLoop):
    """Event loop that calls functions of the SDK directly instead of on another thread.

    The SDK uses threads because an engine takes time to answer. A monitor in the same process answers at once.
    """

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> "asyncio.Future[Any]":
        """Call functions of the SDK directly; call those that would block, and all others, on a thread."""
        if not str(getattr(func, "__module__", "")).startswith("pulumi.runtime."):
            return super().run_in_executor(executor, func, *args)
        result = self.create_future()
        try:
            result.set_result(func(*args))
        except WouldBlockError:
            return super().run_in_executor(executor, func, *args)
        except Exception as error:  # noqa: BLE001 - raised where the result is awaited
            result.set_exception(error)
        return result


def require_worker_thread() -> None:
    """Check that the caller may wait for the program.

    Raises:
        WouldBlockError: The caller runs on the thread of the program.

    """
    with contextlib.suppress(RuntimeError):
        asyncio.get_running_loop()
        raise WouldBlockError


@contextlib.contextmanager
def fast_registration() -> Generator[None]:
    """Replace slow functions of the SDK while a program runs without an engine; halves the time of large programs.

    For each property, the SDK creates a task and four futures. For each resource, it computes a URN that is used only
    without a monitor, and reads the whole call stack. The replacements return the same results with less work.
    """
    with contextlib.ExitStack() as restore:
        for name, replace in _REPLACEMENTS.items():
            original = find_private_name(name)
            replacement = None if original is None else replace(original)
            if replacement is not None:
                module, _, attribute = name.partition(":")
                setattr(import_module(module), attribute, replacement)
                restore.callback(setattr, import_module(module), attribute, original)
        yield


_cached = cache(cache)  # the same cache for all runs


def _create_urn(original: Callable[..., "pulumi.Output[str]"]) -> Callable[..., "pulumi.Output[str]"]:
    """Compute a URN directly if all its parts are known."""

    def create_urn(
        name: Any, type_: Any, parent: Any = None, project: str | None = None, stack: str | None = None
    ) -> "pulumi.Output[str]":
        if not (isinstance(name, str) and isinstance(type_, str) and isinstance(parent, str)):
            return original(name, type_, parent, project, stack)
        return pulumi.Output.from_input(f"{parent[: parent.rfind('::')]}${type_}::{name}")

    return create_urn


def _transfer_properties(_: Callable[..., Any]) -> Callable[..., Any] | None:
    """Give a resource one output for each property, which its registration resolves."""
    output_data = find_private_name("pulumi.output:_OutputData")
    if output_data is None or "_data" not in (find_private_name("pulumi.output:Output.__annotations__") or {}):
        return None

    def transfer_properties(
        resource: "pulumi.Resource",
        props: Mapping[str, Any],
        custom: bool,  # noqa: FBT001 - the SDK's signature
    ) -> dict[str, Resolve]:
        resolvers: dict[str, Resolve] = {}
        for name in props:
            if name != "urn" and not (name == "id" and custom):
                resolvers[name], resource.__dict__[name] = _unresolved_output(resource, output_data)
        return resolvers

    return transfer_properties


def _unresolved_output(
    resource: "pulumi.Resource", output_data: Callable[..., Any]
) -> tuple[Resolve, "pulumi.Output[Any]"]:
    data: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def resolve(
        value: Any,
        is_known: bool,  # noqa: FBT001 - the SDK's signature
        is_secret: bool,  # noqa: FBT001 - the SDK's signature
        dependencies: "set[pulumi.Resource] | None",
        error: Exception | None,
    ) -> None:
        if error is not None:
            data.set_exception(error)
            return
        resources = {resource, *(dependencies or ())}
        data.set_result(output_data(resources=resources, value=value, is_known=is_known, is_secret=is_secret))

    # The constructor would create a task for the output, which would also report the error of the registration again.
    create: Any = object.__new__
    output = create(pulumi.Output)
    output._data = data  # noqa: SLF001 - no public constructor takes one future
    return resolve, output


def _stack_trace(_: Callable[..., Any]) -> Callable[[], Any] | None:
    """Find the line that creates a resource, without the lines that called it."""
    get_frame, protocol = find_private_name("sys:_getframe"), find_private_name("pulumi.runtime.proto:source_pb2")
    if get_frame is None or protocol is None:
        return None

    def get_stack_trace() -> Any:
        frame, constructors = get_frame(1), 0
        while frame.f_back is not None:
            constructors += frame.f_code.co_name == "__init__"
            frame = frame.f_back
            if constructors == CONSTRUCTOR_FRAMES:
                position = protocol.SourcePosition(uri=f"file://{frame.f_code.co_filename}", line=frame.f_lineno)
                return protocol.StackTrace(frames=[protocol.StackFrame(pc=position)])
        return protocol.StackTrace()

    return get_stack_trace


_REPLACEMENTS: Mapping[str, Replace] = {
    "pulumi.runtime.resource:create_urn": _create_urn,
    "pulumi.runtime.resource:_get_stack_trace": _stack_trace,
    "pulumi.runtime.rpc:transfer_properties": _transfer_properties,
    "pulumi._types:resource_types": _cached,
    "pulumi._types:unwrap_type": _cached,
    "pulumi.log:debug": lambda _: lambda *_, **__: None,  # the SDK logs its own steps for an engine
}
