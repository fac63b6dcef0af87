"""Counts the ready endpoints of a Service while something changes."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kubernetes_api import KubernetesApi

PAUSE_SECONDS = 0.02
"""Pause between two requests, which leaves the processor to the control plane."""


def ready_endpoints(api: KubernetesApi, namespace: str, service: str) -> set[str]:
    """Names of the pods to which a Service sends requests."""
    labels = f"kubernetes.io/service-name={service}"
    return {
        endpoint["targetRef"]["name"]
        for slice_ in api.list("discovery.k8s.io/v1", "EndpointSlice", namespace, labels=labels)
        for endpoint in slice_["endpoints"] or []
        if endpoint["conditions"]["ready"]
    }


def lowest(count: Callable[[], int], operation: Callable[[], Any]) -> int:
    """The lowest number that is observed while an operation runs, before it starts and after it has ended."""
    ended = threading.Event()

    def observe() -> int:
        observed = [count()]
        while not ended.wait(PAUSE_SECONDS):
            observed.append(count())
        return min([*observed, count()])

    with ThreadPoolExecutor(1) as thread:
        observing = thread.submit(observe)
        try:
            operation()
        finally:
            ended.set()
        return observing.result()
