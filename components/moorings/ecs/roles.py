"""What ECS may do for the task, and what the application may do."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from moorings.iam import policy_document
from moorings.iam import trust as trusted
from moorings.inputs import is_list

SHELL_ACTIONS = [
    f"ssmmessages:{action}"
    for action in ("CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel")
]
"""Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#ecs-exec-required-iam-permissions"""

PULL_ACTIONS = [
    f"ecr:{action}" for action in ("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer")
]
"""Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/ECR_on_ECS.html"""


@dataclass(frozen=True)
class Place:
    """Where the service is."""

    partition: str
    dns_suffix: str
    region: str
    account: str


@dataclass(frozen=True)
class Secret:
    """A secret that is read, and the customer managed key that it has, if any."""

    arn: str
    key: str | None


def trust(place: Place) -> str:
    """Tasks of this account and region take the role, and nobody for another account.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    """
    tasks = f"arn:{place.partition}:ecs:{place.region}:{place.account}:*"
    condition = {"ArnLike": {"aws:SourceArn": tasks}, "StringEquals": {"aws:SourceAccount": place.account}}
    return trusted("ecs-tasks.amazonaws.com", condition)


def execution_policy(place: Place, *, log_group_arn: str, repository: str | None, secrets: Sequence[Secret]) -> str:
    """ECS writes the logs, pulls the image, and reads what is referred to: nothing else.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    """
    statements = [_allow("Logs", ["logs:CreateLogStream", "logs:PutLogEvents"], f"{log_group_arn}:*")]
    if repository is not None:
        statements.append(_allow("EcrLogin", ["ecr:GetAuthorizationToken"], "*"))
        statements.append(_allow("Pull", PULL_ACTIONS, repository))
    return policy_document([*statements, *read_secrets(place, secrets)])


def read_secrets(place: Place, secrets: Sequence[Secret]) -> list[dict[str, Any]]:
    """Exactly these secrets may be read, and their keys used for exactly them.

    Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
    """
    arns = sorted({secret.arn for secret in secrets})
    if not arns:
        return []
    statements = [_allow("Secrets", ["secretsmanager:GetSecretValue"], arns)]
    keys = sorted({secret.key for secret in secrets if secret.key is not None})
    for number, key in enumerate(keys):
        sealed = sorted({secret.arn for secret in secrets if secret.key == key})
        condition = {
            "StringEquals": {
                "kms:ViaService": f"secretsmanager.{place.region}.{place.dns_suffix}",
                "kms:EncryptionContext:SecretARN": sealed,
            }
        }
        sid = f"Decrypt{number or ''}"
        statements.append(_allow(sid, ["kms:Decrypt"], key) | {"Condition": condition})
    return statements


def connect_to_kafka(cluster_arns: Sequence[str]) -> list[dict[str, Any]]:
    """The application connects as its role; topics and groups are its own business.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/iam-access-control.html
    """
    if not cluster_arns:
        return []
    return [_allow("Kafka", ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster"], sorted(cluster_arns))]


def mount_efs(place: Place, mounts: Sequence[tuple[str, str, bool]]) -> list[dict[str, Any]]:
    """File systems are mounted through their access points alone.

    Source: https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
    """
    here = f"arn:{place.partition}:elasticfilesystem:{place.region}:{place.account}"
    statements: list[dict[str, Any]] = []
    for number, (file_system, access_point, read_only) in enumerate(sorted(mounts)):
        actions = ["elasticfilesystem:ClientMount", *([] if read_only else ["elasticfilesystem:ClientWrite"])]
        point = {"StringEquals": {"elasticfilesystem:AccessPointArn": f"{here}:access-point/{access_point}"}}
        allowed = _allow(f"Mount{number or ''}", actions, f"{here}:file-system/{file_system}")
        statements.append(allowed | {"Condition": point})
    return statements


def shell(log_group_arn: str | None) -> list[dict[str, Any]]:
    """The agent of ECS Exec speaks with Systems Manager, and writes down what was typed."""
    statements = [_allow("Shell", SHELL_ACTIONS, "*")]
    if log_group_arn is not None:
        statements.append(_allow("ShellLogGroups", ["logs:DescribeLogGroups"], "*"))
        actions = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        statements.append(_allow("ShellLogs", actions, f"{log_group_arn}:*"))
    return statements


def statements_of(task_policy: str | None) -> list[Any]:
    """The statements that the caller adds.

    Raises:
        ValueError: for a text that is not a policy.

    """
    if task_policy is None:
        return []
    try:
        found: Any = json.loads(task_policy)["Statement"]
    except (ValueError, KeyError, TypeError):
        raise ValueError("task_policy is not an IAM policy: it must be a JSON object with a Statement") from None
    return found if is_list(found) else [found]


def _allow(sid: str, actions: Sequence[str], resources: str | Sequence[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resources}
