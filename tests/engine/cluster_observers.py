"""Observe a cluster, or act as one of its controllers, while the engine updates a stack."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests
from engine_run import wait_until
from kubernetes_api import KubernetesApi, Object

ADDRESS = {"hostname": "orders.elb.example.com"}


class ReadyEndpoints:
    """The ready pods behind a Service, after each change of its endpoints."""

    def __init__(self, api: KubernetesApi, namespace: str, service: str) -> None:
        """Observe the endpoints of a Service from now on."""
        self.history: list[set[str]] = []
        self._api, self._namespace, self._label = api, namespace, f"kubernetes.io/service-name={service}"
        self._slices: dict[str, Object] = {}
        self._seen: set[str] = set()
        _in_background(lambda: api.watch("discovery.k8s.io/v1", "EndpointSlice", namespace), self._process)

    def wait(self, condition: Callable[[set[str]], bool], seconds: float = 120) -> set[str]:
        """Wait until a condition is true for the ready pods, and return them."""
        wait_until(lambda: bool(self.history) and condition(self.history[-1]), seconds)
        return self.history[-1]

    def up_to_now(self) -> list[set[str]]:
        """The history, after all changes until now have been observed."""
        versions = {_version(slice_) for slice_ in self._current()}
        wait_until(lambda: versions <= self._seen, 60)
        return list(self.history)

    def _current(self) -> list[Object]:
        return self._api.list("discovery.k8s.io/v1", "EndpointSlice", self._namespace, labels=self._label)

    def _process(self, type_: str, slice_: Object) -> None:
        key, _, value = self._label.partition("=")
        if slice_["metadata"]["labels"].get(key) != value:
            return
        if type_ == "DELETED":
            self._slices.pop(slice_["metadata"]["name"], None)
        else:
            self._slices[slice_["metadata"]["name"]] = slice_
        self.history.append({name for current in self._slices.values() for name in _ready(current)})
        self._seen.add(_version(slice_))


@contextmanager
def addresses_published(api: KubernetesApi, namespace: str = "") -> Iterator[None]:
    """Publish an address for each Ingress in a namespace, or in all, as an Ingress controller does."""

    def publish(type_: str, ingress: Object) -> None:
        if type_ != "DELETED" and not ingress["status"]["loadBalancer"].get("ingress"):
            status = {"status": {"loadBalancer": {"ingress": [ADDRESS]}}}
            path = f"{api.path(ingress)}/status"
            api.request("PATCH", path, status, content_type="application/merge-patch+json")

    stopped = _in_background(lambda: api.watch("networking.k8s.io/v1", "Ingress", namespace), publish)
    try:
        yield
    finally:
        stopped.set()


def _in_background(
    watch: Callable[[], Iterator[tuple[str, Object]]], process: Callable[[str, Object], Any]
) -> threading.Event:
    """Process events in a thread until the event is set, and return the event."""
    stopped = threading.Event()

    def run() -> None:
        with contextlib.suppress(requests.RequestException):  # the server stopped after the test
            for type_, object_ in watch():
                if stopped.is_set():
                    return
                process(type_, object_)

    threading.Thread(target=run, daemon=True).start()
    return stopped


def _ready(slice_: Object) -> Iterator[str]:
    for endpoint in slice_["endpoints"] or []:
        if endpoint["conditions"]["ready"]:
            yield endpoint["targetRef"]["name"]


def _version(slice_: Object) -> str:
    return f"{slice_['metadata']['uid']} {slice_['metadata']['resourceVersion']}"
