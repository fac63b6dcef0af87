"""Names of container images.

Source: https://kubernetes.io/docs/concepts/containers/images/
"""

from typing import Annotated

from pydantic import AfterValidator

from moorings.validation.container_images import image_name


def has_digest(image: str) -> bool:
    """Whether the image is always the same one."""
    return "@" in image


def pull_policy(image: str) -> str:
    """When a node asks the registry: a digest stays what it is, a tag may have moved."""
    return "IfNotPresent" if has_digest(image) else "Always"


def _pinned(image: str) -> str:
    found = image_name(image)
    if found is None:
        raise ValueError(f"{image!r} is no image, such as registry.example/orders:1.4.2@sha256:<64 hex digits>")
    if found.moves:
        raise ValueError(
            f"{image!r} is another image tomorrow; name a digest (registry.example/orders@sha256:...) or at least a "
            "tag other than latest"
        )
    return image


Image = Annotated[str, AfterValidator(_pinned)]
"""An image with a digest, or a tag other than ``latest``."""
