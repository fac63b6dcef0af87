"""Registration of the task in AWS Cloud Map."""

import pulumi
import pytest

NAMESPACE = "ns-b92d7f4a1e63c508"
SERVICE = "arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-b92d7f4a1e63c508"
PROXY = {"image": "registry.example/proxy:1.0", "user": "1001:1001"}


LONG_NAME = "x" * 64


def test_the_dns_name_of_a_long_name_is_set_explicitly(create, rejected):
    with rejected("ecs-discovery-name", "service_discovery.dns_name"):
        create(name=LONG_NAME, service_discovery={"namespace_id": NAMESPACE})
    plan = create(name=LONG_NAME, service_discovery={"namespace_id": NAMESPACE, "dns_name": "x"})
    assert plan[f"{LONG_NAME}-discovery"].inputs["name"] == "x"


def registries(plan):
    return plan["orders-service"].inputs["serviceRegistries"]


@pytest.mark.parametrize("late", [False, True])
def test_address_record(create, late):
    plan = create(
        service_discovery=lambda: {"namespace_id": pulumi.Output.from_input(NAMESPACE) if late else NAMESPACE}
    )
    discovery = plan["orders-discovery"]
    assert discovery.inputs["name"] == "orders"
    assert discovery.inputs["dnsConfig"] == {
        "namespaceId": NAMESPACE,
        "dnsRecords": [{"type": "A", "ttl": 10}],
        "routingPolicy": "MULTIVALUE",
    }
    assert set(registries(plan)) == {"registryArn"}
    assert discovery.urn in plan["orders-service"].property_dependencies["serviceRegistries"]


def test_name_and_ttl(create):
    plan = create(service_discovery={"namespace_id": NAMESPACE, "dns_name": "api", "ttl_seconds": 60})
    inputs = plan["orders-discovery"].inputs
    assert (inputs["name"], inputs["dnsConfig"]["dnsRecords"]) == ("api", [{"type": "A", "ttl": 60}])


def test_port_record_of_a_sidecar(create):
    plan = create(
        service_discovery={"service_arn": SERVICE, "record_type": "SRV"},
        port=8443,
        port_sidecar="proxy",
        sidecars={"proxy": PROXY},
    )
    assert registries(plan) == {"registryArn": SERVICE, "containerName": "proxy", "containerPort": 8443}
    assert not plan.all("aws:servicediscovery/service:Service")


@pytest.mark.parametrize(
    ("discovery", "rule", "path"),
    [
        ({}, "ecs-discovery-source", "service_discovery"),
        ({"namespace_id": NAMESPACE, "service_arn": SERVICE}, "ecs-discovery-source", "service_discovery"),
        ({"namespace_id": NAMESPACE, "record_type": "SRV"}, "ecs-discovery-port", "service_discovery.record_type"),
        ({"service_arn": SERVICE, "ttl_seconds": 5}, "ecs-discovery-record", "service_discovery.ttl_seconds"),
        ({"namespace_id": "orders.local"}, "argument-format", "service_discovery.namespace_id"),
        ({"namespace_id": NAMESPACE, "dns_name": "a.b"}, "argument-format", "service_discovery.dns_name"),
        ({"service_arn": SERVICE.replace("eu-west-1", "us-east-1")}, "aws-arn-region", "service_discovery.service_arn"),
    ],
)
def test_discovery_that_does_not_work(create, rejected, discovery, rule, path):
    with rejected(rule, path):
        create(service_discovery=discovery)
