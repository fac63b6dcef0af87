"""Runs a Pulumi program without an engine, and returns a plan of its resources."""

import asyncio
import contextlib
import gc
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pulumi

from moorings.preview.plan import Plan, Step
from moorings.preview.recorder import RecordingEngine, RecordingMonitor
from moorings.preview.secret_masking import MASK
from moorings.preview.simulated_cloud import SimulatedCloud
from moorings.sdk.internals import InlineEventLoop, fast_registration, stop_callback_server

Program = Callable[[], Any]

DEFAULT_REGION = "eu-west-1"


@dataclass(frozen=True)
class StackContext:
    """Stack of a program: its names, its config, and the outputs of other stacks."""

    project: str
    stack: str
    organization: str = "organization"
    config: Mapping[str, str] = field(default_factory=dict[str, str])
    secret_keys: Sequence[str] = ()
    references: Callable[[str], Mapping[str, Any] | None] = lambda _: None
    """Returns the outputs of another stack, or None if they are unknown."""

    folder: str | None = None
    """Folder of ``Pulumi.yaml``, for the locations in messages. None for the working directory."""

    digest_key: str = ""
    """Random key for digests of secrets, by which two plans are compared. Empty for no digests."""

    region: str = DEFAULT_REGION
    """AWS Region if the config does not contain ``aws:region``."""


def run(program: Program, context: StackContext, *, known: bool, reveal: bool = False) -> Plan:
    """Run a program once.

    Args:
        program: function that registers resources.
        context: project, stack and config.
        known: True for known outputs, so that checks of late values run; False for unknown outputs, as in the preview
            of a new stack.
        reveal: True to keep the values of secrets, for tests.

    Raises:
        Exception: the error of the program, or of a check of a late value.

    """
    region = context.config.get("aws:region", context.region)
    cloud = SimulatedCloud(region, known=known, references=context.references)
    monitor = RecordingMonitor(cloud, context.project, context.stack, reveal=reveal, digest_key=context.digest_key)
    with _garbage_collection_disabled(), fast_registration(), _runtime(monitor, context) as loop:
        try:
            loop.run_until_complete(pulumi.runtime.run_in_stack(program))
        finally:
            _cancel_tasks(loop)
            monitor.close()
    return build_plan(monitor, context)


def build_plan(monitor: RecordingMonitor, context: StackContext) -> Plan:
    """Return the plan of a program that has run."""
    notes = [f"the result of {token.rpartition(':')[2]}" for token in sorted(monitor.unknown_functions)]
    remote = [monitor.resources[urn] for urn in sorted(monitor.remote)]
    notes += [f"the resources of {resource.kind} {resource.name}" for resource in remote]
    return Plan(
        stack=context.stack,
        project=context.project,
        steps=[
            Step("read" if urn in monitor.reads else "create", monitor.resources[urn])
            for urn in sorted(monitor.resources)
        ],
        outputs=monitor.outputs.get(monitor.root, {}),
        config={key: MASK if key in context.secret_keys else context.config[key] for key in sorted(context.config)},
        log=sorted(set(monitor.log)),
        notes=notes,
    )


def preview(program: Program, context: StackContext, between: Callable[[], None] = lambda: None) -> tuple[Plan, Plan]:
    """Run a program with unknown outputs, and again with known outputs, so that checks of late values run as well.

    Args:
        program: function that registers resources.
        context: project, stack and config.
        between: called between the runs, for example to preview the stacks that the first run referred to.

    Returns:
        The plan with unknown outputs, which corresponds to the first preview of an engine, and the plan with known
        outputs. The first one contains the warnings of both runs, and a warning for each resource that only one run
        registers.

    """
    unknown = run(program, context, known=False)
    between()
    known = run(program, context, known=True)
    message = "is registered only if some outputs are known, or only if they are unknown; create it outside of apply"
    warnings = [("warning", message, urn) for urn in set(known.urns) ^ set(unknown.urns)]
    return replace(unknown, log=sorted({*unknown.log, *known.log, *warnings}), notes=known.notes), known


@contextlib.contextmanager
def _garbage_collection_disabled() -> Generator[None]:
    """Disable garbage collection: it would visit all resources repeatedly, and free almost nothing.

    Afterwards, ``freeze`` and ``unfreeze`` move all objects to the oldest generation, so that the next allocation does
    not visit them.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.freeze()
            gc.unfreeze()
            gc.enable()


@contextlib.contextmanager
def _runtime(monitor: RecordingMonitor, context: StackContext) -> Generator[asyncio.AbstractEventLoop]:
    """Configure the SDK for one run with its own event loop. Tasks of a failed program would block the next run."""
    pulumi.runtime.reset_options()
    loop = InlineEventLoop()
    # A failed check also fails each output that depends on it. The first error is raised; it is sufficient.
    loop.set_exception_handler(lambda _loop, _context: None)
    asyncio.set_event_loop(loop)
    try:
        pulumi.runtime.configure(
            pulumi.runtime.Settings(
                project=context.project,
                stack=context.stack,
                organization=context.organization,
                dry_run=True,
                monitor=cast("Any", monitor),
                engine=cast("Any", RecordingEngine(monitor)),
                root_directory=context.folder,
            )
        )
        pulumi.runtime.set_all_config(dict(context.config), list(context.secret_keys))
        yield loop
    finally:
        asyncio.set_event_loop(None)
        loop.close()
        pulumi.runtime.reset_options()


def _cancel_tasks(loop: asyncio.AbstractEventLoop) -> None:
    # The server of hooks and transforms comes first: cancelling its tasks while it runs would end the process.
    loop.run_until_complete(stop_callback_server())
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_default_executor())
