"""CIDR blocks of the brokers' subnets in connections."""

import pulumi
import pytest

from moorings import KafkaConnection, MskCluster

SUBNETS = {
    "subnet-00000001": {"cidrBlock": "10.0.64.0/24", "ipv6CidrBlock": "2001:db8::/64"},
    "subnet-00000002": {"cidrBlock": "10.0.65.0/24", "ipv6CidrBlock": "2001:db8:0:1::/64"},
    "subnet-00000003": {"cidrBlock": "10.0.66.0/24", "ipv6CidrBlock": "2001:db8:0:2::/64"},
}
REQUIRED = {
    "vpc_id": "vpc-00000001",
    "kafka_version": "3.9.x.kraft",
    "users": ["orders"],
}
PUBLIC = {"connectivity": "public", "connectivity_step": "enable"}


@pytest.fixture
def cidrs_of(deploy, monkeypatch):
    """Returns a function that returns the networks of a connection to a cluster in described subnets."""

    def cidrs(*, described=SUBNETS, broker_cidrs=True, route="vpc", **changed):
        def get_subnet(subnet_id, _parent):
            return pulumi.Output.from_input(subnet_id).apply(lambda id_: described.get(id_, {}))

        monkeypatch.setattr("moorings.msk.broker_networks.get_subnet", get_subnet)

        def program():
            cluster = MskCluster("kafka", {**REQUIRED, "subnet_ids": list(SUBNETS), **changed})
            connection = cluster.connection("orders", broker_cidrs=broker_cidrs, route=route)
            pulumi.export("cidrs", connection.broker_cidrs)

        return deploy(program).outputs.get("cidrs")

    return cidrs


def test_connections_have_no_networks_by_default(cidrs_of):
    assert cidrs_of(broker_cidrs=False) is None


def test_the_networks_are_those_of_the_subnets(cidrs_of):
    assert cidrs_of() == ["10.0.64.0/24", "10.0.65.0/24", "10.0.66.0/24"]


def test_ipv6_networks(cidrs_of):
    assert cidrs_of(route="vpc-ipv6", dual_stack=True) == ["2001:db8::/64", "2001:db8:0:1::/64", "2001:db8:0:2::/64"]


def test_any_address_is_allowed_unless_all_networks_are_known(cidrs_of):
    assert cidrs_of(described={"subnet-00000001": SUBNETS["subnet-00000001"]}) == []


def test_public_brokers_have_other_addresses(cidrs_of, rejected):
    with rejected("msk-connection-broker-cidrs", "broker_cidrs"):
        cidrs_of(route="internet", **PUBLIC)


def test_another_stack_reads_the_networks(deploy):
    connection = {
        "listener": "iam",
        "bootstrap_servers": "b-1:9098",
        "cluster_arn": "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/11111111-2222-3333-4444-555555555555-1",
        "broker_cidrs": ["10.0.64.0/24"],
    }
    exported = {}

    class Stack:
        def get_output(self, _):
            return pulumi.Output.from_input({"iam": exported})

    def program():
        exported.update(KafkaConnection(**connection).to_export())
        imported = KafkaConnection.from_stack(Stack(), listener="iam", security_group=False, broker_cidrs=True)
        pulumi.export("cidrs", imported.broker_cidrs)

    assert deploy(program).outputs["cidrs"] == ["10.0.64.0/24"]
