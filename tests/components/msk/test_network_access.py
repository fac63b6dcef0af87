"""Security groups of clusters and VPC connections."""

import pulumi
import pytest

from moorings import InvalidInput, MskCluster, MskVpcConnection

GROUP, OTHER = "sg-0b92d7f4a1e63c508", "sg-03a8c5e1f6d2b7940"
SUBNETS = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"]
ARN = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
NETWORK = {"vpc_id": "vpc-0d1c7a52e8b94f360", "subnet_ids": SUBNETS}


@pytest.fixture
def cluster(deploy):
    needed = {**NETWORK, "kafka_version": "3.9.x.kraft"}
    return lambda late=dict, **args: deploy(lambda: MskCluster("kafka", needed | args | late()))


@pytest.fixture
def connection(deploy):
    needed = {**NETWORK, "cluster_arn": ARN}
    return lambda late=dict, **args: deploy(lambda: MskVpcConnection("kafka", needed | args | late()))


def ports(plan):
    rules = plan.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    return {rule.name: rule.inputs["fromPort"] for rule in rules}


PRIVATE_CIDR_ARGUMENTS = [
    (MskCluster, {**NETWORK, "kafka_version": "3.9.x.kraft"}, "client_cidrs"),
    (MskCluster, {**NETWORK, "kafka_version": "3.9.x.kraft"}, "prometheus_cidrs"),
    (MskVpcConnection, {**NETWORK, "cluster_arn": ARN}, "client_cidrs"),
]


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/7"])
@pytest.mark.parametrize(("component", "required", "argument"), PRIVATE_CIDR_ARGUMENTS)
def test_ipv4_networks_are_limited_in_size(deploy, component, required, argument, cidr):
    for value in (lambda: cidr, lambda: pulumi.Output.from_input(cidr)):
        with pytest.raises(InvalidInput, match=rf"{argument}\.all: {cidr} is larger than 10\.0\.0\.0/8"):
            deploy(lambda value=value: component("kafka", {**required, argument: {"all": value()}}))


@pytest.mark.parametrize("cidr", ["::/0", "2000::/3"])
def test_ipv6_networks_are_limited_in_size(cluster, rejected, cidr):
    with rejected("msk-wide-client-cidr", "client_ipv6_cidrs.all"):
        cluster(dual_stack=True, client_ipv6_cidrs={"all": cidr})


def test_private_networks_are_accepted(cluster, connection):
    plan = cluster(
        client_cidrs={"vpn": "10.0.0.0/8"}, dual_stack=True, client_ipv6_cidrs={"own": "fc00::/7"}, scram=False
    )
    assert ports(plan) == {"kafka-own-iam": 20098, "kafka-vpn-iam": 9098}
    assert ports(connection(client_cidrs={"vpn": "10.0.0.0/8"})) == {"kafka-vpn": 14001}


def test_public_clients_may_be_the_whole_internet(cluster):
    plan = cluster(connectivity="public", connectivity_step="enable", public_client_cidrs={"all": "0.0.0.0/0"})
    assert ports(plan) == {"kafka-all-iam": 9198, "kafka-all-scram": 9196}


def test_with_dual_stack_a_security_group_has_rules_for_both_ip_versions(cluster):
    assert ports(cluster(client_security_group_ids={"orders": GROUP}, dual_stack=True)) == {
        "kafka-orders-iam": 9098,
        "kafka-orders-iam-ipv6": 20098,
        "kafka-orders-scram": 9096,
        "kafka-orders-scram-ipv6": 20096,
    }


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(("make", "listeners"), [("cluster", {"scram": False}), ("connection", {})])
def test_duplicate_rules_are_rejected(request, rejected, make, listeners, late):
    def cidr():
        return pulumi.Output.from_input("10.80.0.0/16") if late else "10.80.0.0/16"

    with rejected("aws-duplicate-security-group-rule", "client_cidrs.office"):
        request.getfixturevalue(make)(lambda: {"client_cidrs": {"vpn": cidr(), "office": cidr()}, **listeners})


def test_clients_of_the_same_name_are_rejected(cluster, rejected):
    clients = {"client_security_group_ids": {"a": GROUP}, "client_cidrs": {"a": "10.0.0.0/8"}}
    with rejected("argument-duplicate", "client_cidrs.a"):
        cluster(**clients, scram=False)


def test_a_network_may_contain_clients_and_prometheus(cluster):
    plan = cluster(client_cidrs={"vpn": "10.80.0.0/16"}, prometheus_cidrs={"prometheus": "10.80.0.0/16"})
    assert len(ports(plan)) == 4


def networks(count):
    return {f"net-{number}": f"10.{number}.0.0/16" for number in range(count)}


@pytest.mark.parametrize(
    ("args", "rules"),
    [
        ({"client_cidrs": networks(31)}, 62),
        ({"client_cidrs": networks(30), "prometheus_security_group_ids": {"prometheus": GROUP}}, 62),
        ({"client_cidrs": networks(27), "client_security_group_ids": {"a": GROUP, "b": OTHER}, "dual_stack": True}, 62),
        (
            {
                "dual_stack": True,
                "client_ipv6_cidrs": {f"net-{number}": f"2001:db8:{number}::/48" for number in range(31)},
            },
            62,
        ),
    ],
)
def test_more_rules_than_the_quota_are_rejected(cluster, rejected, args, rules):
    with rejected("msk-security-group-rule-quota", "security_group_rule_quota"):
        cluster(**args)
    assert len(ports(cluster(**args, security_group_rule_quota=rules))) == rules


def test_as_many_rules_as_the_quota_are_accepted(cluster):
    assert len(ports(cluster(client_cidrs=networks(30)))) == 60


def test_prefix_lists_of_clients(cluster):
    plan = cluster(client_prefix_list_ids={"offices": "pl-0b92d7f4a1e63c508"})
    assert ports(plan) == {"kafka-offices-iam": 9098, "kafka-offices-scram": 9096}
    assert plan["kafka-offices-iam"].inputs["prefixListId"] == "pl-0b92d7f4a1e63c508"


def test_prefix_lists_may_contain_networks_of_both_ip_versions(cluster):
    plan = cluster(client_prefix_list_ids={"offices": "pl-0b92d7f4a1e63c508"}, scram=False, dual_stack=True)
    assert ports(plan) == {"kafka-offices-iam": 9098, "kafka-offices-iam-ipv6": 20098}


def test_prefix_lists_count_towards_the_quota_of_rules(cluster, rejected):
    lists = {f"list-{number}": f"pl-{number:08}" for number in range(31)}
    with rejected("msk-security-group-rule-quota", "security_group_rule_quota"):
        cluster(client_prefix_list_ids=lists)
