"""Arguments of pods, which all workloads share."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any

from moorings.kafka.connection import KafkaConnection
from moorings.kubernetes.affinity import Affinity
from moorings.kubernetes.autoscaling import KafkaLag
from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.names import DnsLabel, LabelKey, LabelValue, Subdomain
from moorings.kubernetes.network_policy import NetworkPeer
from moorings.kubernetes.pod_dns import IpAddress, PodDns
from moorings.kubernetes.quantities import Number
from moorings.kubernetes.shutdown import Shutdown
from moorings.kubernetes.tolerations import Toleration
from moorings.kubernetes.volumes import PodVolume
from moorings.validation.args import Args
from moorings.validation.changes import Change
from moorings.validation.findings import Path
from moorings.validation.inputs import Input
from moorings.validation.plaintext import unless_secret
from moorings.validation.types import ChildName, Unique


class PodBaseArgs(Args):
    """Arguments of pods that components based on another one, such as `KpowOnKubernetes`, pass to it unchanged."""

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

    ingress_from: list[NetworkPeer] | None = None
    """Peers that may connect to the pods: those of the ingress controller or the load balancer, of Prometheus, and
    ``network_peer`` of other workloads. Defaults to all, with a warning. The kubelet can always connect.

    Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
    """

    egress_to: list[NetworkPeer] | None = None
    """Peers that the pods may connect to, besides the cluster's DNS and the ports of the Kafka brokers. Defaults to
    all, with a warning. ``[]`` allows no others."""

    derive_egress: bool = False
    """Allow connections to what the pods are configured to use, and to nothing else besides ``egress_to``: the
    cluster's DNS, the Kafka brokers, the token endpoint of a Kafka connection, and the servers in environment variables
    in plain text (``postgresql://orders.example/orders``, ``redis.example:6379``). A network policy contains no host
    names: a server is allowed by its port at any address, unless its host is an IP address. Defaults to False."""

    labels: Annotated[dict[LabelKey, LabelValue], Change("rolling update")] = {}
    """Additional labels of every object."""

    priority_class_name: Annotated[Subdomain | None, Change("rolling update")] = None
    """Priority class of the pods."""

    node_selector: Annotated[dict[LabelKey, LabelValue], Change("rolling update")] = {}
    """Labels of the nodes on which pods are scheduled."""

    tolerations: Annotated[list[Toleration], Change("rolling update")] = []
    """Tolerations, with fields as in the API (``{"key": "spot", "operator": "Exists", "effect": "NoSchedule"}``)."""

    affinity: Annotated[Affinity, Change("rolling update")] = {}
    """Affinity to nodes and to other pods, with fields as in the API
    (``{"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [...]}}}``)."""

    runtime_class_name: Annotated[Subdomain | None, Change("rolling update")] = None
    """Runtime class of the pods, such as ``gvisor`` or ``nvidia``. Defaults to the runtime of the node.

    Source: https://kubernetes.io/docs/concepts/containers/runtime-class/
    """

    host_aliases: Annotated[dict[IpAddress, list[Subdomain]], Change("rolling update")] = {}
    """Entries of ``/etc/hosts``: host names by their address (``{"10.0.0.10": ["database.example"]}``)."""

    dns: Annotated[PodDns, Change("rolling update")] = PodDns()
    """DNS settings of the pods. Defaults to those of the cluster."""

    image_pull_secrets: Annotated[list[Input[Subdomain]], Unique, Change("rolling update")] = []
    """Names of existing Secrets with registry credentials."""


class PodArgs(PodBaseArgs):
    """Arguments of a pod and of the objects that belong to it: everything but the workload that creates it."""

    container: Annotated[PodContainer, Change("rolling update")]
    """Main container. It has the name of the component."""

    init_containers: Annotated[dict[DnsLabel, PodContainer], Change("rolling update")] = {}
    """Init containers by name. They run one after the other, after the sidecars have started and before the main
    container starts. ``probes.startup_seconds`` is the longest time that an init container runs."""

    sidecars: Annotated[dict[DnsLabel, PodContainer], Change("rolling update")] = {}
    """Sidecar containers by name, which start before the main container and stop after it.

    Source: https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
    """

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

    volumes: Annotated[
        dict[DnsLabel, PodVolume], Change("rolling update", "Changing the volumes of a StatefulSet replaces it.")
    ] = {}
    """Volumes by name. ``mount_path`` mounts a volume in the main container, and ``volume_mounts`` of a container mount
    it at further paths."""

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
        """Environment variables in plain text whose servers the network policy may block, by path.

        Empty unless ``egress_to`` limits the ports of all peers, and if they are allowed.
        """
        if self.egress_to is None or self.derive_egress or any(not peer.limits_ports for peer in self.egress_to):
            return {}
        return self.plain_settings

    @property
    def plain_settings(self) -> "Mapping[Any, Input[str]]":
        """Environment variables in plain text, by path."""
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
    def annotations_by_argument(self) -> "Mapping[str, Mapping[str, Input[str]]]":
        """Annotations of the pods and the service account, by argument."""
        return {
            "pod_annotations": self.pod_annotations,
            "service_account_annotations": self.service_account_annotations,
        }

    @property
    def annotations(self) -> "Mapping[Any, Any]":
        """Annotations by argument and key. Late values that are secret are replaced by a mark."""
        return {
            (argument, key): unless_secret(value)
            for argument, annotations in self.annotations_by_argument.items()
            for key, value in annotations.items()
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
    def usual_clients(self) -> str:
        """Peers that usually connect to the pods, for messages."""
        return "the pods of its clients"

    @property
    def kafka_lag(self) -> KafkaLag | None:
        """Consumer lag by which the pods are scaled."""
        return None

    @cached_property
    def container_ports(self) -> dict[str, int]:
        """TCP ports of the main container and the sidecars, by name."""
        containers = (*self.sidecars.values(), self.container)
        return {name: port for container in containers for name, port in container.ports.items()}

    @cached_property
    def udp_container_ports(self) -> dict[str, int]:
        """UDP ports of the main container and the sidecars, by name."""
        containers = (*self.sidecars.values(), self.container)
        return {name: port for container in containers for name, port in container.udp_ports.items()}
