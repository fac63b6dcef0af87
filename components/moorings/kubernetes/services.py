"""Services of a workload: their type, ports and names.

Source: https://kubernetes.io/docs/concepts/services-networking/service/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from moorings.aws.cidrs import NetworkCidr
from moorings.kubernetes.names import LabelKey, PortName, ServiceName
from moorings.validation.args import Args
from moorings.validation.findings import Path
from moorings.validation.inputs import Input
from moorings.validation.types import Port

ServiceType = Literal["ClusterIP", "NodePort", "LoadBalancer"]

MAX_AFFINITY_SECONDS = 86400

AWS_NLB_CLASS = "service.k8s.aws/nlb"
"""Class of Network Load Balancers that the AWS Load Balancer Controller creates.

Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/nlb/
"""


class ServiceSettings(Args):
    """Type and name of a Service."""

    type: ServiceType = "ClusterIP"
    """``ClusterIP``, ``NodePort`` or ``LoadBalancer``. Defaults to ``ClusterIP``, which only the cluster can reach."""

    headless: bool = False
    """Create a Service without an address of its own, whose DNS name resolves to the addresses of the pods. Changing
    this replaces the Service."""

    name: ServiceName | None = None
    """Name of the Service. Defaults to one that Pulumi generates, or to ``object_name`` for the argument ``service``.
    Changing it replaces the Service (`k8s-workload-replaced`)."""

    node_ports: dict[PortName, Port] = {}
    """Ports of the nodes by the name of the container port, for the types ``NodePort`` and ``LoadBalancer``. Defaults
    to ports that the cluster selects."""

    load_balancer_class: LabelKey | None = None
    """Controller that creates the load balancer (``service.k8s.aws/nlb``). Defaults to that of the cluster. It cannot
    be changed later."""

    load_balancer_source_ranges: list[Input[NetworkCidr]] = []
    """CIDR blocks that may connect to the load balancer. Defaults to all, with a warning."""

    external_traffic_policy: Literal["Cluster", "Local"] | None = None
    """Whether a node sends requests from outside the cluster to all pods (``Cluster``) or only to its own (``Local``),
    which retains the address of the client. Kubernetes defaults to ``Cluster``."""

    publish_not_ready_addresses: bool = False
    """Include pods that are not ready, for clustered applications whose pods find each other before they are ready."""

    @property
    def fields(self) -> dict[str, Any]:
        """Fields of the ServiceSpec, without the ports and the selector."""
        fields: dict[str, Any] = {
            "type": self.type,
            "clusterIP": "None" if self.headless else None,
            "loadBalancerClass": self.load_balancer_class,
            "loadBalancerSourceRanges": self.load_balancer_source_ranges or None,
            "externalTrafficPolicy": self.external_traffic_policy,
            "publishNotReadyAddresses": self.publish_not_ready_addresses or None,
        }
        return {name: value for name, value in fields.items() if value is not None}


class AdditionalService(ServiceSettings):
    """A Service in addition to that of the argument ``service``."""

    ports: dict[PortName, Port] | None = None
    """Ports of the Service by the name of the container port. Defaults to the ports of the main container."""

    annotations: dict[LabelKey, Input[str]] = {}
    """Annotations of the Service."""

    session_affinity_timeout_seconds: Annotated[int, Field(ge=1, le=MAX_AFFINITY_SECONDS)] | None = None
    """Timeout of the Service's ``ClientIP`` session affinity, 1 to 86400. Defaults to no affinity."""


@dataclass(frozen=True)
class DeclaredService:
    """A Service of a workload, with the defaults that follow from the other arguments."""

    settings: ServiceSettings
    name: str | None
    """Name of the Service. None if Pulumi generates it."""
    ports: Mapping[str, int]
    ports_path: Path
    """Path of the argument that sets the ports."""
    annotations: Mapping[str, Any]
    session_affinity_timeout_seconds: int | None

    def spec(self, selector: dict[str, str], udp_ports: Mapping[str, int]) -> dict[str, Any]:
        """Return the spec of the Service.

        Args:
            selector: labels of the pods.
            udp_ports: UDP ports of the containers by name. All others are TCP ports.

        """
        spec = {
            **self.settings.fields,
            "selector": selector,
            "ports": [
                {
                    "name": name,
                    "port": port,
                    "targetPort": name,
                    "protocol": "UDP" if name in udp_ports else "TCP",
                    **({"nodePort": self.settings.node_ports[name]} if name in self.settings.node_ports else {}),
                }
                for name, port in self.ports.items()
            ],
        }
        if self.session_affinity_timeout_seconds:
            spec["sessionAffinity"] = "ClientIP"
            spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": self.session_affinity_timeout_seconds}}
        return spec


def governing_service_spec(
    selector: dict[str, str], ports: Mapping[str, int], udp_ports: Mapping[str, int]
) -> dict[str, Any]:
    """Return the spec of the Service that gives the pods of a StatefulSet DNS names, also before they are ready."""
    spec: dict[str, Any] = {"clusterIP": "None", "publishNotReadyAddresses": True, "selector": selector}
    all_ports: list[dict[str, Any]] = [{"name": name, "port": port, "targetPort": name} for name, port in ports.items()]
    all_ports += [
        {"name": name, "port": port, "targetPort": name, "protocol": "UDP"} for name, port in udp_ports.items()
    ]
    if all_ports:
        spec["ports"] = all_ports
    return spec


def main_port(ports: Mapping[str, int]) -> int | None:
    """Return the port to which an ingress routes: ``http``, or else the first. None without ports."""
    return ports.get("http", next(iter(ports.values()), None))
