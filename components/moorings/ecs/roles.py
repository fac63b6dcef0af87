"""What ECS may do for the task, and what the application may do."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from moorings.aws.arns import arn_region
from moorings.aws.context import AwsContext
from moorings.aws.iam import policy_document
from moorings.aws.iam import trust as trusted
from moorings.validation.container_images import ecr_repository_arn
from moorings.validation.inputs import is_list

SHELL_ACTIONS = [
    f"ssmmessages:{action}"
    for action in ("CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel")
]
"""Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#ecs-exec-required-iam-permissions"""

PULL_ACTIONS = [
    f"ecr:{action}" for action in ("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer")
]
"""Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/ECR_on_ECS.html"""


CACHE_ACTIONS = ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"]
"""Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html"""


@dataclass(frozen=True)
class Secret:
    """A secret that is read, and the customer managed key that it has, if any."""

    arn: str
    key: str | None


def trust(place: AwsContext) -> str:
    """Tasks of this account and region take the role, and nobody for another account.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    """
    tasks = f"arn:{place.partition}:ecs:{place.region}:{place.account}:*"
    condition = {"ArnLike": {"aws:SourceArn": tasks}, "StringEquals": {"aws:SourceAccount": place.account}}
    return trusted("ecs-tasks.amazonaws.com", condition)


def execution_policy(
    place: AwsContext,
    *,
    log_group_arn: str,
    image: str,
    secrets: Sequence[Secret],
    through_cache: bool = False,
    registry: str | None = None,
) -> str:
    """ECS writes the logs, pulls the image, and reads what is referred to: nothing else.

    Args:
        place: where the service is.
        log_group_arn: where it writes.
        image: the image.
        secrets: what it reads.
        through_cache: whether ECR itself gets the image from another registry.
        registry: the one of the secrets that opens the image's registry, if any.

    Raises:
        ValueError: for an image that no cache of ECR holds, and for secrets that ECS could not read.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    """
    statements = [_allow("Logs", ["logs:CreateLogStream", "logs:PutLogEvents"], f"{log_group_arn}:*")]
    repository = ecr_repository_arn(image, place.partition)
    if through_cache and repository is None:
        raise ValueError(
            f"pull_through_cache is on, and {image} is of no registry of ECR; name it as ECR does, such as "
            f"{place.account}.dkr.ecr.{place.region}.amazonaws.com/docker-hub/library/redis:7"
        )
    if registry is not None and account_of(registry) != place.account:
        raise ValueError(
            f"repository_credentials_secret_arn: the secret belongs to account {account_of(registry)}, but ECS needs "
            f"registry credentials in the account of the service; copy the secret to {place.account}"
        )
    if repository is not None:
        statements.append(_allow("EcrLogin", ["ecr:GetAuthorizationToken"], "*"))
        statements.append(_allow("Pull", PULL_ACTIONS + (CACHE_ACTIONS if through_cache else []), repository))
    return policy_document([*statements, *read_secrets(place, secrets)])


def read_secrets(place: AwsContext, secrets: Sequence[Secret]) -> list[dict[str, Any]]:
    """Exactly these secrets may be read, and their keys used for exactly them. ECS reads those of other Regions too.

    Raises:
        ValueError: for a secret that its key does not open.

    Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
    """
    arns = sorted({secret.arn for secret in secrets})
    if not arns:
        return []
    for secret in secrets:
        _opened(secret, place.account)
    statements = [_allow("Secrets", ["secretsmanager:GetSecretValue"], arns)]
    keys = sorted({secret.key for secret in secrets if secret.key is not None})
    for number, key in enumerate(keys):
        sealed = sorted({secret.arn for secret in secrets if secret.key == key})
        condition = {
            "StringEquals": {
                "kms:ViaService": f"secretsmanager.{arn_region(key)}.{place.dns_suffix}",
                "kms:EncryptionContext:SecretARN": sealed,
            }
        }
        sid = f"Decrypt{number or ''}"
        statements.append(_allow(sid, ["kms:Decrypt"], key) | {"Condition": condition})
    return statements


def _opened(secret: Secret, account: str) -> None:
    name = secret.arn.rpartition(":")[2]
    if secret.key is None and account_of(secret.arn) != account:
        raise ValueError(
            f"the secret {name} is of the account {account_of(secret.arn)}, and AWS's own key opens it for no other; "
            "give it a customer managed key, and name that in kms_key_arn"
        )
    if secret.key is not None and arn_region(secret.key) != arn_region(secret.arn):
        raise ValueError(
            f"the secret {name} is of {arn_region(secret.arn)}, and its kms_key_arn {secret.key} of "
            f"{arn_region(secret.key)}; name the key that it has in {arn_region(secret.arn)}"
        )


def account_of(arn: str) -> str:
    """The account that an ARN names."""
    return arn.split(":")[4]


def connect_to_kafka(cluster_arns: Sequence[str]) -> list[dict[str, Any]]:
    """The application connects as its role; topics and groups are its own business.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/iam-access-control.html
    """
    if not cluster_arns:
        return []
    return [_allow("Kafka", ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster"], sorted(cluster_arns))]


def mount_efs(place: AwsContext, mounts: Sequence[tuple[str, str, bool]]) -> list[dict[str, Any]]:
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
        ValueError: for a text that is not a policy, and for a statement that IAM would not take.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    """
    if task_policy is None:
        return []
    try:
        found: Any = json.loads(task_policy)["Statement"]
    except (ValueError, KeyError, TypeError):
        raise ValueError("task_policy is not an IAM policy: it must be a JSON object with a Statement") from None
    statements = found if is_list(found) else [found]
    if not statements:
        raise ValueError("task_policy has no statements, which IAM refuses; leave it out")
    for number, each in enumerate(statements):
        if not _allows_or_denies(each):
            raise ValueError(
                f"Statement[{number}] of task_policy is none that IAM takes for a role: it must be an object with "
                "Effect (Allow or Deny), Action or NotAction, and Resource or NotResource"
            )
    return statements


def _allows_or_denies(statement: Any) -> bool:
    match statement:
        case {"Effect": "Allow" | "Deny", **rest}:
            check_choice = ({"Action", "NotAction"}, {"Resource", "NotResource"})
            return all(len(each & rest.keys()) == 1 for each in check_choice)
        case _:
            return False


def _allow(sid: str, actions: Sequence[str], resources: str | Sequence[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resources}
