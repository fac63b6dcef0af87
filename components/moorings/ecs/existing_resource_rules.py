"""Rules of existing roles, log groups, security groups and capacity providers."""

from collections.abc import Mapping

from moorings.ecs.role_args import SingletonRoles
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.kafka.connection import KafkaConnection
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

EXISTING_RESOURCE_RULES = RuleSet(FargateSingletonArgs)

DEFAULT_LOG_RETENTION_DAYS = 365

MAX_SECURITY_GROUPS = 5
"""Security groups of a task, including the one that the component creates.

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html
"""

_ROLES = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html"
_ROLE = "roles=SingletonRoles(task_role_arn='arn:aws:iam::123456789012:role/orders')"
_POLICY = "task_policy_arns={'metrics': 'arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy'}"
_IAM = (
    "kafka=KafkaConnection(listener='iam', bootstrap_servers='b-1.example.com:9098', cluster_arn=CLUSTER_ARN, "
    "security_group_id='sg-0b92d7f4a1e63c508', permissions=KafkaPermissions(read_topics=['orders'], "
    "consumer_groups=['billing']))"
)


@EXISTING_RESOURCE_RULES.rule(
    "ecs-existing-role-policy",
    Severity.UNSAFE,
    source=_ROLES,
    invalid=f"{_ROLE}, {_POLICY}",
    valid=_POLICY,
)
def _role_policy(roles: SingletonRoles, given_arguments: frozenset[str]) -> Findings:
    """The component does not change existing roles, so that the application does not get these permissions."""
    if roles.task_role_arn is None:
        return
    for argument in ("task_policy", "task_policy_arns"):
        if argument in given_arguments:
            yield argument, "is not attached to the existing task role; attach it to the role, and remove it here"


@EXISTING_RESOURCE_RULES.rule(
    "ecs-existing-role-permissions",
    Severity.WARNING,
    source=_ROLES,
    invalid=f"{_ROLE}, {_IAM}",
    valid=_IAM,
)
def _role_permissions(
    roles: SingletonRoles,
    kafka_connections: Mapping[str, KafkaConnection],
    given_arguments: frozenset[str],
    enable_execute_command: bool,
) -> Findings:
    """The component does not change existing roles. Without the permissions, the application or its mounts fail."""
    if roles.task_role_arn is None:
        return
    needed = {
        "connections to Kafka with IAM": any(kafka.listener == "iam" for kafka in kafka_connections.values()),
        "efs_mounts": "efs_mounts" in given_arguments,
        "ECS Exec": enable_execute_command,
    }
    uses = " and ".join(use for use, is_needed in needed.items() if is_needed)
    if uses:
        yield (
            ("roles", "task_role_arn"),
            f"the existing role must allow {uses}; check its policies, or let the component create the role",
        )


@EXISTING_RESOURCE_RULES.rule(
    "ecs-existing-log-group",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    invalid="log_group_name='/ecs/orders', log_kms_key_arn=KEY_ARN",
    valid="log_kms_key_arn=KEY_ARN",
)
def _log_group(given_arguments: frozenset[str], log_retention_days: int) -> Findings:
    """The component does not change an existing log group, which has a key and a retention period of its own."""
    if "log_group_name" not in given_arguments:
        return
    if "log_kms_key_arn" in given_arguments:
        yield "log_kms_key_arn", "has no effect with log_group_name; remove one of them"
    if log_retention_days != DEFAULT_LOG_RETENTION_DAYS:
        yield "log_retention_days", "has no effect with log_group_name; remove one of them"


@EXISTING_RESOURCE_RULES.rule(
    "ecs-security-groups",
    Severity.UNVERIFIED,
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html",
    invalid="security_group_ids=[f'sg-0000000{number}' for number in range(5)]",
    valid="security_group_ids=[f'sg-0000000{number}' for number in range(4)]",
    checked="2026-11-22",
)
def _security_groups(security_group_ids: list[str]) -> Findings:
    """ECS rejects services with more security groups than it supports."""
    if len(security_group_ids) >= MAX_SECURITY_GROUPS:
        yield (
            f"ECS supports {MAX_SECURITY_GROUPS} groups with the one that the component creates, got "
            f"{len(security_group_ids) + 1}; combine their rules"
        )


@EXISTING_RESOURCE_RULES.rule(
    "ecs-fargate-spot",
    Severity.UNSAFE,
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html",
    invalid="capacity_provider='FARGATE_SPOT'",
    valid="capacity_provider='FARGATE'",
)
def _spot(capacity_provider: str | None) -> Findings:
    """Fargate Spot stops the only task two minutes after a warning, and starts it again when there is capacity."""
    if capacity_provider == "FARGATE_SPOT":
        yield "interruptions cause downtime, which may last until there is Spot capacity again; use FARGATE"
