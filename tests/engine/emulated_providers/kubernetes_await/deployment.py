"""Waits for a Deployment: available, and all pods of its current ReplicaSet ready.

The provider compares the ready pods with ``spec.replicas`` of the ReplicaSet, so a Deployment without ``replicas`` is
ready with one pod. A failure in the conditions, such as an exceeded progress deadline, is shown as a warning, and the
provider continues to wait until its own timeout.

Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/deployment.go
"""

from emulated_providers.kubernetes_await import pod_errors
from emulated_providers.kubernetes_await.awaiter import DELETED, AwaitConfig, Awaiter
from emulated_providers.kubernetes_await.objects import Object, annotation, conditions, field, name_of, owned_by

REVISION = "deployment.kubernetes.io/revision"
POD_REPORT_SECONDS = 10


class DeploymentAwaiter(Awaiter):
    """Waits until the rollout of a Deployment is complete."""

    watched = (("apps/v1", "Deployment"), ("apps/v1", "ReplicaSet"), ("v1", "Pod"), ("v1", "PersistentVolumeClaim"))

    def __init__(self, config: AwaitConfig) -> None:
        """Prepare to wait."""
        super().__init__(config)
        self._observed = self._available = self._progressed = self._pods_ready = False
        self._revision = ""
        self._failures: dict[str, str] = {}
        self._replica_sets: dict[str, Object] = {}
        self._pods: dict[str, Object] = {}
        self._claims: dict[str, Object] = {}
        self.after(POD_REPORT_SECONDS, self._report_pods)

    def process(self, kind: str, type_: str, object_: Object) -> None:
        """Process an event of the Deployment, its ReplicaSets, its pods or its claims."""
        match kind:
            case "Deployment" if self.is_awaited(object_) and type_ != DELETED:
                self._process_deployment(object_)
            case "ReplicaSet" if owned_by(object_, self.config.object):
                _store(self._replica_sets, annotation(object_, REVISION), type_, object_)
            case "Pod":
                _store(self._pods, name_of(object_), type_, object_)
            case "PersistentVolumeClaim" if name_of(object_) in self._claim_names():
                _store(self._claims, name_of(object_), type_, object_)
        self._check_replica_set()
        self._report_claims()

    def is_ready(self) -> bool:
        """Whether the rollout is complete. Before the first rollout, the condition ``Progressing`` is not checked."""
        complete = self._available and self._pods_ready and (self._revision == "1" or self._progressed)
        if not self._observed or not complete or self._unbound_claims():
            return False
        self.messages.info("Deployment initialization complete")
        return True

    def problems(self) -> list[str]:
        """Return failures in the conditions, unbound claims, the unmet requirement and the errors of pods."""
        problems = list(self._failures.values())
        if claims := self._unbound_claims():
            problems.append(f'Failed to bind PersistentVolumeClaim(s): "{",".join(claims)}"')
        if not self._available:
            problems.append("Minimum number of live Pods was not attained")
        elif self._revision != "1" and not self._progressed:
            problems.append("Minimum number of Pods to consider the application live was not attained")
        elif not self._pods_ready:
            problems.append(
                "Minimum number of Pods to consider the application live was not attained"
                if self._revision == "1"
                else "Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live"
            )
        return [*problems, *self._pod_warnings()]

    def _process_deployment(self, deployment: Object) -> None:
        metadata = deployment["metadata"]
        if not self._observed:  # ignore events until the controller has observed the change
            self._observed = metadata["generation"] == field(deployment, "status", "observedGeneration")
        if not self._observed or metadata["generation"] < self.config.object["metadata"]["generation"]:
            return
        self.object = deployment
        self._failures = {}
        self._revision = annotation(deployment, REVISION)
        if not self._revision:
            return
        for condition in conditions(deployment):
            holds = condition["status"] == "True"
            if condition["type"] == "Progressing":
                self._progressed = holds and condition.get("reason") == "NewReplicaSetAvailable"
            elif condition["type"] == "Available":
                self._available = holds
            else:
                continue
            if not holds and condition.get("reason") and condition.get("message"):
                failure = f"[{condition['reason']}] {condition['message']}"
                self._failures[condition["reason"]] = failure
                self.messages.warning(failure)

    def _check_replica_set(self) -> None:
        current = self._replica_sets.get(self._revision)
        if not self._revision or current is None:
            return
        expected = field(current, "spec", "replicas")
        ready = field(current, "status", "readyReplicas") or 0
        self._pods_ready = ready >= expected
        if not self._pods_ready:
            self.messages.info(f"Waiting for app ReplicaSet to be available ({ready}/{expected} Pods available)")
        elif expected == 0:
            self.messages.warning(f'Replicas scaled to 0 for Deployment "{name_of(self.object)}"')

    def _claim_names(self) -> set[str]:
        volumes = field(self.object, "spec", "template", "spec", "volumes") or []
        return {field(volume, "persistentVolumeClaim", "claimName") for volume in volumes}

    def _unbound_claims(self) -> list[str]:
        return [name for name, claim in self._claims.items() if field(claim, "status", "phase") != "Bound"]

    def _report_claims(self) -> None:
        for name in self._unbound_claims():
            phase = field(self._claims[name], "status", "phase")
            self.messages.warning(f"PersistentVolumeClaim: [{name}] is not ready. status.phase currently at: {phase}")

    def _pod_warnings(self) -> list[str]:
        current = self._replica_sets.get(self._revision)
        pods = [pod for pod in self._pods.values() if current is not None and owned_by(pod, current)]
        return [warning for pod in pods for warning in pod_errors.warnings(pod)]

    def _report_pods(self) -> None:
        for warning in self._pod_warnings():
            self.messages.warning(warning)
        self.after(POD_REPORT_SECONDS, self._report_pods)


def _store(objects: dict[str, Object], key: str, type_: str, object_: Object) -> None:
    """Store the latest version of an object, or remove a deleted object."""
    if type_ == DELETED:
        objects.pop(key, None)
    else:
        objects[key] = object_
