"""What the API server, the scheduler, a drain or an autoscaler would punish later.

Each rule looks across the arguments of a workload; what one argument tells by itself stands beside that.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from moorings.kubernetes.annotations import check_annotations
from moorings.kubernetes.consumer_group import MOST_SESSION

if TYPE_CHECKING:
    from moorings.kubernetes.workload_args import KubernetesWorkloadArgs

Finding = Iterator[str]

ANNOTATIONS = ("pod_annotations", "service_annotations", "service_account_annotations")

_OWN_LABELS = {
    f"app.kubernetes.io/{name}": argument
    for name, argument in (
        ("name", "app"),
        ("instance", "the component's name"),
        ("component", "component"),
        ("part-of", "part_of"),
        ("version", "version"),
        ("managed-by", "nothing else"),
    )
}


def findings(args: "KubernetesWorkloadArgs") -> Finding:
    """Each rule that the arguments break, as a sentence."""
    for rule in _RULES:
        yield from rule(args)


def _volumes(args: "KubernetesWorkloadArgs") -> Finding:
    if args.volumes and args.kind is None:
        yield (
            "volumes are given and kind is not; say StatefulSet for a volume of each pod's own, or Deployment for one "
            "that all pods share"
        )
    for name, volume in args.volumes.items():
        if name.startswith("folder-"):
            yield f"volumes names {name}, and names that begin with folder- are taken; rename it"
        if args.kind == "StatefulSet" and volume.claim_name is not None and volume.single_writer:
            yield (
                f"volumes.{name} is one claim for all pods of a StatefulSet, and has a single writer; give size for "
                "one of each pod's own"
            )
        strangers = sorted(set(volume.containers) - {*args.init_containers, *args.sidecars})
        if strangers:
            yield f"volumes.{name}.containers names {', '.join(strangers)}, which is no other container of the pod"
        others = {**args.init_containers, **args.sidecars}
        mounting = [args.container, *(others[each] for each in volume.containers if each in others)]
        if any(volume.mount_path in each.folders for each in mounting):
            yield f"volumes.{name}.mount_path {volume.mount_path} is mounted twice; give each folder one use"
    paths = Counter(volume.mount_path for volume in args.volumes.values())
    twice = sorted(path for path, times in paths.items() if times > 1)
    if twice:
        yield f"volumes mount {', '.join(twice)} twice; give each folder one use"


def _single_writer(args: "KubernetesWorkloadArgs") -> Finding:
    if not args.single_writer:
        return
    name = next(name for name, volume in args.volumes.items() if volume.single_writer)
    mode = args.volumes[name].access_mode
    if args.strategy == "RollingUpdate":
        yield (
            f"volumes.{name} is {mode}, so a new pod would wait for the old one and the old one for the new; leave "
            "strategy out, which is then Recreate"
        )
    if args.autoscaling:
        yield f"volumes.{name} is {mode}, which one pod can use, and autoscaling asks for more; leave autoscaling out"
    elif args.availability.fewest > 1:
        yield (
            f"volumes.{name} is {mode}, which one pod can use, and availability asks for {args.availability.fewest}; "
            "give availability.replicas=1, or a StatefulSet, whose pods have a volume each"
        )


def _idle(args: "KubernetesWorkloadArgs") -> Finding:
    """What is given and would do nothing."""
    idle, why = ["pod_management_policy"], "the pods of a Deployment come in no order"
    rolling = ["max_surge", "max_unavailable"]
    if args.kind == "StatefulSet":
        idle, why = ["strategy", *rolling, "progress_deadline_seconds"], "a StatefulSet is always updated pod by pod"
    elif args.recreates:
        idle, why = [*idle, *rolling], "a Deployment that is Recreate stops all its pods at once"
    given = [name for name in idle if name in args.model_fields_set and getattr(args, name) is not None]
    if given:
        yield f"{', '.join(given)} {'are' if len(given) > 1 else 'is'} given, and {why}; leave it out"


def _updates(args: "KubernetesWorkloadArgs") -> Finding:
    nothing = {"0", "0%"}
    if args.max_surge in nothing and args.max_unavailable in nothing:
        yield "max_surge and max_unavailable are both 0, so no update could begin; raise one of them"
    needed = args.rollout.startup + args.min_ready_seconds
    deadline = args.progress_deadline_seconds
    if deadline is not None and deadline <= needed:
        yield (
            f"progress_deadline_seconds is {deadline}, and a pod may take {needed} to be ready: {args.rollout.startup} "
            f"to start and {args.min_ready_seconds} of min_ready_seconds; raise it or leave it out"
        )


def _replicas(args: "KubernetesWorkloadArgs") -> Finding:
    scaled = args.autoscaling
    if scaled and args.availability.replicas is not None:
        yield (
            "availability.replicas and autoscaling both say how many pods there are; give autoscaling.min_replicas "
            "instead of replicas"
        )
    elif scaled and args.fewest > scaled.max_replicas:
        yield (
            f"autoscaling.max_replicas {scaled.max_replicas} is below the {args.fewest} pods that availability asks "
            "for; raise it"
        )
    try:
        args.availability.disruptions(args.fewest)
    except ValueError as error:
        yield f"availability: {error}"


def _metrics(args: "KubernetesWorkloadArgs") -> Finding:
    known = [*args.init_containers, *args.sidecars]
    for metric in args.autoscaling.metrics if args.autoscaling else ():
        if metric.container in args.init_containers:
            yield f"autoscaling measures container {metric.container}, which ends before the others start; name another"
        elif metric.container is not None and metric.container not in known and metric.container != "main":
            others = ", ".join(["main", *args.sidecars])
            yield f"autoscaling measures container {metric.container}, and the pod has {others}; name one of them"


def _lag(args: "KubernetesWorkloadArgs") -> Finding:
    lag = args.autoscaling.kafka_lag if args.autoscaling else None
    kafka, consumer = args.container.kafka, args.consumer
    for argument in ("partitions", "consumers_per_pod") if lag and consumer else ():
        numbers = getattr(consumer, argument), getattr(lag, argument)
        if numbers[0] not in {None, numbers[1]}:
            yield (
                f"consumer.{argument} is {numbers[0]} and autoscaling.kafka_lag.{argument} is {numbers[1]}, and both "
                "tell of one group; give one number"
            )
    if lag is None or lag.bootstrap_servers is not None:
        return
    if kafka is None:
        yield "autoscaling.kafka_lag has no bootstrap_servers, and container no kafka; give one of them"
    elif kafka.password is None and lag.authentication_ref is None:
        why = (
            "its password is in Secrets Manager alone"
            if kafka.listener == "scram"
            else f"it is of kind {kafka.listener}"
        )
        yield (
            f"autoscaling.kafka_lag cannot log in with container.kafka, since {why}; give authentication_ref, of a "
            "TriggerAuthentication that can"
        )


def _membership(args: "KubernetesWorkloadArgs") -> Finding:
    membership = args.consumer.membership if args.consumer else None
    if membership == "static" and args.kind != "StatefulSet":
        yield (
            "consumer.membership is static, and a pod of a Deployment never comes back under its name; say kind "
            "StatefulSet"
        )
    if membership == "dynamic" and args.kind == "StatefulSet":
        yield (
            "consumer.membership is dynamic, and a StatefulSet is updated pod by pod, each of which stops the whole "
            "group twice; say static, or kind Deployment"
        )


def _session(args: "KubernetesWorkloadArgs") -> Finding:
    consumer, absence = args.consumer, args.absence
    if consumer is None or consumer.membership != "static":
        return
    parts = f"{args.budget.termination_grace_period_seconds} to go and {args.rollout.startup} to start"
    if absence > MOST_SESSION:
        yield (
            f"consumer.membership is static, and a pod that restarts may be away for {absence} s: {parts}; brokers "
            f"wait for {MOST_SESSION} at most, so lower shutdown.drain_seconds or probes.startup_seconds"
        )
    elif consumer.session(absence) < absence:
        yield (
            f"consumer.session_timeout_seconds is {consumer.session_timeout_seconds}, and a pod that restarts may be "
            f"away for {absence}: {parts}; raise it or leave it out"
        )


def _consumers(args: "KubernetesWorkloadArgs") -> Finding:
    consumer = args.consumer
    if consumer is None:
        return
    if consumer.most_pods is not None and args.most > consumer.most_pods:
        yield (
            f"consumer.partitions {consumer.partitions} are fewer than the consumers of {args.most} pods with "
            f"{consumer.consumers_per_pod} each, and the rest would be idle; let there be {consumer.most_pods} pods at "
            "most"
        )
    told = [each["name"] for each in consumer.variables(args.container.kafka_settings, args.absence)]
    twice = [name for name in told if name in args.container.variables]
    if twice:
        yield f"consumer sets {', '.join(twice)}, and container does as well; leave it out of container"


def _shutdown(args: "KubernetesWorkloadArgs") -> Finding:
    if args.shutdown.load_balancer not in {None, "none"} and not args.with_service:
        yield (
            f"shutdown.load_balancer is {args.shutdown.load_balancer}, and the workload has no Service through which it would find the "
            "pods; give the container ports, or leave load_balancer out"
        )


def _containers(args: "KubernetesWorkloadArgs") -> Finding:
    both = sorted(set(args.init_containers) & set(args.sidecars))
    if both:
        yield f"init_containers and sidecars both have {', '.join(both)}; rename one of them"
    for name, each in args.init_containers.items():
        if each.probes.given:
            yield f"init_containers.{name} runs to its end and is never probed; give nothing but probes.startup_seconds"
        if each.ports:
            yield f"init_containers.{name} has ports, and nobody connects to it; leave them out, or make it a sidecar"
    staying = [args.container, *args.sidecars.values()]
    numbers = Counter(port for each in staying for port in each.ports.values())
    names = Counter(port for each in staying for port in each.ports)
    twice = [*sorted(map(str, (port for port, times in numbers.items() if times > 1)))]
    twice += sorted(name for name, times in names.items() if times > 1)
    if twice and len(staying) > 1:
        yield f"two containers of the pod have port {', '.join(twice)}, and they share one address; change one of them"


def _service(args: "KubernetesWorkloadArgs") -> Finding:
    strangers = sorted(set(args.ports_of_service) - set(args.listening))
    if strangers:
        known = ", ".join(args.listening) or "none"
        yield f"service_ports names {', '.join(strangers)}, which is no port of the containers ({known})"
    numbers = Counter(args.ports_of_service.values())
    same = [name for name, number in args.ports_of_service.items() if numbers[number] > 1]
    if same:
        yield f"service_ports gives {' and '.join(same)} one number; give each a number of its own"
    if args.with_service:
        return
    for argument in ("session_affinity_timeout_seconds", "service_annotations"):
        if getattr(args, argument):
            yield f"{argument} is the Service's, and there is none; give the container ports, or leave it out"
    if args.monitoring and args.monitoring.kind == "ServiceMonitor":
        yield "monitoring reads through the Service, and there is none; say monitoring.kind PodMonitor"


def _monitoring(args: "KubernetesWorkloadArgs") -> Finding:
    if args.monitoring is None:
        return
    ports = args.ports_of_service if args.monitoring.kind == "ServiceMonitor" else args.listening
    if ports and args.monitoring.port_of(ports) is None:
        yield (
            f"monitoring.port is {args.monitoring.port or 'not given'}, and there are {', '.join(ports)}; name one of "
            "them"
        )


def _network(args: "KubernetesWorkloadArgs") -> Finding:
    for argument in ("ingress_from", "egress_to"):
        if getattr(args, argument) is not None and not args.network_policy:
            yield f"{argument} is given and network_policy is off; turn it on or leave {argument} out"
    declared = set(args.listening.values())
    closed = sorted({port for peer in args.ingress_from or () for port in peer.ports} - declared)
    if closed:
        known = ", ".join(map(str, sorted(declared))) or "none"
        yield f"ingress_from names port {', '.join(map(str, closed))}, which no container declares ({known})"


def _account(args: "KubernetesWorkloadArgs") -> Finding:
    if args.service_account_name is not None and args.service_account_annotations:
        yield "service_account_annotations are for the workload's own account; leave service_account_name out"


def _annotations(args: "KubernetesWorkloadArgs") -> Finding:
    for argument in ANNOTATIONS:
        yield from check_annotations(argument, getattr(args, argument))


def _labels(args: "KubernetesWorkloadArgs") -> Finding:
    for key in sorted(_OWN_LABELS.keys() & args.labels.keys()):
        yield f"labels holds {key}, which is set by {_OWN_LABELS[key]}"


_RULES: tuple[Callable[["KubernetesWorkloadArgs"], Finding], ...] = (
    _volumes,
    _single_writer,
    _idle,
    _updates,
    _replicas,
    _metrics,
    _lag,
    _membership,
    _session,
    _consumers,
    _containers,
    _service,
    _monitoring,
    _network,
    _account,
    _annotations,
    _labels,
    _shutdown,
)
