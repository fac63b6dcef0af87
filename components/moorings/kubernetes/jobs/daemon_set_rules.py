"""Rules of DaemonSets: names, updates, graceful shutdown, volumes, host paths and monitoring."""

from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.effect_rules import pod_arguments_without_effect
from moorings.kubernetes.jobs.daemon_set_args import KubernetesDaemonSetArgs
from moorings.kubernetes.jobs.host_paths import HostPath
from moorings.kubernetes.kafka_rules import POD_KAFKA_RULES
from moorings.kubernetes.monitoring import Monitoring
from moorings.kubernetes.name_rules import NAME_RULES
from moorings.kubernetes.names import check_service_name
from moorings.kubernetes.network_rules import POD_NETWORK_RULES
from moorings.kubernetes.pod_rules import POD_RULES
from moorings.kubernetes.probes import port_name
from moorings.kubernetes.shutdown import Shutdown, ShutdownBudget
from moorings.kubernetes.shutdown_rules import short_grace_period
from moorings.kubernetes.volumes import PodVolume
from moorings.validation.findings import Path, Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings, Violation

_HOST_PATH_RULES = RuleSet(HostPath)
DAEMON_SET_RULES = RuleSet(
    KubernetesDaemonSetArgs, POD_RULES, NAME_RULES, POD_NETWORK_RULES, POD_KAFKA_RULES, _HOST_PATH_RULES
)

SENSITIVE_PATHS = ("/etc", "/proc", "/root", "/run", "/sys", "/var/lib/etcd", "/var/lib/kubelet", "/var/run")
"""Directories of a node that contain credentials or sockets with which a container can control the node."""

_DAEMON_SET = "https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/"
_UPDATE = "https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/"
_HOST_PATH = "https://kubernetes.io/docs/concepts/storage/volumes/#hostpath"


@DAEMON_SET_RULES.explicit(
    "k8s-daemon-set-name",
    Severity.ERROR,
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",
    invalid="name='Logs'",
    valid="name='logs'",
)
def daemon_set_name(name: str) -> Findings:
    """The main container has the name of the component, and the name of a container must be a DNS label."""
    try:
        check_service_name(name)
    except Violation as violation:
        yield "name", violation.message


@DAEMON_SET_RULES.rule(
    "k8s-daemon-set-update",
    Severity.ERROR,
    source=_UPDATE,
    invalid="max_surge=1, max_unavailable=1",
    valid="max_surge=1",
)
def _update(declared: frozenset[str], max_surge: str, max_unavailable: str, update_strategy: str) -> Findings:
    """The API server rejects a rolling update that can neither add nor stop a pod, or that can do both."""
    limits = {name for name in ("max_surge", "max_unavailable") if name in declared}
    if update_strategy == "OnDelete":
        for name in sorted(limits):
            yield name, "has no effect with update_strategy OnDelete; remove it"
    elif max_surge in {"0", "0%"}:
        if max_unavailable in {"0", "0%"}:
            yield "max_unavailable", "cannot be 0 if max_surge is 0, because no update could start; set 1"
    elif "max_unavailable" in limits and max_unavailable not in {"0", "0%"}:
        yield "max_surge", f"cannot be combined with max_unavailable {max_unavailable}; remove one of them"


@DAEMON_SET_RULES.rule(
    "k8s-daemon-set-argument-without-effect",
    Severity.ERROR,
    source=_DAEMON_SET,
    invalid="shutdown=Shutdown(load_balancer='alb')",
    valid="shutdown=Shutdown(drain_seconds=60)",
)
def _argument_without_effect(
    declared: frozenset[str],
    containers: dict[Path, PodContainer],
    network_policy: bool,
    has_service_account: bool,
    shutdown: Shutdown,
) -> Findings:
    """The argument would be ignored because of another argument, or because no Service selects the pods."""
    yield from pod_arguments_without_effect(
        declared, containers, network_policy=network_policy, has_service_account=has_service_account
    )
    if shutdown.load_balancer not in {None, "none"}:
        problem = f"{shutdown.load_balancer} has no effect, because no Service selects the pods"
        yield ("shutdown", "load_balancer"), f"{problem}; remove it"
    if shutdown.deregistration_delay_seconds is not None:
        problem = "has no effect, because no load balancer sends requests to the pods"
        yield ("shutdown", "deregistration_delay_seconds"), f"{problem}; remove it"


@DAEMON_SET_RULES.rule(
    "k8s-daemon-set-grace-period",
    Severity.UNSAFE,
    source="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
    invalid="shutdown=Shutdown(drain_seconds=30, termination_grace_period_seconds=30)",
    valid="shutdown=Shutdown(drain_seconds=30, termination_grace_period_seconds=45)",
)
def _grace_period(shutdown: Shutdown, shutdown_budget: ShutdownBudget) -> Findings:
    """The kubelet kills the containers before they have flushed the data that they collected."""
    yield from short_grace_period(shutdown, shutdown_budget)


@DAEMON_SET_RULES.rule(
    "k8s-daemon-set-volume",
    Severity.UNSAFE,
    source="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes",
    invalid="volumes={'data': PodVolume(mount_path='/data', size='10Gi')}",
    valid="volumes={'data': PodVolume(mount_path='/data', size='10Gi', access_mode='ReadWriteMany')}",
)
def _volume(volumes: dict[str, PodVolume]) -> Findings:
    """Only one node can mount the volume at a time, so the pods on other nodes do not start."""
    for name, volume in volumes.items():
        if volume.single_writer:
            problem = f"pods on different nodes cannot share a volume with access mode {volume.access_mode}"
            yield ("volumes", name), f"{problem}; use host_paths or container.empty_dirs, or set another access_mode"


@DAEMON_SET_RULES.rule(
    "k8s-daemon-set-host-path-name",
    Severity.ERROR,
    source=_HOST_PATH,
    invalid="host_paths={'logs': HostPath(path='/var/log'), 'archive': HostPath(path='/archive', "
    "mount_path='/var/log')}",
    valid="host_paths={'logs': HostPath(path='/var/log'), 'archive': HostPath(path='/archive')}",
)
def _host_path_name(
    host_paths: dict[str, HostPath], volumes: dict[str, PodVolume], container: PodContainer
) -> Findings:
    """The API server rejects two volumes with the same name, and two mounts at the same path."""
    mounted = {volume.mount_path for volume in volumes.values()} | {path for _, path in container.mounts}
    for name, host in host_paths.items():
        if name in volumes:
            yield ("host_paths", name), f"volumes also contains {name}; rename one of them"
        if host.effective_mount_path in mounted:
            yield ("host_paths", name), f"{host.effective_mount_path} is mounted twice; set another mount_path"
        mounted.add(host.effective_mount_path)


@_HOST_PATH_RULES.rule(
    "k8s-host-path-writable",
    Severity.UNSAFE,
    source=_HOST_PATH,
    invalid="path='/var/lib/orders', read_only=False",
    valid="path='/var/lib/orders'",
)
def _host_path_writable(path: str, read_only: bool) -> Findings:
    """A container that can write to the node can modify files that processes on it use as root."""
    if not read_only:
        yield "read_only", f"the container can modify {path} on the node; remove read_only, or acknowledge this"


@_HOST_PATH_RULES.rule(
    "k8s-host-path-sensitive",
    Severity.UNSAFE,
    source=_HOST_PATH,
    invalid="path='/var/run/docker.sock'",
    valid="path='/var/log/pods'",
)
def _host_path_sensitive(path: str) -> Findings:
    """Credentials and sockets in the directory allow a container to control the node, even with a read-only mount."""
    mounted = (
        directory
        for directory in SENSITIVE_PATHS
        if f"{path}/".startswith(f"{directory}/") or directory.startswith(f"{path}/")
    )
    sensitive = next(mounted, None)
    if sensitive is not None:
        problem = f"{sensitive} contains credentials or sockets with which the container can control the node"
        yield f"{problem}; mount only the directory that the pods read, or acknowledge this"


@DAEMON_SET_RULES.rule(
    "k8s-daemon-set-monitoring",
    Severity.ERROR,
    source="https://prometheus-operator.dev/docs/api-reference/api/",
    invalid="monitoring=Monitoring(kind='ServiceMonitor'), "
    "container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi', ports={'metrics': 9100})",
    valid="monitoring=Monitoring(kind='PodMonitor'), "
    "container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi', ports={'metrics': 9100})",
)
def _monitoring(monitoring: Monitoring | None, container_ports: dict[str, int]) -> Findings:
    """A ServiceMonitor requires a Service, which a DaemonSet does not have; a PodMonitor selects a port by name."""
    if monitoring is None:
        return
    if monitoring.kind == "ServiceMonitor":
        yield ("monitoring", "kind"), "ServiceMonitor requires a Service; use PodMonitor"
    if port_name(monitoring.port, container_ports) is None:
        known = ", ".join(container_ports) or "none"
        problem = f"must be one of the container ports ({known}), got {monitoring.port or 'none'}"
        yield ("monitoring", "port"), f"{problem}; set the name of one of them"
