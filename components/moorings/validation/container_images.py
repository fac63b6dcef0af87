"""Container image references: their parts, the repository in ECR, and the check for a tag or digest.

Source: https://github.com/distribution/reference/blob/main/reference.go
"""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

MAX_NAME_LENGTH = 255
"""Characters of a name, without tag and digest."""

_MAX_LENGTH = 1024
"""Longer strings are not parsed. Name, tag and digest together are always shorter."""

_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::[0-9]+)?"
_PART = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_IMAGE = re.compile(
    rf"(?P<name>(?:{_HOST}/)?{_PART}(?:/{_PART})*)"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)
_ECR = re.compile(
    r"(?P<account>[0-9]{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)(?:\.[a-z0-9-]+){2,4}/(?P<repository>[^:@]+)"
)
"""A private registry of Amazon ECR. The end of its host name depends on the partition and is not checked."""


@dataclass(frozen=True)
class ImageReference:
    """The parts of an image reference."""

    name: str
    tag: str | None
    digest: str | None

    @property
    def is_mutable(self) -> bool:
        """Whether the image has no digest and the tag ``latest``, which is also the default."""
        return self.digest is None and self.tag in {None, "latest"}


def parse_image(image: str) -> ImageReference | None:
    """Return the parts of an image reference, or None for an invalid one."""
    match = _IMAGE.fullmatch(image) if len(image) <= _MAX_LENGTH else None
    if match is None or len(match["name"]) > MAX_NAME_LENGTH:
        return None
    return ImageReference(match["name"], match["tag"], match["digest"])


def has_digest(image: str) -> bool:
    """Whether an image reference has a digest, which always identifies the same image."""
    return "@" in image


def ecr_repository_arn(image: str, partition: str) -> str | None:
    """Return the ARN of the private ECR repository of an image, or None for an image of another registry.

    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
    """
    match = _ECR.match(image)
    if not match:
        return None
    return f"arn:{partition}:ecr:{match['region']}:{match['account']}:repository/{match['repository']}"


def _check_image(image: str) -> str:
    reference = parse_image(image)
    if reference is None:
        raise ValueError(f"expected a container image, such as registry.example/orders:1.4.2, got {image!r}")
    if reference.is_mutable:
        raise ValueError(
            f"{image!r} uses the mutable tag latest; use a version tag, or preferably a digest "
            "(registry.example/orders@sha256:...)"
        )
    return image


ContainerImage = Annotated[str, AfterValidator(_check_image)]
"""A container image with a digest, or with a tag other than ``latest``."""
