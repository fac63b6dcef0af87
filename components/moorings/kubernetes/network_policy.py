"""NetworkPolicy of a workload, and the peers that it allows.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from moorings.aws.cidrs import NetworkCidr
from moorings.kafka.listeners import broker_ports
from moorings.kubernetes.names import LabelKey, LabelValue, PortName
from moorings.validation.args import Args
from moorings.validation.inputs import Input
from moorings.validation.outputs import StructuredOutput
from moorings.validation.types import Port

NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name"
"""Label that contains the name of each namespace.

Source: https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name
"""

_CLUSTER_DNS = {
    "to": [
        {
            "namespaceSelector": {"matchLabels": {NAMESPACE_NAME_LABEL: "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ],
    "ports": [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")],
}


class NetworkPolicyPort(StructuredOutput, Args):
    """Ports of a protocol in a NetworkPolicy: one port, a range, a named port of a container, or all ports.

    Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-range-of-ports
    """

    port: Port | None = None
    """Port number, or the first port of a range. Defaults to all ports of the protocol."""

    end_port: Port | None = None
    """Last port of the range that begins with ``port``. Defaults to one port."""

    name: PortName | None = None
    """Name of a container port, instead of ``port``: of the workload's containers for ingress, of the peer's for
    egress."""

    protocol: Literal["TCP", "UDP", "SCTP"] = "TCP"
    """``TCP``, ``UDP`` or ``SCTP``. Defaults to ``TCP``."""

    @property
    def rendered(self) -> dict[str, Any]:
        """The ports as a ``NetworkPolicyPort`` of the Kubernetes API."""
        fields = {"protocol": self.protocol, "port": self.name or self.port, "endPort": self.end_port}
        return {field: value for field, value in fields.items() if value is not None}

    def includes(self, port: int) -> bool:
        """Whether a port number is one of the ports. The number of a named port is unknown, so it may be."""
        return self.port is None or self.port <= port <= (self.end_port or self.port)


class NetworkPeer(StructuredOutput, Args):
    """A peer in a NetworkPolicy: pods selected by labels, or a CIDR block.

    ``KubernetesWorkload.network_peer`` selects the pods of a workload.
    """

    namespace_selector: dict[LabelKey, Input[LabelValue]] | None = None
    """Labels of the namespaces of the peer's pods; ``{}`` selects all namespaces. Defaults to the workload's."""

    pod_selector: dict[LabelKey, Input[LabelValue]] | None = None
    """Labels of the peer's pods. Defaults to all pods in the namespaces."""

    cidr: Input[NetworkCidr] | None = None
    """IPv4 or IPv6 CIDR block. Cannot be combined with selectors."""

    except_cidrs: list[Input[NetworkCidr]] = []
    """CIDR blocks within ``cidr`` that are not part of the peer (``["169.254.169.254/32"]``). Defaults to none."""

    ports: Annotated[list[Port], Field(max_length=100)] = []
    """Allowed TCP ports: of the workload's containers for ingress, of the peer for egress. Without ``ports`` and
    ``policy_ports``, all ports are allowed."""

    policy_ports: list[NetworkPolicyPort] = []
    """Allowed ports with a protocol, a range or a name, in addition to ``ports``."""

    @property
    def selects_pods(self) -> bool:
        """Whether the peer selects pods."""
        return self.namespace_selector is not None or self.pod_selector is not None

    @property
    def has_cidr(self) -> bool:
        """Whether the peer is a CIDR block."""
        return self.cidr is not None

    @property
    def limits_ports(self) -> bool:
        """Whether the peer is allowed some ports only."""
        return bool(self.ports or self.policy_ports)

    def allows_tcp_port(self, port: int) -> bool:
        """Whether a peer of ``egress_to`` allows connections to a TCP port."""
        return (
            not self.limits_ports
            or port in self.ports
            or any(allowed.protocol == "TCP" and allowed.includes(port) for allowed in self.policy_ports)
        )

    @property
    def in_own_namespace(self) -> bool:
        """Whether the peer selects only pods in the namespace of the workload."""
        return self.namespace_selector is None and self.cidr is None

    @property
    def rendered(self) -> dict[str, Any]:
        """The peer as a ``NetworkPolicyPeer`` of the Kubernetes API."""
        if self.cidr is not None:
            exceptions = {"except": self.except_cidrs} if self.except_cidrs else {}
            return {"ipBlock": {"cidr": self.cidr, **exceptions}}
        selectors = {"namespaceSelector": self.namespace_selector, "podSelector": self.pod_selector}
        return {field: {"matchLabels": labels} for field, labels in selectors.items() if labels is not None}

    @property
    def rendered_ports(self) -> list[dict[str, Any]]:
        """The allowed ports in the fields of the API. Empty for all ports."""
        return [*_tcp_ports(self.ports), *(port.rendered for port in self.policy_ports)]


def network_policy_spec(  # noqa: PLR0917 - all of them are required, except the last
    selector: dict[str, str],
    container_ports: Sequence[int],
    ingress_from: list[NetworkPeer] | None,
    egress_to: list[NetworkPeer] | None,
    egress_rules: Sequence[Mapping[str, Any]],
    udp_ports: Sequence[int] = (),
) -> dict[str, Any]:
    """Return the spec of the NetworkPolicy. Ingress is allowed only to ports that the containers declare.

    Args:
        selector: labels of the pods.
        container_ports: TCP ports of the containers.
        ingress_from: peers that may connect to the pods. None for all.
        egress_to: peers that the pods may connect to, besides the cluster's DNS and the Kafka brokers. None for all.
        egress_rules: rules for the brokers of each Kafka cluster, and for the servers in the settings.
        udp_ports: UDP ports of the containers.

    """
    spec: dict[str, Any] = {"podSelector": {"matchLabels": selector}, "policyTypes": ["Ingress"], "ingress": []}
    declared = [*_tcp_ports(container_ports), *({"protocol": "UDP", "port": port} for port in udp_ports)]
    if declared and ingress_from is None:
        spec["ingress"] = [{"ports": declared}]
    elif declared and ingress_from is not None:
        spec["ingress"] = [{"from": [peer.rendered], "ports": peer.rendered_ports or declared} for peer in ingress_from]
    if egress_to is not None:
        spec["policyTypes"] = ["Ingress", "Egress"]
        spec["egress"] = [
            _CLUSTER_DNS,
            *egress_rules,
            *(
                {"to": [peer.rendered], **({"ports": peer.rendered_ports} if peer.limits_ports else {})}
                for peer in egress_to
            ),
        ]
    return spec


def _tcp_ports(ports: Sequence[int]) -> list[dict[str, Any]]:
    return [{"protocol": "TCP", "port": port} for port in ports]


def broker_port_rules(bootstrap_servers: str) -> list[dict[str, Any]]:
    """Return the ports of the brokers in the fields of the API."""
    return _tcp_ports(broker_ports(bootstrap_servers))


def ip_blocks(cidrs: Sequence[str]) -> list[dict[str, Any]]:
    """Return networks as peers in the fields of the API. An empty list stands for any address."""
    return [{"ipBlock": {"cidr": cidr}} for cidr in cidrs]
