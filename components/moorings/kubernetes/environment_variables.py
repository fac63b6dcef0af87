"""Environment variables of a container: references to Secrets, fields of the pod, and patterns of their values."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator

from moorings.kubernetes.names import ConfigKey, Subdomain, check_label_key
from moorings.validation.args import Args
from moorings.validation.argument_rules import FORMAT
from moorings.validation.inputs import Input
from moorings.validation.rules import Violation
from moorings.validation.types import matches

VariableName = Annotated[
    str, matches("the name of an environment variable in printable ASCII characters without '='", "[ -<>-~]+", "PORT")
]
"""Name of an environment variable.

Source: https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/
"""

COMMON_VARIABLE_NAME = re.compile("[A-Za-z_][A-Za-z0-9_.-]*")
"""Names with other characters are valid, and rarely intended."""

FIELD_PATHS = (
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP",
    "status.hostIPs", "status.podIP", "status.podIPs",
)  # fmt: skip
"""Source: https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#available-fields"""

_LABEL_OR_ANNOTATION = re.compile(r"metadata\.(?:labels|annotations)\['(?P<key>[^']+)'\]")


class KubernetesSecretReference(Args):
    """A key of a Secret that exists in the namespace of the workload."""

    secret_name: Input[Subdomain]
    """Name of the Secret."""

    key: Input[ConfigKey]
    """Key in the Secret."""

    optional: bool = False
    """Start the container without the variable if the Secret or the key does not exist."""


class KubernetesConfigMapReference(Args):
    """A key of a ConfigMap that exists in the namespace of the workload."""

    config_map_name: Input[Subdomain]
    """Name of the ConfigMap."""

    key: Input[ConfigKey]
    """Key in the ConfigMap."""

    optional: bool = False
    """Start the container without the variable if the ConfigMap or the key does not exist."""


class EnvironmentSource(Args):
    """An existing Secret or ConfigMap, each key of which becomes an environment variable.

    Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/
    """

    secret_name: Input[Subdomain] | None = None
    """Name of a Secret. Exactly one of ``secret_name`` and ``config_map_name`` is required."""

    config_map_name: Input[Subdomain] | None = None
    """Name of a ConfigMap."""

    prefix: VariableName | None = None
    """Prefix of the names of the variables (``DATABASE_``). Defaults to none."""

    optional: bool = False
    """Start the container without the variables if the object does not exist."""

    @property
    def objects(self) -> list[str]:
        """The arguments that name an object."""
        return [name for name in ("secret_name", "config_map_name") if getattr(self, name) is not None]

    @property
    def rendered(self) -> dict[str, Any]:
        """The source as an ``EnvFromSource`` of the Kubernetes API."""
        optional = {"optional": True} if self.optional else {}
        prefix = {"prefix": self.prefix} if self.prefix else {}
        if self.secret_name is not None:
            return {**prefix, "secretRef": {"name": self.secret_name, **optional}}
        return {**prefix, "configMapRef": {"name": self.config_map_name, **optional}}


def _check_field_path(path: str) -> str:
    if path in FIELD_PATHS:
        return path
    match = _LABEL_OR_ANNOTATION.fullmatch(path)
    if match is None:
        raise Violation(
            FORMAT,
            f"must be {', '.join(FIELD_PATHS)}, metadata.labels['<key>'] or metadata.annotations['<key>'], got "
            f"{path!r}",
        )
    check_label_key(match["key"])
    return path


FieldPath = Annotated[str, AfterValidator(_check_field_path)]
"""Field of the pod that an environment variable can have as its value: ``metadata.name``."""


def _check_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except (re.error, OverflowError) as error:
        raise Violation(FORMAT, f"must be a regular expression, got {pattern!r}: {error}") from None
    return pattern


ValuePattern = Annotated[str, AfterValidator(_check_pattern)]
"""Regular expression that the whole value of an environment variable must match."""
