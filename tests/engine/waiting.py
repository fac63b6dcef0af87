"""Applies objects and waits for them as the emulated Kubernetes provider does, without the engine."""

from copy import deepcopy
from typing import Any

import pytest
from emulated_providers.kubernetes_await import clock
from emulated_providers.kubernetes_await.annotations import timeout_seconds
from emulated_providers.kubernetes_await.awaiter import AwaitConfig, NotReadyError
from emulated_providers.kubernetes_await.kinds import wait_until_ready
from emulated_providers.kubernetes_await.status_messages import StatusMessages
from kubernetes_api import KubernetesApi, Object
from servers import Cluster

LATER, NEVER = {"tests/ready-after": "300ms"}, {"tests/ready-after": "1h"}
"""Annotations of pods that become ready later, or never."""


class Waiting:
    """Applies objects and waits for them."""

    def __init__(self, api: KubernetesApi) -> None:
        self.api = api
        self.messages: list[tuple[str, str]] = []

    def config_of(self, object_: Object, timeout: float = 0) -> AwaitConfig:
        """Apply an object, and return what an awaiter needs."""
        applied = self.api.apply(object_, manager="pulumi")
        messages = StatusMessages("urn", lambda severity, text, urn: self.messages.append((severity, text)))
        return AwaitConfig(self.api, applied, object_, messages, timeout_seconds(timeout, object_))

    def up(self, object_: Object, timeout: float = 0) -> Object:
        """Apply an object, wait, and return the live object."""
        wait_until_ready(self.config_of(object_, timeout))
        return self.api.get(object_)

    def failure(self, object_: Object, timeout: float) -> NotReadyError:
        """Apply an object, and return the error."""
        with pytest.raises(NotReadyError) as error:
            self.up(object_, timeout)
        return error.value

    def warnings(self) -> list[str]:
        """The warnings until now."""
        return [text for severity, text in self.messages if severity == "warning"]


@pytest.fixture
def waiting(control_plane: Cluster, monkeypatch: pytest.MonkeyPatch) -> Waiting:
    """Wait with a clock whose second takes 50 ms: the default timeout is 30 s, and endpoints settle within 0.5 s."""
    monkeypatch.setenv(clock.VARIABLE, "0.05")
    return Waiting(control_plane.api)


def annotated(object_: Object, annotations: dict[str, str]) -> Object:
    """A copy with annotations."""
    copy = deepcopy(object_)
    copy["metadata"].setdefault("annotations", {}).update(annotations)
    return copy


def with_pods(workload: Object, annotations: dict[str, str], image: str | None = None) -> Object:
    """A copy with annotations, and an image, of its pods."""
    copy = deepcopy(workload)
    template = copy["spec"]["template"]
    template.setdefault("metadata", {})["annotations"] = annotations
    if image:
        template["spec"]["containers"][0]["image"] = image
    return copy


def set_status(api: KubernetesApi, object_: Object, status: dict[str, Any]) -> None:
    """Set the status, as a controller does."""
    path = f"{api.path(object_)}/status"
    api.request("PATCH", path, {"status": status}, content_type="application/merge-patch+json")


def first_object(api: KubernetesApi, api_version: str, kind: str, namespace: str) -> Object:
    """The first object of a kind, as soon as there is one."""
    type_, observed = next(api.watch(api_version, kind, namespace))
    assert type_ == "ADDED"
    return {"apiVersion": api_version, "kind": kind, **observed}


def publish_address(waiting: Waiting, ingress: Object) -> Object:
    """Apply an Ingress, give it an address, and return it."""
    waiting.api.apply(ingress, manager="pulumi")
    set_status(waiting.api, ingress, {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}})
    return ingress
