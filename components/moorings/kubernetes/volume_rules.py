"""Rules of volumes and of the mounts of containers."""

from collections.abc import Iterator

from moorings.kubernetes.autoscaling import Autoscaling
from moorings.kubernetes.availability import Availability
from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.names import SYSTEM_DIRECTORIES
from moorings.kubernetes.quantities import parse_quantity
from moorings.kubernetes.resource_rules import MAX_USUAL_BYTES, MIN_BYTES
from moorings.kubernetes.volumes import PodVolume
from moorings.kubernetes.workload_args import Kind, KubernetesWorkloadArgs, Strategy
from moorings.validation.findings import Path, Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

_VOLUME_RULES = RuleSet(PodVolume)
VOLUME_RULES = RuleSet(KubernetesWorkloadArgs, _VOLUME_RULES)

_PERSISTENT = "https://kubernetes.io/docs/concepts/storage/persistent-volumes/"
_MOUNTS = "https://kubernetes.io/docs/concepts/storage/volumes/"


@_VOLUME_RULES.rule(
    "k8s-volume-source",
    Severity.ERROR,
    source=_PERSISTENT,
    invalid="size='10Gi', claim_name='orders-data'",
    valid="size='10Gi'",
)
def _volume_source(size: str | None, has_claim: bool) -> Findings:
    """A volume is either created with a size, or that of an existing PersistentVolumeClaim."""
    if (size is None) != has_claim:
        yield (
            f"exactly one of size and claim_name is required, got {'neither' if size is None else 'both'}; set size "
            "for a new volume, or claim_name for an existing one"
        )


@_VOLUME_RULES.rule(
    "k8s-volume-argument-without-effect",
    Severity.ERROR,
    source=_PERSISTENT,
    invalid="claim_name='orders-data', storage_class_name='gp3'",
    valid="size='10Gi', storage_class_name='gp3'",
)
def _volume_argument_without_effect(
    declared: frozenset[str],
    has_claim: bool,
    size: str | None,
    access_mode: str,
) -> Findings:
    """The argument applies only to new volumes, or makes a new volume useless."""
    for argument in ("storage_class_name", "protect"):
        if has_claim and argument in declared:
            yield argument, "cannot be set for the existing volume of claim_name; remove it"
    if size is not None and access_mode == "ReadOnlyMany":
        yield (
            "access_mode",
            (
                "with ReadOnlyMany, a new volume stays empty; use claim_name with a volume that contains data, or "
                "another access_mode"
            ),
        )


@_VOLUME_RULES.rule(
    "k8s-volume-size-unit",
    Severity.UNSAFE,
    source=f"{_PERSISTENT}#capacity",
    invalid="size='10'",
    valid="size='10Gi'",
)
def _volume_size_unit(size: str | None) -> Findings:
    """A size without a unit is a number of bytes. Storage drivers round it up to their smallest volume."""
    if size is None:
        return
    if parse_quantity(size) < MIN_BYTES:
        fix = f"did you mean {size}Gi?" if size.isdecimal() else "use a unit such as Gi"
        yield f"{int(parse_quantity(size))} bytes is too small; {fix}"
    elif parse_quantity(size) > 2 * MAX_USUAL_BYTES:
        yield f"{size} is larger than a volume of any storage driver; use a unit such as Gi"


@VOLUME_RULES.rule(
    "k8s-volume-without-kind",
    Severity.ERROR,
    source="https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/",
    invalid="volumes={'data': PodVolume(mount_path='/data', size='10Gi')}",
    valid="volumes={'data': PodVolume(mount_path='/data', size='10Gi')}, kind='StatefulSet'",
)
def _volume_without_kind(kind: Kind | None, volumes: dict[str, PodVolume]) -> Findings:
    """The kind decides whether each pod has its own volume. Changing it later loses the data."""
    if volumes and kind is None:
        yield (
            "required with volumes; set StatefulSet for one volume per pod, or Deployment for a volume that all pods "
            "share"
        )


@VOLUME_RULES.rule(
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


@VOLUME_RULES.rule(
    "k8s-single-writer-volume",
    Severity.UNSAFE,
    source=f"{_PERSISTENT}#access-modes",
    invalid="kind='Deployment', volumes={'data': PodVolume(mount_path='/data', size='10Gi')}, "
    "availability=Availability(replicas=2)",
    valid="kind='Deployment', volumes={'data': PodVolume(mount_path='/data', size='10Gi')}, "
    "availability=Availability(replicas=1)",
)
def _single_writer_volume(  # noqa: PLR0917 - arguments
    volumes: dict[str, PodVolume],
    kind: Kind | None,
    strategy: Strategy | None,
    autoscaling: Autoscaling | None,
    availability: Availability,
    max_replicas: int,
) -> Findings:
    """Only pods of one node can use the volume at a time. Pods on other nodes do not start."""
    for name, volume in volumes.items():
        if not volume.single_writer:
            continue
        shared = f"volume {name} with access mode {volume.access_mode}"
        if kind == "StatefulSet" and volume.claim_name is not None and max_replicas > 1:
            yield (
                ("volumes", name),
                (
                    f"{max_replicas} pods cannot share a claim with access mode {volume.access_mode} across nodes; set "
                    "size for one volume per pod, or set access_mode to that of the claim"
                ),
            )
        if kind != "Deployment":
            continue
        if strategy == "RollingUpdate":
            yield "strategy", f"old and new pods cannot share {shared}; remove it, because the default is Recreate"
        if autoscaling:
            yield "autoscaling", f"pods on different nodes cannot share {shared}; remove it"
        elif availability.min_replicas > 1:
            yield (
                ("availability", "replicas"),
                f"{availability.min_replicas} pods cannot share {shared} across nodes; set 1, or use a StatefulSet",
            )


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


@VOLUME_RULES.rule(
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


@VOLUME_RULES.rule(
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
