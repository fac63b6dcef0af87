"""Arguments of a Kubernetes workload."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field

from moorings.kafka.connection import KafkaConnection
from moorings.kubernetes.autoscaling import Autoscaling
from moorings.kubernetes.availability import Availability
from moorings.kubernetes.consumer_group import KafkaConsumer
from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.monitoring import Monitoring
from moorings.kubernetes.names import DnsLabel, LabelKey, LabelValue, PortName, ServiceName, Subdomain
from moorings.kubernetes.network_policy import NetworkPeer
from moorings.kubernetes.quantities import IntOrPercent, Number, PositiveNumber
from moorings.kubernetes.rollout import Rollout, max_startup_seconds
from moorings.kubernetes.shutdown import Shutdown, ShutdownBudget, shutdown_budget
from moorings.kubernetes.tolerations import Toleration
from moorings.kubernetes.volumes import PodVolume
from moorings.validation.args import Args, ComponentArgs
from moorings.validation.changes import Change
from moorings.validation.findings import Path
from moorings.validation.inputs import Input
from moorings.validation.plaintext import unless_secret
from moorings.validation.types import ChildName, Port, Unique

Kind = Literal["Deployment", "StatefulSet"]
Strategy = Literal["RollingUpdate", "Recreate"]
MAX_AFFINITY_SECONDS = 86400


class WorkloadBaseArgs(Args):
    """Arguments that components based on `KubernetesWorkload`, such as `KpowOnKubernetes`, pass to it unchanged."""

    namespace: Annotated[Input[DnsLabel], Change("replacement")]
    """Namespace. Changing this replaces every object (`k8s-workload-replaced`)."""

    shutdown: Annotated[Shutdown, Change("rolling update")] = Shutdown()
    """Graceful shutdown of the pods. Defaults to 30 seconds for the application to drain, after a sleep in which the
    pod still serves requests."""

    run_as_user: Annotated[Number, Change("rolling update")] = 10001
    """Numeric user ID of the containers. 0 is root."""

    run_as_group: Annotated[Number, Change("rolling update")] = 10001
    """Numeric group ID of the containers and of the volumes (``fsGroup``)."""

    service_account_name: Annotated[Input[Subdomain] | None, Change("rolling update")] = None
    """Existing service account. Defaults to a new one without permissions."""

    service_account_annotations: dict[LabelKey, Input[str]] = {}
    """Annotations of the new service account (``{"eks.amazonaws.com/role-arn": role.arn}``)."""

    service_annotations: dict[LabelKey, Input[str]] = {}
    """Annotations of the Service."""

    monitoring: Monitoring | None = None
    """Metrics endpoint for the Prometheus operator. Defaults to none."""

    ingress_from: list[NetworkPeer] | None = None
    """Peers that may connect to the pods: those of the ingress controller or the load balancer, of Prometheus, and
    ``network_peer`` of other workloads. Defaults to all, with a warning. The kubelet can always connect.

    Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
    """

    egress_to: list[NetworkPeer] | None = None
    """Peers that the pods may connect to, besides the cluster's DNS and the ports of the Kafka brokers. Defaults to
    all, with a warning. ``[]`` allows no others."""

    labels: Annotated[dict[LabelKey, LabelValue], Change("rolling update")] = {}
    """Additional labels of every object."""

    priority_class_name: Annotated[Subdomain | None, Change("rolling update")] = None
    """Priority class of the pods."""

    node_selector: Annotated[dict[LabelKey, LabelValue], Change("rolling update")] = {}
    """Labels of the nodes on which pods are scheduled."""

    tolerations: Annotated[list[Toleration], Change("rolling update")] = []
    """Tolerations, with fields as in the API (``{"key": "spot", "operator": "Exists", "effect": "NoSchedule"}``)."""

    image_pull_secrets: Annotated[list[Input[Subdomain]], Unique, Change("rolling update")] = []
    """Names of existing Secrets with registry credentials."""


class KubernetesWorkloadArgs(WorkloadBaseArgs, ComponentArgs):
    """Arguments of `KubernetesWorkload`."""

    container: Annotated[PodContainer, Change("rolling update")]
    """Main container. It has the name of the component."""

    init_containers: Annotated[dict[DnsLabel, PodContainer], Change("rolling update")] = {}
    """Init containers by name. They run one after the other, after the sidecars have started and before the main
    container starts. ``probes.startup_seconds`` is the longest time that an init container runs."""

    sidecars: Annotated[dict[DnsLabel, PodContainer], Change("rolling update")] = {}
    """Sidecar containers by name, which start before the main container and stop after it.

    Source: https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
    """

    kind: Annotated[Kind | None, Change("replacement")] = None
    """``Deployment`` or ``StatefulSet``, whose pods have stable names and volumes. Defaults to ``Deployment``. Required
    with ``volumes``."""

    object_name: Annotated[ServiceName | None, Change("replacement")] = None
    """Name of the Deployment or StatefulSet, and of the Service. A StatefulSet has the name of the component by
    default, so that it keeps its volumes; a Deployment has a name generated by Pulumi. Another name replaces the
    workload and its Service (`k8s-workload-replaced`)."""

    app: Annotated[LabelValue | None, Change("rolling update")] = None
    """Label ``app.kubernetes.io/name``. Defaults to the name of the component. The selector does not contain it."""

    component: Annotated[LabelValue | None, Change("rolling update")] = None
    """Label ``app.kubernetes.io/component``. The selector does not contain it."""

    part_of: Annotated[LabelValue | None, Change("rolling update")] = None
    """Label ``app.kubernetes.io/part-of``."""

    version: Annotated[LabelValue | None, Change("rolling update")] = None
    """Label ``app.kubernetes.io/version``."""

    pod_annotations: Annotated[dict[LabelKey, Input[str]], Change("rolling update")] = {}
    """Annotations of the pods."""

    availability: Annotated[
        Availability, Change("rolling update", "The number of pods and the disruption budget change in place.")
    ] = Availability()
    """Number of pods, disruption budget and spread. Defaults to two pods, of which a drain evicts one at a time."""

    autoscaling: Autoscaling | None = None
    """Autoscaler. A new workload starts with its minimum; the autoscaler then sets the number of pods, and updates do
    not change it. Defaults to none. To remove it, set ``availability.replicas`` (`k8s-autoscaler-removed`)."""

    consumer: Annotated[
        KafkaConsumer | None, Change("rolling update", "A change between dynamic and static replaces the workload.")
    ] = None
    """Membership of the pods in a Kafka consumer group. Defaults to none, for workloads that consume nothing or
    tolerate rebalances."""

    strategy: Strategy | None = None
    """Update strategy of a Deployment. Defaults to ``Recreate``, which stops all pods first, if a volume has a single
    writer or the pods are ``dynamic`` members of a consumer group, and to ``RollingUpdate`` otherwise."""

    max_surge: IntOrPercent = "25%"
    """Additional pods during the update of a Deployment, as a number or percentage."""

    max_unavailable: IntOrPercent = "0"
    """Unavailable pods during the update of a Deployment, as a number or percentage."""

    min_ready_seconds: Number = 10
    """Seconds for which a new pod must be ready before the update continues."""

    progress_deadline_seconds: PositiveNumber | None = None
    """Seconds without progress after which the creation or update of a Deployment fails. Defaults to 600, or to the
    longest startup time of a pod plus ``min_ready_seconds`` and two minutes if that is longer. ``pulumi up`` ends 30
    seconds later, or when the last pod of the update should have become ready if that is later."""

    revision_history_limit: Annotated[Number, Change("in place", "Replaces a StatefulSet.")] = 5
    """Number of old revisions that are retained. Defaults to 5 for a Deployment and 10 for a StatefulSet."""

    pod_management_policy: Annotated[Literal["OrderedReady", "Parallel"], Change("replacement")] = "OrderedReady"
    """Whether the pods of a StatefulSet start one after another or in parallel."""

    volumes: Annotated[
        dict[DnsLabel, PodVolume], Change("rolling update", "Changing the volumes of a StatefulSet replaces it.")
    ] = {}
    """Persistent volumes by name."""

    service_ports: dict[PortName, Port] | None = None
    """Ports of the Service by the name of the container port. Defaults to the ports of the main container, or to none
    with a ``consumer``. ``{}`` creates no Service."""

    session_affinity_timeout_seconds: Annotated[int, Field(ge=1, le=MAX_AFFINITY_SECONDS)] | None = None
    """Timeout of the Service's ``ClientIP`` session affinity, 1 to 86400. Defaults to no affinity. An ingress
    controller bypasses the Service: use ``WorkloadIngress`` for sticky sessions.

    Source: https://kubernetes.io/docs/reference/networking/virtual-ips/#session-affinity
    """

    additional_kafka: dict[ChildName, KafkaConnection] = {}
    """Further Kafka clusters that the pods connect to, by a name of your choice. With ``egress_to``, the network policy
    allows the ports of their brokers. They get no environment variables."""

    network_policy: bool = True
    """Create a NetworkPolicy that only allows connections to ports that a container declares."""

    automount_service_account_token: Annotated[bool, Change("rolling update")] = False
    """Mount a token for the API server into the pods."""

    sysctls: Annotated[dict[str, str], Change("rolling update")] = {}
    """Sysctls of the pods by name (``{"net.ipv4.tcp_keepalive_time": "240"}``)."""

    retain_old_config: Annotated[bool, Change("none")] = False
    """Retain the ConfigMaps and Secrets of earlier revisions, for ``kubectl rollout undo``. Pulumi never deletes
    them."""

    @cached_property
    def containers(self) -> dict[Path, PodContainer]:
        """All containers, by the path of the argument that contains them."""
        others: dict[Path, PodContainer] = {
            (argument, name): container
            for argument, containers in (("init_containers", self.init_containers), ("sidecars", self.sidecars))
            for name, container in containers.items()
        }
        return {("container",): self.container, **others}

    @property
    def kafka_connections(self) -> list[KafkaConnection]:
        """Connections to all Kafka clusters."""
        kafka = [container.kafka for container in self.containers.values() if container.kafka is not None]
        return [*kafka, *self.additional_kafka.values()]

    @property
    def settings(self) -> "Mapping[Any, Input[str]]":
        """Environment variables in plain text, by path. Empty unless ``egress_to`` limits the ports of all peers."""
        if self.egress_to is None or any(not peer.limits_ports for peer in self.egress_to):
            return {}
        return {
            (*path, argument, name): value
            for path, container in self.containers.items()
            for argument in ("environment", "config_map_environment")
            for name, value in getattr(container, argument).items()
        }

    @property
    def declared(self) -> frozenset[str]:
        """Names of the arguments that are set, without empty dictionaries."""
        return frozenset(name for name in self.model_fields_set if getattr(self, name) not in (None, {}))

    @property
    def annotations(self) -> "Mapping[Any, Any]":
        """Annotations by argument and key. Late values that are secret are replaced by a mark."""
        return {
            (argument, key): unless_secret(value)
            for argument in ("pod_annotations", "service_annotations", "service_account_annotations")
            for key, value in getattr(self, argument).items()
        }

    @property
    def service_account_annotation_names(self) -> list[str]:
        """Keys of the annotations of the new service account."""
        return list(self.service_account_annotations)

    @property
    def has_service_account(self) -> bool:
        """Whether the pods use an existing service account."""
        return self.service_account_name is not None

    @property
    def single_writer(self) -> bool:
        """Whether the workload is a Deployment with a volume that only one node can mount at a time."""
        return self.kind == "Deployment" and any(volume.single_writer for volume in self.volumes.values())

    @property
    def recreate(self) -> bool:
        """Whether an update of a Deployment stops all old pods before it starts new ones."""
        rebalances = self.consumer is not None and self.consumer.membership == "dynamic"
        strategy = self.strategy or ("Recreate" if rebalances or self.single_writer else "RollingUpdate")
        return strategy == "Recreate"

    @property
    def has_service(self) -> bool:
        """Whether the workload has a Service."""
        return bool(self.effective_service_ports)

    @property
    def effective_service_ports(self) -> dict[str, int]:
        """Ports of the Service by the name of the container port."""
        if self.service_ports is None:
            return self.container.ports if self.consumer is None else {}
        return self.service_ports

    @cached_property
    def container_ports(self) -> dict[str, int]:
        """Ports of the main container and the sidecars, by name."""
        containers = (*self.sidecars.values(), self.container)
        return {name: port for container in containers for name, port in container.ports.items()}

    @property
    def min_replicas(self) -> int:
        """Lowest number of pods."""
        minimum = self.autoscaling.min_replicas if self.autoscaling else None
        return self.availability.min_replicas if minimum is None else minimum

    @property
    def max_replicas(self) -> int:
        """Highest number of pods."""
        return self.autoscaling.max_replicas if self.autoscaling else self.availability.min_replicas

    @cached_property
    def shutdown_budget(self) -> ShutdownBudget:
        """Durations of the graceful shutdown."""
        return shutdown_budget(self.shutdown, has_service=self.has_service)

    @cached_property
    def rollout(self) -> Rollout:
        """Duration of an update."""
        return Rollout(
            kind=self.kind or "Deployment",
            recreate=self.recreate,
            min_replicas=self.min_replicas,
            max_replicas=self.max_replicas,
            max_surge=self.max_surge,
            max_unavailable=self.max_unavailable,
            startup_seconds=max_startup_seconds(self.container, self.init_containers, self.sidecars),
            min_ready_seconds=self.min_ready_seconds,
            termination_grace_period_seconds=self.shutdown_budget.termination_grace_period_seconds,
        )

    @property
    def restart_seconds(self) -> int:
        """Longest time in seconds that a pod needs to stop and to become ready again."""
        return self.shutdown_budget.termination_grace_period_seconds + self.rollout.startup_seconds

    @property
    def progress_deadline(self) -> int:
        """Seconds without progress after which an update fails."""
        return self.progress_deadline_seconds or self.rollout.progress_deadline_seconds
