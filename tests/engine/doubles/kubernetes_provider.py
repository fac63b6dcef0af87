"""The double of the Kubernetes provider: it hands every object to a real API server, which judges it as strictly as it can."""

import json
import os
from base64 import b64decode
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from kubernetes_api import KubernetesApi
from kubernetes_api import RefusedError as RefusedByServerError

from doubles.provider import Double, RefusedError
from doubles.sdk import Mistake
from doubles.wire import Properties, plain, secret_in, unknown_in
from moorings.preview.secret_masking import RevealedSecret

KUBECONFIG = "MOORINGS_DOUBLE_KUBECONFIG"
"""Names the kubeconfig of the API server, in place of all that the program says of a cluster."""

MANAGER = "pulumi"
AUTONAMED = "pulumi.com/autonamed"
"""The annotation by which the provider knows names of its own choice."""

NOT_FOUND = 404

# Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/diff.go
REPLACED_BY = {
    "ConfigMap": ("data", "binaryData", "immutable"),
    "Secret": ("data", "stringData", "type", "immutable"),
    "Deployment": ("spec.selector",),
    "StatefulSet": ("spec.selector", "spec.serviceName", "spec.podManagementPolicy", "spec.volumeClaimTemplates"),
    "DaemonSet": ("spec.selector",),
    "Job": ("spec.selector", "spec.template", "spec.completionMode"),
    "PersistentVolumeClaim": ("spec.accessModes", "spec.storageClassName", "spec.volumeName", "spec.selector"),
    "RoleBinding": ("roleRef",),
    "ClusterRoleBinding": ("roleRef",),
    "Service": ("spec.clusterIP",),
    "StorageClass": ("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"),
}
ALWAYS = ("apiVersion", "kind", "metadata.name", "metadata.namespace")


class KubernetesProvider(Double):
    """Makes objects in the cluster of an API server."""

    package = "kubernetes"

    @cached_property
    def api(self) -> KubernetesApi:
        """The API server that the environment names."""
        file = os.environ.get(KUBECONFIG)
        if not file:
            raise RefusedError(f"this double needs an API server: {KUBECONFIG} names no kubeconfig")
        config = json.loads(Path(file).read_text())
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        return KubernetesApi(cluster["server"], user["token"], Path(cluster["certificate-authority"]))

    def completed(self, type_: str, name: str, inputs: Properties, olds: Properties, seed: str) -> Properties:
        """The object with a name, and in the namespace that the provider is set to."""
        metadata = dict(inputs.get("metadata") or {})
        kept = olds.get("metadata") or {}
        if not metadata.get("name") and not metadata.get("generateName"):
            autonamed = (kept.get("annotations") or {}).get(AUTONAMED)
            metadata["name"] = kept["name"] if autonamed else f"{name}-{seed[:8]}"
            metadata["annotations"] = {**(metadata.get("annotations") or {}), AUTONAMED: "true"}
        if "namespace" not in metadata and self._namespaced(inputs):
            metadata["namespace"] = plain(self.settings.get("namespace")) or "default"
        return {**inputs, "metadata": metadata}

    def mistakes(self, type_: str, inputs: Properties) -> Sequence[Mistake]:
        """What the API server refuses in a dry run, as far as it can judge: all is known, and the namespace is there."""
        if unknown_in(inputs):
            return []
        try:
            self.api.apply(as_sent(inputs), dry_run=True, manager=MANAGER)
        except RefusedByServerError as error:
            # What is not there yet may be made by the same program. A change of what is immutable replaces it.
            if error.code != NOT_FOUND and "immutable" not in error.message:
                return [("", str(error))]
        return []

    def compared(self, old: Properties, olds: Properties) -> Properties:
        """The live object, as far as the program says something of it: what changed without Pulumi is a difference."""
        return _pruned(_told_as_text(plain(olds)), plain(old)) if olds else old

    def sent(self, inputs: Properties, ignored: Sequence[str]) -> Properties:
        """The object without the ignored fields that another manager owns; those of its own keep their live values.

        Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/await.go
        """
        found = as_sent(inputs)
        live = self._live(found) if ignored else {}
        for path in ignored:
            *above, last = path.split(".")
            owners = {each["manager"] for each in live["metadata"]["managedFields"] if _owns(each["fieldsV1"], path)}
            holder, now = _at(found, above), _at(live, above)
            if owners and MANAGER not in owners:
                holder.pop(last, None)
            elif last in now:
                holder[last] = now[last]
        return found

    def replaced_by(self, type_: str, path: str, old: Properties, new: Properties) -> bool:
        """Whether the API server would refuse the change, or the provider does not ask it."""
        kind = type_.rpartition(":")[2]
        bare = path.replace("[", ".[")
        return any(bare == key or bare.startswith(f"{key}.") for key in (*ALWAYS, *REPLACED_BY.get(kind, ())))

    def deleted_first(self, type_: str, old: Properties, new: Properties) -> bool:
        """Two objects of one name cannot be there at once."""
        names = [(plain(each)["metadata"].get("name"), plain(each)["metadata"].get("namespace")) for each in (old, new)]
        return names[0] == names[1] and AUTONAMED not in (plain(new)["metadata"].get("annotations") or {})

    def foreseen(self, type_: str, inputs: Properties) -> Properties:
        """An object as it was asked for; the server alone knows more."""
        return inputs

    def create(self, type_: str, urn: str, name: str, inputs: Properties) -> tuple[str, Properties]:
        """Apply the object."""
        made = self._apply(inputs)
        metadata = made["metadata"]
        return "/".join(filter(None, [metadata.get("namespace"), metadata["name"]])), _outputs(made, inputs)

    def look(self, type_: str, id_: str, inputs: Properties, olds: Properties) -> tuple[Properties, Properties] | None:
        """The object as the server has it."""
        live = self._live(as_sent(olds))
        return (inputs, _outputs(live, olds)) if live else None

    def update(self, type_: str, id_: str, urn: str, olds: Properties, inputs: Properties) -> Properties:
        """Apply the object anew."""
        return _outputs(self._apply(inputs), inputs)

    def changed(self, type_: str, olds: Properties, inputs: Properties, *, preview: bool) -> Properties:
        """The object as it was asked for, and what the server had added."""
        return {**olds, **inputs}

    def delete(self, type_: str, id_: str, olds: Properties) -> None:
        """Delete the object, also where a controller would have to let it go first. What is gone already is no mistake."""
        sent = as_sent(olds)
        try:
            self.api.delete(sent)
            path, left = self.api.path(sent), self.api.get(sent)
            if left["kind"] == "Namespace":
                self.api.request("PUT", f"{path}/finalize", {**left, "spec": {"finalizers": []}})
            else:
                free = {"metadata": {"finalizers": None}}
                self.api.request("PATCH", path, free, content_type="application/merge-patch+json")
        except RefusedByServerError as error:
            if error.code != NOT_FOUND:
                raise RefusedError(str(error)) from error

    def _live(self, thing: Properties) -> Properties:
        """The object as the server has it, empty where it is gone."""
        try:
            return self.api.get(thing)
        except RefusedByServerError as error:
            if error.code == NOT_FOUND:
                return {}
            raise RefusedError(str(error)) from error

    def _apply(self, inputs: Properties) -> Properties:
        try:
            return self.api.apply(as_sent(inputs), manager=MANAGER)
        except RefusedByServerError as error:
            raise RefusedError(str(error)) from error

    def _namespaced(self, inputs: Properties) -> bool:
        return not isinstance(inputs.get("kind"), str) or inputs["kind"] not in _CLUSTER_WIDE


_CLUSTER_WIDE = frozenset(
    {
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "IngressClass",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PriorityClass",
        "RuntimeClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
    }
)


def as_sent(properties: Properties) -> Properties:
    """What is sent: without status, and without what the server has added to the metadata."""
    found = {key: value for key, value in plain(properties).items() if key not in ("status", "__defaults")}
    kept = ("name", "namespace", "labels", "annotations", "finalizers", "generateName", "ownerReferences")
    metadata = {key: value for key, value in found.get("metadata", {}).items() if key in kept}
    return {**found, "metadata": metadata}


def _outputs(made: Properties, given: Properties) -> Properties:
    """What the server tells, secret where the object was."""
    found: dict[str, Any] = {**made, "metadata": {k: v for k, v in made["metadata"].items() if k != "managedFields"}}
    hidden = {"data", "stringData"} if made.get("kind") == "Secret" else set()
    return {
        key: RevealedSecret(value) if key in hidden or secret_in(given.get(key)) else value
        for key, value in found.items()
    }


def _told_as_text(live: Properties) -> Properties:
    """A Secret with its data as the program tells it: the server encodes it."""
    if live.get("kind") != "Secret":
        return live
    told = {key: b64decode(value).decode(errors="replace") for key, value in (live.get("data") or {}).items()}
    return {**live, "stringData": {**live.get("stringData", {}), **told}}


def _pruned(live: Any, like: Any) -> Any:
    """What there is of a live value in the places of another."""
    if isinstance(live, dict) and isinstance(like, dict):
        return {key: _pruned(live[key], value) for key, value in like.items() if key in live}
    if isinstance(live, list) and isinstance(like, list):
        return [_pruned(*pair) for pair in zip(live, like, strict=False)]
    return live


def _at(thing: Any, path: Sequence[str]) -> Any:
    """The object at a path; an empty one where there is none."""
    for key in path:
        thing = thing.get(key) or {}
    return thing


def _owns(fields: Properties, path: str) -> bool:
    """Whether a manager's fields hold one."""
    for key in path.split("."):
        if f"f:{key}" not in fields:
            return False
        fields = fields[f"f:{key}"]
    return True
