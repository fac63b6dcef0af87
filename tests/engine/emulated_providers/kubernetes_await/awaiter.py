"""Event loop that waits for an object: events of the watched kinds, timers and a timeout.

Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/await.go
"""

import heapq
import itertools
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import requests
from kubernetes_api import KubernetesApi

from emulated_providers.kubernetes_await import clock
from emulated_providers.kubernetes_await.objects import Object, name_of, namespace_of
from emulated_providers.kubernetes_await.status_messages import StatusMessages

ADDED, DELETED = "ADDED", "DELETED"


class NotReadyError(Exception):
    """The object exists, but is not ready. ``reasons`` contains the details that the provider reports."""

    def __init__(self, message: str, reasons: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.reasons = list(reasons)


@dataclass(frozen=True)
class AwaitConfig:
    """The object that an operation waits for, and how long."""

    api: KubernetesApi
    object: Object
    """The object in the response to the creation or update."""
    inputs: Object
    messages: StatusMessages
    timeout_seconds: float


class Awaiter:
    """Waits for an object. Subclasses process events and decide when the object is ready."""

    watched: Sequence[tuple[str, str]] = ()
    """API version and kind of the objects whose events are processed."""

    def __init__(self, config: AwaitConfig) -> None:
        """Prepare to wait for an object."""
        self.config = config
        self.messages = config.messages
        self.object = config.object
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._sequence = itertools.count()

    # Overridden by subclasses.

    def process(self, kind: str, type_: str, object_: Object) -> None:
        """Process an event."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Whether the object is ready. Called after each event and timer."""
        raise NotImplementedError

    def is_ready_at_timeout(self) -> bool:
        """Whether the object counts as ready when the timeout expires."""
        return False

    def timeout_message(self) -> str:
        """Return the error at the timeout."""
        return f"'{name_of(self.object)}' timed out waiting to be Ready"

    def problems(self) -> list[str]:
        """Return the reasons why the object is not ready."""
        return []

    def settle(self) -> None:
        """Skip the delay that waits for further events. A refresh checks the current state only."""

    # Used by subclasses.

    def after(self, seconds: float, callback: Callable[[], None]) -> None:
        """Call a function after a delay in seconds of the provider's clock."""
        heapq.heappush(self._timers, (clock.due(seconds), next(self._sequence), callback))

    def is_awaited(self, object_: Object) -> bool:
        """Whether this is the object, or a newer version of it."""
        return name_of(object_) == name_of(self.config.object)

    # Called by the provider.

    def wait(self) -> None:
        """Wait until the object is ready.

        Raises:
            NotReadyError: it was not ready in time, or failed.
        """
        events: queue.Queue[tuple[str, str, Object]] = queue.Queue()
        deadline, stopped = clock.due(self.config.timeout_seconds), threading.Event()
        try:
            for api_version, kind in self.watched:
                threading.Thread(
                    target=self._watch, args=(api_version, kind, events, deadline, stopped), daemon=True
                ).start()
            while not self.is_ready():
                next_timer = self._timers[0][0] if self._timers else deadline
                try:
                    event = events.get(timeout=max(0.0, min(next_timer, deadline) - time.monotonic()))
                except queue.Empty:
                    self._run_timers()
                    if time.monotonic() >= deadline:
                        if self.is_ready() or self.is_ready_at_timeout():
                            return
                        raise NotReadyError(self.timeout_message(), self.problems()) from None
                else:
                    self.process(*event)
        finally:
            stopped.set()

    def check(self) -> None:
        """Check the current state, as a refresh does.

        Raises:
            NotReadyError: the object is not ready.
        """
        for api_version, kind in self.watched:
            for object_ in self.config.api.list(api_version, kind, namespace_of(self.config.object)):
                self.process(kind, ADDED, object_)
        self._timers.clear()
        self.settle()
        if not self.is_ready():
            message = f"Resource '{name_of(self.object)}' was created but failed to initialize"
            raise NotReadyError(message, self.problems())

    def _run_timers(self) -> None:
        while self._timers and self._timers[0][0] <= time.monotonic():
            heapq.heappop(self._timers)[2]()

    def _watch(
        self,
        api_version: str,
        kind: str,
        events: "queue.Queue[tuple[str, str, Object]]",
        deadline: float,
        stopped: threading.Event,
    ) -> None:
        """Queue the events of a kind. Once ``stopped`` is set, the thread ends at the next event or with the process."""
        while not stopped.is_set() and (remaining := deadline - time.monotonic()) > 0:
            try:
                for type_, object_ in self.config.api.watch(
                    api_version, kind, namespace_of(self.config.object), seconds=remaining + 1
                ):
                    if stopped.is_set():
                        return
                    if type_ == "ERROR":  # the server ended the watch
                        break
                    events.put((kind, type_, object_))
            except requests.RequestException:  # the connection was interrupted: watch again
                time.sleep(0.2)
