"""Where an environment variable takes its value from: a key of a Secret, or something of the pod itself."""

import re
from typing import Annotated

from pydantic import AfterValidator

from moorings.kubernetes.names import config_key, label_key, subdomain

POD_FIELDS = (
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP",
    "status.hostIPs", "status.podIP", "status.podIPs",
)  # fmt: skip
"""Source: https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#available-fields"""

_ONE_OF_MANY = re.compile(r"metadata\.(?:labels|annotations)\['(?P<key>[^']+)'\]")


def _reference(text: str) -> str:
    name, _, key = text.partition("/")
    try:
        subdomain(name)
        config_key(key)
    except ValueError:
        raise ValueError(
            f"{text!r} must be the name of a Secret, a slash and a key in it, as orders-database/password"
        ) from None
    return text


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


SecretReference = Annotated[str, AfterValidator(_reference)]
"""The name of a Secret and a key in it: ``orders-database/password``."""

PodField = Annotated[str, AfterValidator(_pod_field)]
"""Something of the pod itself: ``metadata.name``."""
