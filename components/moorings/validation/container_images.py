"""Container image references: their parts, the repository in ECR, and the check for a tag or digest.

Source: https://github.com/distribution/reference/blob/main/reference.go
"""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from moorings.validation.argument_rules import FORMAT
from moorings.validation.rules import Violation

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

_ECR_LIKE = re.compile(r"\bdkr[.-]ecr\b|\becr\..*amazonaws", re.IGNORECASE)
_ECR_HOST = re.compile(
    r"[0-9]{12}\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z]{2,}(?:-[a-z]+)+-[0-9]+)(?:\.[a-z0-9-]+){2,4}"
)


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


def is_ecr_image(image: str) -> bool:
    """Whether an image is in a private registry of Amazon ECR."""
    return _ECR.match(image) is not None


def latest_tag_problem(image: str) -> str | None:
    """Return the problem of an image whose tag is ``latest``, or None. The fix follows a semicolon."""
    reference = parse_image(image)
    if reference is None or not reference.is_mutable:
        return None
    return (
        f"{image!r} uses the mutable tag latest; use a version tag, or preferably a digest "
        "(registry.example/orders@sha256:...)"
    )


def mutable_tag_problem(image: str) -> str | None:
    """Return the problem of an image that has a tag other than ``latest`` and no digest, or None."""
    reference = parse_image(image)
    if reference is None or reference.is_mutable or has_digest(image):
        return None
    return f"{image} is a mutable tag; pin a digest"


def registry_problem(image: str) -> str | None:
    """Return the problem of a host that is almost that of a private ECR registry, or None.

    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
    """
    host = image.partition("/")[0]
    if not _ECR_LIKE.search(host):
        return None
    match = _ECR_HOST.fullmatch(host)
    if match is None:
        return f"{host} is not the host of an ECR registry; use ACCOUNT.dkr.ecr.REGION.amazonaws.com"
    if match["region"].startswith("cn-") != host.endswith(".cn"):
        return f"{host} has the domain of another partition than {match['region']}; correct the domain"
    return None


def _check_image(image: str) -> str:
    if parse_image(image) is None:
        got = "one with credentials" if "@" in image.partition("/")[0] and "/" in image else repr(image)
        raise Violation(FORMAT, f"expected a container image, such as registry.example/orders:1.4.2, got {got}")
    return image


ContainerImage = Annotated[str, AfterValidator(_check_image)]
"""A container image, with or without tag and digest. Rules report ``latest_tag_problem``, ``mutable_tag_problem`` and
``registry_problem``."""
