"""Kubernetes objects as Pulumi resources, written in the fields of the Kubernetes API.

They have the types and the version of ``pulumi-kubernetes`` but do not use its classes: translating the name of every
nested property would take as long as the rest of a preview.
"""

from collections.abc import Mapping
from typing import Any

import pulumi

from moorings.sdk.plugins import plugin_version


class KubernetesObject(pulumi.CustomResource):
    """A Kubernetes object of any kind."""

    metadata: pulumi.Output[Mapping[str, Any]]

    declared: dict[str, Any] | None = None
    """Ports and namespace of a Service, so that an ingress of the same program can be compared with them."""

    def __init__(self, name: str, api_version: str, kind: str, opts: pulumi.ResourceOptions, /, **fields: Any) -> None:
        """Register the object.

        Args:
            name: logical name.
            api_version: group and version of the API, such as ``apps/v1``.
            kind: kind of the object.
            opts: options of the resource. The version of the provider plugin is added.
            fields: the other fields of the object, with ``metadata``.

        """
        group = api_version if "/" in api_version else f"core/{api_version}"
        opts.version = plugin_version("pulumi-kubernetes")
        self._is_secret = kind == "Secret"
        fields = {"apiVersion": api_version, "kind": kind, **fields}
        if kind == "Service":
            ports = [port["port"] for port in fields.get("spec", {}).get("ports", [])]
            self.declared = {"ports": ports, "namespace": fields["metadata"].get("namespace")}
        super().__init__(f"kubernetes:{group}:{kind}", name, fields, opts)

    @property
    def name(self) -> pulumi.Output[str]:
        """Name of the object in the cluster. The name of a Secret is not secret, unlike its other fields."""
        metadata = pulumi.Output.unsecret(self.metadata) if self._is_secret else self.metadata
        return metadata.apply(lambda fields: fields["name"])
