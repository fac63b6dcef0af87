"""Further ports of a task, and the container that the load balancer targets."""

import json

import pytest

PROXY = {"image": "registry.example/proxy:1.0", "user": "1001:1001"}
GROUP = "sg-0b92d7f4a1e63c508"


def ports(plan):
    definitions = json.loads(plan["orders-task"].inputs["containerDefinitions"])
    return {
        definition["name"]: [
            (port["name"], port["containerPort"], port["protocol"]) for port in definition["portMappings"]
        ]
        for definition in definitions
    }


def test_ports_belong_to_their_containers(create):
    plan = create(
        port=8443,
        port_sidecar="proxy",
        additional_ports={"metrics": {"port": 9090}, "admin": {"port": 9901, "sidecar": "proxy"}},
        sidecars={"proxy": PROXY},
    )
    assert ports(plan) == {
        "orders": [("metrics", 9090, "tcp")],
        "proxy": [("app", 8443, "tcp"), ("admin", 9901, "tcp")],
    }


def test_tcp_and_udp_with_the_same_number(create):
    plan = create(port=53, additional_ports={"dns": {"port": 53, "protocol": "udp"}})
    assert ports(plan)["orders"] == [("app", 53, "tcp"), ("dns", 53, "udp")]


def test_clients_of_a_port(create):
    port = {"port": 9090, "client_security_group_ids": {"jobs": GROUP}, "client_cidrs": {"vpn": "10.80.0.0/16"}}
    plan = create(additional_ports={"metrics": port})
    group, network = plan["orders-metrics-from-jobs"].inputs, plan["orders-metrics-from-vpn"].inputs
    assert (group["referencedSecurityGroupId"], group["fromPort"], group["toPort"]) == (GROUP, 9090, 9090)
    assert (network["cidrIpv4"], network["ipProtocol"]) == ("10.80.0.0/16", "tcp")


def test_clients_of_tcp_and_udp(create):
    clients = {"client_cidrs": {"vpn": "10.80.0.0/16"}}
    plan = create(port=53, **clients, additional_ports={"dns": {"port": 53, "protocol": "udp", **clients}})
    assert plan["orders-dns-from-vpn"].inputs["ipProtocol"] == "udp"
    assert plan["orders-from-vpn"].inputs["ipProtocol"] == "tcp"


def test_the_load_balancer_targets_the_sidecar(create, load_balancer):
    plan = create(port=8443, port_sidecar="proxy", sidecars={"proxy": PROXY}, load_balancer=load_balancer)
    (target,) = plan["orders-service"].inputs["loadBalancers"]
    assert (target["containerName"], target["containerPort"]) == ("proxy", 8443)


@pytest.mark.parametrize(
    ("args", "rule", "path"),
    [
        ({"port_sidecar": "proxy", "sidecars": {"proxy": PROXY}}, "ecs-no-port", "port"),
        (
            {"additional_ports": {"a": {"port": 1, "sidecar": "proxy"}}},
            "ecs-port-sidecar-unknown",
            "additional_ports.a.sidecar",
        ),
        ({"additional_ports": {name: {"port": 1} for name in "ab"}}, "ecs-duplicate-port", "additional_ports.b.port"),
        (
            {"additional_ports": {"a": {"port": 1, "client_cidrs": {"vpn": "10.80.0.1/16"}}}},
            "aws-cidr-host-bits",
            "additional_ports.a.client_cidrs.vpn",
        ),
    ],
)
def test_ports_that_do_not_work(create, rejected, args, rule, path):
    with rejected(rule, path):
        create(**args)
