"""Resources that hold data, by type: what is lost when one is deleted, and when nothing is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from moorings.validation.resource_changes import Properties, ResourceChange


def _always(_: ResourceChange) -> bool:
    return True


def _unless_skipped(change: ResourceChange) -> bool:
    return change.before.at("skipDestroy") is not True


def _if_secure(change: ResourceChange) -> bool:
    return change.before.text("type") == "SecureString"


def _if_not_in_program(change: ResourceChange) -> bool:
    """A replacement with data from the program loses nothing. Other Secrets are filled in the cluster."""
    return change.operation == "delete" or not has_data(change.after)


def _if_reclaimed(change: ResourceChange) -> bool:
    return change.before.text("spec", "persistentVolumeReclaimPolicy") == "Delete"


def _if_claims_are_deleted(change: ResourceChange) -> bool:
    return has_claims(change.before) and change.before.text(*WHEN_DELETED) == "Delete"


def has_data(secret: Properties) -> bool:
    """Whether the program supplies the data of a Kubernetes Secret."""
    return not (secret.is_missing("data") and secret.is_missing("stringData"))


def has_claims(stateful_set: Properties) -> bool:
    """Whether a StatefulSet creates a PersistentVolumeClaim for each pod."""
    return stateful_set.items("spec", "volumeClaimTemplates") != []


WHEN_DELETED = ("spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted")
"""What happens to the claims of a StatefulSet that is deleted. Defaults to ``Retain``."""


@dataclass(frozen=True)
class StatefulResource:
    """A kind of resource that holds data."""

    rule_prefix: str
    """Beginning of the IDs of its rules."""

    name: str
    loss: str
    """What happens when the resource is deleted, after its name."""

    source: str
    types: tuple[str, ...]
    """Type tokens in Pulumi."""

    example: str = ""
    """Inputs of a resource that loses data."""

    harmless_example: str = "retain_on_delete=True"
    """Inputs or options of a resource that loses nothing."""

    loses_data: Callable[[ResourceChange], bool] = _always
    """Whether the deletion or replacement loses data; ``retain_on_delete`` is considered elsewhere."""


def _aws(*names: str) -> tuple[str, ...]:
    """Return type tokens: ``aws:kms/key:Key`` for ``kms/key``."""
    return tuple(f"aws:{name}:{name.partition('/')[2][0].upper()}{name.partition('/')[2][1:]}" for name in names)


def _kubernetes(kind: str) -> tuple[str, ...]:
    return (f"kubernetes:{kind}",)


STATEFUL_RESOURCES = (
    StatefulResource(
        "msk-cluster",
        "the cluster",
        "all its topics are lost",
        "https://docs.aws.amazon.com/msk/latest/developerguide/msk-delete-cluster.html",
        _aws("msk/cluster", "msk/serverlessCluster"),
    ),
    StatefulResource(
        "kafka-topic",
        "the topic",
        "its records are lost",
        "https://docs.aws.amazon.com/msk/latest/developerguide/msk-topic-operations-information.html",
        (*_aws("msk/topic"), "kafka:index/topic:Topic"),
    ),
    StatefulResource(
        "aws-kms-key",
        "the KMS key",
        "everything that it encrypts becomes unreadable after the waiting period",
        "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
        _aws("kms/key", "kms/replicaKey", "kms/externalKey", "kms/replicaExternalKey"),
    ),
    StatefulResource(
        "aws-secret",
        "the secret",
        "its values are lost after the recovery window",
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html",
        _aws("secretsmanager/secret"),
    ),
    StatefulResource(
        "aws-secure-parameter",
        "the parameter",
        "its value is lost",
        "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html",
        _aws("ssm/parameter"),
        example='type="SecureString"',
        harmless_example='type="String"',
        loses_data=_if_secure,
    ),
    StatefulResource(
        "aws-log-group",
        "the log group",
        "its log events are lost",
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html",
        _aws("cloudwatch/logGroup"),
        harmless_example="skipDestroy=True",
        loses_data=_unless_skipped,
    ),
    StatefulResource(
        "aws-bucket",
        "the bucket",
        "its objects are lost",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html",
        _aws("s3/bucket", "s3/bucketV2", "s3/directoryBucket", "s3tables/tableBucket"),
    ),
    StatefulResource(
        "aws-file-system",
        "the file system",
        "its files are lost",
        "https://docs.aws.amazon.com/efs/latest/ug/delete-efs-fs.html",
        _aws(
            "efs/fileSystem",
            "fsx/lustreFileSystem",
            "fsx/ontapFileSystem",
            "fsx/ontapVolume",
            "fsx/openZfsFileSystem",
            "fsx/openZfsVolume",
            "fsx/windowsFileSystem",
        ),
    ),
    StatefulResource(
        "aws-volume",
        "the volume",
        "its data is lost",
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVolume.html",
        _aws("ebs/volume"),
    ),
    StatefulResource(
        "aws-database",
        "the database",
        "its data is lost, except for snapshots",
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
        _aws(
            "rds/instance",
            "rds/cluster",
            "docdb/cluster",
            "docdb/elasticCluster",
            "dsql/cluster",
            "dynamodb/table",
            "keyspaces/table",
            "memorydb/cluster",
            "neptune/cluster",
            "neptunegraph/graph",
            "opensearch/domain",
            "redshift/cluster",
            "redshiftserverless/namespace",
            "timestreamwrite/database",
            "timestreamwrite/table",
        ),
    ),
    StatefulResource(
        "aws-backup",
        "the backup",
        "its data cannot be restored",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DeleteBackupVault.html",
        _aws("backup/vault", "backup/logicallyAirGappedVault", "ebs/snapshot", "rds/snapshot", "rds/clusterSnapshot"),
    ),
    StatefulResource(
        "aws-stream",
        "the stream",
        "its records are lost",
        "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeleteStream.html",
        _aws("kinesis/stream"),
    ),
    StatefulResource(
        "aws-queue",
        "the queue",
        "its messages are lost",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html",
        _aws("sqs/queue"),
    ),
    StatefulResource(
        "aws-image-repository",
        "the repository",
        "its container images are lost",
        "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html",
        _aws("ecr/repository"),
    ),
    StatefulResource(
        "aws-schema-registry",
        "the schema registry or schema",
        "consumers can no longer decode the records that use it",
        "https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteSchema.html",
        _aws("glue/registry", "glue/schema"),
    ),
    StatefulResource(
        "aws-user-pool",
        "the user pool",
        "its users are lost",
        "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPool.html",
        _aws("cognito/userPool"),
    ),
    StatefulResource(
        "aws-certificate-authority",
        "the certificate authority",
        "it can neither issue nor revoke certificates, nor be restored after the restoration period",
        "https://docs.aws.amazon.com/privateca/latest/APIReference/API_DeleteCertificateAuthority.html",
        _aws("acmpca/certificateAuthority"),
    ),
    StatefulResource(
        "k8s-secret",
        "the Secret",
        "its data is lost",
        "https://kubernetes.io/docs/concepts/configuration/secret/",
        _kubernetes("core/v1:Secret"),
        example='type="kubernetes.io/service-account-token"',
        loses_data=_if_not_in_program,
    ),
    StatefulResource(
        "k8s-namespace",
        "the Namespace",
        "everything in it is deleted",
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
        _kubernetes("core/v1:Namespace"),
    ),
    StatefulResource(
        "k8s-volume-claim",
        "the PersistentVolumeClaim",
        "its volume is deleted unless the reclaim policy is Retain",
        "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming",
        _kubernetes("core/v1:PersistentVolumeClaim"),
    ),
    StatefulResource(
        "k8s-volume",
        "the PersistentVolume",
        "its storage is deleted",
        "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming",
        _kubernetes("core/v1:PersistentVolume"),
        example='spec={"persistentVolumeReclaimPolicy": "Delete"}',
        harmless_example='spec={"persistentVolumeReclaimPolicy": "Retain"}',
        loses_data=_if_reclaimed,
    ),
    StatefulResource(
        "k8s-stateful-set",
        "the StatefulSet",
        "its PersistentVolumeClaims are deleted with it",
        "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention",
        _kubernetes("apps/v1:StatefulSet"),
        example=(
            'spec={"volumeClaimTemplates": [{}], "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"}}'
        ),
        harmless_example='spec={"volumeClaimTemplates": [{}]}',
        loses_data=_if_claims_are_deleted,
    ),
    StatefulResource(
        "k8s-crd",
        "the CustomResourceDefinition",
        "all its objects in the cluster are deleted",
        "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/",
        _kubernetes("apiextensions.k8s.io/v1:CustomResourceDefinition"),
    ),
)
"""Checked on 2026-11-21."""

STATEFUL_TYPES: Mapping[str, StatefulResource] = MappingProxyType(
    {token: resource for resource in STATEFUL_RESOURCES for token in resource.types}
)
"""Kind of resource by type token."""
