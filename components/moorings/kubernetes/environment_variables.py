"""Environment variables of a container: references to Secrets, fields of the pod, and patterns of their values."""

import re
from typing import Annotated

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
