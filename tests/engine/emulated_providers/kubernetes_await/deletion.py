"""Waits until an object of any kind is deleted.

Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/condition/deleted.go
"""

from kubernetes_api import RejectedError

from emulated_providers.kubernetes_await.awaiter import DELETED, AwaitConfig, Awaiter
from emulated_providers.kubernetes_await.objects import Object, field, name_of

NOT_FOUND = 404
CHECK_SECONDS = 5


class DeletionAwaiter(Awaiter):
    """Waits until an object does not exist."""

    def __init__(self, config: AwaitConfig) -> None:
        """Check whether the object still exists."""
        super().__init__(config)
        self.watched = ((config.object["apiVersion"], config.object["kind"]),)
        self._deleted = False
        self._check_existence()

    def process(self, kind: str, type_: str, object_: Object) -> None:
        """Process an event of the object."""
        if self.is_awaited(object_):
            self._deleted = self._deleted or type_ == DELETED

    def is_ready(self) -> bool:
        """Whether the object is deleted."""
        return self._deleted

    def is_ready_at_timeout(self) -> bool:
        """Whether the object was deleted without an event."""
        return not self._exists()

    def timeout_message(self) -> str:
        """Return the error at the timeout."""
        return f'timed out waiting for the deletion of "{name_of(self.object)}"'

    def problems(self) -> list[str]:
        """Return the finalizers as a possible reason."""
        return [f"finalizers might be preventing deletion ({', '.join(self._finalizers)})"]

    def _check_existence(self) -> None:
        """Check periodically, because there is no event if the object is deleted before the watch starts."""
        self._deleted = self._deleted or not self._exists()
        self.after(CHECK_SECONDS, self._check_existence)

    def _exists(self) -> bool:
        try:
            self._finalizers = field(self.config.api.get(self.config.object), "metadata", "finalizers") or []
        except RejectedError as error:
            if error.code == NOT_FOUND:
                return False
            raise
        return True
