"""Names of container images, as registries take them.

Source: https://github.com/distribution/reference/blob/main/reference.go
"""

import re
from dataclasses import dataclass

LONGEST_NAME = 255
"""Characters of a name, without tag and digest."""

_LONGEST = 1024
"""More than any name, tag and digest; what is longer is not looked at."""

_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::[0-9]+)?"
_PART = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_IMAGE = re.compile(
    rf"(?P<name>(?:{_HOST}/)?{_PART}(?:/{_PART})*)"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)


@dataclass(frozen=True)
class ImageName:
    """What an image's name says."""

    name: str
    tag: str | None
    digest: str | None

    @property
    def moves(self) -> bool:
        """Whether it may be another image tomorrow: without a digest, and without a tag or with ``latest``."""
        return self.digest is None and self.tag in {None, "latest"}


def image_name(image: str) -> ImageName | None:
    """The parts of an image's name, None for what is none."""
    found = _IMAGE.fullmatch(image) if len(image) <= _LONGEST else None
    if found is None or len(found["name"]) > LONGEST_NAME:
        return None
    return ImageName(found["name"], found["tag"], found["digest"])
