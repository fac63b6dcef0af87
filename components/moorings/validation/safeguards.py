"""Inputs that prevent the loss of data: safeguards, which can be turned off, and retention periods."""

from dataclasses import dataclass
from typing import Any

from moorings.validation.resource_changes import UNKNOWN, ResourceChange
from moorings.validation.stateful_resources import WHEN_DELETED


@dataclass(frozen=True)
class Safeguard:
    """An input that prevents the deletion of data, keeps a copy of it, or makes its deletion reversible."""

    types: tuple[str, ...]
    path: tuple[str, ...]
    off: tuple[Any, ...]
    """Values without the effect; None stands for a missing input."""

    def removed(self, change: ResourceChange) -> tuple[Any, Any] | None:
        """Return the old and the new value if the change turns the safeguard off."""
        old, new = (inputs.at(*self.path) for inputs in (change.before, change.after))
        if change.type not in self.types or UNKNOWN in (old, new) or old in self.off or new not in self.off:
            return None
        return old, new


_OFF = (None, False)
SAFEGUARDS = (
    Safeguard(
        (
            "aws:rds/instance:Instance",
            "aws:rds/cluster:Cluster",
            "aws:docdb/cluster:Cluster",
            "aws:neptune/cluster:Cluster",
            "aws:neptunegraph/graph:Graph",
        ),
        ("deletionProtection",),
        _OFF,
    ),
    Safeguard(
        ("aws:dynamodb/table:Table", "aws:dsql/cluster:Cluster", "aws:cloudwatch/logGroup:LogGroup"),
        ("deletionProtectionEnabled",),
        _OFF,
    ),
    Safeguard(("aws:cognito/userPool:UserPool",), ("deletionProtection",), (None, "INACTIVE")),
    Safeguard(
        ("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer"), ("enableDeletionProtection",), _OFF
    ),
    Safeguard(("aws:ec2/instance:Instance",), ("disableApiTermination",), _OFF),
    Safeguard(("aws:cloudwatch/logGroup:LogGroup",), ("skipDestroy",), _OFF),
    Safeguard(
        (
            "aws:s3/bucket:Bucket",
            "aws:s3/bucketV2:BucketV2",
            "aws:s3/directoryBucket:DirectoryBucket",
            "aws:s3tables/tableBucket:TableBucket",
            "aws:backup/vault:Vault",
        ),
        ("forceDestroy",),
        (True,),
    ),
    Safeguard(("aws:ecr/repository:Repository",), ("forceDelete",), (True,)),
    Safeguard(("aws:secretsmanager/secret:Secret",), ("recoveryWindowInDays",), (0,)),
    Safeguard(
        (
            "aws:rds/instance:Instance",
            "aws:rds/cluster:Cluster",
            "aws:docdb/cluster:Cluster",
            "aws:neptune/cluster:Cluster",
            "aws:redshift/cluster:Cluster",
        ),
        ("skipFinalSnapshot",),
        (True,),
    ),
    Safeguard(("aws:dynamodb/table:Table",), ("pointInTimeRecovery", "enabled"), _OFF),
    Safeguard(
        ("aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2"),
        ("versioningConfiguration", "status"),
        (None, "Disabled", "Suspended"),
    ),
    Safeguard(("kubernetes:apps/v1:StatefulSet",), WHEN_DELETED, ("Delete",)),
    Safeguard(
        ("kubernetes:core/v1:PersistentVolume",), ("spec", "persistentVolumeReclaimPolicy"), ("Delete", "Recycle")
    ),
)
"""Checked on 2026-11-21."""


@dataclass(frozen=True)
class Retention:
    """An input that determines how long data is kept."""

    types: tuple[str, ...]
    path: tuple[str, ...]
    default: float | None = None
    """Value of a missing input. None if it is unknown."""

    unlimited: float | None = None
    """Value that keeps data for ever."""

    def shortened(self, change: ResourceChange) -> tuple[float, float] | None:
        """Return the old and the new value if the change shortens the retention."""
        if change.type not in self.types:
            return None
        old, new = (
            self.default if inputs.is_missing(*self.path) else inputs.number(*self.path)
            for inputs in (change.before, change.after)
        )
        if old is None or new is None or new == self.unlimited:
            return None
        return (old, new) if old == self.unlimited or new < old else None


RETENTIONS = (
    Retention(("aws:cloudwatch/logGroup:LogGroup",), ("retentionInDays",), default=0, unlimited=0),
    Retention(("aws:kinesis/stream:Stream",), ("retentionPeriod",), default=24),
    Retention(("aws:sqs/queue:Queue",), ("messageRetentionSeconds",), default=345_600),
    Retention(
        (
            "aws:rds/instance:Instance",
            "aws:rds/cluster:Cluster",
            "aws:docdb/cluster:Cluster",
            "aws:neptune/cluster:Cluster",
        ),
        ("backupRetentionPeriod",),
    ),
    Retention(("aws:redshift/cluster:Cluster",), ("automatedSnapshotRetentionPeriod",), default=1),
    Retention(("aws:memorydb/cluster:Cluster",), ("snapshotRetentionLimit",), default=0),
)
"""Checked on 2026-11-21."""
