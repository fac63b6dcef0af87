"""Settings of a workload on Kubernetes."""

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from moorings.kubernetes.autoscaling import Autoscaling
from moorings.kubernetes.availability import Availability
from moorings.kubernetes.consumer_group import KafkaConsumer
from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.monitoring import Monitoring
from moorings.kubernetes.names import DnsLabel, LabelKey, LabelValue, PortName, ServiceLabel, Subdomain
from moorings.kubernetes.network_policy import NetworkPeer
from moorings.kubernetes.quantities import Number, PositiveNumber, Share
from moorings.kubernetes.rollout import Rollout, startup_budget
from moorings.kubernetes.security_context import Sysctl
from moorings.kubernetes.shutdown import Shutdown, ShutdownBudget, solve
from moorings.kubernetes.tolerations import Toleration
from moorings.kubernetes.volumes import PodVolume
from moorings.kubernetes.warnings import Accepted
from moorings.kubernetes.workload_validation import findings
from moorings.validation.args import Args
from moorings.validation.inputs import Input
from moorings.validation.types import Port, Unique

Kind = Literal["Deployment", "StatefulSet"]
Strategy = Literal["RollingUpdate", "Recreate"]

MOST_AFFINITY = 86400


def _own(namespace: str) -> str:
    if namespace == "default":
        raise ValueError("'default' is everybody's namespace; give the workload one of its own")
    return namespace


class KubernetesWorkloadArgs(Args):
    """Settings of a workload: one application, whose pods are all alike."""

    namespace: Input[Annotated[DnsLabel, AfterValidator(_own)]]
    """Namespace, which is not ``default``. A change replaces everything."""

    container: PodContainer
    """The container that does the work. It is called like the workload."""

    init_containers: dict[DnsLabel, PodContainer] = {}
    """Containers that run to their end, in this order, before the others start. Their ``probes.startup_seconds`` says how
    long that may take."""

    sidecars: dict[DnsLabel, PodContainer] = {}
    """Containers that start before the main one and end after it.

    Source: https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
    """

    kind: Kind | None = None
    """A ``Deployment`` by default; with volumes it must be said. A ``StatefulSet`` gives each pod a name and volumes of
    its own. A change replaces the workload."""

    object_name: ServiceLabel | None = None
    """Name of the workload and its Service. By default a StatefulSet, by whose name its volumes are found again, is
    called like the component, and a Deployment has a name of Pulumi's, so that it can be replaced without a gap."""

    app: LabelValue | None = None
    """Label ``app.kubernetes.io/name``; the component's name by default. A change replaces the workload."""

    component: LabelValue | None = None
    """Label ``app.kubernetes.io/component``. A change replaces the workload."""

    part_of: LabelValue | None = None
    """Label ``app.kubernetes.io/part-of``."""

    version: LabelValue | None = None
    """Label ``app.kubernetes.io/version``. It selects nothing, so it may change."""

    labels: dict[LabelKey, LabelValue] = {}
    """Labels of everything."""

    pod_annotations: dict[LabelKey, Input[str]] = {}
    """Annotations of the pods."""

    availability: Availability = Availability()
    """How much of the workload is there while nodes are drained and zones fail; by default two pods, spread, of which a
    drain takes one at a time."""

    autoscaling: Autoscaling | None = None
    """An autoscaler, which then owns the number of pods. None by default."""

    consumer: KafkaConsumer | None = None
    """How the pods are members of a consumer group of Kafka, and are updated without stopping it. None by default: the
    workload reads nothing, or its rebalances do not matter."""

    shutdown: Shutdown = Shutdown()
    """How pods go; by default after 30 seconds of drain, and for as long before as they may still be sent requests."""

    strategy: Strategy | None = None
    """How a Deployment is updated: by default new pods come before old ones go, but where its volume has a single
    writer, or its pods are ``dynamic`` members of a consumer group, all old ones go first (``Recreate``)."""

    max_surge: Share = "25%"
    """Pods that may be too many while a Deployment is updated."""

    max_unavailable: Share = "0"
    """Pods that may be too few while a Deployment is updated; none by default."""

    min_ready_seconds: Number = 10
    """Seconds for which a new pod must be ready before the next one is touched."""

    progress_deadline_seconds: PositiveNumber | None = None
    """Seconds without progress after which an update of a Deployment has failed; by default 600, or two minutes longer
    than a pod may take to start."""

    revision_history_limit: Number = 5
    """Earlier revisions that are kept: 5 of a Deployment by default, and of a StatefulSet as many as Kubernetes keeps
    by itself, which is 10. A change replaces a StatefulSet."""

    pod_management_policy: Literal["OrderedReady", "Parallel"] = "OrderedReady"
    """Whether the pods of a StatefulSet come one after the other. A change replaces it."""

    volumes: dict[DnsLabel, PodVolume] = {}
    """Volumes that outlive a pod, by name."""

    service_ports: dict[PortName, Port] | None = None
    """Ports of the Service, by the name of the container's port that they lead to. By default all ports of the main
    container, with their own numbers, but none of a ``consumer``; ``{}`` for no Service."""

    service_annotations: dict[LabelKey, Input[str]] = {}
    """Annotations of the Service."""

    session_affinity_timeout_seconds: Annotated[int, Field(ge=1, le=MOST_AFFINITY)] | None = None
    """Seconds for which the Service sends an address to the pod that it first came to, 1 to 86400. Behind an ingress
    controller the address is the controller's, if it asks the Service at all: stickiness is ``StickyIngress``'s.

    Source: https://kubernetes.io/docs/reference/networking/virtual-ips/#session-affinity
    """

    network_policy: bool = True
    """Let nobody connect to ports that no container declares."""

    ingress_from: list[NetworkPeer] | None = None
    """Who may connect; everybody who reaches the pods by default."""

    egress_to: list[NetworkPeer] | None = None
    """Whom the pods may connect to, beside the cluster's DNS and the ports of the brokers of ``kafka``; everybody by
    default."""

    service_account_name: Input[Subdomain] | None = None
    """Account that is there already. By default the workload has one of its own, which may do nothing."""

    service_account_annotations: dict[LabelKey, Input[str]] = {}
    """Annotations of the workload's own account (``{"eks.amazonaws.com/role-arn": role.arn}``)."""

    automount_service_account_token: bool = False
    """Put a token for the API server into the pods; not by default, since few applications speak to it."""

    run_as_user: PositiveNumber = 10001
    """User that the containers run as; a number, since the kubelet cannot tell whether a name is root's."""

    run_as_group: PositiveNumber = 10001
    """Group that the containers run as, and that owns the volumes."""

    sysctls: dict[Sysctl, str] = {}
    """Kernel settings of the pods, of those that Pod Security's ``restricted`` allows."""

    priority_class_name: Subdomain | None = None
    """Priority class of the pods."""

    node_selector: dict[LabelKey, LabelValue] = {}
    """Labels of the nodes that pods may stand on."""

    tolerations: list[Toleration] = []
    """Taints of nodes that pods may stand on nevertheless, as the API takes them."""

    image_pull_secrets: Annotated[list[Input[Subdomain]], Unique] = []
    """Names of the Secrets with which images are pulled."""

    monitoring: Monitoring | None = None
    """Where Prometheus reads metrics. Nowhere by default."""

    retain_old_config: bool = False
    """Leave the config of earlier revisions in the cluster, so that ``kubectl rollout undo`` finds it; Pulumi never
    deletes it then."""

    acknowledged_warnings: list[Accepted] = []
    """Names of warnings that are meant; each warning tells its name."""

    @property
    def single_writer(self) -> bool:
        """Whether two pods of a Deployment would block each other at a volume."""
        return self.kind == "Deployment" and any(volume.single_writer for volume in self.volumes.values())

    @property
    def recreates(self) -> bool:
        """Whether all old pods of a Deployment go before new ones come."""
        rebalances = self.consumer is not None and self.consumer.membership == "dynamic"
        strategy = self.strategy or ("Recreate" if rebalances else "RollingUpdate")
        return strategy == "Recreate" or self.single_writer

    @property
    def with_service(self) -> bool:
        """Whether there is a Service."""
        return bool(self.ports_of_service)

    @property
    def ports_of_service(self) -> dict[str, int]:
        """Ports of the Service, by the name of the container's port."""
        if self.service_ports is None:
            return self.container.ports if self.consumer is None else {}
        return self.service_ports

    @cached_property
    def listening(self) -> dict[str, int]:
        """Ports of all containers that stay, by name."""
        return {name: port for each in (*self.sidecars.values(), self.container) for name, port in each.ports.items()}

    @property
    def fewest(self) -> int:
        """Pods when there are no others."""
        least = self.autoscaling.min_replicas if self.autoscaling else None
        return self.availability.fewest if least is None else least

    @property
    def most(self) -> int:
        """Pods when there are no more."""
        return self.autoscaling.max_replicas if self.autoscaling else self.availability.fewest

    @cached_property
    def budget(self) -> ShutdownBudget:
        """How the pods go."""
        return solve(self.shutdown, with_service=self.with_service)

    @cached_property
    def rollout(self) -> Rollout:
        """How long an update takes."""
        return Rollout(
            kind=self.kind or "Deployment",
            recreates=self.recreates,
            fewest=self.fewest,
            most=self.most,
            surge=self.max_surge,
            unavailable=self.max_unavailable,
            startup=startup_budget(self.container, self.init_containers, self.sidecars),
            min_ready=self.min_ready_seconds,
            grace=self.budget.termination_grace_period_seconds,
        )

    @property
    def absence(self) -> int:
        """Seconds for which a pod that restarts may be away: until it is gone, and until it is ready again."""
        return self.budget.termination_grace_period_seconds + self.rollout.startup

    @property
    def deadline(self) -> int:
        """Seconds without progress after which an update has failed."""
        return self.progress_deadline_seconds or self.rollout.deadline

    @model_validator(mode="after")
    def _rules(self) -> Self:
        broken = list(findings(self))
        if broken:
            raise ValueError("; ".join(broken))
        return self
