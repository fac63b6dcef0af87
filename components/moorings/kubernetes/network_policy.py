"""NetworkPolicy of a workload: allowed ingress and egress.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from collections.abc import Sequence
from typing import Annotated, Any

import pulumi
from pydantic import Field

from moorings.aws.cidrs import Cidr
from moorings.kubernetes.names import LabelKey, LabelValue
from moorings.validation.args import Args
from moorings.validation.inputs import Input
from moorings.validation.outputs import StructuredOutput
from moorings.validation.types import Port

NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name"
"""Label of every namespace, with its name.

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


class NetworkPeer(StructuredOutput, Args):
    """A peer of network connections: pods selected by labels, or a CIDR block.

    ``KubernetesWorkload.network_peer`` returns the one that selects the pods of the workload.
    """

    namespace_selector: dict[LabelKey, Input[LabelValue]] | None = None
    """Labels of the namespaces of the peer's pods; ``{}`` selects all namespaces. Defaults to the workload's own."""

    pod_selector: dict[LabelKey, Input[LabelValue]] | None = None
    """Labels of the peer's pods. Defaults to all pods of the namespaces."""

    cidr: Cidr | None = None
    """CIDR block, instead of pods."""

    ports: Annotated[list[Port], Field(max_length=100)] = []
    """Ports of the workload's containers for incoming connections, of the peer for outgoing ones. Defaults to all."""

    @property
    def selects_pods(self) -> bool:
        """Whether the peer is pods."""
        return self.namespace_selector is not None or self.pod_selector is not None

    @property
    def in_own_namespace(self) -> bool:
        """Whether the peer is pods of the workload's own namespace only."""
        return self.namespace_selector is None and self.cidr is None

    @property
    def rendered(self) -> dict[str, Any]:
        """The peer in the fields of the API."""
        if self.cidr is not None:
            return {"ipBlock": {"cidr": self.cidr}}
        selectors = {"namespaceSelector": self.namespace_selector, "podSelector": self.pod_selector}
        return {field: {"matchLabels": labels} for field, labels in selectors.items() if labels is not None}


def network_policy_spec(
    selector: dict[str, str],
    container_ports: Sequence[int],
    ingress_from: list[NetworkPeer] | None,
    egress_to: list[NetworkPeer] | None,
    broker_ports: Sequence[list[int] | pulumi.Output[list[int]]],
) -> dict[str, Any]:
    """Return the spec of a policy that allows connections only to ports that the containers declare.

    Args:
        selector: labels of the pods.
        container_ports: ports of the containers.
        ingress_from: peers that may connect to the pods. None for all.
        egress_to: peers that the pods may connect to, besides the cluster's DNS and the Kafka brokers. None for all.
        broker_ports: ports of the brokers of each Kafka cluster. Their addresses change, and are not limited.

    """
    spec: dict[str, Any] = {"podSelector": {"matchLabels": selector}, "policyTypes": ["Ingress"], "ingress": []}
    if container_ports and ingress_from is None:
        spec["ingress"] = [{"ports": _tcp_ports(container_ports)}]
    elif container_ports and ingress_from is not None:
        spec["ingress"] = [
            {"from": [peer.rendered], "ports": _tcp_ports(peer.ports or container_ports)} for peer in ingress_from
        ]
    if egress_to is not None:
        spec["policyTypes"] = ["Ingress", "Egress"]
        spec["egress"] = [
            _CLUSTER_DNS,
            *({"ports": _late_tcp_ports(ports)} for ports in broker_ports),
            *(
                {"to": [peer.rendered], **({"ports": _tcp_ports(peer.ports)} if peer.ports else {})}
                for peer in egress_to
            ),
        ]
    return spec


def _tcp_ports(ports: Sequence[int]) -> list[dict[str, Any]]:
    return [{"protocol": "TCP", "port": port} for port in ports]


def _late_tcp_ports(ports: list[int] | pulumi.Output[list[int]]) -> Any:
    return _tcp_ports(ports) if isinstance(ports, list) else ports.apply(_tcp_ports)
