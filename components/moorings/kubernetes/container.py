"""The containers of a pod."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, PositiveInt, model_validator

from moorings.args import Args
from moorings.inputs import Input, SecretInput
from moorings.kubernetes.images import Image
from moorings.kubernetes.names import AbsolutePath, FilePath, PortName, Variable
from moorings.kubernetes.probes import Probe, Probes
from moorings.kubernetes.quantities import Bytes, Cores, amount
from moorings.kubernetes.secrecy import looks_secret

MOST_PORT = 65535
MOST_CONFIG = 1024 * 1024
"""Source: https://kubernetes.io/docs/concepts/configuration/configmap/"""

Port = Annotated[int, Field(ge=1, le=MOST_PORT)]


def file_key(path: str) -> str:
    """The key of a ConfigMap or Secret under which a file stands; the name of a variable stays as it is."""
    return path.strip("/").replace("/", "_")


def _reference(text: str) -> str:
    name, slash, key = text.partition("/")
    if not (name and slash and key):
        raise ValueError(f"{text!r} must be the name of a Secret, a slash and a key in it, as orders-database/password")
    return text


SecretReference = Annotated[str, AfterValidator(_reference)]


class PodContainer(Args):
    """A container: what it runs, what it is told, and what it may use.

    Every container of a pod is held to the same rules. None is privileged, may gain privileges, has a capability or
    writes to its image; there is no argument for it but ``read_only_root`` and ``bind_low_ports``.
    """

    image: Input[Image]
    """Image with a digest, or at least a tag other than ``latest``."""

    command: list[Input[str]] = []
    """Program, instead of the image's entry point."""

    arguments: list[Input[str]] = []
    """Arguments, instead of the image's."""

    ports: dict[PortName, Port] = {}
    """Ports on which the container listens, by name (``{"http": 8080}``)."""

    environment: dict[Variable, Input[str]] = {}
    """Environment variables. A change restarts the pods. A secret belongs in ``secrets``."""

    config: dict[Variable, Input[str]] = {}
    """Environment variables that come through a ConfigMap of this container alone. A change makes a new one, and
    restarts the pods."""

    config_files: dict[FilePath, Input[str]] = {}
    """Files, by their path, that come through a ConfigMap of this container alone. The folders hold nothing else."""

    secrets: dict[Variable, SecretInput[str]] = {}
    """Environment variables that come through a Secret of this container alone."""

    secret_files: dict[FilePath, SecretInput[str]] = {}
    """Files, by their path, that come through a Secret of this container alone; safer than ``secrets``, since the
    environment leaks into crash reports and child processes."""

    secret_references: dict[Variable, Input[SecretReference]] = {}
    """Environment variables from Secrets that somebody else makes: ``{"PASSWORD": "orders-database/password"}``."""

    pod_fields: dict[Variable, Annotated[str, Field(pattern=r"^(metadata|spec|status)\.\S+$")]] = {}
    """Environment variables that hold something of the pod itself: ``{"POD_NAME": "metadata.name"}``.

    Source: https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
    """

    not_secret: list[str] = []
    """Names of settings that look like a secret and are none."""

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

    scratch: dict[AbsolutePath, Bytes] = {"/tmp": "256Mi"}  # noqa: S108 - a volume of the container's own
    """Empty folders that the container may write to, and how much fits in; by default 256 MiB in ``/tmp``."""

    memory_scratch: dict[AbsolutePath, Bytes] = {}
    """Empty folders in memory; what is in them counts against ``memory_limit``."""

    read_only_root: bool = True
    """The container writes to no file of its image, by default: what breaks in leaves nothing."""

    bind_low_ports: bool = False
    """Let the container listen on ports below 1024, with the one capability that ``restricted`` allows."""

    user_id: PositiveInt | None = None
    """User that the container runs as; by default the pod's."""

    runtime: Literal["jvm", "ruby", "other"] = "other"
    """What the program runs on. A ``jvm`` is told to use 70 % of the memory limit for its heap, through
    ``JAVA_TOOL_OPTIONS``, unless that variable is given."""

    @property
    def variables(self) -> list[str]:
        """Names of the environment variables."""
        return [
            *self.environment, *self.config, *self.secrets, *self.secret_references, *self.pod_fields,
        ]  # fmt: skip

    @property
    def folders(self) -> list[str]:
        """Paths at which something is mounted, beside volumes."""
        files = {path.rpartition("/")[0] for path in (*self.config_files, *self.secret_files)}
        return [*sorted(files), *self.scratch, *self.memory_scratch]

    @model_validator(mode="after")
    def _rules(self) -> Self:
        broken = [
            *self._names(),
            *self._open_secrets(),
            *self._bytes(),
            *self._sizes(),
            *self._folders(),
            *self._probed_ports(),
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
        for files in (self.config_files, self.secret_files):
            keys = Counter(map(file_key, files))
            alike = sorted(path for path in files if keys[file_key(path)] > 1)
            if alike:
                yield f"{' and '.join(alike)} would have one key, {file_key(alike[0])}; rename one of them"

    def _open_secrets(self) -> Iterator[str]:
        for where in ("environment", "config", "config_files"):
            for name, value in getattr(self, where).items():
                if name not in self.not_secret and looks_secret(name, value):
                    yield (
                        f"{where} holds {name}, which looks like a secret and would be readable by everybody who sees "
                        f"the pod; move it to {'secret_files' if where == 'config_files' else 'secrets'}, or name it "
                        "in not_secret"
                    )

    def _bytes(self) -> Iterator[str]:
        for argument in ("config", "config_files"):
            known = [text for text in getattr(self, argument).values() if isinstance(text, str)]
            size = sum(len(text.encode()) for text in known)
            if size > MOST_CONFIG:
                yield (f"{argument} holds {size} bytes, and a ConfigMap {MOST_CONFIG} at most; put less into it")

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
        if sum(map(amount, self.memory_scratch.values())) >= amount(memory):
            yield (
                f"memory_scratch holds up to {' and '.join(self.memory_scratch.values())}, all of the container's "
                f"{memory}; raise memory_limit or lower it"
            )
        if sum(map(amount, self.scratch.values())) > amount(self.ephemeral_storage_limit):
            yield (
                f"scratch holds up to {' and '.join(self.scratch.values())}, and the pod is evicted above "
                f"ephemeral_storage_limit {self.ephemeral_storage_limit}; raise the limit or lower it"
            )

    def _folders(self) -> Iterator[str]:
        twice = sorted(path for path, times in Counter(self.folders).items() if times > 1)
        if twice:
            yield f"{', '.join(twice)} is mounted twice; give each folder one use"
        if self.read_only_root and self.runtime != "other" and not (self.scratch or self.memory_scratch):
            yield (
                f"a {self.runtime} writes temporary files, and the container has no folder that it may write to; leave "
                "/tmp in scratch"  # noqa: S108 - a message
            )

    def _probed_ports(self) -> Iterator[str]:
        for role in ("startup", "readiness", "liveness"):
            probe: Probe | None = getattr(self.probes, role)
            if probe is None or probe.command:
                continue
            if probe.port and probe.port not in self.ports:
                known = ", ".join(self.ports) or "none"
                yield f"probes.{role} asks port {probe.port}, which is none of ports ({known})"
            elif not probe.port and self.port_of(probe) is None:
                yield f"probes.{role} names no port, and ports has {len(self.ports)}; name one of them"

    def port_of(self, probe: Probe) -> str | None:
        """Name of the port that a probe asks."""
        if probe.port:
            return probe.port
        return next(iter(self.ports)) if len(self.ports) == 1 else ("http" if "http" in self.ports else None)
