"""An operation of the engine: its output, its events and what it leaves in this process."""

import contextlib
import gc
import json
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from pulumi.automation.events import EngineEvent, StepEventMetadata
from pulumi.runtime import reset_options

STACK = "pulumi:pulumi:Stack"


class FailedError(Exception):
    """An operation failed. ``run`` contains its output until then."""

    def __init__(self, run: "Run") -> None:
        super().__init__("\n".join(run.errors) or run.output[-3000:])
        self.run = run


@dataclass
class Run:
    """Output and events of an operation."""

    events: list[EngineEvent] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    failed: bool = False

    @property
    def output(self) -> str:
        """The printed output."""
        return "\n".join(self.lines)

    @property
    def all_output(self) -> str:
        """The printed output, and all events as JSON."""
        return "\n".join([self.output, *(json.dumps(_to_plain_values(event), default=str) for event in self.events)])

    @property
    def messages(self) -> list[tuple[str, str]]:
        """Severity and text of log messages, without debug and status messages."""
        diagnostics = [event.diagnostic_event for event in self.events if event.diagnostic_event]
        return [
            (diagnostic.severity, diagnostic.message.strip())
            for diagnostic in diagnostics
            if diagnostic.severity != "debug" and not diagnostic.ephemeral
        ]

    @property
    def status_messages(self) -> list[tuple[str, str, str]]:
        """Name of the resource, severity and text of messages that are shown only during an operation."""
        diagnostics = [event.diagnostic_event for event in self.events if event.diagnostic_event]
        return [
            (str(diagnostic.urn).rpartition("::")[2], diagnostic.severity, diagnostic.message.strip())
            for diagnostic in diagnostics
            if diagnostic.ephemeral
        ]

    @property
    def errors(self) -> list[str]:
        """Logged errors."""
        return [text for severity, text in self.messages if severity == "error"]

    @property
    def steps(self) -> list[StepEventMetadata]:
        """The planned operation of each resource, including the stack and the providers."""
        return [event.resource_pre_event.metadata for event in self.events if event.resource_pre_event]

    @property
    def changes(self) -> dict[str, set[str]]:
        """The URNs of changed resources, by operation.

        A refresh reports the change of a resource only after the resource was read.
        """
        outputs = [event.res_outputs_event.metadata for event in self.events if event.res_outputs_event]
        changes: dict[str, set[str]] = {}
        for step in [*self.steps, *outputs]:
            op = getattr(step.op, "value", step.op)
            if op not in {"same", "read", "refresh"}:
                changes.setdefault(op, set()).add(step.urn)
        return changes

    def touched(self) -> set[str]:
        """Names of the changed resources, without the stack and the providers."""
        urns = {urn for changed in self.changes.values() for urn in changed}
        return {urn.rpartition("::")[2] for urn in urns if is_program_resource(urn.split("::")[2])}


def is_program_resource(type_: str) -> bool:
    """Whether a resource is neither the stack nor a provider."""
    return type_ != STACK and not type_.startswith("pulumi:providers:")


def _to_plain_values(value: Any) -> Any:
    """Convert an event to values that JSON supports."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): _to_plain_values(element) for key, element in value.items()}
    if isinstance(value, list | tuple):
        return [_to_plain_values(element) for element in value]
    return _to_plain_values(vars(value)) if hasattr(value, "__dict__") else value


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    """Wait until a condition is true.

    Raises:
        TimeoutError: the condition was not true in time.
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"the condition was not true within {seconds:.0f} s")
        time.sleep(0.02)


@contextlib.contextmanager
def released_afterwards() -> Iterator[None]:
    """Release all objects of a program that ran in this process.

    The SDK releases threads, sockets and coroutines of a failed program only at garbage collection, and with warnings.
    """
    before = set(threading.enumerate())
    logger = logging.getLogger("grpc._server")  # its log records refer to objects that must be released
    logger.disabled = True
    try:
        yield
    finally:
        reset_options()
        hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
        try:
            gc.collect()
            with contextlib.suppress(TimeoutError):
                wait_until(lambda: set(threading.enumerate()) <= before, 2)
            gc.collect()
        finally:
            sys.unraisablehook, logger.disabled = hook, False
