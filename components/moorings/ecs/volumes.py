"""Where the application may write, as its root file system is read-only."""

import re
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator

from moorings.aws.resource_ids import AccessPointId, FileSystemId, SecurityGroupId
from moorings.validation.args import Args
from moorings.validation.inputs import Input

NFS = 2049
"""Port of EFS. Source: https://docs.aws.amazon.com/efs/latest/ug/network-access.html"""

_PATH = re.compile(r"/(?:[A-Za-z0-9._@+-]+/)*[A-Za-z0-9._@+-]+")
_OURS = ("/proc", "/sys", "/dev")


def _own_path(path: str) -> str:
    if not _PATH.fullmatch(path) or ".." in path.split("/"):
        raise ValueError(f"{path!r} is not a path of the container, such as /tmp; write it whole, without an end slash")
    if path in _OURS or path.startswith(tuple(f"{each}/" for each in _OURS)):
        raise ValueError(f"{path!r} belongs to the kernel; name another path")
    return path


ContainerPath = Annotated[str, AfterValidator(_own_path)]
"""A directory of the container."""


class EfsMount(Args):
    """A directory of an Amazon EFS file system, through an access point, encrypted on its way.

    What lies there outlives the task, which makes it a place for a lock, as two tasks may meet for a moment.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/efs-volumes.html
    """

    file_system_id: Input[FileSystemId]
    """ID of the file system."""

    access_point_id: Input[AccessPointId]
    """ID of the access point, which says who owns the directory."""

    security_group_id: Input[SecurityGroupId]
    """Security group of the mount targets; a rule that lets the task in is made in it."""

    read_only: bool = False
    """Whether the application may only read."""


def volume_name(path: str) -> str:
    """What the volume at a path is called: ``/opt/app/tmp`` is ``opt-app-tmp``.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html
    """
    return re.sub(r"[^A-Za-z0-9_-]", "-", path.strip("/"))


def overlapping_paths(paths: list[str]) -> tuple[str, str] | None:
    """Return two paths of which one equals or contains the other."""
    # Sorted by components instead of characters, so that a path is followed by the paths that it contains.
    for outer, inner in pairwise(sorted(paths, key=lambda path: path.split("/"))):
        if f"{inner}/".startswith(f"{outer}/"):
            return outer, inner
    return None
