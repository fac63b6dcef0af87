"""Emulated Kubernetes provider. It sends every object to a real API server with strict validation."""

import json
import os
from base64 import b64decode
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from kubernetes_api import KubernetesApi
from kubernetes_api import RejectedError as ApiServerError

from emulated_providers.property_encoding import Properties, plain, secret_in, unknown_in
from emulated_providers.provider import EmulatedProvider, RejectedError
from emulated_providers.sdk_types import InputError
from moorings.preview.secret_masking import RevealedSecret

KUBECONFIG = "MOORINGS_EMULATED_KUBECONFIG"
"""Environment variable with the path of the kubeconfig. It overrides the cluster that the program configures."""

MANAGER = "pulumi"
AUTONAMED = "pulumi.com/autonamed"
"""Annotation with which the provider marks generated names."""

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
REPLACED_BY_FOR_ALL_KINDS = ("apiVersion", "kind", "metadata.name", "metadata.namespace")


class KubernetesProvider(EmulatedProvider):
    """Applies objects to an API server."""

    package = "kubernetes"

    @cached_property
    def api(self) -> KubernetesApi:
        """The API server of the kubeconfig in the environment variable."""
        file = os.environ.get(KUBECONFIG)
        if not file:
            raise RejectedError(f"the emulated provider requires an API server: {KUBECONFIG} is not set")
        config = json.loads(Path(file).read_text())
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        return KubernetesApi(cluster["server"], user["token"], Path(cluster["certificate-authority"]))

    def complete_inputs(
        self, type_: str, name: str, inputs: Properties, old_inputs: Properties, seed: str
    ) -> Properties:
        """The object with a generated name and the default namespace, where the program sets none."""
        metadata = dict(inputs.get("metadata") or {})
        old_metadata = old_inputs.get("metadata") or {}
        if not metadata.get("name") and not metadata.get("generateName"):
            autonamed = (old_metadata.get("annotations") or {}).get(AUTONAMED)
            metadata["name"] = old_metadata["name"] if autonamed else f"{name}-{seed[:8]}"
            metadata["annotations"] = {**(metadata.get("annotations") or {}), AUTONAMED: "true"}
        if "namespace" not in metadata and self._namespaced(inputs):
            metadata["namespace"] = plain(self.settings.get("namespace")) or "default"
        return {**inputs, "metadata": metadata}

    def input_errors(self, type_: str, inputs: Properties) -> Sequence[InputError]:
        """Errors of a server-side dry run, if all values are known and the namespace exists."""
        if unknown_in(inputs):
            return []
        try:
            self.api.apply(as_sent(inputs), dry_run=True, manager=MANAGER)
        except ApiServerError as error:
            # A missing namespace may be created in the same update. A change of an immutable field replaces the object.
            if error.code != NOT_FOUND and "immutable" not in error.message:
                return [("", str(error))]
        return []

    def comparable_inputs(self, old: Properties, old_outputs: Properties) -> Properties:
        """The fields of the live object that the program sets, so that changes outside of Pulumi appear in the diff."""
        return _pruned(_with_string_data(plain(old_outputs)), plain(old)) if old_outputs else old

    def update_inputs(self, inputs: Properties, ignored: Sequence[str]) -> Properties:
        """The object without ignored fields of other field managers, and with live values of its own ignored fields.

        Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/await.go
        """
        sent = as_sent(inputs)
        live = self._live(sent) if ignored else {}
        for path in ignored:
            *parent_path, field = path.split(".")
            owners = {entry["manager"] for entry in live["metadata"]["managedFields"] if _owns(entry["fieldsV1"], path)}
            parent, live_parent = _get_path(sent, parent_path), _get_path(live, parent_path)
            if owners and MANAGER not in owners:
                parent.pop(field, None)
            elif field in live_parent:
                parent[field] = live_parent[field]
        return sent

    def requires_replacement(self, type_: str, path: str, old: Properties, new: Properties) -> bool:
        """Whether the provider replaces the object. Most of these fields are immutable."""
        kind = type_.rpartition(":")[2]
        dotted_path = path.replace("[", ".[")
        return any(
            dotted_path == key or dotted_path.startswith(f"{key}.")
            for key in (*REPLACED_BY_FOR_ALL_KINDS, *REPLACED_BY.get(kind, ()))
        )

    def deletes_before_replace(self, type_: str, old: Properties, new: Properties) -> bool:
        """Whether both objects have the same name, which the program sets."""
        names = [
            (plain(properties)["metadata"].get("name"), plain(properties)["metadata"].get("namespace"))
            for properties in (old, new)
        ]
        return names[0] == names[1] and AUTONAMED not in (plain(new)["metadata"].get("annotations") or {})

    def preview_outputs(self, type_: str, inputs: Properties) -> Properties:
        """The object as the program sets it. Fields that the server adds are unknown."""
        return inputs

    def create(self, type_: str, urn: str, name: str, inputs: Properties) -> tuple[str, Properties]:
        """Apply the object."""
        live = self._apply(inputs)
        metadata = live["metadata"]
        return "/".join(filter(None, [metadata.get("namespace"), metadata["name"]])), _outputs(live, inputs)

    def read_resource(
        self, type_: str, id_: str, inputs: Properties, old_outputs: Properties
    ) -> tuple[Properties, Properties] | None:
        """Return the live object."""
        live = self._live(as_sent(old_outputs))
        return (inputs, _outputs(live, old_outputs)) if live else None

    def update(self, type_: str, id_: str, urn: str, old_outputs: Properties, inputs: Properties) -> Properties:
        """Apply the object."""
        return _outputs(self._apply(inputs), inputs)

    def updated_outputs(self, type_: str, old_outputs: Properties, inputs: Properties, *, preview: bool) -> Properties:
        """The object as the program sets it, with the fields that the server added."""
        return {**old_outputs, **inputs}

    def delete(self, type_: str, id_: str, old_outputs: Properties) -> None:
        """Delete the object, and its finalizers, which no controller removes here. A missing object is not an error."""
        sent = as_sent(old_outputs)
        try:
            self.api.delete(sent)
            path, terminating = self.api.path(sent), self.api.get(sent)
            if terminating["kind"] == "Namespace":
                self.api.request("PUT", f"{path}/finalize", {**terminating, "spec": {"finalizers": []}})
            else:
                patch = {"metadata": {"finalizers": None}}
                self.api.request("PATCH", path, patch, content_type="application/merge-patch+json")
        except ApiServerError as error:
            if error.code != NOT_FOUND:
                raise RejectedError(str(error)) from error

    def _live(self, object_: Properties) -> Properties:
        """The live object, or an empty object if there is none."""
        try:
            return self.api.get(object_)
        except ApiServerError as error:
            if error.code == NOT_FOUND:
                return {}
            raise RejectedError(str(error)) from error

    def _apply(self, inputs: Properties) -> Properties:
        try:
            return self.api.apply(as_sent(inputs), manager=MANAGER)
        except ApiServerError as error:
            raise RejectedError(str(error)) from error

    def _namespaced(self, inputs: Properties) -> bool:
        return not isinstance(inputs.get("kind"), str) or inputs["kind"] not in _CLUSTER_SCOPED


_CLUSTER_SCOPED = frozenset(
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
    """The object without status and without metadata that the server sets."""
    fields = {key: value for key, value in plain(properties).items() if key not in ("status", "__defaults")}
    metadata_fields = ("name", "namespace", "labels", "annotations", "finalizers", "generateName", "ownerReferences")
    metadata = {key: value for key, value in fields.get("metadata", {}).items() if key in metadata_fields}
    return {**fields, "metadata": metadata}


def _outputs(live: Properties, inputs: Properties) -> Properties:
    """The response of the server. Fields are secret where those of the object are, and in a Secret."""
    outputs: dict[str, Any] = {**live, "metadata": {k: v for k, v in live["metadata"].items() if k != "managedFields"}}
    secret_fields = {"data", "stringData"} if live.get("kind") == "Secret" else set()
    return {
        key: RevealedSecret(value) if key in secret_fields or secret_in(inputs.get(key)) else value
        for key, value in outputs.items()
    }


def _with_string_data(live: Properties) -> Properties:
    """A Secret with decoded ``data`` in ``stringData``, as the program sets it."""
    if live.get("kind") != "Secret":
        return live
    string_data = {key: b64decode(value).decode(errors="replace") for key, value in (live.get("data") or {}).items()}
    return {**live, "stringData": {**live.get("stringData", {}), **string_data}}


def _pruned(live: Any, template: Any) -> Any:
    """The fields of a live value that a template has."""
    if isinstance(live, dict) and isinstance(template, dict):
        return {key: _pruned(live[key], value) for key, value in template.items() if key in live}
    if isinstance(live, list) and isinstance(template, list):
        return [_pruned(*pair) for pair in zip(live, template, strict=False)]
    return live


def _get_path(object_: Any, path: Sequence[str]) -> Any:
    """The object at a path, or an empty object."""
    for key in path:
        object_ = object_.get(key) or {}
    return object_


def _owns(fields: Properties, path: str) -> bool:
    """Whether a field manager owns one of the fields."""
    for key in path.split("."):
        if f"f:{key}" not in fields:
            return False
        fields = fields[f"f:{key}"]
    return True
