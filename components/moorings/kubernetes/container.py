"""Containers of a pod: image, environment variables, files, resources and probes."""

from collections.abc import Iterator, Sequence
from typing import Literal

from moorings.kafka.client_environment import ClientEnvironment, ClientSettingsFormat
from moorings.kafka.connection import KafkaConnection
from moorings.kubernetes.environment_variables import FieldPath, KubernetesSecretReference, ValuePattern
from moorings.kubernetes.names import FilePath, MountPath, PortName
from moorings.kubernetes.probes import Probes
from moorings.kubernetes.quantities import Bytes, Cores, PositiveNumber
from moorings.validation.args import Args
from moorings.validation.container_images import ContainerImage
from moorings.validation.inputs import Input, SecretInput
from moorings.validation.types import Port, VariableName

JVM_OPTIONS_VARIABLE = "JAVA_TOOL_OPTIONS"
JVM_HEAP_PERCENT = 70
"""The default of the JVM is 25 % of its memory.

Source: https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html
"""


class PodContainer(Args):
    """A container of a pod.

    Containers meet Pod Security's ``restricted`` level: they are unprivileged, cannot gain privileges and have no
    capabilities. By default their root file system is read-only.
    """

    image: Input[ContainerImage]
    """Image with a digest, or with a tag other than ``latest``."""

    command: list[Input[str]] = []
    """Command. Defaults to the entry point of the image."""

    args: list[Input[str]] = []
    """Arguments of the command. Defaults to those of the image."""

    ports: dict[PortName, Port] = {}
    """Ports on which the container listens, by name (``{"http": 8080}``)."""

    environment: dict[VariableName, Input[str]] = {}
    """Environment variables in plain text. The kubelet expands ``$(NAME)`` and turns ``$$`` into ``$``. Values that
    must not be expanded belong in ``config_map_environment``, and secrets in ``secret_environment``.

    Source: https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
    """

    config_map_environment: dict[VariableName, Input[str]] = {}
    """Environment variables stored in an immutable ConfigMap. Changing a value creates a new ConfigMap."""

    config_files: dict[FilePath, Input[str]] = {}
    """Files by path, stored in an immutable ConfigMap. Their directories contain only mounted files."""

    secret_environment: dict[VariableName, SecretInput[str]] = {}
    """Environment variables whose values the program supplies, stored in an immutable Secret."""

    secret_files: dict[FilePath, SecretInput[str]] = {}
    """Files by path whose content the program supplies, stored in an immutable Secret. Files are safer than environment
    variables, which crash reports and child processes can reveal."""

    secrets: dict[VariableName, KubernetesSecretReference] = {}
    """Environment variables from existing Secrets:
    ``{"PASSWORD": KubernetesSecretReference(secret_name="orders-database", key="password")}``."""

    field_refs: dict[VariableName, FieldPath] = {}
    """Environment variables with fields of the pod, from the downward API: ``{"POD_NAME": "metadata.name"}``.

    Source: https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
    """

    environment_patterns: dict[VariableName, ValuePattern] = {}
    """Regular expressions that the whole value of a variable must match (``{"CORS_ORIGINS": "https://[^*]+"}``), for
    applications that ignore an invalid setting. Every named variable must be set. Values of ``secrets`` are not
    checked. Messages never contain a value."""

    kafka: KafkaConnection | None = None
    """Connection to a Kafka cluster, passed to the container through a ConfigMap and a Secret. Pods restart when
    brokers or password change. If the password is only in Secrets Manager, copy it into a Secret and reference it in
    ``secrets``."""

    kafka_settings: ClientSettingsFormat = "environment"
    """Names of the variables of ``kafka``: ``KAFKA_BOOTSTRAP_SERVERS`` and so on, those of Spring Boot (``spring``), or
    no variables (``none``), for example if ``secret_files`` contains the settings."""

    not_secret: list[str] = []
    """Names of settings that look like a secret but are not, and elements of a command (``args[1]``,
    ``probes.liveness.exec[1]``)."""

    cpu_request: Cores
    """CPU request (``250m``), which the scheduler reserves, and of which utilization is a percentage."""

    cpu_limit: Cores | None = None
    """CPU limit, above which the container is throttled. Defaults to none, so that idle CPU can be used."""

    memory_request: Bytes
    """Memory request (``512Mi``), which the scheduler reserves."""

    memory_limit: Bytes | None = None
    """Memory limit, above which the container is killed. Defaults to the request, so that nodes do not run out of
    memory."""

    ephemeral_storage_request: Bytes = "100Mi"
    """Request of local disk for logs and ``empty_dirs``."""

    ephemeral_storage_limit: Bytes = "1Gi"
    """Limit of local disk, above which the pod is evicted."""

    probes: Probes = Probes()
    """Startup, readiness and liveness probes. Defaults to none."""

    empty_dirs: dict[MountPath, Bytes] = {"/tmp": "256Mi"}  # noqa: S108 - an emptyDir volume
    """Writable ``emptyDir`` volumes by path, with their size limit. Defaults to 256 MiB at ``/tmp``."""

    memory_empty_dirs: dict[MountPath, Bytes] = {}
    """Writable ``emptyDir`` volumes in memory by path, with their size limit. They count against ``memory_limit``."""

    read_only_root_filesystem: bool = True
    """Mount the root file system of the container read-only."""

    net_bind_service: bool = False
    """Add the capability ``NET_BIND_SERVICE``, to listen on ports below 1024."""

    run_as_user: PositiveNumber | None = None
    """User ID of the container. Defaults to that of the pod."""

    runtime: Literal["jvm", "ruby", "other"] = "other"
    """Runtime of the application. A ``jvm`` uses 70 % of the memory limit for its heap, through ``JAVA_TOOL_OPTIONS``,
    unless that variable is set."""

    @property
    def sets_heap_size(self) -> bool:
        """Whether ``JAVA_TOOL_OPTIONS`` sets the size of the heap."""
        return self.runtime == "jvm" and JVM_OPTIONS_VARIABLE not in self.variable_names

    @property
    def variable_names(self) -> list[str]:
        """Names of the environment variables."""
        return [
            *self.environment, *self.config_map_environment, *self.secret_environment, *self.secrets, *self.field_refs,
            *ClientEnvironment(self.kafka, self.kafka_settings).names,
        ]  # fmt: skip

    @property
    def values_with_patterns(self) -> Iterator[tuple[str, str, Input[str]]]:
        """Argument, pattern and value of each variable that has a pattern. Values of secrets are late."""
        for argument in ("environment", "config_map_environment", "secret_environment"):
            for name, value in getattr(self, argument).items():
                if name in self.environment_patterns:
                    yield f"{argument}.{name}", self.environment_patterns[name], value

    @property
    def commands(self) -> dict[str, Sequence[Input[str]]]:
        """Commands and their arguments, which are stored in plain text, by argument."""
        probes = {probe_type: probe.exec for probe_type, probe in self.probes.declared.items() if probe.exec}
        return {
            "command": self.command,
            "args": self.args,
            **{f"probes.{probe_type}.exec": command for probe_type, command in probes.items()},
        }

    @property
    def mount_paths(self) -> list[str]:
        """Mount paths of the container's files and ``emptyDir`` volumes."""
        directories = {path.rpartition("/")[0] for path in (*self.config_files, *self.secret_files)}
        return [*sorted(directories), *self.empty_dirs, *self.memory_empty_dirs]


def config_key(path: str) -> str:
    """Return the key of a file in a ConfigMap or Secret. The name of a variable is returned unchanged."""
    return path.strip("/").replace("/", "_")
