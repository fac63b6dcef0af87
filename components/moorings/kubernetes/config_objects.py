"""ConfigMaps and Secrets of a container.

They are immutable: a change creates an object with a new name, so that exactly the pods that use it are updated.

Source: https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-immutable
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType
from typing import Any

import pulumi

from moorings.kafka.connection_files import FILES_DIRECTORY
from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.names import CONFIG_KEY
from moorings.kubernetes.objects import KubernetesObject

_KEY_SUFFIX_LENGTH = 200
_OTHER_CHARACTERS = re.compile("[^-._A-Za-z0-9]")


def config_keys(names: Iterable[str]) -> dict[str, str]:
    """Return the keys of files or variables in a ConfigMap or Secret.

    The key of a file is its path with underscores. If that is no valid key, or the key of another file, a hash of the
    path is appended.

    Args:
        names: paths of files, or names of variables, which are keys already.

    """
    keys: dict[str, str] = {}
    for name in names:
        key = name.strip("/").replace("/", "_")
        if not CONFIG_KEY.fullmatch(key) or key in keys.values():
            end = _OTHER_CHARACTERS.sub("_", key)[-_KEY_SUFFIX_LENGTH:].lstrip(".")
            key = f"{end}-{sha256(name.encode()).hexdigest()[:8]}"
        keys[name] = key
    return keys


@dataclass(frozen=True)
class ContainerConfig:
    """References to the ConfigMaps and Secrets of a container."""

    env_from: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """Sources of environment variables."""

    directories: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])
    """Sources of projected volumes, by mount path."""


@dataclass(frozen=True)
class ConfigObjects:
    """Creates the ConfigMaps and Secrets of a container."""

    name: str
    """Prefix of the logical names."""

    metadata: Mapping[str, Any]
    parent: pulumi.Resource
    retain_old: bool

    def create(self, container: PodContainer) -> ContainerConfig:
        """Create the objects, and return the references to them."""
        config = ContainerConfig()
        kafka = container.kafka_client
        self._add_variables(config, "config", "ConfigMap", container.config_map_environment)
        self._add_variables(config, "secrets", "Secret", container.secret_environment)
        self._add_variables(config, "kafka", "ConfigMap", kafka.plain)
        self._add_variables(config, "kafka-login", "Secret", kafka.secret)
        self._add_files(config, "config-files", "ConfigMap", container.config_files)
        self._add_files(config, "secret-files", "Secret", container.secret_files)
        if container.kafka is not None:
            text, binary = container.kafka.files(FILES_DIRECTORY), container.kafka.base64_files(FILES_DIRECTORY)
            self._add_files(config, "kafka-files", "Secret", text, binary)
        return config

    def _add_variables(self, config: ContainerConfig, role: str, kind: str, data: Mapping[str, Any]) -> None:
        if data:
            reference = "configMapRef" if kind == "ConfigMap" else "secretRef"
            config.env_from.append({reference: {"name": self._create(role, kind, data)}})

    def _add_files(
        self,
        config: ContainerConfig,
        role: str,
        kind: str,
        data: Mapping[str, Any],
        base64_data: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        if not data and not base64_data:
            return
        name = self._create(role, kind, data, base64_data)
        directories: dict[str, list[dict[str, str]]] = {}
        for path, key in config_keys([*data, *base64_data]).items():
            directory, _, file = path.rpartition("/")
            directories.setdefault(directory, []).append({"key": key, "path": file})
        source = "configMap" if kind == "ConfigMap" else "secret"
        for directory, items in directories.items():
            config.directories.setdefault(directory, []).append({source: {"name": name, "items": items}})

    def _create(
        self, role: str, kind: str, data: Mapping[str, Any], base64_data: Mapping[str, Any] = MappingProxyType({})
    ) -> pulumi.Output[str]:
        keys = config_keys([*data, *base64_data])
        values = {keys[name]: value for name, value in data.items()}
        fields: dict[str, Any] = {"data": values} if kind == "ConfigMap" else {"type": "Opaque", "stringData": values}
        if base64_data:
            fields["data"] = {keys[name]: value for name, value in base64_data.items()}
        opts = pulumi.ResourceOptions(parent=self.parent, retain_on_delete=self.retain_old or None)
        config_object = KubernetesObject(
            f"{self.name}-{role}", "v1", kind, opts, metadata=self.metadata, immutable=True, **fields
        )
        return config_object.name
