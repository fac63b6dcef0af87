"""Properties of the arguments of a singleton that concern several containers of its task."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from moorings.ecs.container_dependencies import APPLICATION, EXITED, Dependencies, DependencyCondition
from moorings.ecs.container_dependencies import startup_delay as delay_of
from moorings.ecs.container_dependencies import stop_duration as duration_of
from moorings.ecs.container_health_check import ContainerHealthCheck
from moorings.ecs.firelens import FireLensLogs
from moorings.ecs.secrets import EcsSecretReference, kafka_password_reference
from moorings.ecs.sidecar_container import SidecarContainer
from moorings.kafka.client_environment import ClientSettingsFormat
from moorings.kafka.connection import KafkaConnection
from moorings.validation.findings import Path
from moorings.validation.inputs import Input


class ContainerProperties:
    """Base of `FargateSingletonArgs`: properties that rules and the component read like arguments."""

    if TYPE_CHECKING:
        depends_on: dict[str, DependencyCondition]
        firelens_logs: FireLensLogs | None
        health_check: ContainerHealthCheck | None
        kafka: KafkaConnection | None
        kafka_settings: ClientSettingsFormat
        log_max_buffer_size_mib: int
        log_mode: Literal["non-blocking", "blocking"]
        secret_environment: dict[str, Input[str]]
        secrets: dict[str, EcsSecretReference]
        sidecars: dict[str, SidecarContainer]
        startup_seconds: int
        stop_timeout_seconds: int

    @property
    def dependencies(self) -> Dependencies:
        """Containers that each container depends on, with their conditions."""
        return {APPLICATION: self.depends_on, **{name: item.depends_on for name, item in self.sidecars.items()}}

    @property
    def health_checked(self) -> frozenset[str]:
        """Names of the containers with a health check."""
        checked = [name for name, sidecar in self.sidecars.items() if sidecar.health_check is not None]
        return frozenset([*checked, *([APPLICATION] if self.health_check is not None else [])])

    @property
    def startup_delay(self) -> int:
        """Longest time in seconds until the application starts, because it waits for sidecars."""
        waits: Mapping[str, Mapping[DependencyCondition, int]] = {
            name: {
                "HEALTHY": sidecar.startup_seconds
                + (sidecar.health_check.healthy_after_seconds if sidecar.health_check is not None else 0),
                **dict.fromkeys(EXITED, sidecar.startup_seconds),
            }
            for name, sidecar in self.sidecars.items()
        }
        return delay_of(self.dependencies, waits, APPLICATION)

    @property
    def stop_duration(self) -> int:
        """Longest time in seconds until all containers of the task have stopped."""
        conditions = [item for items in self.dependencies.values() for item in items.items()]
        exited = {other for other, condition in conditions if condition in EXITED}
        timeouts = {
            name: 0 if name in exited else sidecar.stop_timeout_seconds for name, sidecar in self.sidecars.items()
        }
        return duration_of(self.dependencies, {APPLICATION: self.stop_timeout_seconds, **timeouts})

    @property
    def log_buffer_mib(self) -> int:
        """Memory that the log buffer of a container may use."""
        return self.log_max_buffer_size_mib if self.log_mode == "non-blocking" else 0

    @property
    def sidecar_memory_mib(self) -> int:
        """Memory that the sidecars need, as far as it is known: limits, in-memory files and log buffers."""
        return sum(
            sidecar.memory_mib
            or sidecar.memory_reservation_mib
            or sum(sidecar.tmpfs_mounts.values()) + self.log_buffer_mib
            for sidecar in self.sidecars.values()
        )

    @property
    def stored_values(self) -> dict[str, Any]:
        """Values of the created secret, except those of ``kafka``, by JSON key: a variable, or sidecar and variable."""
        values: dict[str, Any] = dict(self.secret_environment)
        for name, sidecar in self.sidecars.items():
            values |= {f"{name}/{variable}": value for variable, value in sidecar.secret_environment.items()}
        return values

    @property
    def secret_references(self) -> dict[Path, EcsSecretReference]:
        """References to existing secrets and parameters of all containers, by path."""
        references: dict[Path, EcsSecretReference] = {("secrets", name): item for name, item in self.secrets.items()}
        logs: dict[Path, FireLensLogs | None] = {("firelens_logs",): self.firelens_logs}
        for name, sidecar in self.sidecars.items():
            references |= {("sidecars", name, "secrets", key): item for key, item in sidecar.secrets.items()}
            logs["sidecars", name, "firelens_logs"] = sidecar.firelens_logs
        for path, destination in logs.items():
            if destination is not None:
                references |= {(*path, "secret_options", key): item for key, item in destination.secret_options.items()}
        for reference in kafka_password_reference(self.kafka, self.kafka_settings).values():
            references["kafka",] = reference
        return references

    @property
    def current_secrets(self) -> dict[Path, EcsSecretReference]:
        """References to existing secrets of which each new task reads the current version, by path."""
        return {
            path: reference
            for path, reference in self.secret_references.items()
            if reference.version_id is None and reference.secret_arn is not None
        }

    @property
    def secret_arns_without_key(self) -> dict[Path, Any]:
        """ARNs of existing secrets whose customer managed key is not set, by the path of that key."""
        return {
            (*path, "kms_key_arn"): reference.secret_arn
            for path, reference in self.secret_references.items()
            if reference.kms_key_arn is None and reference.secret_arn is not None
        }
