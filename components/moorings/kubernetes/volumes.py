"""Persistent volumes of a workload.

Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/
"""

from typing import Any, Literal

from moorings.kubernetes.names import DnsLabel, MountPath, Subdomain
from moorings.kubernetes.quantities import Bytes
from moorings.validation.args import Args
from moorings.validation.inputs import Input

SINGLE_WRITER_MODES = {"ReadWriteOnce", "ReadWriteOncePod"}


class PodVolume(Args):
    """A persistent volume: a new one (``size``), or an existing claim (``claim_name``)."""

    mount_path: MountPath
    """Path at which the volume is mounted."""

    size: Bytes | None = None
    """Size of a new volume: one for a Deployment, one for each pod of a StatefulSet. Volumes grow if their storage
    class allows it. Changing the size replaces a StatefulSet but not its volumes: grow those first."""

    claim_name: Input[Subdomain] | None = None
    """Name of an existing PersistentVolumeClaim."""

    storage_class_name: Subdomain | None = None
    """Storage class of a new volume. Defaults to the cluster's default class. Changing this replaces the claim."""

    access_mode: Literal["ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany", "ReadOnlyMany"] = "ReadWriteOnce"
    """Access mode of the claim."""

    containers: list[DnsLabel] = []
    """Sidecars and init containers in which the volume is mounted as well. The main container always mounts it."""

    read_only: bool = False
    """Mount the volume read-only."""

    protect: bool = True
    """Reject the deletion of a Deployment's claim until this is False. A StatefulSet's claims are always retained."""

    @property
    def single_writer(self) -> bool:
        """Whether only one node can mount the volume at a time."""
        return self.access_mode in SINGLE_WRITER_MODES

    @property
    def has_claim(self) -> bool:
        """Whether the volume is that of an existing claim."""
        return self.claim_name is not None

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
            "resources": {"requests": {"storage": self.size}},
            **storage_class,
        }
