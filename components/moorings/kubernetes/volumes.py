"""Volumes of a pod, and their mounts.

Sources: https://kubernetes.io/docs/concepts/storage/volumes/ and
https://kubernetes.io/docs/concepts/storage/persistent-volumes/
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from moorings.kubernetes.names import DnsLabel, MountPath, RelativePath, Subdomain
from moorings.kubernetes.quantities import Bytes
from moorings.kubernetes.volume_sources import CsiVolume, MountedObject, NfsVolume, ProjectedSource
from moorings.validation.args import Args
from moorings.validation.inputs import Input

FILE_MODE = 0o440
"""Mounted files can be read by the user and group of the pod."""

SINGLE_WRITER_MODES = {"ReadWriteOnce", "ReadWriteOncePod"}

PERSISTENT_SOURCES = ("size", "claim_name")
"""Arguments of volumes whose content outlives the pod."""

SOURCES = (
    *PERSISTENT_SOURCES, "empty_dir", "memory_empty_dir", "ephemeral_size", "secret", "config_map", "projected", "nfs",
    "csi",
)  # fmt: skip
"""Arguments of which each volume has exactly one."""

FILE_SOURCES = ("secret", "config_map", "projected")
"""Arguments of volumes whose files the kubelet writes."""


class VolumeMount(Args):
    """A mount of one of the pod's ``volumes`` in a container."""

    volume: DnsLabel
    """Name of the volume."""

    sub_path: RelativePath | None = None
    """Directory or file of the volume that is mounted. Defaults to the whole volume. A file of a Secret or ConfigMap
    that is mounted by ``sub_path`` is not updated."""

    read_only: bool = False
    """Mount the volume read-only."""


class PodVolume(Args):
    """A volume of a pod.

    Its content is exactly one of ``size`` (a new persistent volume), ``claim_name``, ``empty_dir``,
    ``memory_empty_dir``, ``ephemeral_size``, ``secret``, ``config_map``, ``projected``, ``nfs`` and ``csi``.
    """

    mount_path: MountPath | None = None
    """Path at which the volume is mounted in the main container and in ``containers``. Defaults to none, for volumes
    that containers mount with ``volume_mounts``."""

    sub_path: RelativePath | None = None
    """Directory or file of the volume that is mounted at ``mount_path``. Defaults to the whole volume. A file of a
    Secret or ConfigMap that is mounted by ``sub_path`` is not updated."""

    size: Bytes | None = None
    """Size of a new volume: one for a Deployment, one for each pod of a StatefulSet. Volumes grow if their storage
    class allows it. Changing the size replaces a StatefulSet but not its volumes: grow those first."""

    claim_name: Input[Subdomain] | None = None
    """Name of an existing PersistentVolumeClaim."""

    storage_class_name: Subdomain | None = None
    """Storage class of a new volume. Defaults to the cluster's default class. Changing this replaces the claim."""

    access_mode: Literal["ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany", "ReadOnlyMany"] = "ReadWriteOnce"
    """Access mode of the claim."""

    empty_dir: Bytes | None = None
    """Size limit of an empty directory on the disk of the node, which the containers of a pod share. It is deleted with
    the pod."""

    memory_empty_dir: Bytes | None = None
    """Size limit of an empty directory in memory, which counts against the memory limit of the containers that write
    to it."""

    ephemeral_size: Bytes | None = None
    """Size of a volume that is created with each pod and deleted with it, for temporary files that exceed the disk of a
    node."""

    secret: MountedObject | None = None
    """An existing Secret whose keys become files. The files are updated when it changes; pods do not restart."""

    config_map: MountedObject | None = None
    """An existing ConfigMap whose keys become files. The files are updated when it changes; pods do not restart."""

    projected: list[ProjectedSource] = []
    """Several sources in one directory: Secrets, ConfigMaps, service account tokens and fields of the pod."""

    nfs: NfsVolume | None = None
    """A directory of an NFS server."""

    csi: CsiVolume | None = None
    """A volume of a CSI driver that lives as long as the pod."""

    file_mode: Annotated[int, Field(ge=0, le=0o777)] = FILE_MODE
    """Permissions of the files of ``secret``, ``config_map`` and ``projected``, as a number (``0o400``). Defaults to
    ``0o440``: the user and group of the pod can read them."""

    containers: list[DnsLabel] = []
    """Sidecars and init containers that also mount the volume at ``mount_path``. The main container always does."""

    read_only: bool = False
    """Mount the volume read-only."""

    protect: bool = True
    """Reject the deletion of a Deployment's claim until this is False. A StatefulSet's claims are always retained."""

    @property
    def sources(self) -> list[str]:
        """Names of the arguments that set the content."""
        return [name for name in SOURCES if getattr(self, name) not in (None, [])]

    @property
    def persistent(self) -> bool:
        """Whether the content outlives the pod."""
        return any(getattr(self, name) is not None for name in PERSISTENT_SOURCES)

    @property
    def single_writer(self) -> bool:
        """Whether only one node can mount the volume at a time."""
        return self.persistent and self.access_mode in SINGLE_WRITER_MODES

    @property
    def has_claim(self) -> bool:
        """Whether the volume is that of an existing claim."""
        return self.claim_name is not None

    @property
    def has_claim_template(self) -> bool:
        """Whether a claim is created for the volume."""
        return self.size is not None or self.ephemeral_size is not None

    @property
    def declared(self) -> frozenset[str]:
        """Names of the arguments that are set."""
        return frozenset(self.model_fields_set)

    @property
    def claim_spec(self) -> dict[str, Any]:
        """Spec of the PersistentVolumeClaim of a new volume."""
        storage_class = {"storageClassName": self.storage_class_name} if self.storage_class_name else {}
        return {
            "accessModes": [self.access_mode],
            "resources": {"requests": {"storage": self.size or self.ephemeral_size}},
            **storage_class,
        }

    @property
    def source(self) -> dict[str, Any]:
        """The content as a field of the API's ``Volume``, of a volume that is not persistent."""
        if self.empty_dir is not None:
            return {"emptyDir": {"sizeLimit": self.empty_dir}}
        if self.memory_empty_dir is not None:
            return {"emptyDir": {"sizeLimit": self.memory_empty_dir, "medium": "Memory"}}
        if self.ephemeral_size is not None:
            return {"ephemeral": {"volumeClaimTemplate": {"spec": self.claim_spec}}}
        if self.nfs is not None:
            read_only = {"readOnly": True} if self.read_only else {}
            return {"nfs": {"server": self.nfs.server, "path": self.nfs.path, **read_only}}
        if self.csi is not None:
            return {"csi": self.csi.rendered(read_only=self.read_only)}
        return self._file_source

    @property
    def _file_source(self) -> dict[str, Any]:
        mode = {"defaultMode": self.file_mode}
        if self.secret is not None:
            return {"secret": {"secretName": self.secret.name, **self.secret.fields, **mode}}
        if self.config_map is not None:
            return {"configMap": {"name": self.config_map.name, **self.config_map.fields, **mode}}
        return {"projected": {"sources": [source.rendered for source in self.projected], **mode}}

    def mount(self, name: str, path: str, sub_path: str | None, *, read_only: bool) -> dict[str, Any]:
        """Return a mount of the volume in the fields of the API.

        Args:
            name: name of the volume.
            path: path in the container.
            sub_path: part of the volume. None for the whole volume.
            read_only: whether the mount is read-only, even if the volume is not.

        """
        part = {"subPath": sub_path} if sub_path else {}
        files = any(source in FILE_SOURCES for source in self.sources)
        return {
            "name": name,
            "mountPath": path,
            **part,
            **({"readOnly": True} if read_only or self.read_only or files else {}),
        }
