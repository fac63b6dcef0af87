"""Rules of the pods of a Deployment or StatefulSet that share a persistent volume."""

from moorings.kubernetes.autoscaling import Autoscaling
from moorings.kubernetes.availability import Availability
from moorings.kubernetes.volumes import PodVolume
from moorings.kubernetes.workload_args import Kind, KubernetesWorkloadArgs, Strategy
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

VOLUME_ACCESS_RULES = RuleSet(KubernetesWorkloadArgs)

_PERSISTENT = "https://kubernetes.io/docs/concepts/storage/persistent-volumes/"


@VOLUME_ACCESS_RULES.rule(
    "k8s-volume-without-kind",
    Severity.ERROR,
    source="https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/",
    invalid="volumes={'data': PodVolume(mount_path='/data', size='10Gi')}",
    valid="volumes={'data': PodVolume(mount_path='/data', size='10Gi')}, kind='StatefulSet'",
)
def _volume_without_kind(kind: Kind | None, volumes: dict[str, PodVolume]) -> Findings:
    """The kind decides whether each pod has its own volume. Changing it later loses the data."""
    if kind is None and any(volume.persistent for volume in volumes.values()):
        yield (
            "required with persistent volumes; set StatefulSet for one volume per pod, or Deployment for a volume "
            "that all pods share"
        )


@VOLUME_ACCESS_RULES.rule(
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
