"""ConfigMaps and Secrets of a container.

They are never changed, but replaced under a new name, so that the pods that read them restart, and no others.

Source: https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-immutable
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pulumi

from moorings.kafka.client_environment import ClientEnvironment
from moorings.kubernetes.container import PodContainer, excess, file_key, secret_fix
from moorings.kubernetes.objects import KubernetesObject
from moorings.kubernetes.value_patterns import strange
from moorings.validation.inputs import check_together, is_late
from moorings.validation.plaintext import check_plaintext, find_secret

FILE_MODE = 0o440
"""Mounted files are read by the pod's user and group, and by nobody else."""


@dataclass(frozen=True)
class ContainerConfig:
    """Where a container finds its settings."""

    environment: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """Sources of environment variables."""

    folders: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])
    """Sources of files, by the folder that they are mounted in."""


@dataclass(frozen=True)
class ConfigObjects:
    """Makes the ConfigMaps and Secrets of a container."""

    where: str
    """Whose they are, as messages name it."""

    name: str
    """What their logical names begin with."""

    metadata: Mapping[str, Any]
    parent: pulumi.Resource
    keep_old: bool

    def of(self, container: PodContainer) -> ContainerConfig:
        """Make them, and tell where the container finds them."""
        self._refuse_secrets(container)
        self._check_late(container)
        made = ContainerConfig()
        if container.config_map_environment:
            made.environment.append({"configMapRef": {"name": self._map("config", container.config_map_environment)}})
        if container.secret_environment:
            made.environment.append({"secretRef": {"name": self._secret("secrets", container.secret_environment)}})
        kafka = ClientEnvironment(container.kafka, container.kafka_settings)
        if plain := kafka.plain:
            made.environment.append({"configMapRef": {"name": self._map("kafka", plain)}})
        if secret := kafka.secret:
            made.environment.append({"secretRef": {"name": self._secret("kafka-login", secret)}})
        if container.config_files:
            self._files(made, container.config_files, "configMap", self._map("config-files", container.config_files))
        if container.secret_files:
            self._files(made, container.secret_files, "secret", self._secret("secret-files", container.secret_files))
        return made

    def _check_late(self, container: PodContainer) -> None:
        for argument in ("config_map_environment", "config_files", "secret_environment", "secret_files"):
            texts = list(getattr(container, argument).values())
            if is_late(texts):
                check_together(self.where, partial(_fit, argument), texts=texts)
        for where, pattern, value in container.patterned:
            if is_late(value):
                check_together(self.where, partial(_match, where, pattern), value=value)

    def _files(self, made: ContainerConfig, files: Mapping[str, Any], source: str, name: pulumi.Output[str]) -> None:
        folders: dict[str, list[dict[str, str]]] = {}
        for path in files:
            folder, _, file = path.rpartition("/")
            folders.setdefault(folder, []).append({"key": file_key(path), "path": file})
        for folder, items in folders.items():
            made.folders.setdefault(folder, []).append({source: {"name": name, "items": items}})

    def _map(self, role: str, data: Mapping[str, Any]) -> pulumi.Output[str]:
        keyed = {file_key(key): value for key, value in data.items()}
        return self._make(role, "ConfigMap", data=keyed)

    def _secret(self, role: str, data: Mapping[str, Any]) -> pulumi.Output[str]:
        keyed = {file_key(key): value for key, value in data.items()}
        return self._make(role, "Secret", type="Opaque", stringData=keyed)

    def _make(self, role: str, kind: str, **body: Any) -> pulumi.Output[str]:
        opts = pulumi.ResourceOptions(parent=self.parent, retain_on_delete=self.keep_old or None)
        made = KubernetesObject(f"{self.name}-{role}", "v1", kind, opts, metadata=self.metadata, immutable=True, **body)
        return made.name

    def _refuse_secrets(self, container: PodContainer) -> None:
        """Refuse late values that are secret, or look like it: what is plain was looked at with the arguments."""
        for argument in ("environment", "config_map_environment", "config_files"):
            for name, value in getattr(container, argument).items():
                if is_late(value) and name not in container.not_secret:
                    instead = "secret_files" if argument == "config_files" else "secret_environment"
                    check_plaintext(
                        self.where,
                        f"{argument}.{name}",
                        value,
                        fix=f"move it to {instead}, or add {name} to not_secret",
                        find=partial(find_secret, name=name),
                    )
        for argument in ("command", "args"):
            for index, value in enumerate(getattr(container, argument)):
                word = f"{argument}[{index}]"
                if is_late(value) and word not in container.not_secret:
                    check_plaintext(self.where, word, value, fix=secret_fix(word))


def _fit(argument: str, texts: list[str]) -> None:
    wrong = excess(argument, texts)
    if wrong:
        raise ValueError(wrong)


def _match(where: str, pattern: str, value: str) -> None:
    wrong = strange(where, pattern, value)
    if wrong:
        raise ValueError(wrong)
