"""Egress that follows from the settings: brokers by address, token endpoints, and servers in environment variables."""

import pytest

from moorings.kubernetes.configured_servers import https_rules, merge_rules, server_rules

SCRAM = {"listener": "scram", "username": "orders", "password": "hidden", "bootstrap_servers": "b-1.orders:9096"}
CLUSTER_DNS = {"k8s-app": "kube-dns"}


@pytest.fixture
def egress(deploy_workload):
    """Deploy a workload with changes, and return the egress rules after that of the cluster's DNS."""

    def rules(**changed):
        dns, *others = deploy_workload(**changed)["orders-network-policy"].inputs["spec"]["egress"]
        assert dns["to"][0]["podSelector"]["matchLabels"] == CLUSTER_DNS
        return others

    return rules


def tcp(port):
    return [{"protocol": "TCP", "port": port}]


def test_brokers_are_allowed_in_their_networks(egress):
    kafka = {**SCRAM, "broker_cidrs": ["10.0.64.0/24", "10.0.65.0/24"]}
    assert egress(container={"kafka": kafka}, egress_to=[]) == [
        {
            "ports": tcp(9096),
            "to": [{"ipBlock": {"cidr": "10.0.64.0/24"}}, {"ipBlock": {"cidr": "10.0.65.0/24"}}],
        }
    ]


@pytest.mark.parametrize(
    ("cidrs", "peers"), [(["10.0.64.0/24"], [{"ipBlock": {"cidr": "10.0.64.0/24"}}]), ([], [])], ids=["known", "any"]
)
def test_networks_of_brokers_may_be_late(egress, late, cidrs, peers):
    (rule,) = egress(container={"kafka": {**SCRAM, "broker_cidrs": late(cidrs)}}, egress_to=[])
    assert rule == {"ports": tcp(9096), "to": peers}


def test_an_invalid_network_is_rejected(deploy_workload, rejected):
    with rejected("argument-format", "container.kafka.broker_cidrs[0]"):
        deploy_workload(container={"kafka": {**SCRAM, "broker_cidrs": ["10.0.64.0"]}})


def test_servers_in_settings_are_allowed(egress):
    environment = {
        "DATABASE_URL": "postgresql://orders.example/orders",
        "REPLICA_URL": "jdbc:postgresql://10.0.3.4:5433/orders",
        "CACHE": "redis-1.example:6379,10.0.3.5:6379",
        "OTHER_CACHE": "redis-1.example:6379",
        "DOCS": "https://docs.example",
    }
    assert egress(container={"environment": environment}, derive_egress=True, egress_to=None) == [
        {"ports": tcp(5432)},
        {"to": [{"ipBlock": {"cidr": "10.0.3.4/32"}}], "ports": tcp(5433)},
        {"ports": tcp(6379)},
        {"to": [{"ipBlock": {"cidr": "10.0.3.5/32"}}], "ports": tcp(6379)},
    ]


def test_peers_and_brokers_are_added(egress):
    rules = egress(
        container={"kafka": SCRAM, "config_map_environment": {"DB": "mysql://orders.example"}},
        derive_egress=True,
        egress_to=[{"cidr": "10.9.0.0/16", "ports": [443]}],
    )
    assert rules == [
        {"ports": tcp(9096)},
        {"ports": tcp(3306)},
        {"to": [{"ipBlock": {"cidr": "10.9.0.0/16"}}], "ports": tcp(443)},
    ]


def test_late_settings_are_read_when_they_resolve(egress, late):
    environment = {"DATABASE_URL": late("postgresql://orders.example/orders"), "CACHE": "redis://cache.example"}
    rules = egress(container={"environment": environment}, derive_egress=True, egress_to=[{"cidr": "10.9.0.0/16"}])
    assert rules == [
        {"to": [{"ipBlock": {"cidr": "10.9.0.0/16"}}]},
        {"ports": tcp(5432)},
        {"ports": tcp(6379)},
    ]


def test_the_token_endpoint_is_allowed(egress):
    kafka = {
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "OAUTHBEARER",
        "bootstrap_servers": "kafka.example:9093",
        "oauth": {
            "token_endpoint_url": "https://login.example/oauth2/token",
            "client_id": "orders",
            "client_secret": "hidden",
        },
    }
    assert egress(container={"kafka": kafka}, derive_egress=True, egress_to=[])[1:] == [{"ports": tcp(443)}]
    assert https_rules("https://10.1.2.3:8443/token") == [
        {"to": [{"ipBlock": {"cidr": "10.1.2.3/32"}}], "ports": tcp(8443)}
    ]


def test_nothing_is_derived_by_default(egress):
    environment = {"DATABASE_URL": "postgresql://orders.example/orders"}
    assert egress(container={"environment": environment}, egress_to=[{"cidr": "10.9.0.0/16"}]) == [
        {"to": [{"ipBlock": {"cidr": "10.9.0.0/16"}}]}
    ]


@pytest.mark.parametrize(
    ("changed", "findings"),
    [
        ({"derive_egress": True, "egress_to": None}, []),
        ({"derive_egress": True, "egress_to": []}, []),
        ({"derive_egress": False, "egress_to": []}, [("k8s-egress-blocked", "container.environment.DB")]),
        (
            {"derive_egress": True, "egress_to": None, "ingress_from": None, "network_policy": False},
            [("k8s-argument-without-effect", "derive_egress")],
        ),
    ],
)
def test_findings(findings_of, changed, findings):
    assert findings_of(container={"environment": {"DB": "mysql://orders.example"}}, **changed) == findings


def test_servers_of_a_setting():
    assert server_rules("info") == []
    assert merge_rules([[{"ports": tcp(1)}], [], [{"ports": tcp(2)}, {"ports": tcp(1)}]]) == [
        {"ports": tcp(1)},
        {"ports": tcp(2)},
    ]
