"""Where an environment variable takes its value from: a key of a Secret, or something of the pod itself."""

import re
from typing import Annotated

from pydantic import AfterValidator

from moorings.kubernetes.names import ConfigKey, Subdomain, label_key
from moorings.validation.args import Args
from moorings.validation.inputs import Input

POD_FIELDS = (
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP",
    "status.hostIPs", "status.podIP", "status.podIPs",
)  # fmt: skip
"""Source: https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#available-fields"""

_ONE_OF_MANY = re.compile(r"metadata\.(?:labels|annotations)\['(?P<key>[^']+)'\]")


def _pod_field(path: str) -> str:
    if path in POD_FIELDS:
        return path
    found = _ONE_OF_MANY.fullmatch(path)
    if found is None:
        raise ValueError(
            f"{path!r} is nothing that a pod tells a variable; give {', '.join(POD_FIELDS)}, metadata.labels['<key>'] "
            "or metadata.annotations['<key>']"
        )
    label_key(found["key"])
    return path


class KubernetesSecretReference(Args):
    """A key of a Secret that exists in the namespace of the workload."""

    secret_name: Input[Subdomain]
    """Name of the Secret."""

    key: Input[ConfigKey]
    """Key in the Secret."""


PodField = Annotated[str, AfterValidator(_pod_field)]
"""Something of the pod itself: ``metadata.name``."""
