"""Runs a program without an engine, and tells what it would make."""

import asyncio
import contextlib
import gc
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pulumi
from pulumi.runtime import mocks, settings, stack

from moorings.preview import shortcuts
from moorings.preview.plan import Plan, Step
from moorings.preview.recorder import NO_MOCKS, RecordingEngine, RecordingMonitor
from moorings.preview.simulated_cloud import SimulatedCloud

Program = Callable[[], Any]

DEFAULT_REGION = "eu-west-1"


@dataclass(frozen=True)
class StackContext:
    """What a program is run in."""

    project: str
    stack: str
    organization: str = "organization"
    config: Mapping[str, str] = field(default_factory=dict[str, str])
    secret_keys: Sequence[str] = ()
    references: Callable[[str], Mapping[str, Any] | None] = lambda _: None
    """Outputs of other stacks, where they are known."""

    region: str = DEFAULT_REGION
    """The region of a program that names none."""


def run(program: Program, setting: StackContext, *, known: bool, reveal: bool = False) -> Plan:
    """Run a program once.

    Args:
        program: what registers resources.
        setting: project, stack and config.
        known: whether outputs are known, so that late checks run, or unknown as in the preview of a new stack.
        reveal: keep secrets, for tests.

    Raises:
        Exception: whatever the program or a check of a late value raises.

    """
    region = setting.config.get("aws:region", setting.region)
    answers = SimulatedCloud(region, known=known, references=setting.references)
    recorder = RecordingMonitor(answers, setting.project, setting.stack, reveal=reveal)
    with _collector_off(), shortcuts.taken(), _runtime(recorder, setting) as loop:
        try:
            loop.run_until_complete(stack.run_in_stack(program))
        finally:
            _cancel_what_is_left(loop)
            recorder.close()
    return build_plan(recorder, setting)


def build_plan(recorder: RecordingMonitor, setting: StackContext) -> Plan:
    """What a program made, once it has run."""
    notes = [f"what {token.rpartition(':')[2]} answers" for token in sorted(recorder.unanswered)]
    notes += [f"what {recorder.found[urn].kind} {recorder.found[urn].name} makes" for urn in sorted(recorder.remote)]
    return Plan(
        stack=setting.stack,
        project=setting.project,
        steps=[
            Step("read" if urn in recorder.reads else "create", recorder.found[urn]) for urn in sorted(recorder.found)
        ],
        outputs=recorder.outputs.get(recorder.root, {}),
        config={
            key: "[secret]" if key in setting.secret_keys else setting.config[key] for key in sorted(setting.config)
        },
        log=sorted(set(recorder.log)),
        notes=notes,
    )


def preview(program: Program, setting: StackContext, between: Callable[[], None] = lambda: None) -> tuple[Plan, Plan]:
    """Run a program twice: with unknown outputs, and with known ones, so that checks of late values run as well.

    Args:
        program: what registers resources.
        setting: project, stack and config.
        between: what is done between the runs, such as learning the outputs of stacks that the first referred to.

    Returns:
        Both plans. The first shows what a first preview with an engine shows, and warns of resources that only the
        second has, because the program makes them once a value is known.

    """
    unknown = run(program, setting, known=False)
    between()
    known = run(program, setting, known=True)
    late = sorted(set(known.urns) ^ set(unknown.urns))
    warnings = [
        (
            "warning",
            "is registered only in one of two runs, with unknown or with known outputs; make it outside apply",
            urn,
        )
        for urn in late
    ]
    told = sorted({*unknown.log, *known.log, *warnings})
    return replace(unknown, log=told, notes=known.notes), known


@contextlib.contextmanager
def _collector_off() -> Generator[None]:
    """Spare the collector: it walks all the resources again and again, and frees next to nothing.

    What was made meanwhile goes to the oldest generation unwalked; else the next object would have all of it walked.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()
            gc.unfreeze()
            gc.enable()


@contextlib.contextmanager
def _runtime(recorder: RecordingMonitor, setting: StackContext) -> Generator[asyncio.AbstractEventLoop]:
    """A runtime of its own for each run: what a failed program left behind would hang the next."""
    settings.reset_options()
    loop = shortcuts.Loop()
    # Whatever waits for a refused value fails with it; the refusal itself is raised once, and that says it all.
    loop.set_exception_handler(_ignore)
    asyncio.set_event_loop(loop)
    try:
        # The program makes its own stack; the mocks make none beside it where there is one.
        settings.ROOT.set(cast("pulumi.Resource", object()))
        mocks.set_mocks(
            NO_MOCKS,
            project=setting.project,
            stack=setting.stack,
            organization=setting.organization,
            preview=True,
            monitor=recorder,
        )
        runtime: Any = settings.SETTINGS
        runtime.engine = RecordingEngine(recorder)
        settings.ROOT.set(None)
        pulumi.runtime.set_all_config(dict(setting.config), list(setting.secret_keys))
        yield loop
    finally:
        asyncio.set_event_loop(None)
        loop.close()
        settings.reset_options()


def _ignore(_loop: asyncio.AbstractEventLoop, _context: dict[str, Any]) -> None:
    pass


def _cancel_what_is_left(loop: asyncio.AbstractEventLoop) -> None:
    # First the server of hooks and transforms, which a failed program leaves: cancelled, it takes the process with it.
    loop.run_until_complete(cast("Any", settings)._shutdown_callbacks())  # noqa: SLF001 - nothing public stops it
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_default_executor())
