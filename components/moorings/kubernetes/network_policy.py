"""NetworkPolicy of a workload, and the peers that it allows.

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


class NetworkPeer(StructuredOutput, Args):
    """A peer in a NetworkPolicy: pods selected by labels, or a CIDR block.

    ``KubernetesWorkload.network_peer`` selects the pods of a workload.
    """

    namespace_selector: dict[LabelKey, Input[LabelValue]] | None = None
    """Labels of the namespaces of the peer's pods; ``{}`` selects all namespaces. Defaults to the workload's."""

    pod_selector: dict[LabelKey, Input[LabelValue]] | None = None
    """Labels of the peer's pods. Defaults to all pods in the namespaces."""

    cidr: Cidr | None = None
    """CIDR block. Cannot be combined with selectors."""

    ports: Annotated[list[Port], Field(max_length=100)] = []
    """Allowed ports: of the workload's containers for ingress, of the peer for egress. Defaults to all."""

    @property
    def selects_pods(self) -> bool:
        """Whether the peer selects pods."""
        return self.namespace_selector is not None or self.pod_selector is not None

    @property
    def in_own_namespace(self) -> bool:
        """Whether the peer selects only pods in the namespace of the workload."""
        return self.namespace_selector is None and self.cidr is None

    @property
    def rendered(self) -> dict[str, Any]:
        """The peer as a ``NetworkPolicyPeer`` of the Kubernetes API."""
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
    """Return the spec of the NetworkPolicy. Ingress is allowed only to ports that the containers declare.

    Args:
        selector: labels of the pods.
        container_ports: ports of the containers.
        ingress_from: peers that may connect to the pods. None for all.
        egress_to: peers that the pods may connect to, besides the cluster's DNS and the Kafka brokers. None for all.
        broker_ports: broker ports of each Kafka cluster, allowed at any address because broker addresses can change.

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
            *({"ports": _broker_ports(ports)} for ports in broker_ports),
            *(
                {"to": [peer.rendered], **({"ports": _tcp_ports(peer.ports)} if peer.ports else {})}
                for peer in egress_to
            ),
        ]
    return spec


def _tcp_ports(ports: Sequence[int]) -> list[dict[str, Any]]:
    return [{"protocol": "TCP", "port": port} for port in ports]


def _broker_ports(ports: list[int] | pulumi.Output[list[int]]) -> Any:
    return _tcp_ports(ports) if isinstance(ports, list) else ports.apply(_tcp_ports)
