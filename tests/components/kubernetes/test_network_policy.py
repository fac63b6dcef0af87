"""Exceptions, port ranges, protocols and named ports of the peers of a network policy."""

import pytest

from moorings import NetworkPeer, NetworkPolicyPort


@pytest.fixture
def policy(deploy_workload):
    """Deploy a workload with changes and return the spec of its network policy."""

    def render(**changed):
        return deploy_workload(**changed)["orders-network-policy"].inputs["spec"]

    return render


def test_parts_of_a_cidr_block_are_excepted(policy):
    peer = {"cidr": "0.0.0.0/0", "except_cidrs": ["169.254.169.254/32", "10.0.0.0/8"], "ports": [443]}
    assert policy(egress_to=[peer])["egress"][1:] == [
        {
            "to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["169.254.169.254/32", "10.0.0.0/8"]}}],
            "ports": [{"protocol": "TCP", "port": 443}],
        }
    ]


def test_cidr_blocks_may_be_late(policy, late):
    peer = {"cidr": late("10.0.0.0/16"), "except_cidrs": [late("10.0.1.0/24")]}
    assert policy(ingress_from=[peer])["ingress"][0]["from"] == [
        {"ipBlock": {"cidr": "10.0.0.0/16", "except": ["10.0.1.0/24"]}}
    ]


def test_ports_of_ingress_have_a_protocol_a_range_or_a_name(policy):
    ports = [{"port": 8000, "end_port": 8100}, {"name": "http"}, {"protocol": "UDP", "port": 5353}]
    peers = [{"pod_selector": {}, "policy_ports": ports}]
    (rule,) = policy(ingress_from=peers, container={"udp_ports": {"dns": 5353}})["ingress"]
    assert rule["ports"] == [
        {"protocol": "TCP", "port": 8000, "endPort": 8100},
        {"protocol": "TCP", "port": "http"},
        {"protocol": "UDP", "port": 5353},
    ]


def test_policy_ports_are_added_to_the_tcp_ports(policy):
    (_, rule) = policy(egress_to=[{"cidr": "10.0.0.0/8", "ports": [443], "policy_ports": [{"protocol": "SCTP"}]}])[
        "egress"
    ]
    assert rule["ports"] == [{"protocol": "TCP", "port": 443}, {"protocol": "SCTP"}]


@pytest.mark.parametrize(
    ("peer", "path"),
    [
        ({"cidr": "10.0.0.0/16", "except_cidrs": ["10.0.0.0/16"]}, "except_cidrs[0]"),
        ({"cidr": "10.0.0.0/16", "except_cidrs": ["10.0.0.0/24", "10.0.0.0/8"]}, "except_cidrs[1]"),
        ({"cidr": "10.0.0.0/16", "except_cidrs": ["2001:db8::/48"]}, "except_cidrs[0]"),
        ({"cidr": "2001:db8::/32", "except_cidrs": ["10.0.0.0/24"]}, "except_cidrs[0]"),
        ({"cidr": "2001:db8::/32", "except_cidrs": ["2001:db8::/48"]}, None),
        ({"pod_selector": {}, "except_cidrs": ["10.0.0.0/24"]}, "except_cidrs[0]"),
    ],
)
def test_exceptions_are_smaller_blocks_of_the_peer(findings_of, peer, path):
    expected = [("k8s-network-peer-exception", f"egress_to[0].{path}")] if path else []
    assert findings_of(egress_to=[peer]) == expected


@pytest.mark.parametrize(
    ("port", "path"),
    [
        ({"name": "http", "port": 80}, ".name"),
        ({"name": "http", "end_port": 80}, ".name"),
        ({"end_port": 80}, ".port"),
        ({"port": 81, "end_port": 80}, ".end_port"),
        ({"port": 80, "end_port": 80}, None),
        ({}, None),
    ],
)
def test_ranges_begin_before_they_end(findings_of, port, path):
    expected = [("k8s-network-port-range", f"egress_to[0].policy_ports[0]{path}")] if path else []
    assert findings_of(egress_to=[{"cidr": "10.0.0.0/8", "policy_ports": [port]}]) == expected


@pytest.mark.parametrize(
    ("port", "path"),
    [
        ({"name": "admin"}, ".name"),
        ({"port": 9000, "end_port": 9100}, ".port"),
        ({"name": "http"}, None),
        ({"port": 8000, "end_port": 8100}, None),
        ({"protocol": "TCP"}, None),
        ({"protocol": "SCTP"}, None),
        ({"protocol": "UDP"}, ".port"),
        ({"protocol": "UDP", "name": "http"}, ".name"),
    ],
)
def test_ingress_is_allowed_to_declared_ports_only(findings_of, port, path):
    expected = [("k8s-network-policy-port", f"ingress_from[0].policy_ports[0]{path}")] if path else []
    assert findings_of(ingress_from=[{"cidr": "10.0.0.0/8", "policy_ports": [port]}]) == expected


@pytest.mark.parametrize(
    ("port", "blocked"),
    [
        ({"port": 5000, "end_port": 6000}, False),
        ({"protocol": "TCP"}, False),
        ({"name": "postgres"}, False),
        ({"port": 5000}, True),
        ({"port": 5000, "end_port": 6000, "protocol": "UDP"}, True),
    ],
)
def test_settings_are_compared_with_ranges(findings_of, port, blocked):
    found = findings_of(
        container={"environment": {"DATABASE": "postgresql://orders.example/orders"}},
        egress_to=[{"cidr": "10.0.0.0/8", "policy_ports": [port]}],
    )
    assert found == ([("k8s-egress-blocked", "container.environment.DATABASE")] if blocked else [])


def test_a_peer_without_ports_allows_all():
    peer = NetworkPeer(cidr="10.0.0.0/8")
    assert peer.allows_tcp_port(5432)
    assert not NetworkPeer(cidr="10.0.0.0/8", policy_ports=[NetworkPolicyPort(port=80)]).allows_tcp_port(5432)
