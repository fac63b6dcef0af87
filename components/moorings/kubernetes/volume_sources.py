"""Contents of volumes that are not persistent: existing Secrets and ConfigMaps, NFS, CSI and projected volumes.

Source: https://kubernetes.io/docs/concepts/storage/volumes/
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from moorings.kubernetes.environment_variables import FieldPath
from moorings.kubernetes.names import ConfigKey, RelativePath, Subdomain
from moorings.validation.args import Args
from moorings.validation.inputs import Input
from moorings.validation.plaintext import unless_secret

MIN_TOKEN_SECONDS = 600
"""Source: https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken"""


class MountedObject(Args):
    """An existing Secret or ConfigMap whose keys become files."""

    name: Input[Subdomain]
    """Name of the Secret or ConfigMap."""

    items: dict[RelativePath, ConfigKey] = {}
    """Keys by the path of their file in the volume (``{"tls/cert.pem": "tls.crt"}``). Defaults to a file for each key,
    with its name."""

    optional: bool = False
    """Start the pod without the files if the object or a key does not exist."""

    @property
    def fields(self) -> dict[str, Any]:
        """Fields of the source, without the name."""
        items = [{"key": key, "path": path} for path, key in self.items.items()]
        return {**({"items": items} if items else {}), **({"optional": True} if self.optional else {})}


class ServiceAccountToken(Args):
    """A token of the pod's service account for an application outside the cluster, such as Vault."""

    path: RelativePath = "token"
    """Path of the file in the volume."""

    audience: str | None = None
    """Recipient for whom the token is valid. Defaults to the API server."""

    expiration_seconds: Annotated[int, Field(ge=MIN_TOKEN_SECONDS, le=2**32)] = 3600
    """Seconds for which the token is valid, at least 600. The kubelet renews it before. Defaults to one hour."""


class ProjectedSource(Args):
    """A source of a projected volume: exactly one of the arguments.

    Source: https://kubernetes.io/docs/concepts/storage/projected-volumes/
    """

    secret: MountedObject | None = None
    """An existing Secret."""

    config_map: MountedObject | None = None
    """An existing ConfigMap."""

    service_account_token: ServiceAccountToken | None = None
    """A token of the service account."""

    field_refs: dict[RelativePath, FieldPath] = {}
    """Fields of the pod by the path of their file (``{"labels/app": "metadata.labels['app']"}``)."""

    @property
    def sources(self) -> list[str]:
        """Names of the arguments that are set."""
        return [name for name in type(self).model_fields if getattr(self, name)]

    @property
    def rendered(self) -> dict[str, Any]:
        """The source as a ``VolumeProjection`` of the Kubernetes API."""
        if self.secret is not None:
            return {"secret": {"name": self.secret.name, **self.secret.fields}}
        if self.config_map is not None:
            return {"configMap": {"name": self.config_map.name, **self.config_map.fields}}
        if self.service_account_token is not None:
            token = self.service_account_token
            audience = {"audience": token.audience} if token.audience else {}
            expiration = {"path": token.path, "expirationSeconds": token.expiration_seconds}
            return {"serviceAccountToken": {**expiration, **audience}}
        items = [{"path": path, "fieldRef": {"fieldPath": field}} for path, field in self.field_refs.items()]
        return {"downwardAPI": {"items": items}}


class NfsVolume(Args):
    """A directory of an NFS server."""

    server: Input[str]
    """Host name or address of the server."""

    path: Input[Annotated[str, Field(pattern="^/")]]
    """Absolute path of the directory that the server exports."""


class CsiVolume(Args):
    """A volume that a CSI driver creates with the pod and deletes with it, such as that of the Secrets Store driver.

    Source: https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#csi-ephemeral-volumes
    """

    driver: Subdomain
    """Name of the driver (``secrets-store.csi.k8s.io``)."""

    attributes: dict[str, Input[str]] = {}
    """Attributes that the driver defines (``{"secretProviderClass": "orders"}``). They are stored in plain text."""

    fs_type: str | None = None
    """File system of the volume. Defaults to that of the driver."""

    node_publish_secret_name: Input[Subdomain] | None = None
    """Name of a Secret with credentials for the driver. Defaults to none."""

    @property
    def plaintext(self) -> "Mapping[Any, Any]":
        """Attributes by path. Late values that are secret are replaced by a mark."""
        return {("attributes", name): unless_secret(value, name) for name, value in self.attributes.items()}

    def rendered(self, *, read_only: bool) -> dict[str, Any]:
        """Return the volume as a ``CSIVolumeSource`` of the Kubernetes API."""
        secret = self.node_publish_secret_name
        fields: Mapping[str, Any] = {
            "driver": self.driver,
            "volumeAttributes": self.attributes or None,
            "fsType": self.fs_type,
            "nodePublishSecretRef": None if secret is None else {"name": secret},
            "readOnly": read_only or None,
        }
        return {name: value for name, value in fields.items() if value is not None}
