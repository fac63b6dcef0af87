"""Volumes of the container: paths, volume names and Amazon EFS mounts."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256
from itertools import pairwise
from typing import Any

from moorings.aws.resource_ids import AccessPointId, FileSystemId, SecurityGroupId
from moorings.validation.args import Args
from moorings.validation.inputs import Input

NFS = 2049
"""Port of Amazon EFS. Source: https://docs.aws.amazon.com/efs/latest/ug/network-access.html"""

MAX_NAME_LENGTH = 255
"""Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html"""

_HASH_LENGTH = 6


class EfsMount(Args):
    """Amazon EFS file system, mounted through an access point with encryption in transit and IAM authorization.

    Its files persist when the task is replaced. A lock file on it can prevent two tasks from doing the same work.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/efs-volumes.html
    """

    file_system_id: Input[FileSystemId]
    """ID of the file system."""

    access_point_id: Input[AccessPointId]
    """ID of the access point, which determines the directory and its owner."""

    security_group_id: Input[SecurityGroupId]
    """Security group of the mount targets. The component adds an ingress rule for the task to it."""

    read_only: bool = False
    """Mount the file system read-only."""

    def volume(self, name: str) -> dict[str, Any]:
        """Return the volume of the task definition."""
        return {
            "name": name,
            "efs_volume_configuration": {
                "file_system_id": self.file_system_id,
                "transit_encryption": "ENABLED",
                "authorization_config": {"access_point_id": self.access_point_id, "iam": "ENABLED"},
            },
        }


def volume_names(paths: Iterable[str]) -> Mapping[str, str]:
    """Return the name of the volume at each path: ``/opt/app/tmp`` becomes ``opt-app-tmp``.

    A name that several paths would have, or that is too long, ends with a hash of its path.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html
    """
    names = {path: re.sub(r"[^A-Za-z0-9_-]", "-", path.strip("/")) for path in paths}
    count = Counter(names.values())
    return {
        path: name
        if count[name] == 1 and len(name) <= MAX_NAME_LENGTH
        else f"{name[: MAX_NAME_LENGTH - _HASH_LENGTH - 1]}-{sha256(path.encode()).hexdigest()[:_HASH_LENGTH]}"
        for path, name in names.items()
    }


def overlapping_paths(paths: list[str]) -> tuple[str, str] | None:
    """Return two paths of which one equals or contains the other."""
    # Sorted by components instead of characters, so that a path is followed by the paths that it contains.
    for outer, inner in pairwise(sorted(paths, key=lambda path: path.split("/"))):
        if f"{inner}/".startswith(f"{outer}/"):
            return outer, inner
    return None
