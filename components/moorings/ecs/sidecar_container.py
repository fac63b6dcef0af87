"""``SidecarContainer``: a sidecar or init container of a task."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field, PositiveInt

from moorings.ecs.container_definition import ContainerUser, EnvironmentName
from moorings.ecs.container_dependencies import ContainerName, DependencyCondition
from moorings.ecs.container_health_check import MAX_START_PERIOD_SECONDS, ContainerHealthCheck
from moorings.ecs.firelens import FireLensLogs, FireLensRouter
from moorings.ecs.given_arguments import given_arguments
from moorings.ecs.secrets import EcsSecretReference
from moorings.ecs.ulimits import Ulimit, UlimitName
from moorings.validation.args import Args
from moorings.validation.container_images import ContainerImage
from moorings.validation.findings import Path
from moorings.validation.inputs import Input, SecretInput, is_list
from moorings.validation.plaintext import unless_secret
from moorings.validation.types import ContainerPath


class SharedVolume(Args):
    """A volume of the application container that a sidecar also mounts."""

    path: ContainerPath
    """Mount path in the application container, from ``ephemeral_volume_paths`` or ``efs_mounts``."""

    read_only: bool = False
    """Mount the volume read-only."""


class SidecarContainer(Args):
    """A further container in the task of the application: a log router, a proxy, an agent or an init container.

    Its security settings are those of the application container: a numeric user, no Linux capabilities, and a read-only
    root file system. All containers share the network interface, the task role, and the CPU and memory of the task.

    An **init container** runs before the application and exits: it is not ``essential``, and the application depends on
    it with the condition ``SUCCESS``.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
    """

    image: Input[Annotated[ContainerImage, Field(max_length=255)]]
    """Container image with a digest or a tag. The tag ``latest`` is unsafe, because it is mutable."""

    user: Input[ContainerUser]
    """Numeric IDs of the user and group of the container, such as ``1001:1001``. Root is unsafe."""

    essential: bool = True
    """Replace the task when the container exits. Defaults to True."""

    depends_on: dict[ContainerName, DependencyCondition] = {}
    """Conditions of other containers that must be met before this one starts, by container name: ``START``,
    ``HEALTHY``, ``SUCCESS`` (exited with 0) or ``COMPLETE`` (exited). The application container is ``application``.
    ECS stops containers in the reverse order.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
    """

    pull_through_cache: bool = False
    """Whether ``image`` is in an Amazon ECR pull through cache."""

    use_repository_credentials: bool = False
    """Pull the image with ``repository_credentials_secret_arn`` of the service."""

    command: Input[list[Input[str]]] | None = None
    """Command of the container. Defaults to that of the image."""

    entry_point: Input[list[Input[str]]] | None = None
    """Entry point of the container. Defaults to that of the image."""

    cpu: PositiveInt | None = None
    """CPU units of the task that are reserved for the container. By default it shares the unreserved CPU units."""

    memory_mib: Annotated[int, Field(ge=6)] | None = None
    """Memory limit in MiB, above which the container is killed. Defaults to the memory of the task."""

    memory_reservation_mib: Annotated[int, Field(ge=6)] | None = None
    """Memory in MiB that is reserved for the container. None by default."""

    environment: dict[EnvironmentName, Input[str]] = {}
    """Environment variables, stored in plain text in the task definition."""

    not_secret: list[EnvironmentName] = []
    """Names in ``environment`` that only look like secrets."""

    secrets: dict[EnvironmentName, EcsSecretReference] = {}
    """Environment variables that ECS reads from AWS Secrets Manager or from Parameter Store."""

    secret_environment: dict[EnvironmentName, SecretInput[str]] = {}
    """Environment variables whose values the program supplies. They are stored in the secret of the service."""

    health_check: ContainerHealthCheck | None = None
    """Container health check. If an essential container is unhealthy, ECS replaces the task. None by default."""

    startup_seconds: Annotated[int, Field(ge=1, le=MAX_START_PERIOD_SECONDS)] = 60
    """Maximum number of seconds until the container is healthy, or until an init container has exited, 1 to 300. Failed
    health checks do not count during this time. It adds to the downtime if the application depends on the container."""

    start_timeout_seconds: Annotated[int, Field(ge=2, le=120)] | None = None
    """Seconds within which the container must meet the conditions that other containers depend on, 2 to 120.
    Otherwise the task fails.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
    """

    stop_timeout_seconds: Annotated[int, Field(ge=2, le=120)] = 30
    """Seconds between SIGTERM and SIGKILL, 2 to 120. They add to the downtime if the container depends on the
    application, or the application on the container."""

    restart_attempt_period_seconds: Annotated[int, Field(ge=60, le=1800)] | None = None
    """Restart the container within its task if it exits after at least this time, 60 to 1800 seconds."""

    restart_ignored_exit_codes: Annotated[list[Annotated[int, Field(ge=0, le=255)]], Field(max_length=50)] = []
    """Exit codes after which the container is not restarted, at most 50."""

    read_only_root_filesystem: bool = True
    """Mount the root file system read-only. Defaults to True."""

    tmpfs_mounts: dict[ContainerPath, PositiveInt] = {"/tmp": 64}  # noqa: S108 - a path in the container
    """In-memory file systems (tmpfs) that ``user`` may write to: size in MiB by mount path."""

    shared_volumes: dict[ContainerPath, SharedVolume] = {}
    """Volumes of the application container that the sidecar also mounts, by mount path in the sidecar. A volume on
    ephemeral storage is owned by root unless one of the images declares a ``VOLUME`` at its path.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
    """

    ulimits: dict[UlimitName, Ulimit] = {}
    """Resource limits of the container, by name."""

    firelens_router: FireLensRouter | None = None
    """Make the container the log router of the task. None by default."""

    firelens_logs: FireLensLogs | None = None
    """Send the logs to the log router instead of the log group of the task. None by default."""

    @property
    def given_arguments(self) -> frozenset[str]:
        """Names of the arguments that are neither None nor empty. Their values may be late."""
        return given_arguments(self)

    @property
    def commands(self) -> dict[str, Any]:
        """``entry_point`` and ``command``, unless they are None."""
        commands = {"entry_point": self.entry_point, "command": self.command}
        return {argument: command for argument, command in commands.items() if command is not None}

    @property
    def mounts(self) -> list[tuple[str, str]]:
        """Argument and path of each mount of the container."""
        arguments: dict[str, Iterable[str]] = {
            "tmpfs_mounts": self.tmpfs_mounts,
            "shared_volumes": self.shared_volumes,
        }
        return [(argument, path) for argument, paths in arguments.items() for path in paths]

    @property
    def variables(self) -> list[tuple[str, str]]:
        """Argument and name of each environment variable of the container."""
        arguments: dict[str, Iterable[str]] = {
            "environment": self.environment,
            "secrets": self.secrets,
            "secret_environment": self.secret_environment,
        }
        return [(argument, name) for argument, names in arguments.items() for name in names]

    @property
    def plaintext(self) -> dict[Path, Any]:
        """Values that are stored in plain text, by path. ``MARKED_SECRET`` replaces late values that are secret."""
        values: dict[Path, Any] = {
            ("environment", name): unless_secret(value, name) for name, value in self.environment.items()
        }
        commands: dict[Path, Any] = {(argument,): command for argument, command in self.commands.items()}
        if self.health_check is not None:
            commands["health_check", "command"] = self.health_check.command
        for path, command in commands.items():
            values[path] = list(map(unless_secret, command)) if is_list(command) else unless_secret(command)
        return values
