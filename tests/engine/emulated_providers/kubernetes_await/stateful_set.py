"""Waits for a StatefulSet: all replicas ready in the current revision.

The real provider does not compare the observed generation, because its watch usually starts after the controller has
observed the update. The watch of the emulated provider starts earlier, when the status can still be the old one, so it
compares the observed generation.

Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/statefulset.go
"""

from emulated_providers.kubernetes_await import pod_errors
from emulated_providers.kubernetes_await.awaiter import DELETED, AwaitConfig, Awaiter
from emulated_providers.kubernetes_await.objects import Object, field, name_of, owned_by

POD_REPORT_SECONDS = 10


class StatefulSetAwaiter(Awaiter):
    """Waits until the rollout of a StatefulSet is complete."""

    watched = (("apps/v1", "StatefulSet"), ("v1", "Pod"))

    def __init__(self, config: AwaitConfig) -> None:
        """Prepare to wait."""
        super().__init__(config)
        self._pods_ready = self._revision_current = False
        self._generation = self._ready_pods = self._expected_pods = 0
        self._pods: dict[str, Object] = {}
        self.after(POD_REPORT_SECONDS, self._report_pods)

    def process(self, kind: str, type_: str, object_: Object) -> None:
        """Process an event of the StatefulSet or its pods."""
        if kind == "Pod":
            if type_ == DELETED:
                self._pods.pop(name_of(object_), None)
            elif owned_by(object_, self.object):
                self._pods[name_of(object_)] = object_
            return
        # As in the provider, an event of any StatefulSet in the namespace resets the state.
        self._pods_ready = self._revision_current = False
        if self.is_awaited(object_) and type_ != DELETED:
            self._process_stateful_set(object_)

    def is_ready(self) -> bool:
        """Whether the rollout is complete."""
        if self._pods_ready and self._revision_current:
            self.messages.info("StatefulSet initialization complete")
            return True
        progress = f"({self._ready_pods}/{self._expected_pods} Pods ready)"
        if self._generation <= 1:
            self.messages.info(f"[1/2] Waiting for StatefulSet to create Pods {progress}")
        elif not self._pods_ready:
            self.messages.info(f"[1/3] Waiting for StatefulSet update to roll out {progress}")
        else:
            self.messages.info("[2/3] Waiting for StatefulSet to update .status.currentRevision")
        return False

    def problems(self) -> list[str]:
        """Return missing replicas or an outdated revision, and the errors of pods."""
        problems = []
        if not self._pods_ready:
            problems.append(f"{self._ready_pods} out of {self._expected_pods} replicas succeeded readiness checks")
        if not self._revision_current:
            current, update = (field(self.object, "status", key) for key in ("currentRevision", "updateRevision"))
            problems.append(
                f'StatefulSet controller failed to advance from revision "{current or ""}" to revision "{update or ""}"'
            )
        return [*problems, *self._pod_warnings()]

    def _process_stateful_set(self, stateful_set: Object) -> None:
        self.object = stateful_set
        self._generation = stateful_set["metadata"]["generation"]
        status = stateful_set.get("status") or {}
        if status.get("observedGeneration") != self._generation:
            return
        expected = stateful_set["spec"]["replicas"]
        total, ready, current = (status.get(key, 0) for key in ("replicas", "readyReplicas", "currentReplicas"))
        if self._generation > 1 and field(stateful_set, "spec", "updateStrategy", "type") == "OnDelete":
            self._revision_current = True
            self._pods_ready = expected == total == ready
        else:
            self._revision_current = bool(status.get("currentRevision")) and (
                status["currentRevision"] == status.get("updateRevision")
            )
            self._pods_ready = expected == total == ready == current
        self._expected_pods = expected
        # During a rollout, ready pods of the previous revision do not count.
        self._ready_pods = ready if self._revision_current else min(ready, status.get("updatedReplicas", 0))

    def _pod_warnings(self) -> list[str]:
        return [warning for pod in self._pods.values() for warning in pod_errors.warnings(pod)]

    def _report_pods(self) -> None:
        for warning in self._pod_warnings():
            self.messages.warning(warning)
        self.after(POD_REPORT_SECONDS, self._report_pods)
