"""The task of a singleton: its logs, secrets, roles, and the definition that names them."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pulumi
import pulumi_aws as aws

from moorings.aws.context import AwsContext
from moorings.aws.encryption_key import EncryptionKey, EncryptionKeyArgs
from moorings.aws.iam import policy_document
from moorings.aws.regions import checked_arn
from moorings.ecs import container_definition as container
from moorings.ecs import roles
from moorings.ecs.fargate_sizes import task_size
from moorings.ecs.roles import Secret
from moorings.ecs.secrets import EcsSecretReference, kafka_password_reference, secret_string, value_from
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.ecs.volumes import volume_name
from moorings.kafka.client_environment import ClientEnvironment
from moorings.validation.inputs import check_together, is_late
from moorings.validation.plaintext import check_plaintext, find_secret_in_command
from moorings.validation.uniqueness import check_unique

_USE_SECRETS = "use secret_environment or secrets"

PORT_NAME = "app"
"""What the application's port is called, for Service Connect."""


class SingletonTask:
    """The definition of a task with one container, and what it needs.

    Each revision stays registered, so that a service may go back to an earlier one.
    """

    arn: pulumi.Output[str]
    """ARN of the revision."""

    execution_role_arn: pulumi.Output[str]
    task_role_arn: pulumi.Output[str]
    log_group_name: pulumi.Output[str]
    secret_arn: pulumi.Output[str] | None
    """The component's own secret, None where there is nothing to keep in one."""

    ready: list[pulumi.Resource]
    """What has to be there before a task starts."""

    def __init__(
        self,
        name: str,
        where: str,
        args: FargateSingletonArgs,
        place: pulumi.Output[AwsContext],
        parent: pulumi.Resource,
    ) -> None:
        """Make the task.

        Args:
            name: logical name that the children's names begin with.
            where: the component, as messages name it.
            args: settings of the singleton.
            place: where the service is.
            parent: the component.

        """
        self._name, self._where, self._args, self._place, self._parent = name, where, args, place, parent
        self._child = pulumi.ResourceOptions(parent=parent)
        self._held = pulumi.ResourceOptions(parent=parent, protect=args.protect)
        self._kafka = ClientEnvironment(args.kafka, args.kafka_settings)
        self._composed = args.secret_environment | self._kafka.secret
        self._references = args.secrets | kafka_password_reference(args.kafka, args.kafka_settings)

        secret_key, log_key = self._keys()
        self._log_group = self._logs(log_key)
        self.log_group_name = self._log_group.name
        self.secret_arn = None
        self._own: pulumi.Input[dict[str, str]] = {}
        if secret_key is not None:
            self._own = self._own_secret(secret_key)
        self._read = self._what_is_read(secret_key)
        self._trust = place.apply(roles.trust)
        execution, task = self._role("execution"), self._role("task")
        self.execution_role_arn, self.task_role_arn = execution.arn, task.arn
        self.ready = [self._execution_policy(execution), *self._task_policies(task)]
        self.arn = self._definition().arn

    def _key(self, role: str, description: str, services: list[str], log_groups: list[str]) -> pulumi.Output[str]:
        args = EncryptionKeyArgs(
            description=description,
            services=services,
            log_groups=log_groups,
            protect=self._args.protect,
            tags=self._args.tags,
        )
        return EncryptionKey(f"{self._name}-{role}", args, self._child).arn

    def _keys(self) -> tuple[pulumi.Input[str] | None, pulumi.Input[str]]:
        """The key of the own secret, if there is one, and that of the logs: one key where both are made."""
        args = self._args
        here = partial(checked_arn, self._where, self._place)
        secret_key = here("kms_key_arn", args.kms_key_arn) if self._composed else None
        log_key = here("log_kms_key_arn", args.log_kms_key_arn)
        groups = [f"{self._log_group_prefix}*"]
        if self._composed and secret_key is None:
            description = f"Secrets and logs of {self._name}" if log_key is None else f"Secrets of {self._name}"
            secret_key = self._key("key", description, ["secretsmanager"], [] if log_key is not None else groups)
            log_key = log_key if log_key is not None else secret_key
        if log_key is None:
            log_key = self._key("logs", f"Logs of {self._name}", [], groups)
        return secret_key, log_key

    @property
    def _log_group_prefix(self) -> str:
        return f"/ecs/{self._name}-"

    def _logs(self, key: pulumi.Input[str]) -> aws.cloudwatch.LogGroup:
        return aws.cloudwatch.LogGroup(
            f"{self._name}-log-group",
            name_prefix=self._log_group_prefix,
            kms_key_id=key,
            retention_in_days=self._args.log_retention_days,
            tags=self._args.tags,
            opts=self._held,
        )

    def _own_secret(self, key: pulumi.Input[str]) -> pulumi.Output[dict[str, str]]:
        """Keep what is composed, and tell for each variable where this version of it lies."""
        secret = aws.secretsmanager.Secret(
            f"{self._name}-secret",
            name_prefix=f"{self._name}-",
            description=f"Environment of {self._name}",
            kms_key_id=key,
            recovery_window_in_days=self._args.secret_recovery_window_days,
            tags=self._args.tags,
            opts=self._held,
        )
        version = aws.secretsmanager.SecretVersion(
            f"{self._name}-secret",
            secret_id=secret.id,
            secret_string=check_together(self._where, secret_string, values=pulumi.Output.all(**self._composed)),
            # A service that is rolled back reads the version before.
            opts=pulumi.ResourceOptions(parent=self._parent, retain_on_delete=True),
        )
        self.secret_arn = secret.arn
        names = list(self._composed)
        return pulumi.Output.all(secret.arn, version.version_id).apply(
            lambda known: {name: value_from(known[0], name, version_id=known[1]) for name in names}
        )

    def _what_is_read(self, own_secret_key: pulumi.Input[str] | None) -> pulumi.Output[list[Secret]]:
        args = self._args
        found: list[Any] = [[each.secret_arn, each.kms_key_arn] for each in self._references.values()]
        if args.repository_credentials_secret_arn is not None:
            found.append([args.repository_credentials_secret_arn, args.repository_credentials_kms_key_arn])
        if self.secret_arn is not None:
            found.append([self.secret_arn, own_secret_key])
        return pulumi.Output.from_input(found).apply(lambda known: [Secret(arn, key) for arn, key in known])

    @property
    def floating_secret_arns(self) -> pulumi.Output[list[str]]:
        """The secrets that are read in whatever version is current."""
        arns: list[Any] = [each.secret_arn for each in self._references.values() if each.version_id is None]
        return pulumi.Output.from_input(arns)

    def _role(self, kind: str) -> aws.iam.Role:
        return aws.iam.Role(
            f"{self._name}-{kind}-role",
            description=f"{kind.capitalize()} role of {self._name}",
            assume_role_policy=self._trust,
            tags=self._args.tags,
            opts=self._child,
        )

    def _execution_policy(self, role: aws.iam.Role) -> pulumi.Resource:
        args = self._args
        policy = check_together(
            self._where,
            partial(roles.execution_policy, through_cache=args.pull_through_cache),
            place=self._place,
            log_group_arn=self._log_group.arn,
            image=args.image,
            secrets=self._read,
            registry=args.repository_credentials_secret_arn,
        )
        return aws.iam.RolePolicy(f"{self._name}-execution-policy", role=role.id, policy=policy, opts=self._child)

    def _task_policies(self, role: aws.iam.Role) -> list[pulumi.Resource]:
        args = self._args
        made: list[pulumi.Resource] = [
            aws.iam.RolePolicyAttachment(f"{self._name}-{each}", role=role.name, policy_arn=arn, opts=self._child)
            for each, arn in args.task_policy_arns.items()
        ]
        clusters = [
            each.cluster_arn for each in args.kafka_connections.values() if each.listener == "iam" and each.cluster_arn
        ]
        mounts = [[each.file_system_id, each.access_point_id, each.read_only] for each in args.efs_mounts.values()]
        if not (clusters or mounts or args.enable_execute_command or args.task_policy is not None):
            return made

        def document(place: AwsContext, clusters: list[str], mounts: list[Any], log_group: str, own: list[Any]) -> str:
            statements = [*roles.connect_to_kafka(clusters), *roles.mount_efs(place, [tuple(each) for each in mounts])]
            if args.enable_execute_command:
                statements += roles.shell(log_group if args.cluster_arn is None else None)
            statements += own
            check_unique([each.get("Sid") for each in statements], "each Sid of task_policy and of what the task needs")
            return policy_document(statements)

        found = check_together(
            self._where,
            document,
            place=self._place,
            clusters=pulumi.Output.from_input(clusters),
            mounts=pulumi.Output.from_input(mounts),
            log_group=self._log_group.arn,
            own=check_together(self._where, roles.statements_of, task_policy=args.task_policy),
        )
        made.append(aws.iam.RolePolicy(f"{self._name}-task-policy", role=role.id, policy=found, opts=self._child))
        return made

    def _definition(self) -> aws.ecs.TaskDefinition:
        args = self._args
        size = check_together(
            self._where,
            task_size,
            cpu=args.cpu,
            memory_mib=args.memory_mib,
            writable_mib=sum(args.tmpfs_mounts.values()),
            service_connect=args.service_connect is not None,
        )
        cpu, memory = size if isinstance(size, tuple) else _both(size)
        storage = args.ephemeral_storage_gib
        return aws.ecs.TaskDefinition(
            f"{self._name}-task",
            family=self._name,
            network_mode="awsvpc",
            requires_compatibilities=["FARGATE"],
            cpu=cpu,
            memory=memory,
            ephemeral_storage={"size_in_gib": storage} if storage is not None else None,
            runtime_platform={"cpu_architecture": args.cpu_architecture, "operating_system_family": "LINUX"},
            execution_role_arn=self.execution_role_arn,
            task_role_arn=self.task_role_arn,
            container_definitions=self._container(),
            volumes=self._volumes(),
            skip_destroy=True,
            tags=args.tags,
            opts=self._child,
        )

    def _volumes(self) -> list[Any]:
        args = self._args
        volumes: list[Any] = [{"name": volume_name(path)} for path in sorted(args.ephemeral_volume_paths)]
        for path, mount in sorted(args.efs_mounts.items()):
            efs = {
                "file_system_id": mount.file_system_id,
                "transit_encryption": "ENABLED",
                "authorization_config": {"access_point_id": mount.access_point_id, "iam": "ENABLED"},
            }
            volumes.append({"name": volume_name(path), "efs_volume_configuration": efs})
        return volumes

    def _container(self) -> pulumi.Input[str]:
        args = self._args
        return check_together(
            self._where,
            self._render,
            place=self._place,
            log_group=self._log_group.name,
            image=args.image,
            user=args.user,
            kafka=_resolved(self._kafka.plain),
            command=self._checked_command("command", args.command),
            entry_point=self._checked_command("entry_point", args.entry_point),
            environment=self._checked_environment(),
            references=self._referred(),
            own=self._own,
            registry=args.repository_credentials_secret_arn,
        )

    def _checked_environment(self) -> pulumi.Input[dict[str, str]]:
        return _resolved(
            {
                name: check_plaintext(self._where, f"environment.{name}", value, fix=_USE_SECRETS)
                for name, value in self._args.environment.items()
            }
        )

    def _checked_command(self, argument: str, words: Any) -> Any:
        if words is None:
            return None
        return check_plaintext(self._where, argument, words, fix=_USE_SECRETS, find=find_secret_in_command)

    def _referred(self) -> pulumi.Input[dict[str, str]]:
        """Where the values lie that are referred to."""
        return _resolved({name: self._reference(name, each) for name, each in self._references.items()})

    def _reference(self, name: str, reference: EcsSecretReference) -> pulumi.Input[str]:
        return check_together(
            f"{self._where}.secrets.{name}",
            partial(value_from, has_key=reference.kms_key_arn is not None),
            secret_arn=reference.secret_arn,
            json_key=reference.json_key,
            version_stage=reference.version_stage,
            version_id=reference.version_id,
        )

    def _render(
        self,
        *,
        place: AwsContext,
        log_group: str,
        image: str,
        user: str,
        command: list[str] | None,
        entry_point: list[str] | None,
        environment: dict[str, str],
        kafka: dict[str, str],
        references: dict[str, str],
        own: dict[str, str],
        registry: str | None,
    ) -> str:
        args = self._args
        both = sorted(kafka.keys() & {*environment, *references, *own})
        if both:
            raise ValueError(
                f"kafka_settings set {', '.join(both)} as well; leave them out of environment and secrets, or say "
                "kafka_settings='none'"
            )
        check = args.health_check
        restart = args.restart_attempt_period_seconds
        return container.canonical(
            {
                "name": self._name,
                "image": image,
                "essential": True,
                "user": user,
                "command": command,
                "entryPoint": entry_point,
                "environment": container.environment(environment | kafka),
                "secrets": container.secrets(references | own),
                "portMappings": container.port_mappings([(PORT_NAME, args.port)] if args.port is not None else []),
                "mountPoints": container.mount_points(
                    args.ephemeral_volume_paths, {path: mount.read_only for path, mount in args.efs_mounts.items()}
                ),
                "volumesFrom": [],
                "systemControls": [],
                "cpu": 0,
                "privileged": False,
                "readonlyRootFilesystem": args.read_only_root_filesystem,
                "stopTimeout": args.stop_timeout_seconds,
                "healthCheck": check.definition(args.startup_seconds) if check is not None else None,
                "restartPolicy": {
                    "enabled": True,
                    "ignoredExitCodes": args.restart_ignored_exit_codes,
                    "restartAttemptPeriod": restart,
                }
                if restart is not None
                else None,
                "repositoryCredentials": {"credentialsParameter": registry} if registry is not None else None,
                "linuxParameters": container.linux_parameters(
                    user=user, writable=args.tmpfs_mounts, init=args.enable_execute_command
                ),
                "logConfiguration": container.log_configuration(
                    group=log_group,
                    region=place.region,
                    name=self._name,
                    mode=args.log_mode,
                    buffer_mib=args.log_max_buffer_size_mib,
                ),
            }
        )


def _both(size: Any) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
    known = pulumi.Output.from_input(size)
    return known[0], known[1]


def _resolved(values: Mapping[str, Any]) -> pulumi.Input[dict[str, str]]:
    """Return values by name, as an Output only if one of them is late."""
    return pulumi.Output.all(**values) if any(map(is_late, values.values())) else dict(values)
