"""IAM policy documents of the execution role and the task role."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from moorings.aws.arns import arn_region, arn_service
from moorings.aws.context import AwsContext
from moorings.aws.iam import policy_document, trust_policy
from moorings.aws.iam_policy_rules import ROLE_INLINE_POLICIES_SIZE, check_policy_size
from moorings.kafka.permissions import KafkaPermissions
from moorings.validation.container_images import ecr_repository_arn
from moorings.validation.inputs import is_list

ECS_EXEC_ACTIONS = [
    f"ssmmessages:{action}"
    for action in ("CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel")
]
"""Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#ecs-exec-required-iam-permissions"""

PULL_ACTIONS = [
    f"ecr:{action}" for action in ("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer")
]
"""Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/ECR_on_ECS.html"""

PULL_THROUGH_CACHE_ACTIONS = ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"]
"""Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html"""


@dataclass(frozen=True)
class TaskSecret:
    """Secret or parameter that ECS reads when it starts a task."""

    arn: str

    kms_key_arn: str | None
    """Customer managed key, None for the AWS managed key."""


def tasks_trust_policy(context: AwsContext) -> str:
    """Return a trust policy that allows tasks of this account and Region to assume the role.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    """
    condition = {
        "ArnLike": {"aws:SourceArn": context.arn("ecs", "*")},
        "StringEquals": {"aws:SourceAccount": context.account},
    }
    return trust_policy("ecs-tasks.amazonaws.com", condition)


def execution_policy(
    context: AwsContext,
    *,
    log_group_arn: str,
    images: Sequence[str],
    secrets: Sequence[TaskSecret],
    cached_images: Sequence[str] = (),
) -> str:
    """Return the policy of the execution role: write logs, pull the images, read the secrets.

    Args:
        context: account and Region of the service.
        log_group_arn: log group of the task.
        images: images of the containers.
        secrets: secrets that the task definition refers to.
        cached_images: images that are in a pull through cache of Amazon ECR.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html

    """
    statements = [_allow("Logs", ["logs:CreateLogStream", "logs:PutLogEvents"], f"{log_group_arn}:*")]
    repositories = _repositories(images, context)
    cached = _repositories(cached_images, context)
    if repositories:
        statements.append(_allow("EcrLogin", ["ecr:GetAuthorizationToken"], "*"))
        actions = PULL_ACTIONS + (PULL_THROUGH_CACHE_ACTIONS if cached == repositories else [])
        statements.append(_allow("Pull", actions, _one_or_all(repositories)))
        if cached and cached != repositories:
            statements.append(_allow("PullThroughCache", PULL_THROUGH_CACHE_ACTIONS, _one_or_all(cached)))
    document = policy_document(
        [*statements, *secret_statements(context, secrets), *parameter_statements(context, secrets)]
    )
    return check_policy_size(document, ROLE_INLINE_POLICIES_SIZE, "secrets")


def _repositories(images: Sequence[str], context: AwsContext) -> list[str]:
    """Return the ARNs of the private repositories of Amazon ECR among images."""
    return sorted({arn for image in images if (arn := ecr_repository_arn(image, context.partition)) is not None})


def _one_or_all(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values


def secret_statements(context: AwsContext, secrets: Sequence[TaskSecret]) -> list[dict[str, Any]]:
    """Return statements that allow reading only these secrets, and decrypting only these with their keys.

    Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
    """
    return _read_statements(context, secrets, "secretsmanager")


def parameter_statements(context: AwsContext, secrets: Sequence[TaskSecret]) -> list[dict[str, Any]]:
    """Return statements that allow reading only the parameters among these, and decrypting only them with their keys.

    Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/services-parameter-store.html
    """
    return _read_statements(context, secrets, "ssm")


_READ: Mapping[str, tuple[str, str, str, str]] = MappingProxyType(
    {
        "secretsmanager": ("Secrets", "secretsmanager:GetSecretValue", "Decrypt", "SecretARN"),
        "ssm": ("Parameters", "ssm:GetParameters", "DecryptParameters", "PARAMETER_ARN"),
    }
)
"""Sid and action that read values, Sid of decryption, and key of the encryption context, by service."""


def _read_statements(context: AwsContext, secrets: Sequence[TaskSecret], service: str) -> list[dict[str, Any]]:
    read, action, decrypt, encryption_context = _READ[service]
    own = [secret for secret in secrets if arn_service(secret.arn) == service]
    arns = sorted({secret.arn for secret in own})
    if not arns:
        return []
    statements = [_allow(read, [action], arns)]
    keys = sorted({secret.kms_key_arn for secret in own if secret.kms_key_arn is not None})
    for number, key in enumerate(keys):
        condition = {
            "StringEquals": {
                "kms:ViaService": f"{service}.{arn_region(key)}.{context.dns_suffix}",
                f"kms:EncryptionContext:{encryption_context}": sorted(
                    {secret.arn for secret in own if secret.kms_key_arn == key}
                ),
            }
        }
        statements.append(_allow(f"{decrypt}{number or ''}", ["kms:Decrypt"], key) | {"Condition": condition})
    return statements


def kafka_statements(
    cluster_arns: Mapping[str, str], permissions: Mapping[str, KafkaPermissions]
) -> list[dict[str, Any]]:
    """Return statements that allow connections with IAM, and the use of topics and consumer groups.

    Args:
        cluster_arns: clusters, by the name of the connection.
        permissions: permissions of the connections that declare some.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/iam-access-control.html

    """
    if not cluster_arns:
        return []
    arns = sorted(set(cluster_arns.values()))
    statements = [_allow("Kafka", ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster"], arns)]
    for name, granted in sorted(permissions.items()):
        suffix = "".join(part.capitalize() for part in name.split("-"))
        statements += granted.iam_statements(cluster_arns[name], suffix)
    return statements


def efs_statements(context: AwsContext, mounts: Sequence[tuple[str, str, bool]]) -> list[dict[str, Any]]:
    """Return statements that allow mounting file systems through their access points.

    Args:
        context: account and Region of the service.
        mounts: file system ID, access point ID and whether it is mounted read-only.

    Source: https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html

    """
    statements: list[dict[str, Any]] = []
    for number, (file_system, access_point, read_only) in enumerate(sorted(mounts)):
        actions = ["elasticfilesystem:ClientMount", *([] if read_only else ["elasticfilesystem:ClientWrite"])]
        access_point_arn = context.arn("elasticfilesystem", f"access-point/{access_point}")
        file_system_arn = context.arn("elasticfilesystem", f"file-system/{file_system}")
        statements.append(
            _allow(f"Mount{number or ''}", actions, file_system_arn)
            | {"Condition": {"StringEquals": {"elasticfilesystem:AccessPointArn": access_point_arn}}}
        )
    return statements


def ecs_exec_statements(log_group_arn: str | None) -> list[dict[str, Any]]:
    """Return statements for ECS Exec.

    Args:
        log_group_arn: log group of the sessions, None if the cluster configures their logs.

    """
    statements = [_allow("EcsExec", ECS_EXEC_ACTIONS, "*")]
    if log_group_arn is not None:
        actions = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        statements.append(_allow("EcsExecLogGroups", ["logs:DescribeLogGroups"], "*"))
        statements.append(_allow("EcsExecLogs", actions, f"{log_group_arn}:*"))
    return statements


def task_policy_statements(task_policy: str | None) -> list[Any]:
    """Return the statements of ``task_policy``, a valid policy."""
    if task_policy is None:
        return []
    statement: Any = json.loads(task_policy)["Statement"]
    return statement if is_list(statement) else [statement]


def _allow(sid: str, actions: Sequence[str], resources: str | Sequence[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resources}
