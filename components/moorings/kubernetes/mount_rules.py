"""Rules of the mounts of a pod's containers."""

from collections.abc import Iterator

from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.names import SYSTEM_DIRECTORIES
from moorings.kubernetes.pod_args import PodArgs
from moorings.kubernetes.quantities import parse_quantity
from moorings.kubernetes.volume_rules import VOLUME_RULES
from moorings.kubernetes.volumes import PodVolume
from moorings.validation.findings import Path, Severity, spell
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


@MOUNT_RULES.rule(
    "k8s-volume-mount",
    Severity.ERROR,
    source=_MOUNTS,
    invalid="container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi', "
    "volume_mounts={'/files': VolumeMount(volume='file')}), volumes={'files': PodVolume(empty_dir='1Gi')}",
    valid="container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi', "
    "volume_mounts={'/files': VolumeMount(volume='files')}), volumes={'files': PodVolume(empty_dir='1Gi')}",
)
def _volume_mount(volumes: dict[str, PodVolume], containers: dict[Path, PodContainer]) -> Findings:
    """A container can only mount a volume of its pod."""
    for path, container in containers.items():
        for directory, mount in container.volume_mounts.items():
            if mount.volume not in volumes:
                problem = f"{mount.volume} is not one of the volumes ({', '.join(volumes) or 'none'})"
                yield (*path, "volume_mounts", directory, "volume"), f"{problem}; correct the name"


@MOUNT_RULES.rule(
    "k8s-volume-not-mounted",
    Severity.UNSAFE,
    source=_MOUNTS,
    invalid="kind='StatefulSet', volumes={'data': PodVolume(size='10Gi')}",
    valid="kind='StatefulSet', volumes={'data': PodVolume(size='10Gi', mount_path='/data')}",
)
def _volume_not_mounted(volumes: dict[str, PodVolume], containers: dict[Path, PodContainer]) -> Findings:
    """No container sees the volume, so that data is written to the container and lost when it restarts."""
    mounted = {mount.volume for container in containers.values() for mount in container.volume_mounts.values()}
    for name, volume in volumes.items():
        if volume.mount_path is None and name not in mounted:
            yield (
                ("volumes", name),
                "no container mounts the volume; set mount_path, or mount it with volume_mounts of a container",
            )


@MOUNT_RULES.rule(
    "k8s-shared-directory-size",
    Severity.UNSAFE,
    source=f"{_MOUNTS}#emptydir",
    invalid="volumes={'cache': PodVolume(mount_path='/cache', memory_empty_dir='1Gi')}",
    valid="volumes={'cache': PodVolume(mount_path='/cache', memory_empty_dir='256Mi')}",
)
def _shared_directory_size(volumes: dict[str, PodVolume], containers: dict[Path, PodContainer]) -> Findings:
    """Files in memory count against the memory limit of the container that writes them, and others against the disk."""
    disk = sum(parse_quantity(container.ephemeral_storage_limit) for container in containers.values())
    for name, volume in volumes.items():
        path: Path = ("volumes", name)
        if volume.empty_dir is not None and parse_quantity(volume.empty_dir) > disk:
            problem = f"{volume.empty_dir} exceed the ephemeral_storage_limit of all containers, so a full directory"
            yield (*path, "empty_dir"), f"{problem} evicts the pod; raise the limits, or use ephemeral_size"
        if volume.memory_empty_dir is None:
            continue
        for container_path, container in containers.items():
            mounts = [mount.volume for mount in container.volume_mounts.values() if not mount.read_only]
            main = container_path == ("container",) or container_path[-1] in volume.containers
            writes = name in mounts or (volume.mount_path is not None and main)
            if writes and not volume.read_only and parse_quantity(volume.memory_empty_dir) >= container.memory_bytes:
                problem = f"{volume.memory_empty_dir} is not below memory_limit {container.memory}"
                yield (*path, "memory_empty_dir"), f"{problem} of {spell(container_path)}; raise the limit"


def _mounts(
    containers: dict[Path, PodContainer], volumes: dict[str, PodVolume]
) -> Iterator[tuple[Path, list[tuple[Path, str]]]]:
    """Yield the path of each container and its mounts, each with the path of its argument and its directory."""
    for path, container in containers.items():
        mounts: list[tuple[Path, str]] = [((*path, *source), directory) for source, directory in container.mounts]
        mounts += [
            (("volumes", name, "mount_path"), volume.mount_path)
            for name, volume in volumes.items()
            if volume.mount_path is not None and (path == ("container",) or path[-1] in volume.containers)
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
