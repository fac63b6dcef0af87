"""The containers of a pod."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Literal, Self

from pydantic import model_validator

from moorings.kafka.client_environment import ClientEnvironment, ClientSettingsFormat
from moorings.kafka.connection import KafkaConnection
from moorings.kubernetes.names import AbsolutePath, FilePath, PortName, Variable
from moorings.kubernetes.probes import Probe, Probes
from moorings.kubernetes.quantities import Bytes, Cores, PositiveNumber, amount
from moorings.kubernetes.references import KubernetesSecretReference, PodField
from moorings.kubernetes.value_patterns import ValuePattern, strange
from moorings.validation.args import Args
from moorings.validation.container_images import ContainerImage
from moorings.validation.inputs import Input, SecretInput
from moorings.validation.plaintext import find_secret, plaintext_problem
from moorings.validation.types import Port

HEAP_VARIABLE = "JAVA_TOOL_OPTIONS"
HEAP_PERCENT = 70
"""A JVM takes a quarter of its memory for the heap by itself.

Source: https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html
"""
MOST_CONFIG = 1024 * 1024
"""Source: https://kubernetes.io/docs/concepts/configuration/configmap/"""

_NAMED = re.compile(r"\$\$|\$\(([A-Za-z_][A-Za-z0-9_]*)\)")


def file_key(path: str) -> str:
    """The key of a ConfigMap or Secret under which a file stands; the name of a variable stays as it is."""
    return path.strip("/").replace("/", "_")


def _named(value: object) -> list[str]:
    """The variables that the kubelet puts into a value, where ``$$`` is a dollar."""
    return [name for name in _NAMED.findall(value) if name] if isinstance(value, str) else []


def secret_fix(word: str) -> str:
    """Return what to do with a secret in a word of a command. Variables are not expanded in probes."""
    instead = "let a shell read it" if word.startswith("probes.") else "write $(NAME) instead"
    return f"move it to secret_environment and {instead}, or add {word} to not_secret"


def excess(argument: str, texts: Iterable[Any]) -> str | None:
    """What is wrong with texts that a ConfigMap or Secret cannot hold; None if it can. Late ones are not counted."""
    size = sum(len(text.encode()) for text in texts if isinstance(text, str))
    kind = "Secret" if argument in {"secret_environment", "secret_files"} else "ConfigMap"
    return (
        f"{argument} holds {size} bytes, and a {kind} {MOST_CONFIG} at most; put less into it"
        if size > MOST_CONFIG
        else None
    )


class PodContainer(Args):
    """A container: what it runs, what it is told, and what it may use.

    Every container of a pod is held to the same rules. None is privileged, may gain privileges, has a capability or
    writes to its image; there is no argument for it but ``read_only_root_filesystem`` and ``net_bind_service``.
    """

    image: Input[ContainerImage]
    """Image with a digest, or at least a tag other than ``latest``."""

    command: list[Input[str]] = []
    """Program, instead of the image's entry point."""

    args: list[Input[str]] = []
    """Arguments, instead of the image's."""

    ports: dict[PortName, Port] = {}
    """Ports on which the container listens, by name (``{"http": 8080}``)."""

    environment: dict[Variable, Input[str]] = {}
    """Environment variables. A change restarts the pods. A secret belongs in ``secret_environment``. The kubelet puts another
    variable in the place of ``$(NAME)``, and takes ``$$`` for a dollar: values that must stay as they are belong in
    ``config_map_environment``.

    Source: https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
    """

    config_map_environment: dict[Variable, Input[str]] = {}
    """Environment variables that come through a ConfigMap of this container alone. A change makes a new one, and
    restarts the pods."""

    config_files: dict[FilePath, Input[str]] = {}
    """Files, by their path, that come through a ConfigMap of this container alone. The folders hold nothing else."""

    secret_environment: dict[Variable, SecretInput[str]] = {}
    """Environment variables that come through a Secret of this container alone."""

    secret_files: dict[FilePath, SecretInput[str]] = {}
    """Files, by their path, that come through a Secret of this container alone; safer than ``secret_environment``, since the
    environment leaks into crash reports and child processes."""

    secrets: dict[Variable, KubernetesSecretReference] = {}
    """Environment variables from Secrets that somebody else makes: ``{"PASSWORD": KubernetesSecretReference(secret_name="orders-database", key="password")}``."""

    field_refs: dict[Variable, PodField] = {}
    """Environment variables that hold something of the pod itself: ``{"POD_NAME": "metadata.name"}``.

    Source: https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
    """

    environment_patterns: dict[Variable, ValuePattern] = {}
    """Regular expressions that values of ``environment``, ``config_map_environment`` and ``secret_environment`` must match in full, by the name of
    the variable (``{"CORS_ORIGINS": "https://[^*]+"}``). Each of these variables must be set. What an application does
    not understand it often ignores, and starts without authentication. Of ``secrets`` the value is not known
    here. No message tells a value."""

    kafka: KafkaConnection | None = None
    """Way into a Kafka cluster, whose settings the container gets through a ConfigMap and a Secret of its own. Another
    password or broker restarts the pods. Where the password is in Secrets Manager alone, ``secrets`` gives
    it."""

    kafka_settings: ClientSettingsFormat = "environment"
    """How the application is told of ``kafka``: as ``KAFKA_BOOTSTRAP_SERVERS`` and the like, as properties of Spring
    Boot (``SPRING_KAFKA_BOOTSTRAPSERVERS``), or not at all (``none``), where ``secret_files`` has a file of them."""

    not_secret: list[str] = []
    """Names of settings that look like a secret and are none, and words of a command (``args[1]``,
    ``probes.liveness.exec[1]``)."""

    cpu_request: Cores
    """CPU that the container is promised (``250m``); a node is chosen by it, and utilization is measured against it."""

    cpu_limit: Cores | None = None
    """CPU at which the container is throttled. Not by default: CPU that nobody else needs goes to who can use it."""

    memory_request: Bytes
    """Memory that the container is promised (``512Mi``)."""

    memory_limit: Bytes | None = None
    """Memory at which the container is killed; by default what it is promised, so that a node never runs short."""

    ephemeral_storage_request: Bytes = "100Mi"
    """Disk for logs and scratch files that the container is promised."""

    ephemeral_storage_limit: Bytes = "1Gi"
    """Disk for logs and scratch files at which the pod is evicted."""

    probes: Probes = Probes()
    """When the container has started, is ready, and must be restarted. None by default."""

    empty_dirs: dict[AbsolutePath, Bytes] = {"/tmp": "256Mi"}  # noqa: S108 - a volume of the container's own
    """Empty folders that the container may write to, and how much fits in; by default 256 MiB in ``/tmp``."""

    memory_empty_dirs: dict[AbsolutePath, Bytes] = {}
    """Empty folders in memory; what is in them counts against ``memory_limit``."""

    read_only_root_filesystem: bool = True
    """The container writes to no file of its image, by default: what breaks in leaves nothing."""

    net_bind_service: bool = False
    """Let the container listen on ports below 1024, with the one capability that ``restricted`` allows."""

    run_as_user: PositiveNumber | None = None
    """User that the container runs as; by default the pod's."""

    runtime: Literal["jvm", "ruby", "other"] = "other"
    """What the program runs on. A ``jvm`` is told to use 70 % of the memory limit for its heap, through
    ``JAVA_TOOL_OPTIONS``, unless that variable is given."""

    @property
    def sizes_heap(self) -> bool:
        """Whether the heap is a share of the memory limit."""
        return self.runtime == "jvm" and HEAP_VARIABLE not in self.variables

    @property
    def variables(self) -> list[str]:
        """Names of the environment variables."""
        return [
            *self.environment, *self.config_map_environment, *self.secret_environment, *self.secrets, *self.field_refs,
            *ClientEnvironment(self.kafka, self.kafka_settings).names,
        ]  # fmt: skip

    @property
    def patterned(self) -> Iterator[tuple[str, str, Input[str]]]:
        """Where a value stands that has a pattern, the pattern, and the value. Those of secrets are always late."""
        for where in ("environment", "config_map_environment", "secret_environment"):
            for name, value in getattr(self, where).items():
                if name in self.environment_patterns:
                    yield f"{where}.{name}", self.environment_patterns[name], value

    @property
    def commands(self) -> dict[str, Sequence[Input[str]]]:
        """Words that everybody reads who sees the pod, by where they stand."""
        asked = {role: probe.exec for role, probe in self.probes.asked.items() if probe.exec}
        return {
            "command": self.command,
            "args": self.args,
            **{f"probes.{role}.exec": words for role, words in asked.items()},
        }

    @property
    def folders(self) -> list[str]:
        """Paths at which something is mounted, beside volumes."""
        files = {path.rpartition("/")[0] for path in (*self.config_files, *self.secret_files)}
        return [*sorted(files), *self.empty_dirs, *self.memory_empty_dirs]

    @model_validator(mode="after")
    def _rules(self) -> Self:
        broken = [
            *self._names(),
            *self._open_secrets(),
            *self._values(),
            *self._kafka(),
            *self._bytes(),
            *self._sizes(),
            *self._folders(),
            *self._probed_ports(),
            *self._same_endpoint(),
        ]
        if broken:
            raise ValueError("; ".join(broken))
        return self

    def _names(self) -> Iterator[str]:
        twice = sorted(name for name, times in Counter(self.variables).items() if times > 1)
        if twice:
            yield f"{', '.join(twice)} is set twice; set each environment variable in one place"
        numbers = Counter(self.ports.values())
        same = sorted(str(number) for number, times in numbers.items() if times > 1)
        if same:
            yield f"ports names {', '.join(same)} more than once; give each port one name"
        earlier: set[str] = set()
        for name, value in self.environment.items():
            later = [each for each in _named(value) if each in self.environment and each not in earlier]
            if later:
                yield (
                    f"environment.{name} names $({later[0]}), which is not set before it and would stay as it is; put "
                    f"{later[0]} before {name}"
                )
            earlier.add(name)
        for files in (self.config_files, self.secret_files):
            keys = Counter(map(file_key, files))
            alike = sorted(path for path in files if keys[file_key(path)] > 1)
            if alike:
                yield f"{' and '.join(alike)} would have one key, {file_key(alike[0])}; rename one of them"
        both = sorted(self.config_files.keys() & self.secret_files.keys())
        if both:
            yield f"{', '.join(both)} stands in config_files and in secret_files; keep it in one of them"

    def _open_secrets(self) -> Iterator[str]:
        for argument in ("environment", "config_map_environment", "config_files"):
            instead = "secret_files" if argument == "config_files" else "secret_environment"
            for name, value in getattr(self, argument).items():
                secret = find_secret(value, name) if name not in self.not_secret else None
                if secret:
                    fix = f"move it to {instead}, or add {name} to not_secret"
                    yield plaintext_problem(f"{argument}.{name}", secret, fix)
        for argument, words in self.commands.items():
            for index, (previous, value) in enumerate(pairwise(["", *words])):
                option = previous if isinstance(previous, str) and previous.startswith("-") else ""
                word = f"{argument}[{index}]"
                secret = find_secret(value, option) if isinstance(value, str) and word not in self.not_secret else None
                if secret:
                    yield plaintext_problem(word, secret, secret_fix(word))

    def _values(self) -> Iterator[str]:
        known = {*self.environment, *self.config_map_environment, *self.secret_environment, *self.secrets}
        unset = [name for name in self.environment_patterns if name not in known]
        if unset:
            yield (
                f"environment_patterns names {', '.join(unset)}, which none of environment, "
                "config_map_environment, secret_environment and secrets sets; set it there, or leave its pattern out"
            )
        for where, pattern, value in self.patterned:
            wrong = strange(where, pattern, value) if isinstance(value, str) else None
            if wrong:
                yield wrong

    def _kafka(self) -> Iterator[str]:
        needed = ClientEnvironment(self.kafka, self.kafka_settings).missing_variable
        if needed is not None and needed not in self.variables:
            yield (
                f"kafka has its password in Secrets Manager alone, where no pod reads it; name a Secret that holds "
                f"{needed} in secrets, or give a connection with its password"
            )

    def _bytes(self) -> Iterator[str]:
        found = (
            excess(argument, getattr(self, argument).values())
            for argument in ("config_map_environment", "config_files")
        )
        yield from filter(None, found)

    def _sizes(self) -> Iterator[str]:
        for request, limit in (
            ("cpu_request", "cpu_limit"),
            ("memory_request", "memory_limit"),
            ("ephemeral_storage_request", "ephemeral_storage_limit"),
        ):
            least, most = getattr(self, request), getattr(self, limit)
            if most is not None and amount(most) < amount(least):
                yield f"{limit} {most} is below {request} {least}; raise it"
        memory = self.memory_limit or self.memory_request
        empty_dirs, holds = (
            sum(map(amount, self.memory_empty_dirs.values())),
            " and ".join(self.memory_empty_dirs.values()),
        )
        if empty_dirs >= amount(memory):
            yield (
                f"memory_empty_dirs holds up to {holds}, all of the container's {memory}; raise memory_limit or lower it"
            )
        elif self.sizes_heap and empty_dirs > amount(memory) * (100 - HEAP_PERCENT) / 100:
            yield (
                f"memory_empty_dirs holds up to {holds}, which counts against the {memory} of which a jvm takes "
                f"{HEAP_PERCENT} % for its heap; raise memory_limit, lower it, or say the heap in {HEAP_VARIABLE}"
            )
        if sum(map(amount, self.empty_dirs.values())) > amount(self.ephemeral_storage_limit):
            yield (
                f"empty_dirs holds up to {' and '.join(self.empty_dirs.values())}, and the pod is evicted above "
                f"ephemeral_storage_limit {self.ephemeral_storage_limit}; raise the limit or lower it"
            )

    def _folders(self) -> Iterator[str]:
        twice = sorted(path for path, times in Counter(self.folders).items() if times > 1)
        if twice:
            yield f"{', '.join(twice)} is mounted twice; give each folder one use"
        if (
            self.read_only_root_filesystem
            and self.runtime != "other"
            and not (self.empty_dirs or self.memory_empty_dirs)
        ):
            yield (
                f"a {self.runtime} writes temporary files, and the container has no folder that it may write to; leave "
                "/tmp in empty_dirs"  # noqa: S108 - a message
            )

    def _probed_ports(self) -> Iterator[str]:
        for role, probe in self.probes.asked.items():
            if probe.exec:
                continue
            if probe.port and probe.port not in self.ports:
                known = ", ".join(self.ports) or "none"
                yield f"probes.{role} asks port {probe.port}, which is none of ports ({known})"
            elif not probe.port and self.port_of(probe) is None:
                yield f"probes.{role} names no port, and ports has {len(self.ports)}; name one of them"

    def _same_endpoint(self) -> Iterator[str]:
        """A port that is named and one that is found are the same."""
        liveness, readiness = self.probes.liveness, self.probes.readiness
        if self.probes.same_endpoint or not (liveness and readiness):
            return
        if (*liveness.target, self.port_of(liveness)) == (*readiness.target, self.port_of(readiness)):
            yield (
                "probes.liveness asks what readiness asks, so a container that drains would be restarted; ask another "
                "path, or say same_endpoint=True if there is no other"
            )

    def port_of(self, probe: Probe) -> str | None:
        """Name of the port that a probe asks."""
        if probe.port:
            return probe.port
        return next(iter(self.ports)) if len(self.ports) == 1 else ("http" if "http" in self.ports else None)
