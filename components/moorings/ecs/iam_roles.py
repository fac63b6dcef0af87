"""Execution role and task role: permissions of ECS to start the task, and of the application."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pulumi
import pulumi_aws as aws

from moorings.aws.context import AwsContext
from moorings.aws.iam import policy_document
from moorings.aws.iam_policy_rules import (
    POLICY_ELEMENTS,
    ROLE_INLINE_POLICIES_SIZE,
    check_policy_partition,
    check_policy_size,
)
from moorings.aws.regions import checked_arn
from moorings.ecs import iam_policies
from moorings.ecs.child_names import MAX_POLICY_NAME, MAX_ROLE_NAME, child_name
from moorings.ecs.iam_policies import TaskSecret
from moorings.ecs.role_args import SingletonRoles
from moorings.ecs.volumes import EfsMount
from moorings.kafka.connection import KafkaConnection
from moorings.validation.inputs import as_output
from moorings.validation.reporter import Reporter
from moorings.validation.rules import Violation


class TaskRoles:
    """The two roles of a task. Creates those that do not exist, with their policies."""

    task_role_arn: pulumi.Output[str]

    execution_role_arn: pulumi.Output[str]

    policies: list[pulumi.Resource]
    """Policies that must exist before a task starts."""

    def __init__(
        self,
        name: str,
        reporter: Reporter,
        *,
        context: pulumi.Output[AwsContext],
        log_group_arn: pulumi.Output[str],
        existing: SingletonRoles,
        tags: Mapping[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions,
    ) -> None:
        """Create the roles that do not exist, without policies.

        Args:
            name: prefix of the logical names.
            reporter: reporter of the component.
            context: account and Region of the service.
            log_group_arn: log group of the task.
            existing: existing roles, and the permissions boundary of created ones.
            tags: tags of the roles.
            opts: options of each resource.

        """
        self._name, self._reporter, self._context, self._log_group_arn = name, reporter, context, log_group_arn
        self._opts, self.policies = opts, []
        boundary = checked_arn(reporter, context, "roles.permissions_boundary_arn", existing.permissions_boundary_arn)

        def role(kind: str, arn: pulumi.Input[str] | None) -> aws.iam.Role | None:
            if arn is not None:
                return None
            return aws.iam.Role(
                child_name(name, f"{kind}-role", MAX_ROLE_NAME),
                description=f"{kind.capitalize()} role of {name}",
                assume_role_policy=context.apply(iam_policies.tasks_trust_policy),
                permissions_boundary=boundary,
                tags=tags,
                opts=opts,
            )

        self._execution_role = role("execution", existing.execution_role_arn)
        self._task_role = role("task", existing.task_role_arn)
        check = partial(checked_arn, reporter, context)
        self.execution_role_arn = as_output(
            self._execution_role.arn
            if self._execution_role is not None
            else check("roles.execution_role_arn", existing.execution_role_arn)
        )
        self.task_role_arn = as_output(
            self._task_role.arn if self._task_role is not None else check("roles.task_role_arn", existing.task_role_arn)
        )

    def create_execution_policy(
        self,
        *,
        images: Sequence[pulumi.Input[str]],
        cached_images: Sequence[pulumi.Input[str]],
        secrets: pulumi.Input[list[TaskSecret]],
    ) -> None:
        """Allow ECS to write the logs, pull the images and read the secrets.

        Args:
            images: images of all containers.
            cached_images: those of them that are in a pull through cache of Amazon ECR.
            secrets: secrets that the task definition refers to.

        """
        if self._execution_role is None:
            return
        policy = self._reporter.derive(
            iam_policies.execution_policy,
            context=self._context,
            log_group_arn=self._log_group_arn,
            images=list(images),
            cached_images=list(cached_images),
            secrets=secrets,
        )
        self._create_policy("execution", self._execution_role, policy)

    def create_task_policies(
        self,
        *,
        kafka_connections: Mapping[str, KafkaConnection],
        efs_mounts: Sequence[EfsMount],
        ecs_exec: bool,
        log_ecs_exec: bool,
        task_policy: pulumi.Input[str] | None,
        task_policy_arns: Mapping[str, pulumi.Input[str]],
    ) -> None:
        """Allow the application to use Kafka with IAM and to mount file systems, and attach the given policies.

        Args:
            kafka_connections: connections to all Kafka clusters, by name.
            efs_mounts: file systems.
            ecs_exec: whether ECS Exec is enabled.
            log_ecs_exec: whether ECS Exec writes its sessions to the log group of the task.
            task_policy: policy of the application as JSON.
            task_policy_arns: managed policies by name.

        """
        role = self._task_role
        if role is None:
            return
        self.policies += [
            aws.iam.RolePolicyAttachment(f"{self._name}-{policy}", role=role.name, policy_arn=arn, opts=self._opts)
            for policy, arn in task_policy_arns.items()
        ]
        iam_connections = {name: kafka for name, kafka in kafka_connections.items() if kafka.uses_iam}
        clusters = {name: kafka.cluster_arn for name, kafka in iam_connections.items() if kafka.cluster_arn is not None}
        permissions = {
            name: kafka.permissions for name, kafka in iam_connections.items() if kafka.permissions is not None
        }
        mounts = [[mount.file_system_id, mount.access_point_id, mount.read_only] for mount in efs_mounts]
        if not (clusters or mounts or ecs_exec or task_policy is not None):
            return

        def document(
            context: AwsContext, clusters: dict[str, str], mounts: list[Any], log_group_arn: str, task_policy: list[Any]
        ) -> str:
            statements = [
                *iam_policies.kafka_statements(clusters, permissions),
                *iam_policies.efs_statements(context, [tuple(mount) for mount in mounts]),
                *(iam_policies.ecs_exec_statements(log_group_arn if log_ecs_exec else None) if ecs_exec else []),
                *task_policy,
            ]
            sids = [statement.get("Sid") for statement in statements]
            duplicate = next((sid for sid in sids if sid and sids.count(sid) > 1), None)
            if duplicate:
                problem = f"the component also has a statement with the Sid {duplicate}; rename it"
                raise Violation(POLICY_ELEMENTS, problem, "task_policy")
            document = check_policy_partition(policy_document(statements), context.partition, "task_policy")
            return check_policy_size(document, ROLE_INLINE_POLICIES_SIZE, "task_policy" if task_policy else "kafka")

        policy = self._reporter.derive(
            document,
            context=self._context,
            clusters=clusters,
            mounts=pulumi.Output.from_input(mounts),
            log_group_arn=self._log_group_arn,
            task_policy=self._reporter.derive(iam_policies.task_policy_statements, task_policy=task_policy),
        )
        self._create_policy("task", role, policy)

    def _create_policy(self, kind: str, role: aws.iam.Role, policy: pulumi.Input[str]) -> None:
        self.policies.append(
            aws.iam.RolePolicy(
                child_name(self._name, f"{kind}-policy", MAX_POLICY_NAME), role=role.id, policy=policy, opts=self._opts
            )
        )
