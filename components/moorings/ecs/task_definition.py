"""Task definition of a singleton with its roles, log group, KMS keys and secret."""

from functools import partial
from typing import Any

import pulumi
import pulumi_aws as aws

from moorings.aws.context import AwsContext
from moorings.aws.encryption_key import EncryptionKey
from moorings.aws.encryption_key_args import EncryptionKeyArgs
from moorings.aws.regions import checked_arn
from moorings.ecs.environment_rules import registry_secret_of_other_account, secret_of_other_account
from moorings.ecs.iam_policies import TaskSecret
from moorings.ecs.iam_roles import TaskRoles
from moorings.ecs.secrets import render_secret, value_from
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.ecs.task_containers import Container, TaskContainers
from moorings.ecs.transform_rules import TASK_TYPE, transformed_plaintext_secret, transformed_stop_timeout
from moorings.kafka.client_environment import ClientEnvironment
from moorings.overrides.child_guard import ChildGuard
from moorings.validation.inputs import as_output, gather
from moorings.validation.reporter import Reporter
from moorings.validation.resource_changes import Properties


class SingletonTask:
    """Creates a task definition with its containers, roles, log group, keys and secret.

    Old revisions stay registered, so that ECS can roll back to them.
    """

    arn: pulumi.Output[str]
    """ARN of the task definition's revision."""

    roles: TaskRoles
    """Roles of the task, and their policies."""

    log_group_name: pulumi.Output[str]
    """Name of the created or existing log group."""

    secret_arn: pulumi.Output[str] | None
    """ARN of the created secret, None if there are no values to store."""

    def __init__(
        self,
        name: str,
        reporter: Reporter,
        args: FargateSingletonArgs,
        context: pulumi.Output[AwsContext],
        parent: pulumi.Resource,
    ) -> None:
        """Create the task definition.

        Args:
            name: prefix of the logical names.
            reporter: reporter of the component.
            args: arguments of the component.
            context: account and Region of the service.
            parent: the component.

        """
        self._name, self._reporter, self._args, self._context, self._parent = name, reporter, args, context, parent
        self._opts = pulumi.ResourceOptions(parent=parent)
        self._secret_values = args.stored_values | ClientEnvironment(args.kafka, args.kafka_settings).secret
        self._existing_references = list(args.secret_references.values())

        account = context.account
        secret_arns = list(map(list, args.secret_arns_without_key.items()))
        reporter.evaluate(secret_of_other_account, secret_arns=secret_arns, account=account)
        reporter.evaluate(
            registry_secret_of_other_account, secret_arn=args.repository_credentials_secret_arn, account=account
        )
        secret_key_arn, log_key_arn = self._create_keys()
        if log_key_arn is None:
            self.log_group_name = as_output(args.log_group_name)
            self._log_group_arn = gather(context, self.log_group_name).apply(
                lambda known: known[0].arn("logs", f"log-group:{known[1]}")
            )
        else:
            log_group = self._create_log_group(log_key_arn)
            self.log_group_name, self._log_group_arn = log_group.name, log_group.arn
        self.secret_arn = None
        self._created_references: pulumi.Input[dict[str, str]] = {}
        if secret_key_arn is not None:
            self._created_references = self._create_secret(secret_key_arn)
        self.roles = self._create_roles(secret_key_arn)
        self.arn = self._create_task_definition().arn

    @property
    def rotated_secret_arns(self) -> pulumi.Output[list[str]]:
        """ARNs of the secrets of which a new task reads the current version."""
        arns: list[Any] = [
            reference.secret_arn
            for reference in self._existing_references
            if reference.secret_arn is not None and not reference.version_id
        ]
        return pulumi.Output.from_input(arns)

    def _create_keys(self) -> tuple[pulumi.Input[str] | None, pulumi.Input[str] | None]:
        """Return the ARNs of the keys of the secret and of the log group, None for each that is not created.

        If neither is given, one key is created for both.
        """
        args, log_groups = self._args, [f"{self._log_group_prefix}*"]
        check_arn = partial(checked_arn, self._reporter, self._context)
        secret_key_arn = check_arn("kms_key_arn", args.kms_key_arn) if self._secret_values else None
        log_key_arn = check_arn("log_kms_key_arn", args.log_kms_key_arn)
        if self._secret_values and secret_key_arn is None:
            if log_key_arn is None and args.log_group_name is None:
                description = f"Secrets and logs of {self._name}"
                secret_key_arn = log_key_arn = self._create_key("key", description, ["secretsmanager"], log_groups)
            else:
                secret_key_arn = self._create_key("key", f"Secrets of {self._name}", ["secretsmanager"], [])
        if log_key_arn is None and args.log_group_name is None:
            log_key_arn = self._create_key("logs", f"Logs of {self._name}", [], log_groups)
        return secret_key_arn, log_key_arn

    def _create_key(
        self, role: str, description: str, services: list[str], log_groups: list[str]
    ) -> pulumi.Output[str]:
        args = EncryptionKeyArgs(
            description=description,
            services=services,
            log_groups=log_groups,
            protect=self._args.protect,
            tags=self._args.tags,
        )
        return EncryptionKey(f"{self._name}-{role}", args, self._opts).arn

    @property
    def _log_group_prefix(self) -> str:
        return f"/ecs/{self._name}-"

    def _create_log_group(self, key_arn: pulumi.Input[str]) -> aws.cloudwatch.LogGroup:
        return aws.cloudwatch.LogGroup(
            f"{self._name}-log-group",
            name_prefix=self._log_group_prefix,
            kms_key_id=key_arn,
            retention_in_days=self._args.log_retention_days,
            tags=self._args.tags,
            opts=pulumi.ResourceOptions(parent=self._parent, protect=self._args.protect),
        )

    def _create_secret(self, key_arn: pulumi.Input[str]) -> pulumi.Output[dict[str, str]]:
        """Create the secret of the supplied values, and return the reference to each value by variable name."""
        secret = aws.secretsmanager.Secret(
            f"{self._name}-secret",
            name_prefix=f"{self._name}-",
            description=f"Environment of {self._name}",
            kms_key_id=key_arn,
            recovery_window_in_days=self._args.secret_recovery_window_days,
            tags=self._args.tags,
            opts=pulumi.ResourceOptions(parent=self._parent, protect=self._args.protect),
        )
        version = aws.secretsmanager.SecretVersion(
            f"{self._name}-secret",
            secret_id=secret.id,
            secret_string=self._reporter.derive(render_secret, values=pulumi.Output.all(**self._secret_values)),
            # After a rollback, the old revision of the task definition reads the old version of the secret.
            opts=pulumi.ResourceOptions(parent=self._parent, retain_on_delete=True),
        )
        self.secret_arn = secret.arn
        variables = list(self._secret_values)
        return gather(secret.arn, version.version_id).apply(
            lambda known: {name: value_from(known[0], name, version_id=known[1]) for name in variables}
        )

    def _create_roles(self, secret_key_arn: pulumi.Input[str] | None) -> TaskRoles:
        args = self._args
        roles = TaskRoles(
            self._name,
            self._reporter,
            context=self._context,
            log_group_arn=self._log_group_arn,
            existing=args.roles,
            tags=args.tags,
            opts=self._opts,
        )
        secrets: list[Any] = [[reference.arn, reference.kms_key_arn] for reference in self._existing_references]
        if args.repository_credentials_secret_arn is not None:
            secrets.append([args.repository_credentials_secret_arn, args.repository_credentials_kms_key_arn])
        if self.secret_arn is not None:
            secrets.append([self.secret_arn, secret_key_arn])
        containers: list[Container] = [args, *args.sidecars.values()]
        roles.create_execution_policy(
            images=[container.image for container in containers],
            cached_images=[container.image for container in containers if container.pull_through_cache],
            secrets=pulumi.Output.from_input(secrets).apply(lambda known: [TaskSecret(arn, key) for arn, key in known]),
        )
        roles.create_task_policies(
            kafka_connections=args.kafka_connections,
            efs_mounts=list(args.efs_mounts.values()),
            ecs_exec=args.enable_execute_command,
            log_ecs_exec=args.cluster_arn is None,
            task_policy=args.task_policy,
            task_policy_arns=args.task_policy_arns,
        )
        return roles

    def _create_task_definition(self) -> aws.ecs.TaskDefinition:
        args = self._args
        storage = args.ephemeral_storage_gib
        names = args.volume_names
        volumes: list[Any] = [{"name": names[path]} for path in sorted(args.ephemeral_volume_paths)]
        volumes += [mount.volume(names[path]) for path, mount in sorted(args.efs_mounts.items())]
        definitions = TaskContainers(self._name, self._reporter, args).render(
            context=self._context,
            log_group=self.log_group_name,
            created_references=self._created_references,
        )
        guard = self._guard(definitions)
        task_definition = aws.ecs.TaskDefinition(
            f"{self._name}-task",
            family=self._name,
            network_mode="awsvpc",
            requires_compatibilities=["FARGATE"],
            cpu=_text(args.cpu),
            memory=_text(args.memory_mib),
            ephemeral_storage={"size_in_gib": storage} if storage is not None else None,
            runtime_platform={"cpu_architecture": args.cpu_architecture, "operating_system_family": "LINUX"},
            execution_role_arn=self.roles.execution_role_arn,
            task_role_arn=self.roles.task_role_arn,
            container_definitions=definitions,
            volumes=volumes,
            skip_destroy=True,
            tags=args.tags,
            opts=guard.options(self._reporter.gate(self._opts)),
        )
        guard.check_preview(task_definition, "container_definitions")
        return task_definition

    def _guard(self, definitions: pulumi.Input[str]) -> ChildGuard:
        """Return the rules of the task definition after transforms."""
        guard = ChildGuard(self._parent, self._reporter, f"{self._name}-task", TASK_TYPE)
        guard.expect(
            transformed_stop_timeout, name=self._name, stop_timeout_seconds=self._args.stop_timeout_seconds
        ).expect(transformed_plaintext_secret, rendered=definitions, marked=[])
        for variable in guard.late_variables:
            empty = {"final": Properties(), "rendered": "[]"}
            self._reporter.evaluate(transformed_plaintext_secret, **empty, marked=[variable])
        return guard


def _text(number: pulumi.Input[int]) -> pulumi.Input[str]:
    return str(number) if isinstance(number, int) else as_output(number).apply(str)
