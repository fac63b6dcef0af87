"""Emulated Kubernetes provider. It sends every object to a real API server with strict validation.

If the cluster has controllers, it also waits for objects as the real provider does: see ``kubernetes_await``. All
objects have the same field manager; the real provider generates one for each.

Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/provider.go
"""

import json
import os
from base64 import b64decode
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from kubernetes_api import KubernetesApi
from kubernetes_api import RejectedError as ApiServerError

from emulated_providers.kubernetes_await import clock
from emulated_providers.kubernetes_await.annotations import propagation_policy, timeout_seconds
from emulated_providers.kubernetes_await.awaiter import AwaitConfig, NotReadyError
from emulated_providers.kubernetes_await.kinds import check_readiness, wait_until_deleted, wait_until_ready
from emulated_providers.kubernetes_await.objects import annotation, qualified_name
from emulated_providers.kubernetes_await.status_messages import INFO, StatusMessages
from emulated_providers.kubernetes_field_managers import MANAGER, PATCH_FORCE, replace_ignored, without_kubectl
from emulated_providers.kubernetes_replacements import AUTONAMED, has_same_name, replaces
from emulated_providers.property_encoding import Properties, plain, secret_in, unknown_in
from emulated_providers.provider import EmulatedProvider, NotInitializedError, Operation, RejectedError
from emulated_providers.sdk_types import InputError
from moorings.preview.secret_masking import RevealedSecret

KUBECONFIG = "MOORINGS_EMULATED_KUBECONFIG"
"""Environment variable with the path of the kubeconfig. It overrides the cluster that the program configures."""

NOT_FOUND, CONFLICT = 404, 409

CREATION_RETRIES = 5
"""Retries of a creation that another object of the update may enable, such as a Namespace: after 1 s, 2 s, 4 s, ..."""


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
            # Forced: an update leaves out ignored fields of other managers, and reports a conflict about the others.
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

        Raises:
            RejectedError: the object does not exist any more.
        """
        sent = as_sent(inputs)
        live = self._live(sent)
        if not live:
            raise RejectedError(f'{sent["kind"]} "{sent["metadata"]["name"]}" not found')
        if managed_fields := without_kubectl(live):
            patch = [{"op": "replace", "path": "/metadata/managedFields", "value": managed_fields}]
            self.api.request("PATCH", self.api.path(sent), patch, content_type="application/json-patch+json")
        replace_ignored(sent, live, ignored)
        return sent

    def check_update(self, inputs: Properties, ignored: Sequence[str]) -> None:
        """Apply the object in a dry run. The fields of ``kubectl`` are taken over only by the update.

        Raises:
            RejectedError: the API server rejects it, or another manager owns one of the fields.
        """
        sent = as_sent(inputs)
        if not unknown_in(inputs) and (live := self._live(sent)):
            replace_ignored(sent, live, ignored)
            self._apply(sent, dry_run=True)

    def requires_replacement(self, type_: str, path: str, old: Properties, new: Properties) -> bool:
        """Whether the provider replaces the object. Most of these fields are immutable."""
        return replaces(type_.rpartition(":")[2], path)

    def deletes_before_replace(self, type_: str, old: Properties, new: Properties) -> bool:
        """Whether both objects have the same name, which the program sets."""
        return has_same_name(old, new)

    def preview_outputs(self, type_: str, inputs: Properties) -> Properties:
        """The object as the program sets it. Fields that the server adds are unknown."""
        return inputs

    def create(self, type_: str, urn: str, name: str, inputs: Properties) -> tuple[str, Properties]:
        """Apply the object. An existing object is taken over, unless another manager owns one of the fields."""
        live = self._create(inputs, urn)
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
        """Delete the object. Without controllers, which remove finalizers, remove them, too.

        A missing object is not an error.
        """
        sent = as_sent(old_outputs)
        try:
            if clock.second() is not None:
                self.api.delete(sent, propagation_policy=propagation_policy(sent))
                return
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

    def wait_until_ready(self, operation: Operation, inputs: Properties, outputs: Properties) -> Properties:
        """Wait as the real provider does, and return the live object.

        Raises:
            NotInitializedError: the object was not ready in time, or failed.
        """
        if clock.second() is None:
            return outputs
        try:
            wait_until_ready(self._await_config(operation, inputs, outputs))
        except NotReadyError as error:
            object_ = plain(outputs)
            failure = (
                f"resource {qualified_name(object_)} was successfully created, but the Kubernetes API server reported "
                f"that it failed to fully initialize or become live: {error}"
            )
            raise NotInitializedError([failure, *error.reasons], self._current(outputs, inputs)) from error
        return self._current(outputs, inputs)

    def check_readiness(self, operation: Operation, inputs: Properties, outputs: Properties) -> None:
        """Check the live object, as the real provider does during a refresh.

        Raises:
            NotInitializedError: the object is not ready.
        """
        if clock.second() is None:
            return
        try:
            check_readiness(self._await_config(operation, inputs, outputs))
        except NotReadyError as error:
            raise NotInitializedError([str(error), *error.reasons], outputs) from error

    def wait_until_deleted(self, operation: Operation, inputs: Properties, outputs: Properties) -> None:
        """Wait as the real provider does.

        Raises:
            RejectedError: the object still exists at the timeout.
        """
        if clock.second() is None:
            return
        try:
            wait_until_deleted(self._await_config(operation, inputs, outputs))
        except NotReadyError as error:
            raise RejectedError("; ".join([str(error), *error.reasons])) from error

    def _await_config(self, operation: Operation, inputs: Properties, outputs: Properties) -> AwaitConfig:
        sent, object_ = as_sent(inputs), plain(outputs)
        messages = StatusMessages(operation.urn, self.log_status)
        return AwaitConfig(self.api, object_, sent, messages, timeout_seconds(operation.timeout_seconds, sent))

    def _current(self, outputs: Properties, inputs: Properties) -> Properties:
        """The outputs of the live object, or the given ones if it does not exist any more."""
        live = self._live(as_sent(outputs))
        return _outputs(live, inputs) if live else outputs

    def _live(self, object_: Properties) -> Properties:
        """The live object, or an empty object if there is none."""
        try:
            return self.api.get(object_)
        except ApiServerError as error:
            if error.code == NOT_FOUND:
                return {}
            raise RejectedError(str(error)) from error

    def _create(self, inputs: Properties, urn: str) -> Properties:
        """Apply a new object. If the provider waits, retry while its namespace or kind does not exist."""
        sent = as_sent(inputs)
        for attempt in range(CREATION_RETRIES + 1):
            try:
                return self._send(sent)
            except ApiServerError as error:
                if clock.second() is None or error.code != NOT_FOUND or attempt == CREATION_RETRIES:
                    raise RejectedError(_explained(error)) from error
                self.log_status(INFO, f"Retry #{attempt}; creation failed: {error.message}", urn)
                clock.sleep(2**attempt)
        raise AssertionError

    def _apply(self, inputs: Properties, *, dry_run: bool = False) -> Properties:
        try:
            return self._send(as_sent(inputs), dry_run=dry_run)
        except ApiServerError as error:
            raise RejectedError(_explained(error)) from error

    def _send(self, sent: Properties, *, dry_run: bool = False) -> Properties:
        # The real provider prefers the annotation to its setting.
        setting = str(plain(self.settings.get("enablePatchForce")))
        force = (annotation(sent, PATCH_FORCE) or setting).lower() == "true"
        return self.api.apply(sent, dry_run=dry_run, manager=MANAGER, force=force)

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


def _explained(error: ApiServerError) -> str:
    """The message of the provider about an error of the API server."""
    if error.code != CONFLICT:
        return str(error)
    return (
        "Server-Side Apply field conflict detected.\n"
        f'The resource managed by field manager "{MANAGER}" had an apply conflict: {error.message}'
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
