"""Waits for persistent volumes and claims for up to 5 minutes. The timeouts of the program do not apply.

Sources:
    https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/awaiters.go
    https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/watchers.go
"""

from dataclasses import replace

from kubernetes_api import RejectedError

from emulated_providers.kubernetes_await.awaiter import AwaitConfig, Awaiter
from emulated_providers.kubernetes_await.objects import Object, field, name_of

TIMEOUT_SECONDS = 300
FIRST_CONSUMER = "WaitForFirstConsumer"


class VolumeAwaiter(Awaiter):
    """Waits until a persistent volume is available or bound."""

    watched = (("v1", "PersistentVolume"),)

    def __init__(self, config: AwaitConfig) -> None:
        """Prepare to wait."""
        super().__init__(replace(config, timeout_seconds=TIMEOUT_SECONDS))
        self._phase = ""

    def process(self, kind: str, type_: str, object_: Object) -> None:
        """Process an event of the volume or claim."""
        if self.is_awaited(object_):
            self.object, self._phase = object_, field(object_, "status", "phase") or ""

    def is_ready(self) -> bool:
        """Whether the volume can be used."""
        return self._phase in {"Available", "Bound"}

    def timeout_message(self) -> str:
        """Return the error at the timeout."""
        return f"Timeout occurred polling for '{name_of(self.object)}'"


class ClaimAwaiter(VolumeAwaiter):
    """Waits until a claim is bound, or pending if its storage class has the mode ``WaitForFirstConsumer``."""

    watched = (("v1", "PersistentVolumeClaim"),)

    def __init__(self, config: AwaitConfig) -> None:
        """Prepare to wait."""
        super().__init__(config)
        self._binding_mode = ""

    def process(self, kind: str, type_: str, object_: Object) -> None:
        """Process an event of the claim. Its storage class may be set by a later event."""
        super().process(kind, type_, object_)
        if self.is_awaited(object_) and not self._binding_mode:
            self._binding_mode = self._find_binding_mode(object_)

    def is_ready(self) -> bool:
        """Whether the claim can be used."""
        return self._phase == ("Pending" if self._binding_mode == FIRST_CONSUMER else "Bound")

    def _find_binding_mode(self, claim: Object) -> str:
        name = field(claim, "spec", "storageClassName")
        if not name:
            self.messages.warning(f'no storage class found for "{name_of(claim)}"')
            return ""
        try:
            storage_class = self.config.api.get(
                {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": name}}
            )
        except RejectedError as error:
            self.messages.warning(f'getting storagclass "{name}": {error.message}')
            return ""
        return str(storage_class.get("volumeBindingMode", ""))
