"""Rules about changes that lose data: deletions, replacements, removed protection and shorter retention.

They apply to all resources of a program, in components and elsewhere. ``pulumi destroy`` runs no program and none of
these rules; only the resource option ``protect`` prevents it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from moorings.validation.change_rules import ChangeRule, ChangeRules
from moorings.validation.findings import Severity
from moorings.validation.resource_changes import UNKNOWN, ResourceChange
from moorings.validation.rules import Findings
from moorings.validation.stateful_resources import STATEFUL_RESOURCES, STATEFUL_TYPES, WHEN_DELETED, StatefulResource

_RETAIN_SOURCE = "https://www.pulumi.com/docs/iac/concepts/resources/options/retainondelete/"
_PROTECT_SOURCE = "https://www.pulumi.com/docs/iac/concepts/resources/options/protect/"


def _deletion_rule(resource: StatefulResource) -> ChangeRule:
    def judge(change: ResourceChange) -> Findings:
        if not change.was_retained and resource.loses_data(change):
            yield (
                f"deletes {resource.name}, and {resource.loss}; keep it in the program, deploy retain_on_delete=True "
                "first, or acknowledge the deletion"
            )

    judge.__doc__ = f"If {resource.name} is deleted, {resource.loss}."
    rules = ChangeRules(*resource.types)
    return rules.rule(
        f"{resource.rule_prefix}-deleted",
        Severity.UNSAFE,
        "delete",
        source=resource.source,
        invalid=resource.example,
        valid=resource.harmless_example,
    )(judge)


def _replacement_rule(resource: StatefulResource) -> ChangeRule:
    def judge(change: ResourceChange) -> Findings:
        if not change.was_retained and resource.loses_data(change):
            reasons = " and ".join(change.reasons) or "an unknown property"
            yield (
                f"a change of {reasons} replaces {resource.name}, and {resource.loss}; undo the change, deploy "
                "retain_on_delete=True first, or acknowledge the replacement"
            )

    judge.__doc__ = f"A replacement creates a new, empty resource. The old one is deleted: {resource.loss}."
    rules = ChangeRules(*resource.types)
    return rules.rule(
        f"{resource.rule_prefix}-replaced",
        Severity.UNSAFE,
        "replace",
        source=resource.source,
        invalid=resource.example,
        valid=resource.harmless_example,
    )(judge)


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


def _types_of(rows: Iterator[Safeguard] | Iterator[Retention]) -> list[str]:
    return list(dict.fromkeys(token for row in rows for token in row.types))


_STATEFUL = ChangeRules(*STATEFUL_TYPES, example_type="aws:s3/bucket:Bucket")
_AWS_SAFEGUARDS = ChangeRules(
    *_types_of(row for row in SAFEGUARDS if row.types[0].startswith("aws:")), example_type="aws:rds/cluster:Cluster"
)
_KUBERNETES_SAFEGUARDS = ChangeRules(
    *_types_of(row for row in SAFEGUARDS if row.types[0].startswith("kubernetes:")),
    example_type="kubernetes:core/v1:PersistentVolume",
)
_RETENTIONS = ChangeRules(*_types_of(iter(RETENTIONS)), example_type="aws:cloudwatch/logGroup:LogGroup")
_STATEFUL_SETS = ChangeRules("kubernetes:apps/v1:StatefulSet")


@_STATEFUL.rule(
    "data-protect-removed",
    Severity.UNSAFE,
    "update",
    "replace",
    source=_PROTECT_SOURCE,
    before="protect=True",
    invalid="protect=False",
    valid="protect=True",
)
def _protect_removed(change: ResourceChange) -> Findings:
    """Without the resource option ``protect``, the next deployment may delete or replace a resource that holds data."""
    if change.was_protected and not change.is_protected:
        name = STATEFUL_TYPES[change.type].name
        yield f"removes protect=True, after which {name} can be deleted; keep it, or acknowledge that it may be deleted"


@_STATEFUL.rule(
    "data-retain-on-delete-removed",
    Severity.UNSAFE,
    "update",
    "replace",
    source=_RETAIN_SOURCE,
    before="retain_on_delete=True",
    invalid="retain_on_delete=False",
    valid="retain_on_delete=True",
)
def _retain_removed(change: ResourceChange) -> Findings:
    """Without the resource option ``retain_on_delete``, a resource is deleted once the program does not declare it."""
    if change.was_retained and not change.is_retained:
        name = STATEFUL_TYPES[change.type].name
        yield f"removes retain_on_delete=True, after which {name} can be deleted; keep it, or acknowledge the removal"


def _removed_safeguards(change: ResourceChange) -> Findings:
    for safeguard in SAFEGUARDS:
        values = safeguard.removed(change)
        if values:
            old, new = ("not set" if value is None else repr(value) for value in values)
            yield (
                safeguard.path,
                f"{new} instead of {old} removes a safeguard against data loss; keep it, or acknowledge its removal",
            )


@_AWS_SAFEGUARDS.rule(
    "aws-safeguard-removed",
    Severity.UNSAFE,
    "update",
    "replace",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
    before="deletionProtection=True",
    invalid="deletionProtection=False",
    valid="deletionProtection=True",
)
def _aws_safeguard_removed(change: ResourceChange) -> Findings:
    """Deletion protection, final snapshots, versioning and recovery windows prevent or revert accidental deletions."""
    yield from _removed_safeguards(change)


@_KUBERNETES_SAFEGUARDS.rule(
    "k8s-safeguard-removed",
    Severity.UNSAFE,
    "update",
    "replace",
    source="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming",
    before='spec={"persistentVolumeReclaimPolicy": "Retain"}',
    invalid='spec={"persistentVolumeReclaimPolicy": "Delete"}',
    valid='spec={"persistentVolumeReclaimPolicy": "Retain"}',
)
def _kubernetes_safeguard_removed(change: ResourceChange) -> Findings:
    """The policy Retain keeps volumes and claims when the object that uses them is deleted."""
    yield from _removed_safeguards(change)


@_RETENTIONS.rule(
    "aws-retention-shortened",
    Severity.WARNING,
    source="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
    before="retentionInDays=90",
    invalid="retentionInDays=7",
    valid="retentionInDays=180",
)
def _retention_shortened(change: ResourceChange) -> Findings:
    """A shorter retention period deletes data that is older than the new one, without a copy."""
    for retention in RETENTIONS:
        values = retention.shortened(change)
        if values:
            old, new = ("no limit" if value == retention.unlimited else f"{value:g}" for value in values)
            yield retention.path, f"{new} instead of {old} deletes older data; copy what is still required first"


@_STATEFUL_SETS.rule(
    "k8s-stateful-set-scaled-down",
    Severity.UNSAFE,
    source="https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention",
    before='spec={"replicas": 3, "persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete"}}',
    invalid='spec={"replicas": 2, "persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete"}}',
    valid='spec={"replicas": 2, "persistentVolumeClaimRetentionPolicy": {"whenScaled": "Retain"}}',
)
def _stateful_set_scaled_down(change: ResourceChange) -> Findings:
    """With the policy ``whenScaled: Delete``, the claims of removed replicas are deleted with their volumes."""
    old, new = (inputs.number("spec", "replicas") for inputs in (change.before, change.after))
    policy = change.after.text("spec", "persistentVolumeClaimRetentionPolicy", "whenScaled")
    if old is not None and new is not None and new < old and policy == "Delete":
        yield (
            ("spec", "replicas"),
            (
                f"{new:g} replicas instead of {old:g} delete the PersistentVolumeClaims of the others; set whenScaled "
                "to Retain, or acknowledge the deletion"
            ),
        )


DATA_LOSS_RULES: tuple[ChangeRule, ...] = (
    *(rule for resource in STATEFUL_RESOURCES for rule in (_deletion_rule(resource), _replacement_rule(resource))),
    *_STATEFUL.rules,
    *_AWS_SAFEGUARDS.rules,
    *_KUBERNETES_SAFEGUARDS.rules,
    *_RETENTIONS.rules,
    *_STATEFUL_SETS.rules,
)
"""All rules about data loss."""
