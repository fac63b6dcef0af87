"""Volumes that outlive a pod.

Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/
"""

from typing import Literal, Self

from pydantic import model_validator

from moorings.kubernetes.names import AbsolutePath, DnsLabel, Subdomain
from moorings.kubernetes.quantities import Bytes
from moorings.validation.args import Args
from moorings.validation.inputs import Input

SINGLE_WRITER = {"ReadWriteOnce", "ReadWriteOncePod"}


class PodVolume(Args):
    """A volume: one that is there (``claim_name``), or one that is made (``size``)."""

    mount_path: AbsolutePath
    """Where it is mounted."""

    size: Bytes | None = None
    """Size of a volume that is made: one for a Deployment, one for each pod of a StatefulSet. It may grow where the
    storage class lets it. A changed size replaces a StatefulSet, whose volumes stay as they are: first grow those."""

    claim_name: Input[Subdomain] | None = None
    """Claim that is there already; for a Deployment."""

    storage_class_name: Subdomain | None = None
    """Storage class of a volume that is made; the cluster's own by default. A change replaces the claim."""

    access_mode: Literal["ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany", "ReadOnlyMany"] = "ReadWriteOnce"
    """Who may use it at a time; by default the pods of one node."""

    containers: list[DnsLabel] = []
    """Other containers that it is mounted in, beside the main one, which always has it."""

    read_only: bool = False
    """Mount it without writing to it."""

    protect: bool = True
    """Refuse to delete the claim of a Deployment until this is turned off, by default. The claims of a StatefulSet stay
    in any case."""

    @property
    def single_writer(self) -> bool:
        """Whether two pods on two nodes would block each other."""
        return self.access_mode in SINGLE_WRITER

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.size is None) == (self.claim_name is None):
            raise ValueError(
                f"{'neither' if self.size is None else 'each'} of size and claim_name is given; give size for a volume "
                "that is made, or claim_name for one that is there"
            )
        idle = [name for name in ("storage_class_name", "protect") if name in self.model_fields_set]
        if self.claim_name is not None and idle:
            raise ValueError(
                f"{' and '.join(idle)} is for a volume that is made, and claim_name names one that is there; leave it "
                "out"
            )
        if self.size is not None and self.access_mode == "ReadOnlyMany":
            raise ValueError(
                "access_mode is ReadOnlyMany, and a volume that is made is empty and would stay so; give claim_name of "
                "one that is filled, or another access_mode"
            )
        return self
