"""Who may connect to the pods, and whom they may connect to.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from collections.abc import Sequence
from typing import Annotated, Any, Self

import pulumi
from pydantic import Field, model_validator

from moorings.aws.cidrs import Cidr
from moorings.kubernetes.names import LabelKey, LabelValue
from moorings.validation.args import Args
from moorings.validation.inputs import check_together
from moorings.validation.types import Port

_DNS = {
    "to": [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ],
    "ports": [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")],
}


class NetworkPeer(Args):
    """The other end of connections: pods by their labels, or a network."""

    namespace_selector: dict[LabelKey, LabelValue] | None = None
    """Labels of the namespaces that its pods are in, ``{}`` for all; the workload's own namespace by default."""

    pod_selector: dict[LabelKey, LabelValue] | None = None
    """Labels of the pods; all pods of the namespaces by default."""

    cidr: Cidr | None = None
    """Network, instead of pods."""

    ports: Annotated[list[Port], Field(max_length=100)] = []
    """Ports: of the containers for connections that come in, by default all of them; of the peer for those that go out,
    by default any."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        pods = self.namespace_selector is not None or self.pod_selector is not None
        if pods == (self.cidr is not None):
            raise ValueError(
                f"{'both pods and a network are' if pods else 'neither pods nor a network is'} given; give "
                "namespace_selector, pod_selector or both, or cidr"
            )
        return self

    @property
    def rendered(self) -> dict[str, Any]:
        """The peer as the API takes it."""
        if self.cidr is not None:
            return {"ipBlock": {"cidr": self.cidr}}
        found: dict[str, Any] = {}
        if self.namespace_selector is not None:
            found["namespaceSelector"] = {"matchLabels": self.namespace_selector}
        if self.pod_selector is not None:
            found["podSelector"] = {"matchLabels": self.pod_selector}
        return found


def network_policy(
    selector: dict[str, str],
    ports: Sequence[int],
    ingress_from: list[NetworkPeer] | None,
    egress_to: list[NetworkPeer] | None,
    brokers: Sequence[pulumi.Input[str]],
) -> dict[str, Any]:
    """The spec of a policy: only the ports that the containers declare can be reached.

    Args:
        selector: labels of the pods.
        ports: ports of the containers.
        ingress_from: who may connect; everybody if it is None.
        egress_to: whom the pods may connect to, beside the cluster's DNS and the brokers; everybody if it is None.
        brokers: brokers of Kafka, whose addresses change, so that only their ports are named.

    """
    spec: dict[str, Any] = {"podSelector": {"matchLabels": selector}, "policyTypes": ["Ingress"], "ingress": []}
    if ports and ingress_from is None:
        spec["ingress"] = [{"ports": _ports(ports)}]
    elif ports and ingress_from is not None:
        spec["ingress"] = [{"from": [peer.rendered], "ports": _ports(peer.ports or ports)} for peer in ingress_from]
    if egress_to is not None:
        spec["policyTypes"] = ["Ingress", "Egress"]
        spec["egress"] = [
            _DNS,
            *({"ports": check_together("brokers", _ports_of, servers=servers)} for servers in brokers),
            *({"to": [peer.rendered], **({"ports": _ports(peer.ports)} if peer.ports else {})} for peer in egress_to),
        ]
    return spec


def _ports(numbers: Sequence[int]) -> list[dict[str, Any]]:
    return [{"protocol": "TCP", "port": number} for number in numbers]


def _ports_of(servers: str) -> list[dict[str, Any]]:
    return _ports(sorted({int(server.rpartition(":")[2]) for server in servers.split(",")}))
