"""Containers of a pod: image, environment variables, files, resources and probes."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from moorings.kafka.client_environment import ClientEnvironment, ClientSettingsFormat
from moorings.kafka.connection import KafkaConnection
from moorings.kafka.connection_files import FILES_DIRECTORY
from moorings.kubernetes.container_security import ContainerSecurity
from moorings.kubernetes.environment_variables import (
    EnvironmentSource,
    FieldPath,
    KubernetesConfigMapReference,
    KubernetesSecretReference,
    ValuePattern,
    VariableName,
)
from moorings.kubernetes.names import ConfigKey, FilePath, MountPath, PortName, ResourceName
from moorings.kubernetes.probes import Probes
from moorings.kubernetes.quantities import Amount, Bytes, Cores, Number, parse_quantity
from moorings.kubernetes.volumes import VolumeMount
from moorings.validation.args import Args
from moorings.validation.container_images import ContainerImage
from moorings.validation.inputs import Input, SecretInput
from moorings.validation.plaintext import unless_secret
from moorings.validation.types import Port

JVM_OPTIONS_VARIABLE = "JAVA_TOOL_OPTIONS"
JVM_HEAP_PERCENT = 70
"""The default of the JVM is 25 % of its memory.

Source: https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html
"""

_VARIABLE_ARGUMENTS = (
    "environment", "config_map_environment", "secret_environment", "secrets", "config_maps", "field_refs",
)  # fmt: skip


class PodContainer(Args):
    """A container of a pod.

    Containers meet Pod Security's ``restricted`` level: they are unprivileged, cannot gain privileges and have no
    capabilities. By default their root file system is read-only.
    """

    image: Input[ContainerImage]
    """Image, with a digest or a tag."""

    image_pull_policy: Literal["Always", "IfNotPresent", "Never"] | None = None
    """When the kubelet pulls the image: ``Always``, ``IfNotPresent`` or ``Never``. Defaults to ``IfNotPresent`` with a
    digest, and to ``Always`` with a tag, which can be moved to another image.

    Source: https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy
    """

    command: list[Input[str]] = []
    """Command. Defaults to the entry point of the image."""

    args: list[Input[str]] = []
    """Arguments of the command. Defaults to those of the image."""

    ports: dict[PortName, Port] = {}
    """TCP ports on which the container listens, by name (``{"http": 8080}``)."""

    udp_ports: dict[PortName, Port] = {}
    """UDP ports on which the container listens, by name (``{"dns": 53}``)."""

    environment: dict[VariableName, Input[str]] = {}
    """Environment variables in plain text. The kubelet expands ``$(NAME)`` and turns ``$$`` into ``$``. Values that
    must not be expanded belong in ``config_map_environment``, and secrets in ``secret_environment``.

    Source: https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
    """

    config_map_environment: dict[ConfigKey, Input[str]] = {}
    """Environment variables stored in an immutable ConfigMap. Changing a value creates a new ConfigMap."""

    config_files: dict[FilePath, Input[str]] = {}
    """Files by path, stored in an immutable ConfigMap. Their directories contain only mounted files."""

    secret_environment: dict[ConfigKey, SecretInput[str]] = {}
    """Environment variables whose values the program supplies, stored in an immutable Secret."""

    secret_files: dict[FilePath, SecretInput[str]] = {}
    """Files by path whose content the program supplies, stored in an immutable Secret. Files are safer than environment
    variables, which crash reports and child processes can reveal."""

    secrets: dict[VariableName, KubernetesSecretReference] = {}
    """Environment variables from existing Secrets:
    ``{"PASSWORD": KubernetesSecretReference(secret_name="orders-database", key="password")}``."""

    config_maps: dict[VariableName, KubernetesConfigMapReference] = {}
    """Environment variables from existing ConfigMaps:
    ``{"REGION": KubernetesConfigMapReference(config_map_name="cluster", key="region")}``."""

    environment_from: list[EnvironmentSource] = []
    """Existing Secrets and ConfigMaps, each key of which becomes an environment variable. A later source overrides
    an earlier one, and the other arguments override all of them. Pods do not restart when an object changes."""

    field_refs: dict[VariableName, FieldPath] = {}
    """Environment variables with fields of the pod, from the downward API: ``{"POD_NAME": "metadata.name"}``.

    Source: https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
    """

    environment_patterns: dict[VariableName, ValuePattern] = {}
    """Regular expressions that the whole value of a variable must match (``{"CORS_ORIGINS": "https://[^*]+"}``), for
    applications that ignore an invalid setting. Every named variable must be set. Values of ``secrets`` are not
    checked. Messages never contain a value."""

    kafka: KafkaConnection | None = None
    """Connection to a Kafka cluster, passed to the container through a ConfigMap and a Secret. Its certificates and key
    stores are files in ``/etc/kafka-client``, to which the settings refer. Pods restart when brokers or password
    change. If the password is only in Secrets Manager, copy it into a Secret and reference it in ``secrets``."""

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

    extended_resources: dict[ResourceName, Amount] = {}
    """GPUs, other devices and huge pages by resource name (``{"nvidia.com/gpu": 1}``). The amount is the request and
    the limit, which must be equal.

    Source: https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/
    """

    probes: Probes = Probes()
    """Startup, readiness and liveness probes. Defaults to none."""

    empty_dirs: dict[MountPath, Bytes] = {"/tmp": "256Mi"}  # noqa: S108 - an emptyDir volume
    """Writable ``emptyDir`` volumes by path, with their size limit. Defaults to 256 MiB at ``/tmp``."""

    memory_empty_dirs: dict[MountPath, Bytes] = {}
    """Writable ``emptyDir`` volumes in memory by path, with their size limit. They count against ``memory_limit``."""

    volume_mounts: dict[MountPath, VolumeMount] = {}
    """Volumes of the pod (``volumes``) by the path at which the container mounts them, in addition to those with a
    ``mount_path``: ``{"/certificates": VolumeMount(volume="tls", read_only=True)}``."""

    read_only_root_filesystem: bool = True
    """Mount the root file system of the container read-only."""

    net_bind_service: bool = False
    """Add the capability ``NET_BIND_SERVICE``, to listen on ports below 1024."""

    security: ContainerSecurity = ContainerSecurity()
    """Capabilities and other privileges. Defaults to none."""

    run_as_user: Number | None = None
    """User ID of the container. Defaults to that of the pod. 0 is root."""

    runtime: Literal["jvm", "ruby", "other"] = "other"
    """Runtime of the application. A ``jvm`` uses 70 % of the memory limit for its heap, through ``JAVA_TOOL_OPTIONS``,
    unless that variable is set."""

    @property
    def sets_heap_size(self) -> bool:
        """Whether ``JAVA_TOOL_OPTIONS`` sets the size of the heap."""
        return self.runtime == "jvm" and JVM_OPTIONS_VARIABLE not in self.variable_names

    @property
    def memory(self) -> str:
        """Memory limit."""
        return self.memory_limit or self.memory_request

    @property
    def memory_bytes(self) -> int:
        """Memory limit in bytes."""
        return int(parse_quantity(self.memory))

    @property
    def kafka_client(self) -> ClientEnvironment:
        """Environment variables of ``kafka``. They refer to mounted certificates and key stores."""
        return ClientEnvironment(self.kafka, self.kafka_settings, FILES_DIRECTORY)

    @property
    def variable_names(self) -> list[str]:
        """Names of the environment variables."""
        return [name for _, name in self.variables]

    @property
    def variables(self) -> list[tuple[str, str]]:
        """The argument that sets each environment variable, and its name."""
        kafka = [("kafka", name) for name in self.kafka_client.names]
        return kafka + [
            (argument, name)
            for argument in (
                "environment",
                "config_map_environment",
                "secret_environment",
                "secrets",
                "config_maps",
                "field_refs",
            )
            for name in getattr(self, argument)
        ]

    @property
    def has_unknown_variables(self) -> bool:
        """Whether existing objects set variables whose names the program does not know."""
        return bool(self.environment_from)

    @property
    def environment_names(self) -> list[str]:
        """Names of the variables in ``environment``, in their order."""
        return list(self.environment)

    @property
    def values(self) -> "Mapping[Any, Input[str]]":
        """Values of environment variables that the program knows, by argument and name."""
        return {
            (argument, name): value
            for argument in ("environment", "config_map_environment", "secret_environment")
            for name, value in getattr(self, argument).items()
        }

    @property
    def jvm_options(self) -> "Mapping[Any, Input[str]]":
        """Values that may contain options of a JVM, by path."""
        words = {
            (argument, index): value
            for argument in ("command", "args")
            for index, value in enumerate(getattr(self, argument))
        }
        return {
            path: value
            for path, value in {**self.values, **words}.items()
            if not isinstance(value, str) or "-X" in value
        }

    @property
    def values_with_patterns(self) -> "Mapping[Any, Input[str]]":
        """Values of the variables that have a pattern, by argument and name."""
        return {key: value for key, value in self.values.items() if key[1] in self.environment_patterns}

    @property
    def plaintext(self) -> "Mapping[Any, Any]":
        """Values that are stored in plain text, by path. Late values that are secret are replaced by a mark."""
        settings: dict[Any, Any] = {
            (argument, name): unless_secret(value, name)
            for argument in ("environment", "config_map_environment", "config_files")
            for name, value in getattr(self, argument).items()
        }
        for argument, command in self.commands.items():
            for index, value in enumerate(command):
                settings[*argument.split("."), index] = unless_secret(value)
        return settings

    @property
    def plaintext_names(self) -> list[str]:
        """Names of the settings that are stored in plain text, as ``not_secret`` spells them."""
        words = [f"{argument}[{index}]" for argument, command in self.commands.items() for index in range(len(command))]
        return [*self.environment, *self.config_map_environment, *self.config_files, *words]

    @property
    def option_names(self) -> "Mapping[Any, str]":
        """Options of commands that precede a value, by the path of the value."""
        return {
            (*argument.split("."), index): option
            for argument, command in self.commands.items()
            for index, option in enumerate(command, 1)
            if isinstance(option, str) and option.startswith("-")
        }

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
    def mounts(self) -> list[tuple[tuple[str, str], str]]:
        """The argument and key that mount each directory of the container, and the mount path."""
        directories: dict[str, tuple[str, str]] = {}
        for argument in ("config_files", "secret_files"):
            for path in getattr(self, argument):
                directories.setdefault(path.rpartition("/")[0], (argument, path))
        if self.kafka is not None and self.kafka.has_files:
            directories.setdefault(FILES_DIRECTORY, ("kafka", "tls"))
        mounts = [(source, directory) for directory, source in directories.items()]
        return mounts + [
            ((argument, path), path)
            for argument in ("empty_dirs", "memory_empty_dirs", "volume_mounts")
            for path in getattr(self, argument)
        ]
