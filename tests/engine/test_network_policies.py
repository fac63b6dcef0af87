"""The API server accepts exceptions and port ranges of network policies, and rejects those that the rules reject."""

import pytest
from kubernetes_api import RejectedError
from objects import named

from moorings import NetworkPeer, NetworkPolicyPort
from moorings.kubernetes.network_policy import network_policy_spec

SELECTOR = {"app": "orders"}


def policy(namespace, **peer):
    """A policy that allows egress to a peer, whose combinations are not validated without a component."""
    peers = [NetworkPeer(**peer)]
    return named(
        "networking.k8s.io/v1", "NetworkPolicy", namespace, spec=network_policy_spec(SELECTOR, [8080], peers, peers, [])
    )


def test_policies_with_exceptions_are_stored(api_server):
    namespace = api_server.namespace()
    ports = [NetworkPolicyPort(port=8000, end_port=8100, protocol="UDP"), NetworkPolicyPort(name="http")]
    api_server.api.apply(
        policy(namespace, cidr="10.0.0.0/8", except_cidrs=["10.0.1.0/24", "10.2.0.0/16"], policy_ports=ports)
    )
    stored = api_server.api.get(named("networking.k8s.io/v1", "NetworkPolicy", namespace))["spec"]
    assert stored["egress"][1] == {
        "to": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.0.1.0/24", "10.2.0.0/16"]}}],
        "ports": [
            {"protocol": "UDP", "port": 8000, "endPort": 8100},
            {"protocol": "TCP", "port": "http"},
        ],
    }
    assert stored["ingress"][0]["from"] == stored["egress"][1]["to"]


@pytest.mark.parametrize(
    ("peer", "message"),
    [
        ({"cidr": "10.0.0.0/16", "except_cidrs": ["10.0.0.0/16"]}, "strict subset"),
        ({"cidr": "10.0.0.0/16", "except_cidrs": ["10.1.0.0/24"]}, "strict subset"),
        ({"cidr": "10.0.0.0/16", "except_cidrs": ["2001:db8::/48"]}, "strict subset"),
        ({"pod_selector": {}, "policy_ports": [NetworkPolicyPort(port=81, end_port=80)]}, "greater than or equal"),
        ({"pod_selector": {}, "policy_ports": [NetworkPolicyPort(name="http", end_port=80)]}, "endPort"),
        ({"pod_selector": {}, "policy_ports": [NetworkPolicyPort(end_port=80)]}, "endPort"),
    ],
)
def test_policies_that_the_rules_reject_are_rejected(api_server, peer, message):
    with pytest.raises(RejectedError, match=message):
        api_server.api.create(policy(api_server.namespace(), **peer), dry_run=True)
