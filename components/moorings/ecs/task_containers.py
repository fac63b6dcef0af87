"""Container definitions of a task: the application and its sidecars."""

from collections.abc import Mapping
from typing import Any

import pulumi

from moorings.aws.context import AwsContext
from moorings.ecs import container_definition, firelens
from moorings.ecs.container_dependencies import APPLICATION
from moorings.ecs.secrets import EcsSecretReference, kafka_password_reference, value_from
from moorings.ecs.service_connect import PORT_NAME
from moorings.ecs.sidecar_container import SidecarContainer
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.ecs.ulimits import ulimits
from moorings.kafka.client_environment import ClientEnvironment
from moorings.validation.reporter import Reporter

Container = FargateSingletonArgs | SidecarContainer


class TaskContainers:
    """Renders the containers of a task in the canonical form of ECS, sorted by name."""

    def __init__(self, name: str, reporter: Reporter, args: FargateSingletonArgs) -> None:
        """Store the arguments.

        Args:
            name: name of the component, which is that of the container of the application.
            reporter: reporter of the component.
            args: arguments of the component.

        """
        self._name, self._reporter, self._args = name, reporter, args

    def render(
        self,
        *,
        context: pulumi.Output[AwsContext],
        log_group: pulumi.Input[str],
        created_references: pulumi.Input[dict[str, str]],
    ) -> pulumi.Input[str]:
        """Return the definitions as JSON.

        Args:
            context: account and Region of the service.
            log_group: log group of the task.
            created_references: references to the values of the created secret, by JSON key.

        """
        args = self._args
        kafka = ClientEnvironment(args.kafka, args.kafka_settings)
        references = args.secrets | kafka_password_reference(args.kafka, args.kafka_settings)
        return self._reporter.derive(
            self._render,
            context=context,
            log_group=log_group,
            created_references=created_references,
            registry_secret_arn=args.repository_credentials_secret_arn,
            sidecars={
                name: self._values(sidecar, sidecar.environment, sidecar.secrets)
                for name, sidecar in args.sidecars.items()
            },
            **self._values(args, args.environment | kafka.plain, references),
        )

    def _values(
        self, container: Container, environment: Mapping[str, Any], references: Mapping[str, EcsSecretReference]
    ) -> dict[str, Any]:
        """Return what may be late in a container."""
        logs = container.firelens_logs
        return {
            "image": container.image,
            "user": container.user,
            "command": container.command,
            "entryPoint": container.entry_point,
            "environment": environment,
            "references": self._references(references),
            "log_options": logs.options if logs is not None else {},
            "log_secrets": self._references(logs.secret_options) if logs is not None else {},
        }

    def _references(self, references: Mapping[str, EcsSecretReference]) -> dict[str, pulumi.Input[str]]:
        return {
            name: self._reporter.derive(
                value_from,
                arn=reference.arn,
                json_key=reference.json_key,
                version_stage=reference.version_stage,
                version_id=reference.version_id,
            )
            for name, reference in references.items()
        }

    def _render(
        self,
        *,
        context: AwsContext,
        log_group: str,
        created_references: dict[str, str],
        registry_secret_arn: str | None,
        sidecars: dict[str, dict[str, Any]],
        **application: Any,
    ) -> str:
        args = self._args
        own = [*args.secret_environment, *ClientEnvironment(args.kafka, args.kafka_settings).secret]
        application["references"] |= {variable: created_references[variable] for variable in own}
        definitions = [
            self._definition(self._name, args, application, context, log_group)
            | {
                "essential": True,
                "mountPoints": container_definition.mount_points(
                    args.volume_names, [path for path, mount in args.efs_mounts.items() if mount.read_only]
                ),
                "repositoryCredentials": container_definition.repository_credentials(registry_secret_arn),
                "cpu": 0,
            }
        ]
        for name, sidecar in args.sidecars.items():
            values = sidecars[name]
            created = {variable: created_references[f"{name}/{variable}"] for variable in sidecar.secret_environment}
            values["references"] |= created
            router = sidecar.firelens_router
            volumes = sidecar.shared_volumes
            secret_arn = registry_secret_arn if sidecar.use_repository_credentials else None
            definitions.append(
                self._definition(name, sidecar, values, context, log_group)
                | {
                    "essential": sidecar.essential,
                    "mountPoints": container_definition.mount_points(
                        {path: args.volume_names[volume.path] for path, volume in volumes.items()},
                        [path for path, volume in volumes.items() if volume.read_only],
                    ),
                    "repositoryCredentials": container_definition.repository_credentials(secret_arn),
                    "cpu": sidecar.cpu or 0,
                    "memory": sidecar.memory_mib,
                    "memoryReservation": sidecar.memory_reservation_mib,
                    "startTimeout": sidecar.start_timeout_seconds,
                    "firelensConfiguration": router.definition() if router is not None else None,
                }
            )
        return container_definition.render_containers(definitions)

    def _definition(
        self, name: str, container: Container, values: Mapping[str, Any], context: AwsContext, log_group: str
    ) -> dict[str, Any]:
        """Return what the definitions of the application and of sidecars have in common."""
        args = self._args
        check = container.health_check
        return {
            "name": name,
            "image": values["image"],
            "user": values["user"],
            "command": values["command"],
            "entryPoint": values["entryPoint"],
            "environment": container_definition.environment(values["environment"]),
            "secrets": container_definition.secrets(values["references"]),
            "portMappings": container_definition.port_mappings(self._ports(name)),
            "dependsOn": [
                {"condition": condition, "containerName": self._name if other == APPLICATION else other}
                for other, condition in sorted(container.depends_on.items())
            ]
            or None,
            "volumesFrom": [],
            "systemControls": [],
            "privileged": False,
            "readonlyRootFilesystem": container.read_only_root_filesystem,
            "stopTimeout": container.stop_timeout_seconds,
            "healthCheck": check.definition(container.startup_seconds) if check is not None else None,
            "restartPolicy": container_definition.restart_policy(
                container.restart_attempt_period_seconds, container.restart_ignored_exit_codes
            ),
            "linuxParameters": container_definition.linux_parameters(
                values["user"], container.tmpfs_mounts, init_process=args.enable_execute_command
            ),
            "ulimits": ulimits(container.ulimits),
            "logConfiguration": firelens.log_configuration(values["log_options"], values["log_secrets"])
            if container.firelens_logs is not None
            else container_definition.log_configuration(
                log_group,
                context.region,
                stream_prefix=self._name,
                mode=args.log_mode,
                max_buffer_size_mib=args.log_max_buffer_size_mib,
            ),
        }

    def _ports(self, container: str) -> dict[str, tuple[int, str]]:
        """Return number and protocol of the ports of a container, by name."""
        args = self._args
        ports: dict[str, tuple[int, str]] = {}
        if args.port is not None and container == (args.port_sidecar or self._name):
            ports[PORT_NAME] = (args.port, "tcp")
        return ports | {
            name: (port.port, port.protocol)
            for name, port in args.additional_ports.items()
            if container == (port.sidecar or self._name)
        }
