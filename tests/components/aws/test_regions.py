"""ARNs in the Region of the component that uses them."""

import pulumi
import pytest

from moorings import FargateSingleton, InvalidInput, MskCluster, MskVpcConnection
from moorings.aws.regions import check_arn_regions

KEY = "arn:aws:kms:{}:210987654321:key/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
TOPIC = "arn:aws:sns:{}:210987654321:operations"


def test_all_arns_of_another_region_are_reported():
    key, topic = KEY.format("us-east-1"), TOPIC.format("us-west-2")
    with pytest.raises(ValueError) as error:
        check_arn_regions("eu-west-1", key=key, topics=[TOPIC.format("eu-west-1"), topic], none=None)
    assert str(error.value) == (
        f"key: expected an ARN in eu-west-1, got {key}; topics: expected an ARN in eu-west-1, got {topic}"
    )


def test_arns_of_the_region_are_accepted():
    check_arn_regions("eu-west-1", key=KEY.format("eu-west-1"), topics=[TOPIC.format("eu-west-1")], none=None)


PLACEMENT = {
    "vpc_id": "vpc-0d1c7a52e8b94f360",
    "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"],
}
UUID = "0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
LOAD_BALANCER = {
    "health_check_path": "/healthy",
    "certificate_arn": f"arn:aws:acm:eu-west-1:123456789012:certificate/{UUID}",
    "client_cidrs": {"vpn": "10.80.0.0/16"},
}
SINGLETON = PLACEMENT | {
    "image": "registry.example/orders:1.4.2",
    "user": "1001:1001",
    "unchecked": True,
    "port": 3000,
    "secret_environment": {"A": "x"},
    "load_balancer": LOAD_BALANCER,
}


def cluster(argument, arn):
    value = [arn] if argument.endswith("s") else arn
    MskCluster("kafka", {**PLACEMENT, "kafka_version": "3.9.x.kraft", argument: value})


def connection(argument, arn):
    MskVpcConnection("kafka", {**PLACEMENT, argument: arn})


def service(argument, arn):
    FargateSingleton("orders", SINGLETON | {argument: [arn] if argument.endswith("s") else arn})


def service_connect(argument, arn):
    service("service_connect", {"dns_name": "orders", argument.rpartition(".")[2]: arn})


def load_balancer(argument, arn):
    service("load_balancer", LOAD_BALANCER | {argument: arn})


COMPONENTS = [
    (cluster, "MskCluster 'kafka'", "kms_key_arn", KEY),
    (cluster, "MskCluster 'kafka'", "secrets_kms_key_arn", KEY),
    (cluster, "MskCluster 'kafka'", "log_kms_key_arn", KEY),
    (cluster, "MskCluster 'kafka'", "alarm_topic_arns", TOPIC),
    (connection, "MskVpcConnection 'kafka'", "cluster_arn", f"arn:aws:kafka:{{}}:123456789012:cluster/orders/{UUID}-2"),
    (service, "FargateSingleton 'orders'", "cluster_arn", "arn:aws:ecs:{}:123456789012:cluster/tools"),
    (service, "FargateSingleton 'orders'", "alarm_topic_arns", TOPIC),
    (service, "FargateSingleton 'orders'", "log_kms_key_arn", KEY),
    (service, "FargateSingleton 'orders'", "kms_key_arn", KEY),
    (
        service_connect,
        "FargateSingleton 'orders'",
        "service_connect.namespace_arn",
        "arn:aws:servicediscovery:{}:123456789012:namespace/ns-b92d7f4a1e63c508",
    ),
    (
        load_balancer,
        "FargateSingleton 'orders'.load_balancer",
        "certificate_arn",
        f"arn:aws:acm:{{}}:123456789012:certificate/{UUID}",
    ),
    (
        load_balancer,
        "FargateSingleton 'orders'.load_balancer",
        "web_acl_arn",
        f"arn:aws:wafv2:{{}}:123456789012:regional/webacl/tools/{UUID}",
    ),
]


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("case", COMPONENTS)
def test_a_component_rejects_an_arn_of_another_region(deploy, case, late, preview):
    create, component, argument, arn = case
    other = arn.format("us-east-1")
    with pytest.raises(InvalidInput) as error:
        deploy(lambda: create(argument, pulumi.Output.from_input(other) if late else other), preview=preview)
    assert str(error.value) == f"{component}: {argument}: expected an ARN in eu-west-1, got {other}"


@pytest.mark.parametrize("case", COMPONENTS)
def test_a_component_accepts_an_arn_of_its_region(deploy, case):
    create, _, argument, arn = case
    assert deploy(lambda: create(argument, arn.format("eu-west-1")))
