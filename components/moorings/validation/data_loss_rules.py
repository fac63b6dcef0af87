"""Rules about changes that lose data: deletions, replacements, removed protection and shorter retention.

They apply to all resources of a program, in components and elsewhere. ``pulumi destroy`` runs no program and none of
these rules; only the resource option ``protect`` prevents it.
"""

from collections.abc import Callable, Iterator

from moorings.validation.change_rules import ChangeRule, ChangeRules
from moorings.validation.findings import Severity
from moorings.validation.resource_changes import Operation, ResourceChange
from moorings.validation.rules import Findings
from moorings.validation.safeguards import RETENTIONS, SAFEGUARDS, Retention, Safeguard
from moorings.validation.stateful_resources import STATEFUL_RESOURCES, STATEFUL_TYPES, StatefulResource

_RETAIN_SOURCE = "https://www.pulumi.com/docs/iac/concepts/resources/options/retainondelete/"
_PROTECT_SOURCE = "https://www.pulumi.com/docs/iac/concepts/resources/options/protect/"


def _deletion_rule(resource: StatefulResource) -> ChangeRule:
    def problem(_change: ResourceChange) -> str:
        return (
            f"deletes {resource.name}, and {resource.loss}; keep it in the program, deploy retain_on_delete=True "
            "first, or acknowledge the deletion"
        )

    rationale = f"If {resource.name} is deleted, {resource.loss}."
    return _data_loss_rule(resource, "delete", "deleted", rationale, problem)


def _replacement_rule(resource: StatefulResource) -> ChangeRule:
    def problem(change: ResourceChange) -> str:
        reasons = " and ".join(change.reasons) or "an unknown property"
        return (
            f"a change of {reasons} replaces {resource.name}, and {resource.loss}; undo the change, deploy "
            "retain_on_delete=True first, or acknowledge the replacement"
        )

    rationale = f"A replacement creates an empty resource and deletes the old one: {resource.loss}."
    return _data_loss_rule(resource, "replace", "replaced", rationale, problem)


def _data_loss_rule(
    resource: StatefulResource,
    operation: Operation,
    suffix: str,
    rationale: str,
    problem: Callable[[ResourceChange], str],
) -> ChangeRule:
    def check(change: ResourceChange) -> Findings:
        if not change.was_retained and resource.loses_data(change):
            yield problem(change)

    check.__doc__ = rationale
    return ChangeRules(*resource.types).rule(
        f"{resource.rule_prefix}-{suffix}",
        Severity.UNSAFE,
        operation,
        source=resource.source,
        invalid=resource.example,
        valid=resource.harmless_example,
    )(check)


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
    """Without the resource option ``retain_on_delete``, a resource is deleted when the program no longer has it."""
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
            yield (
                retention.path,
                f"{new} instead of {old} deletes older data; copy the data that is still required first",
            )


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
