"""Security groups and their rules."""

import pulumi
import pytest

from moorings import EgressRule
from moorings.aws.security_groups import Peer, SecurityGroup, check_rules_of_direction
from moorings.validation.reporter import Reporter

VPC, GROUP, OTHER_GROUP = "vpc-0d1c7a52e8b94f360", "sg-0b92d7f4a1e63c508", "sg-05b8d3916ef27ac41"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"


@pytest.fixture
def plan(deploy):
    """Deploy a security group, to which a function adds rules."""

    def plan_group(add_rules, **options):
        def program():
            group = SecurityGroup(
                "orders",
                reporter=Reporter("Service 'orders'", {}, {}),
                description="Tasks",
                vpc_id=VPC,
                tags={"team": "a"},
                opts=pulumi.ResourceOptions(),
                **options,
            )
            add_rules(group)
            pulumi.export("id", group.checked_id())

        return deploy(program)

    return plan_group


def test_a_group_has_a_name_tag(plan):
    group = plan(lambda _: None)["orders-security-group"].inputs
    assert group == {"description": "Tasks", "vpcId": VPC, "tags": {"Name": "orders", "team": "a"}}


def test_an_existing_group_is_not_created(plan):
    result = plan(lambda _: None, existing_id=GROUP)
    assert result.outputs["id"] == GROUP
    assert not result.all("aws:ec2/securityGroup:SecurityGroup")


def test_an_ingress_rule(plan):
    def add(group):
        group.allow_ingress("from-vpn", Peer(cidr="10.0.0.0/8"), 14001, last_port=14100, description="VPN")
        group.allow_ingress("from-ipv6", Peer(ipv6_cidr="fc00::/7"), 443, description="IPv6")

    result = plan(add)
    assert result["orders-from-vpn"].inputs | {"securityGroupId": ""} == {
        "cidrIpv4": "10.0.0.0/8",
        "description": "VPN",
        "fromPort": 14001,
        "ipProtocol": "tcp",
        "securityGroupId": "",
        "tags": {"Name": "orders-from-vpn", "team": "a"},
        "toPort": 14100,
    }
    assert result["orders-from-ipv6"].inputs["cidrIpv6"] == "fc00::/7"


def test_an_egress_rule(plan):
    rule = EgressRule(port=443, prefix_list_id="pl-0b92d7f4a1e63c508")
    result = plan(lambda group: group.allow_egress("to-s3", rule.peer, rule.port, description="S3"))
    assert result["orders-to-s3"].inputs["prefixListId"] == "pl-0b92d7f4a1e63c508"
    assert (result["orders-to-s3"].inputs["fromPort"], result["orders-to-s3"].inputs["toPort"]) == (443, 443)


def test_a_connection_has_a_rule_in_each_group(plan):
    def add(group):
        group.connect_to("kafka", GROUP, 9098, description="Kafka", argument="kafka")
        group.connect_to("audit", GROUP, 9098, description="The same again", argument="additional_kafka.audit")

    result = plan(add)
    (egress,), (ingress,) = result.all(EGRESS), result.all(INGRESS)
    assert (egress.name, egress.inputs["referencedSecurityGroupId"]) == ("orders-to-kafka", GROUP)
    assert (ingress.name, ingress.inputs["securityGroupId"]) == ("orders-at-kafka", GROUP)
    assert ingress.inputs["referencedSecurityGroupId"] == egress.inputs["securityGroupId"]


def test_late_groups_have_rules_of_their_own(plan):
    def add(group):
        for name, id_ in {"a": GROUP, "b": OTHER_GROUP}.items():
            late = pulumi.Output.from_input(id_)
            group.connect_to(name, late, 9098, description=name, argument=name)

    assert len(plan(add).all(EGRESS)) == 2


@pytest.mark.parametrize("late", [False, True])
def test_duplicate_rules_are_rejected(plan, rejected, late):
    def add(group):
        for name in ("a", "b"):
            cidr = pulumi.Output.from_input("10.0.0.0/8") if late else "10.0.0.0/8"
            group.allow_ingress(name, Peer(cidr=cidr), 443, description=name, argument=f"client_cidrs.{name}")

    with rejected("aws-duplicate-security-group-rule", "client_cidrs.b"):
        plan(add)


def test_two_arguments_cannot_create_the_same_rule(plan, rejected):
    def add(group):
        for argument, name, peer in Peer.clients({"vpn": GROUP}, {"vpn": "10.0.0.0/8"}):
            group.allow_ingress(f"from-{name}", peer, 443, description=name, argument=argument)

    with rejected("argument-duplicate", "client_cidrs.vpn"):
        plan(add)


def test_one_peer_may_have_several_ports():
    check_rules_of_direction([["a", 443, GROUP], ["b", 9098, GROUP]], direction="egress")


@pytest.mark.parametrize("destination", [{}, {"cidr": "10.0.0.0/8", "security_group_id": GROUP}])
def test_an_egress_rule_has_one_destination(rejected, destination):
    with rejected("aws-egress-destination", ""):
        EgressRule(port=443, **destination)
