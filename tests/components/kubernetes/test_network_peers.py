"""Peers of the network policy that the program knows: other workloads, brokers, the ingress controller, Prometheus."""

import pulumi
import pytest

from moorings import KubernetesWorkload, WorkloadIngress

SCRAM = {"listener": "scram", "username": "orders", "password": "hidden"}


@pytest.mark.parametrize("preview", [True, False])
def test_another_workload_is_a_peer(deploy, workload, preview):
    def program():
        namespace = pulumi.Output.from_input("web")
        shop = KubernetesWorkload("shop", workload(namespace=namespace))
        KubernetesWorkload("orders", workload(ingress_from=[shop.network_peer], egress_to=[shop.network_peer]))

    plan = deploy(program, preview=preview)
    spec = plan["orders-network-policy"].inputs["spec"]
    peer = {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "web"}},
        "podSelector": {"matchLabels": plan["shop-service"].inputs["spec"]["selector"]},
    }
    assert spec["ingress"] == [{"from": [peer], "ports": [{"protocol": "TCP", "port": 8080}]}]
    assert spec["egress"][1:] == [{"to": [peer]}]


def test_brokers_of_additional_clusters_are_allowed(deploy_workload):
    plan = deploy_workload(
        container={"kafka": {**SCRAM, "bootstrap_servers": "b-1.orders:9096"}},
        additional_kafka={"audit": {"listener": "iam", "bootstrap_servers": "b-1.audit:9098"}},
        egress_to=[],
    )
    _, *brokers = plan["orders-network-policy"].inputs["spec"]["egress"]
    assert brokers == [{"ports": [{"protocol": "TCP", "port": port}]} for port in (9096, 9098)]


def test_settings_with_brokers_of_additional_clusters_are_not_blocked(deploy_workload, logged):
    plan = deploy_workload(
        container={"environment": {"AUDIT_BROKERS": "b-1.audit.example:9098"}},
        additional_kafka={"audit": {"listener": "iam", "bootstrap_servers": "b-1.audit.example:9098"}},
        egress_to=[],
    )
    assert not logged(plan)


OWN_NAMESPACE = [{"pod_selector": {"app": "shop"}}]
MONITORING = [{"namespace_selector": {"kubernetes.io/metadata.name": "monitoring"}}]


@pytest.mark.parametrize(
    ("peers", "findings"),
    [
        (OWN_NAMESPACE, [("k8s-ingress-blocked", "ingress_from")]),
        ([*OWN_NAMESPACE, *MONITORING], []),
        ([*OWN_NAMESPACE, {"cidr": "10.0.0.0/8"}], []),
    ],
)
def test_prometheus_runs_in_another_namespace(deploy_workload, logged, peers, findings):
    assert logged(deploy_workload(monitoring={}, ingress_from=peers)) == findings


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "the pods of the ingress controller and of other clients"),
        ({"monitoring": {}}, "the pods of the ingress controller and of other clients and of Prometheus"),
        ({"shutdown": {"load_balancer": "alb"}}, "the CIDR blocks of the subnets of the ALB"),
    ],
)
def test_the_warning_names_the_peers(deploy_workload, changed, expected):
    (message,) = (text for _, text, _ in deploy_workload(ingress_from=None, **changed).log)
    assert f"any host can connect to port 8080 of the pods; list the peers, such as {expected} [" in message


@pytest.mark.parametrize(
    ("peers", "missing"),
    [(OWN_NAMESPACE, "the pods of the ingress controller, with namespace_selector"), (MONITORING, None), (None, None)],
)
def test_the_ingress_controller_is_not_blocked(deploy, workload, logged, peers, missing):
    def program():
        orders = KubernetesWorkload("orders", workload(ingress_from=peers, acknowledge=acknowledge))
        WorkloadIngress(
            "orders",
            {
                "controller": "haproxy-ingress",
                "backend": orders.backend,
                "hosts": ["orders.example.com"],
                "tls_secret_name": "orders-tls",
            },
        )

    acknowledge = {} if peers else {"k8s-ingress-open": "a test"}
    plan = deploy(program)
    assert [rule for rule, _ in logged(plan)] == (["ingress-controller-blocked"] if missing else [])
    if missing:
        assert f"allows only pods of namespace 'shop'; add {missing} [" in plan.log[0][1]


def test_an_aws_load_balancer_is_blocked_without_its_subnets(deploy, workload, logged):
    def program():
        shutdown = {"load_balancer": "alb"}
        acknowledge = {"k8s-ingress-blocked": "a test"}
        orders = KubernetesWorkload(
            "orders", workload(ingress_from=OWN_NAMESPACE, shutdown=shutdown, acknowledge=acknowledge)
        )
        WorkloadIngress(
            "orders",
            {
                "controller": "aws-ingress",
                "backend": orders.backend,
                "certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/91e5c8a3-2d4f-47b6-8f0a-6c3b7d12e9f5",
                "acknowledge": {"ingress-cookie-flags": "a test"},
            },
        )

    plan = deploy(program)
    assert logged(plan) == [("ingress-controller-blocked", "backend")]
    assert "add the CIDR blocks of the subnets of the load balancer [" in plan.log[0][1]
