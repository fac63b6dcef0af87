"""Checks across the arguments of a workload."""

from collections import Counter
from collections.abc import Callable, Iterator

from moorings.kubernetes.annotations import check_annotations
from moorings.kubernetes.consumer_group import MAX_SESSION_TIMEOUT_SECONDS
from moorings.kubernetes.container_validation import container_problems, find_duplicates
from moorings.kubernetes.probes import port_name
from moorings.kubernetes.shutdown import check_shutdown_budget
from moorings.kubernetes.workload_args import KubernetesWorkloadArgs
from moorings.kubernetes.workload_labels import name_problems
from moorings.validation.errors import InvalidInput

Problems = Iterator[str]

ANNOTATIONS = ("pod_annotations", "service_annotations", "service_account_annotations")

_RESERVED_LABELS = {
    "app.kubernetes.io/name": "app",
    "app.kubernetes.io/instance": "the component's name",
    "app.kubernetes.io/component": "component",
    "app.kubernetes.io/part-of": "part_of",
    "app.kubernetes.io/version": "version",
    "app.kubernetes.io/managed-by": "the library",
}


def check_workload_args(component: str, name: str, args: KubernetesWorkloadArgs) -> None:
    """Reject invalid containers and names, and arguments that contradict each other.

    Args:
        component: component in messages.
        name: logical name of the component.
        args: arguments of the workload.

    Raises:
        InvalidInput: with a line for each problem.

    """
    problems = [problem for path, container in args.containers for problem in container_problems(path, container)]
    problems += [*name_problems(name, args), *(problem for check in _CHECKS for problem in check(args))]
    if problems:
        raise InvalidInput("\n".join(f"{component}: {problem}" for problem in problems))


def _check_volumes(args: KubernetesWorkloadArgs) -> Problems:
    if args.volumes and args.kind is None:
        yield (
            "kind: required with volumes; set StatefulSet for one volume per pod, or Deployment for a volume that all "
            "pods share"
        )
    others = {**args.init_containers, **args.sidecars}
    for name, volume in args.volumes.items():
        if name.startswith("folder-"):
            yield f"volumes: the prefix folder- is reserved, got {name}; rename the volume"
        if args.kind == "StatefulSet" and volume.claim_name is not None and volume.single_writer:
            yield (
                f"volumes.{name}: the pods of a StatefulSet cannot share a claim with access mode "
                f"{volume.access_mode}; set size for one volume per pod"
            )
        if unknown := sorted(set(volume.containers) - {*others}):
            yield f"volumes.{name}.containers: {', '.join(unknown)} is not a sidecar or init container"
        containers = [args.container, *(others[other] for other in volume.containers if other in others)]
        if any(volume.mount_path in container.mount_paths for container in containers):
            yield f"volumes.{name}.mount_path: {volume.mount_path} is mounted twice; use each path once"
    if duplicates := find_duplicates(volume.mount_path for volume in args.volumes.values()):
        yield f"volumes: {', '.join(duplicates)} is mounted twice; use each path once"


def _check_single_writer(args: KubernetesWorkloadArgs) -> Problems:
    if not args.single_writer:
        return
    name, volume = next((name, volume) for name, volume in args.volumes.items() if volume.single_writer)
    if args.strategy == "RollingUpdate":
        yield (
            f"strategy: old and new pods cannot both use volume {name} with access mode {volume.access_mode}; remove "
            "it, as it defaults to Recreate"
        )
    if args.autoscaling:
        yield f"autoscaling: only one pod can use volume {name} with access mode {volume.access_mode}; remove it"
    elif args.availability.min_replicas > 1:
        yield (
            f"availability: only one pod can use volume {name} with access mode {volume.access_mode}, got "
            f"{args.availability.min_replicas}; set availability.replicas=1, or use a StatefulSet"
        )


def _check_ineffective(args: KubernetesWorkloadArgs) -> Problems:
    ineffective, reason = ["pod_management_policy"], "requires kind StatefulSet"
    rolling = ["max_surge", "max_unavailable"]
    if args.kind == "StatefulSet":
        ineffective, reason = ["strategy", *rolling, "progress_deadline_seconds"], "has no effect on a StatefulSet"
    elif args.recreate:
        ineffective, reason = [*ineffective, *rolling], "has no effect on a Deployment with strategy Recreate"
    for name in ineffective:
        if name in args.model_fields_set and getattr(args, name) is not None:
            yield f"{name}: {reason}; remove it"


def _check_updates(args: KubernetesWorkloadArgs) -> Problems:
    zero = {"0", "0%"}
    if args.max_surge in zero and args.max_unavailable in zero:
        yield "max_surge and max_unavailable are both 0, so that no update could start; raise one of them"
    startup, ready, deadline = args.rollout.startup_seconds, args.min_ready_seconds, args.progress_deadline_seconds
    if deadline is not None and deadline <= startup + ready:
        yield (
            f"progress_deadline_seconds: must be above {startup + ready} ({startup} for a pod to start and {ready} of "
            f"min_ready_seconds), got {deadline}"
        )


def _check_replicas(args: KubernetesWorkloadArgs) -> Problems:
    if args.autoscaling and args.availability.replicas is not None:
        yield "availability.replicas and autoscaling exclude each other; set autoscaling.min_replicas instead"
    elif args.autoscaling and args.min_replicas > args.autoscaling.max_replicas:
        yield (
            f"autoscaling.max_replicas: must be at least the {args.min_replicas} pods of availability, got "
            f"{args.autoscaling.max_replicas}"
        )
    try:
        args.availability.disruption_budget(args.min_replicas)
    except ValueError as error:
        yield f"availability.{error}"


def _check_metrics(args: KubernetesWorkloadArgs) -> Problems:
    for index, metric in enumerate(args.autoscaling.metrics if args.autoscaling else ()):
        path = f"autoscaling.metrics[{index}].container"
        if metric.container in args.init_containers:
            yield f"{path}: init container {metric.container} ends before the main container starts; use another"
        elif metric.container not in {None, "main", *args.sidecars}:
            yield f"{path}: must be one of {', '.join(['main', *args.sidecars])}, got {metric.container}"


def _check_kafka_lag(args: KubernetesWorkloadArgs) -> Problems:
    lag = args.autoscaling.kafka_lag if args.autoscaling else None
    kafka, consumer = args.container.kafka, args.consumer
    for argument in ("partitions", "consumers_per_pod") if lag and consumer else ():
        value, expected = getattr(consumer, argument), getattr(lag, argument)
        if value not in {None, expected}:
            yield f"consumer.{argument}: must equal autoscaling.kafka_lag.{argument} {expected}, got {value}"
    if lag is None or lag.bootstrap_servers is not None:
        return
    if kafka is None:
        yield "autoscaling.kafka_lag.bootstrap_servers: required without container.kafka; set one of them"
    elif kafka.password is None and lag.authentication_ref is None:
        reason = (
            "its password is only in Secrets Manager"
            if kafka.listener == "scram"
            else f"its listener is {kafka.listener}"
        )
        yield (
            f"autoscaling.kafka_lag.authentication_ref: required, since KEDA cannot authenticate with container.kafka: "
            f"{reason}; set the name of a TriggerAuthentication"
        )


def _check_membership(args: KubernetesWorkloadArgs) -> Problems:
    membership = args.consumer.membership if args.consumer else None
    if membership == "static" and args.kind != "StatefulSet":
        yield ("consumer.membership: static requires kind StatefulSet, since new pods of a Deployment have new names")
    if membership == "dynamic" and args.kind == "StatefulSet":
        yield (
            "consumer.membership: dynamic requires kind Deployment, since each restarted pod of a StatefulSet causes "
            "two rebalances; use static, or kind Deployment"
        )


def _check_session_timeout(args: KubernetesWorkloadArgs) -> Problems:
    consumer, seconds = args.consumer, args.restart_seconds
    if consumer is None or consumer.membership != "static":
        return
    stop, start = args.shutdown_budget.termination_grace_period_seconds, args.rollout.startup_seconds
    if seconds > MAX_SESSION_TIMEOUT_SECONDS:
        yield (
            f"consumer.membership: static allows at most {MAX_SESSION_TIMEOUT_SECONDS} s for a restart, and a pod "
            f"needs up to {seconds} ({stop} to stop and {start} to start); lower shutdown.drain_seconds or "
            "probes.startup_seconds"
        )
    elif consumer.session_timeout(seconds) < seconds:
        yield (
            f"consumer.session_timeout_seconds: must be at least {seconds}, as long as a restart takes ({stop} to "
            f"stop and {start} to start), got {consumer.session_timeout_seconds}"
        )


def _check_consumers(args: KubernetesWorkloadArgs) -> Problems:
    consumer = args.consumer
    if consumer is None:
        return
    if consumer.max_pods is not None and args.max_replicas > consumer.max_pods:
        yield (
            f"consumer.partitions: {args.max_replicas} pods have {args.max_replicas * consumer.consumers_per_pod} "
            f"consumers, of which only {consumer.partitions} get a partition; run at most {consumer.max_pods} pods"
        )
    variables = [
        variable["name"] for variable in consumer.environment(args.container.kafka_settings, args.restart_seconds)
    ]
    if duplicates := [name for name in variables if name in args.container.variable_names]:
        yield f"container: {', '.join(duplicates)} is set by consumer; remove it"


def _check_shutdown(args: KubernetesWorkloadArgs) -> Problems:
    yield from check_shutdown_budget(args.shutdown_budget)
    if args.shutdown.load_balancer not in {None, "none"} and not args.has_service:
        yield (
            f"shutdown.load_balancer: {args.shutdown.load_balancer} requires a Service; give the container ports, or "
            "remove it"
        )


def _check_containers(args: KubernetesWorkloadArgs) -> Problems:
    if duplicates := sorted(set(args.init_containers) & set(args.sidecars)):
        yield f"sidecars: {', '.join(duplicates)} is an init container as well; rename one of them"
    for name, container in args.init_containers.items():
        if container.probes.declared:
            yield f"init_containers.{name}.probes: init containers have no probes; set only startup_seconds"
        if container.ports:
            yield f"init_containers.{name}.ports: init containers serve no requests; remove them, or use a sidecar"
    containers = [args.container, *args.sidecars.values()]
    duplicates = [
        *find_duplicates(port for container in containers for port in {*container.ports.values()}),
        *find_duplicates(name for container in containers for name in container.ports),
    ]
    if duplicates:
        yield f"sidecars: port {', '.join(duplicates)} is used by two containers of the pod; change one of them"


def _check_service(args: KubernetesWorkloadArgs) -> Problems:
    ports = args.effective_service_ports
    if unknown := sorted(set(ports) - set(args.container_ports)):
        known = ", ".join(args.container_ports) or "none"
        yield f"service_ports: {', '.join(unknown)} is not a port of the containers ({known})"
    numbers = Counter(args.service_ports.values() if args.service_ports else ())
    if duplicates := [name for name, number in ports.items() if numbers[number] > 1]:
        yield f"service_ports: {' and '.join(duplicates)} have the same number; change one of them"
    if args.has_service:
        return
    for argument in ("session_affinity_timeout_seconds", "service_annotations"):
        if getattr(args, argument):
            yield f"{argument}: requires a Service; give the container ports, or remove it"
    if args.monitoring and args.monitoring.kind == "ServiceMonitor":
        yield "monitoring.kind: ServiceMonitor requires a Service; use PodMonitor"


def _check_monitoring(args: KubernetesWorkloadArgs) -> Problems:
    if args.monitoring is None:
        return
    ports = args.effective_service_ports if args.monitoring.kind == "ServiceMonitor" else args.container_ports
    if ports and port_name(args.monitoring.port, ports) is None:
        yield f"monitoring.port: must be one of {', '.join(ports)}, got {args.monitoring.port or 'none'}"


def _check_network_policy(args: KubernetesWorkloadArgs) -> Problems:
    for argument in ("ingress_from", "egress_to"):
        if getattr(args, argument) is not None and not args.network_policy:
            yield f"{argument}: requires network_policy; turn it on, or remove {argument}"
    ports = set(args.container_ports.values())
    if unknown := sorted({port for peer in args.ingress_from or () for port in peer.ports} - ports):
        known = ", ".join(map(str, sorted(ports))) or "none"
        yield f"ingress_from: {', '.join(map(str, unknown))} is not a port of the containers ({known})"


def _check_service_account(args: KubernetesWorkloadArgs) -> Problems:
    if args.service_account_name is not None and args.service_account_annotations:
        yield "service_account_annotations: cannot be set for the existing account of service_account_name; remove one"


def _check_annotations(args: KubernetesWorkloadArgs) -> Problems:
    for argument in ANNOTATIONS:
        yield from check_annotations(argument, getattr(args, argument))


def _check_labels(args: KubernetesWorkloadArgs) -> Problems:
    for key in sorted(_RESERVED_LABELS.keys() & args.labels.keys()):
        yield f"labels: {key} is set by {_RESERVED_LABELS[key]}; remove it"


_CHECKS: tuple[Callable[[KubernetesWorkloadArgs], Problems], ...] = (
    _check_volumes,
    _check_single_writer,
    _check_ineffective,
    _check_updates,
    _check_replicas,
    _check_metrics,
    _check_kafka_lag,
    _check_membership,
    _check_session_timeout,
    _check_consumers,
    _check_containers,
    _check_service,
    _check_monitoring,
    _check_network_policy,
    _check_service_account,
    _check_annotations,
    _check_labels,
    _check_shutdown,
)
