"""Names of container images.

Source: https://kubernetes.io/docs/concepts/containers/images/
"""

import re
from typing import Annotated

from pydantic import AfterValidator

_IMAGE = re.compile(
    r"(?P<name>[a-zA-Z0-9][a-zA-Z0-9.-]*(?::[0-9]+)?(?:/[a-z0-9][a-z0-9._-]*)*)"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)


def has_digest(image: str) -> bool:
    """Whether the image is always the same one."""
    return "@" in image


def pull_policy(image: str) -> str:
    """When a node asks the registry: a digest stays what it is, a tag may have moved."""
    return "IfNotPresent" if has_digest(image) else "Always"


def _pinned(image: str) -> str:
    found = _IMAGE.fullmatch(image)
    if found is None:
        raise ValueError(f"{image!r} is no image, such as registry.example/orders:1.4.2@sha256:<64 hex digits>")
    if not found["digest"] and found["tag"] in {None, "latest"}:
        raise ValueError(
            f"{image!r} is another image tomorrow; name a digest (registry.example/orders@sha256:...) or at least a "
            "tag other than latest"
        )
    return image


Image = Annotated[str, AfterValidator(_pinned)]
"""An image with a digest, or a tag other than ``latest``."""
