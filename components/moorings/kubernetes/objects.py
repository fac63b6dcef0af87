"""Kubernetes objects as Pulumi resources.

They are registered under the types and the version of ``pulumi-kubernetes``, in the API's own words, and without its
classes, which look up each nested property to translate its name: that takes as long as all the rest.
"""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

import pulumi


class KubernetesObject(pulumi.CustomResource):
    """An object of any kind."""

    metadata: pulumi.Output[Mapping[str, Any]]

    def __init__(self, name: str, api_version: str, kind: str, opts: pulumi.ResourceOptions, /, **body: Any) -> None:
        """Register an object.

        Args:
            name: the logical name.
            api_version: the API, as the object names it: ``apps/v1``.
            kind: the kind.
            opts: options of the resource, which get the version of the plugin.
            body: what the object says, in the API's words; with ``metadata``.

        """
        group = api_version if "/" in api_version else f"core/{api_version}"
        opts.version = _version()
        self._is_secret = kind == "Secret"
        body = {"apiVersion": api_version, "kind": kind, **body}
        super().__init__(f"kubernetes:{group}:{kind}", name, body, opts)

    @property
    def name(self) -> pulumi.Output[str]:
        """Name in the cluster. It is no secret, also of a Secret, whose metadata Pulumi may take for one."""
        metadata = pulumi.Output.unsecret(self.metadata) if self._is_secret else self.metadata
        return metadata.apply(lambda known: known["name"])


@cache
def _version() -> str:
    return version("pulumi-kubernetes")
