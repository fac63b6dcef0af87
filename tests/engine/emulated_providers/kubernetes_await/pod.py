"""Waits for a pod: scheduled, initialized and ready, or succeeded.

Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/pod.go
"""

from emulated_providers.kubernetes_await import pod_errors
from emulated_providers.kubernetes_await.awaiter import AwaitConfig, Awaiter
from emulated_providers.kubernetes_await.objects import Object


class PodAwaiter(Awaiter):
    """Waits until a pod is ready."""

    watched = (("v1", "Pod"),)

    def __init__(self, config: AwaitConfig) -> None:
        """Prepare to wait."""
        super().__init__(config)
        self._ready = False

    def process(self, kind: str, type_: str, object_: Object) -> None:
        """Process an event of the pod."""
        if not self.is_awaited(object_):
            return
        self.object = object_
        unmet = list(pod_errors.unmet_conditions(object_))
        self._ready = not unmet
        for description, _ in unmet:
            self.messages.info(description)

    def is_ready(self) -> bool:
        """Whether the pod is ready."""
        return self._ready

    def problems(self) -> list[str]:
        """Return the errors of the pod and its containers."""
        return pod_errors.warnings(self.object)
