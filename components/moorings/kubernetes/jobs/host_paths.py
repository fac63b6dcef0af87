"""Directories and files of the node that the pods of a DaemonSet read, such as the logs of all containers.

Source: https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
"""

from collections.abc import Mapping
from typing import Any, Literal

from moorings.kubernetes.names import MountPath
from moorings.validation.args import Args

HostPathType = Literal["Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket", "CharDevice", "BlockDevice"]


class HostPath(Args):
    """A directory or file of the node, mounted in the main container. Pod Security allows it at ``privileged`` only."""

    path: MountPath
    """Path on the node (``/var/log``)."""

    mount_path: MountPath | None = None
    """Path in the container. Defaults to ``path``."""

    type: HostPathType | None = None
    """What must exist on the node before the pod starts: a ``Directory``, a ``File`` or another type of the API.
    Defaults to no check."""

    read_only: bool = True
    """Mount the path read-only. Defaults to True."""

    @property
    def effective_mount_path(self) -> str:
        """Path in the container."""
        return self.mount_path or self.path


def add_host_paths(template: dict[str, Any], host_paths: Mapping[str, HostPath]) -> dict[str, Any]:
    """Return a pod template with the paths as volumes, mounted in the main container.

    Args:
        template: the template.
        host_paths: paths by the name of their volume.

    """
    if not host_paths:
        return template
    spec = template["spec"]
    (main,) = spec["containers"]
    volumes = [
        {"name": name, "hostPath": {"path": host.path, **({"type": host.type} if host.type else {})}}
        for name, host in host_paths.items()
    ]
    mounts = [
        {"name": name, "mountPath": host.effective_mount_path, **({"readOnly": True} if host.read_only else {})}
        for name, host in host_paths.items()
    ]
    main = {**main, "volumeMounts": [*main.get("volumeMounts", []), *mounts]}
    return {**template, "spec": {**spec, "containers": [main], "volumes": [*spec.get("volumes", []), *volumes]}}
