"""Arguments of `FargateSingleton`."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import Field, PositiveInt

from moorings.aws.arns import IamPolicyArn
from moorings.aws.iam_policy_rules import IdentityPolicy
from moorings.aws.security_groups import Protocol
from moorings.ecs.balanced_target import BalancedTarget
from moorings.ecs.container_definition import EnvironmentName
from moorings.ecs.container_dependencies import ContainerName, DependencyCondition
from moorings.ecs.container_health_check import ContainerHealthCheck
from moorings.ecs.container_properties import ContainerProperties
from moorings.ecs.created_load_balancer import CreatedLoadBalancer
from moorings.ecs.firelens import FireLensLogs
from moorings.ecs.given_arguments import given_arguments
from moorings.ecs.load_balancer_args import SingletonLoadBalancer
from moorings.ecs.secrets import EcsSecretReference
from moorings.ecs.service_connect import ServiceConnect
from moorings.ecs.service_discovery import ServiceDiscovery
from moorings.ecs.sidecar_container import SidecarContainer
from moorings.ecs.singleton_base_args import NEW_TASK, SingletonBaseArgs
from moorings.ecs.task_ports import TaskPort
from moorings.ecs.ulimits import Ulimit, UlimitName
from moorings.ecs.volumes import volume_names
from moorings.kafka.client_environment import ClientEnvironment, ClientSettingsFormat
from moorings.kafka.connection import KafkaConnection
from moorings.validation.changes import Change
from moorings.validation.container_images import ContainerImage
from moorings.validation.findings import Path
from moorings.validation.inputs import Input, SecretInput, is_list
from moorings.validation.plaintext import unless_secret
from moorings.validation.types import ChildName, ContainerPath, Port

_VALIDATION_ONLY = Change("none", "Read by validation only.")


class FargateSingletonArgs(ContainerProperties, SingletonBaseArgs):
    """Arguments of `FargateSingleton`.

    A change that starts a new task causes downtime, because ECS stops the old task first. The settings that guarantee a
    single task are not configurable.
    """

    image: Annotated[Input[Annotated[ContainerImage, Field(max_length=255)]], NEW_TASK]
    """Container image with a digest or a tag. The tag ``latest`` is unsafe, because it is mutable."""

    pull_through_cache: bool = False
    """Whether ``image`` is in an Amazon ECR pull through cache. If so, the execution role may import the image from the
    upstream registry and create the repository.

    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
    """

    port: Annotated[Port | None, Change("new task", "Replaces the target group.")] = None
    """TCP port of the application. Without a port, no clients can connect."""

    port_sidecar: Annotated[ContainerName | None, NEW_TASK] = None
    """Sidecar that listens on ``port``, such as a proxy. Defaults to the application."""

    additional_ports: Annotated[
        dict[ChildName, TaskPort], Change("new task", "In place if only the clients of a port change.")
    ] = {}
    """Further ports of the application and of its sidecars, by a name of your choice, each with its own clients."""

    command: Annotated[Input[list[Input[str]]] | None, NEW_TASK] = None
    """Command of the container. Defaults to that of the image. It is stored in plain text in the task definition."""

    entry_point: Annotated[Input[list[Input[str]]] | None, NEW_TASK] = None
    """Entry point of the container. Defaults to that of the image."""

    cpu: Annotated[Input[PositiveInt], NEW_TASK] = 1024
    """CPU units of the task. 1024 units are one vCPU.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
    """

    memory_mib: Annotated[Input[PositiveInt], NEW_TASK] = 2048
    """Memory of the task in MiB. Fargate supports certain sizes for each ``cpu``."""

    ephemeral_storage_gib: Annotated[Input[Annotated[int, Field(ge=21)]] | None, NEW_TASK] = None
    """Ephemeral storage of the task in GiB, at least 21. Defaults to the 20 GiB that Fargate includes."""

    environment: Annotated[dict[EnvironmentName, Input[str]], NEW_TASK] = {}
    """Environment variables, stored in plain text in the task definition. Values and names that look like secrets are
    unsafe."""

    not_secret: Annotated[list[EnvironmentName], _VALIDATION_ONLY] = []
    """Names in ``environment`` that only look like secrets, such as ``TOKEN_LIFETIME_SECONDS``."""

    secrets: Annotated[dict[EnvironmentName, EcsSecretReference], NEW_TASK] = {}
    """Environment variables that ECS reads from AWS Secrets Manager or from Parameter Store. The execution role may
    read only what the task uses."""

    secret_environment: Annotated[dict[EnvironmentName, SecretInput[str]], NEW_TASK] = {}
    """Environment variables whose values the program supplies, such as a password or a license. The component creates a
    secret for them. The task definition refers to its version, so a changed value starts a new task."""

    sidecars: Annotated[dict[ContainerName, SidecarContainer], NEW_TASK] = {}
    """Further containers of the task, by name: log routers, proxies, agents and init containers.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definitions.html
    """

    depends_on: Annotated[dict[ContainerName, DependencyCondition], NEW_TASK] = {}
    """Sidecars that must have reached a state before the application starts, by name: ``START``, ``HEALTHY``,
    ``SUCCESS`` (exited with 0) or ``COMPLETE`` (exited). ECS stops the application before them.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
    """

    firelens_logs: Annotated[FireLensLogs | None, NEW_TASK] = None
    """Send the logs of the application to the sidecar with a ``firelens_router`` instead of the log group. None by
    default."""

    ulimits: Annotated[dict[UlimitName, Ulimit], NEW_TASK] = {}
    """Resource limits of the application, by name. Fargate sets ``nofile`` to 65535, and the others to the defaults of
    the operating system.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html
    """

    kafka: Annotated[KafkaConnection | None, Change("new task", "In place with `kafka_settings='none'`.")] = None
    """Kafka cluster of the application. The component creates the security group rules on both sides, grants the
    ``permissions`` of a connection with IAM to the task role, and sets the environment variables that
    ``kafka_settings`` selects."""

    kafka_settings: Annotated[ClientSettingsFormat, NEW_TASK] = "environment"
    """How the application gets the settings of ``kafka``: as ``KAFKA_BOOTSTRAP_SERVERS`` and similar variables
    (``environment``), as Spring Boot properties (``spring``), or from your own variables (``none``)."""

    additional_kafka: dict[ChildName, KafkaConnection] = {}
    """Further Kafka clusters, by a name of your choice. They get the same rules and permissions as ``kafka``, but no
    environment variables."""

    load_balancer: Annotated[
        SingletonLoadBalancer | None, Change("new task", "When it is added or removed, otherwise in place.")
    ] = None
    """Application Load Balancer of the service. None by default."""

    service_connect: Annotated[ServiceConnect | None, NEW_TASK] = None
    """ECS Service Connect endpoint of the service. None by default."""

    service_discovery: Annotated[ServiceDiscovery | None, NEW_TASK] = None
    """DNS name of the task in AWS Cloud Map. None by default."""

    health_check: Annotated[ContainerHealthCheck | None, NEW_TASK] = None
    """Container health check. A service without it needs a ``load_balancer``, which has its own health check. Otherwise
    ECS considers each running task healthy."""

    image_pull_seconds: Annotated[
        int, Field(ge=1, le=2**31 - 1), Change("in place", "Changes the timeouts and the period of the alarms.")
    ] = 90
    """Estimated time in seconds that Fargate needs to provision a task and pull the image. It is part of the timeouts
    and of ``downtime_seconds``."""

    restart_attempt_period_seconds: Annotated[Annotated[int, Field(ge=60, le=1800)] | None, NEW_TASK] = None
    """Restart an exited container within its task if it ran for at least this time, 60 to 1800 seconds. By default ECS
    replaces the task, and the failure counts for the deployment circuit breaker.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-restart-policy.html
    """

    restart_ignored_exit_codes: Annotated[
        list[Annotated[int, Field(ge=0, le=255)]], Field(max_length=50), NEW_TASK
    ] = []
    """Exit codes after which a container is not restarted within its task, at most 50."""

    read_only_root_filesystem: Annotated[bool, NEW_TASK] = True
    """Mount the root file system of the container read-only. ECS Exec requires ``False``.

    Source: https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-5
    """

    tmpfs_mounts: Annotated[dict[ContainerPath, PositiveInt], NEW_TASK] = {"/tmp": 64}  # noqa: S108 - the container's
    """In-memory file systems that ``user`` may write to, with their sizes in MiB. They count against ``memory_mib``.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tmpfs.html
    """

    ephemeral_volume_paths: Annotated[list[ContainerPath], NEW_TASK] = []
    """Paths at which volumes on the ephemeral storage are mounted, empty for each new task. They belong to root unless
    the image declares a ``VOLUME`` there that belongs to ``user``.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
    """

    enable_execute_command: Annotated[bool, NEW_TASK] = False
    """Enable ECS Exec, which lets operators run commands in the container as root. Requires
    ``read_only_root_filesystem=False``.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
    """

    task_policy: Input[IdentityPolicy] | None = None
    """IAM policy of the application as JSON, attached to the task role."""

    task_policy_arns: dict[ChildName, Input[IamPolicyArn]] = {}
    """Managed IAM policies that are attached to the task role, by a name of your choice."""

    log_max_buffer_size_mib: Annotated[int, Field(ge=1), NEW_TASK] = 25
    """Size of the buffer with ``log_mode="non-blocking"``, in MiB of the task's memory."""

    rollback_alarm_names: list[Input[str]] = []
    """CloudWatch alarms that roll a deployment back. Do not use alarms on the number of running tasks, because each
    deployment of a singleton triggers them.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
    """

    @property
    def kafka_connections(self) -> dict[str, KafkaConnection]:
        """Connections to all Kafka clusters by name: ``kafka`` and the names in ``additional_kafka``."""
        return ({"kafka": self.kafka} if self.kafka is not None else {}) | self.additional_kafka

    @property
    def given_arguments(self) -> frozenset[str]:
        """Names of the arguments that are neither None nor empty. Their values may be late."""
        return given_arguments(self)

    @property
    def balanced_targets(self) -> dict[str, BalancedTarget]:
        """Arguments of the load balancers that connect to the task, by name."""
        targets: dict[str, BalancedTarget | None] = {
            "load_balancer": self.load_balancer,
            "existing_listener": self.existing_listener,
            "network_load_balancer": self.network_load_balancer,
        }
        if self.load_balancer is not None:
            for name, listener in self.load_balancer.additional_listeners.items():
                targets[f"load_balancer.additional_listeners.{name}"] = listener
        return {argument: target for argument, target in targets.items() if target is not None}

    @property
    def created_load_balancers(self) -> dict[str, CreatedLoadBalancer]:
        """Arguments of the load balancers that the component creates, by name."""
        targets: dict[str, CreatedLoadBalancer | None] = {
            "load_balancer": self.load_balancer,
            "network_load_balancer": self.network_load_balancer,
        }
        return {argument: target for argument, target in targets.items() if target is not None}

    @property
    def port_users(self) -> list[str]:
        """Arguments of load balancers that connect to ``port``."""
        users = [argument for argument in ("load_balancer", "existing_listener") if argument in self.balanced_targets]
        network = self.network_load_balancer
        return users + (["network_load_balancer"] if network is not None and network.application_port is None else [])

    @property
    def other_balanced_ports(self) -> list[tuple[Path, int, tuple[Protocol, ...]]]:
        """Path, number and transport protocols of each application port of a load balancer."""
        ports: list[tuple[Path, int, tuple[Protocol, ...]]] = []
        listeners = self.load_balancer.additional_listeners if self.load_balancer is not None else {}
        for name, listener in listeners.items():
            path: Path = ("load_balancer", "additional_listeners", name, "application_port")
            ports.append((path, listener.application_port, ("tcp",)))
        network = self.network_load_balancer
        number = None if network is None else network.port_of_application(self.port)
        if network is not None and number is not None:
            ports.append((("network_load_balancer", "application_port"), number, network.transports))
        return ports

    def container_of_port(self, port: int) -> str | None:
        """Return the sidecar that listens on a port, None for the application."""
        if port == self.port:
            return self.port_sidecar
        return next((item.sidecar for item in self.additional_ports.values() if item.port == port), None)

    @property
    def volume_names(self) -> Mapping[str, str]:
        """Name of each volume in ``ephemeral_volume_paths`` and ``efs_mounts``, by path."""
        return volume_names([*self.ephemeral_volume_paths, *self.efs_mounts])

    @property
    def mounts(self) -> list[tuple[str, str]]:
        """Argument and path of everything that is mounted in the container."""
        arguments: dict[str, Iterable[str]] = {
            "tmpfs_mounts": self.tmpfs_mounts,
            "ephemeral_volume_paths": self.ephemeral_volume_paths,
            "efs_mounts": self.efs_mounts,
        }
        return [(argument, path) for argument, paths in arguments.items() for path in paths]

    @property
    def variables(self) -> list[tuple[str, str]]:
        """Argument and name of each environment variable of the container, also of those that ``kafka`` sets."""
        arguments: dict[str, Iterable[str]] = {
            "kafka": ClientEnvironment(self.kafka, self.kafka_settings).names,
            "environment": self.environment,
            "secrets": self.secrets,
            "secret_environment": self.secret_environment,
        }
        names = [(argument, name) for argument, names in arguments.items() for name in names]
        missing = ClientEnvironment(self.kafka, self.kafka_settings).missing_variable
        return names if missing is None else [("kafka", missing), *names]

    @property
    def plaintext(self) -> dict[Path, Any]:
        """Values that are stored in plain text, by path. ``MARKED_SECRET`` replaces late values that are secret."""
        values: dict[Path, Any] = {
            ("environment", name): unless_secret(value, name) for name, value in self.environment.items()
        }
        commands: dict[Path, Any] = {(argument,): words for argument, words in self.commands.items()}
        if self.health_check is not None:
            commands["health_check", "command"] = self.health_check.command
        for path, words in commands.items():
            values[path] = list(map(unless_secret, words)) if is_list(words) else unless_secret(words)
        return values

    @property
    def jvm_options(self) -> dict[Path, Any]:
        """Values that may contain options of a JVM, by path: a string or the words of a command."""
        values: dict[Path, Any] = {("environment", name): value for name, value in self.environment.items()}
        return values | {(argument,): words for argument, words in self.commands.items()}

    @property
    def commands(self) -> dict[str, Any]:
        """The given ones of ``entry_point`` and ``command``."""
        commands = {"entry_point": self.entry_point, "command": self.command}
        return {argument: words for argument, words in commands.items() if words is not None}

    @property
    def called_services(self) -> list[str]:
        """Services that ECS and ECS Exec call from the network interface of the task, except the image's registry."""
        client = ClientEnvironment(self.kafka, self.kafka_settings)
        references = self.secret_references.values()
        secrets = (
            any(reference.secret_arn is not None for reference in references),
            self.stored_values,
            client.secret_names or client.missing_variable,
            self.repository_credentials_secret_arn is not None,
        )
        called = {
            "logs": True,
            "secretsmanager": any(secrets),
            "ssm": any(reference.parameter_arn is not None for reference in references),
            "ssmmessages": self.enable_execute_command,
        }
        return [service for service, is_called in called.items() if is_called]

    @property
    def peer_names(self) -> dict[Path, list[str]]:
        """Names that are used for two peers of a security group, by the path of the argument with the second one."""
        repeated: dict[Path, Iterable[str]] = {
            ("client_cidrs",): self.client_security_group_ids.keys() & self.client_cidrs.keys(),
            ("egress",): self.kafka_connections.keys() & self.egress.keys(),
            ("additional_kafka",): {"kafka"} & self.additional_kafka.keys() if self.kafka is not None else (),
        }
        for argument, balancer in self.created_load_balancers.items():
            groups, cidrs = balancer.client_security_group_ids, balancer.client_cidrs
            repeated[argument, "client_cidrs"] = groups.keys() & cidrs.keys()
        return {path: sorted(names) for path, names in repeated.items()}

    @property
    def bootstrap_servers_without_group(self) -> dict[Path, Any]:
        """Bootstrap servers of the Kafka clusters whose security group is not known, by path."""
        return {
            ("kafka",) if name == "kafka" else ("additional_kafka", name): kafka.bootstrap_servers
            for name, kafka in self.kafka_connections.items()
            if kafka.security_group_id is None
        }
