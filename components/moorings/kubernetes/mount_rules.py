"""Rules of the mounts of a pod's containers."""

from collections.abc import Iterator

from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.names import SYSTEM_DIRECTORIES
from moorings.kubernetes.pod_args import PodArgs
from moorings.kubernetes.volume_rules import VOLUME_RULES
from moorings.kubernetes.volumes import PodVolume
from moorings.validation.findings import Path, Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

MOUNT_RULES = RuleSet(PodArgs, VOLUME_RULES)

_MOUNTS = "https://kubernetes.io/docs/concepts/storage/volumes/"


@MOUNT_RULES.rule(
    "k8s-volume-container",
    Severity.ERROR,
    source=_MOUNTS,
    invalid="kind='StatefulSet', volumes={'data': PodVolume(mount_path='/data', size='10Gi', containers=['backup'])}",
    valid="kind='StatefulSet', volumes={'data': PodVolume(mount_path='/data', size='10Gi')}",
)
def _volume_container(
    volumes: dict[str, PodVolume], init_containers: dict[str, PodContainer], sidecars: dict[str, PodContainer]
) -> Findings:
    """A volume can only be mounted in a container of the pod."""
    known = [*init_containers, *sidecars]
    for name, volume in volumes.items():
        for index, container in enumerate(volume.containers):
            if container not in known:
                problem = f"{container} is not a sidecar or init container ({', '.join(known) or 'none'})"
                yield ("volumes", name, "containers", index), f"{problem}; correct the name"


def _mounts(
    containers: dict[Path, PodContainer], volumes: dict[str, PodVolume]
) -> Iterator[tuple[Path, list[tuple[Path, str]]]]:
    """Yield the path of each container and its mounts, each with the path of its argument and its directory."""
    for path, container in containers.items():
        mounts: list[tuple[Path, str]] = [((*path, *source), directory) for source, directory in container.mounts]
        mounts += [
            (("volumes", name, "mount_path"), volume.mount_path)
            for name, volume in volumes.items()
            if path == ("container",) or path[-1] in volume.containers
        ]
        yield path, mounts


@MOUNT_RULES.rule(
    "k8s-duplicate-mount",
    Severity.ERROR,
    source=_MOUNTS,
    invalid="container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi', "
    "config_files={'/tmp/a': 'x'})",
    valid="container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi', "
    "config_files={'/etc/orders/a': 'x'})",
)
def _duplicate_mount(volumes: dict[str, PodVolume], containers: dict[Path, PodContainer]) -> Findings:
    """The API server rejects two mounts of a container at the same path."""
    found = set[tuple[Path, str]]()
    for _, mounts in _mounts(containers, volumes):
        seen = set[str]()
        for path, directory in mounts:
            if directory in seen and (path, directory) not in found:
                found.add((path, directory))
                yield path, f"{directory} is mounted twice; use each path once"
            seen.add(directory)
    for path, container in containers.items():
        for file in sorted(container.config_files.keys() & container.secret_files.keys()):
            yield (*path, "config_files", file), "is also in secret_files; remove it from one of them"


@MOUNT_RULES.rule(
    "k8s-mount-system-directory",
    Severity.UNSAFE,
    source=_MOUNTS,
    invalid="kind='StatefulSet', volumes={'data': PodVolume(mount_path='/var', size='10Gi')}",
    valid="kind='StatefulSet', volumes={'data': PodVolume(mount_path='/var/lib/orders', size='10Gi')}",
)
def _mount_system_directory(volumes: dict[str, PodVolume], containers: dict[Path, PodContainer]) -> Findings:
    """The volume hides files of the image that most programs need."""
    found = {path: directory for _, mounts in _mounts(containers, volumes) for path, directory in mounts}
    for path, directory in found.items():
        if directory in SYSTEM_DIRECTORIES:
            yield path, f"{directory} contains files of the image, which the mount would hide; use a directory below it"
