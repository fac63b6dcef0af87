"""Who reaches the task, and what it reaches."""

import pulumi
import pytest

from moorings import InvalidInput

GROUP = "sg-0b92d7f4a1e63c508"
EFS = {
    "file_system_id": "fs-0b92d7f4a1e63c508",
    "access_point_id": "fsap-0b92d7f4a1e63c508",
    "security_group_id": GROUP,
}
WHERE = "FargateSingleton 'orders'"


def rules(plan):
    """For each rule whom it names, and the port."""
    found = {}
    for kind in ("Ingress", "Egress"):
        for rule in plan.all(f"aws:vpc/securityGroup{kind}Rule:SecurityGroup{kind}Rule"):
            peer = {"referencedSecurityGroupId", "cidrIpv4", "prefixListId"} & rule.inputs.keys()
            assert rule.inputs["ipProtocol"] == "tcp"
            assert rule.inputs["toPort"] == rule.inputs["fromPort"]
            found[rule.name] = (*(rule.inputs[each] for each in peer), rule.inputs["fromPort"])
    return found


def test_the_task_calls_over_https_and_nobody_calls_it(made):
    plan = made(port=3000)
    assert rules(plan) == {"orders-out-https": ("0.0.0.0/0", 443)}
    group = plan["orders-security-group"].inputs
    assert group == {
        "description": "Task of the singleton",
        "vpcId": "vpc-0d1c7a52e8b94f360",
        "tags": {"Name": "orders"},
    }


def test_clients_that_are_named_reach_its_port(made):
    plan = made(port=3000, client_security_group_ids={"prometheus": GROUP}, client_cidrs={"vpn": "10.80.0.0/16"})
    found = rules(plan)
    assert found["orders-from-prometheus"] == (GROUP, 3000)
    assert found["orders-from-vpn"] == ("10.80.0.0/16", 3000)


def test_the_task_calls_what_is_named(made):
    plan = made(
        https_egress=False,
        egress={
            "database": {"port": 5432, "security_group_id": GROUP},
            "endpoints": {"port": 443, "cidr": "10.80.0.0/16"},
            "s3": {"port": 443, "prefix_list_id": "pl-0b92d7f4a1e63c508"},
        },
    )
    assert rules(plan) == {
        "orders-to-database": (GROUP, 5432),
        "orders-to-endpoints": ("10.80.0.0/16", 443),
        "orders-to-s3": ("pl-0b92d7f4a1e63c508", 443),
    }


def test_mounts_of_one_group_share_its_rules(made):
    own = made()["orders-security-group"].id
    found = rules(made(efs_mounts={"/lock": EFS, "/data": EFS}))
    assert found == {
        "orders-out-https": ("0.0.0.0/0", 443),
        "orders-to-efs-lock": (GROUP, 2049),
        "orders-at-efs-lock": (own, 2049),
    }


def test_late_groups_have_rules_of_their_own(made):
    def mounts():
        return {path: EFS | {"security_group_id": pulumi.Output.from_input(GROUP)} for path in ("/lock", "/data")}

    assert rules(made(efs_mounts=mounts)).keys() >= {"orders-to-efs-lock", "orders-to-efs-data"}


def test_the_service_waits_for_the_rules(made):
    plan = made(port=3000, client_cidrs={"vpn": "10.80.0.0/16"})
    found = plan["orders-service"].dependencies
    assert {plan["orders-out-https"].urn, plan["orders-from-vpn"].urn} <= set(found)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            {"egress": {"all": {"port": 443}}},
            ".egress.all: give exactly one of security_group_id, cidr and prefix_list_id, not none of them",
        ),
        (
            {"egress": {"all": {"port": 443, "cidr": "10.0.0.0/8", "security_group_id": GROUP}}},
            ".egress.all: give exactly one of security_group_id, cidr and prefix_list_id, not 2 of them",
        ),
        (
            {"egress": {"all": {"port": 0, "cidr": "10.0.0.0/8"}}},
            ".egress.all.port: Input should be greater than or equal to 1",
        ),
        (
            {"egress": {"all": {"port": 443, "prefix_list_id": "s3"}}},
            ".egress.all.prefix_list_id: 's3' is not the ID of a prefix list, such as pl-0b92d7f4a1e63c508",
        ),
        (
            {"client_cidrs": {"vpn": "10.0.0.0/8"}, "client_security_group_ids": {"vpn": GROUP}},
            ": client_cidrs and client_security_group_ids both have a vpn; rename one of them",
        ),
        ({"client_cidrs": {"vpn": "10.0.0.0/8"}}, ": clients are named, and no port that they connect to; give port"),
        (
            {"client_cidrs": {"all": "0.0.0.0/0"}, "port": 1},
            ".client_cidrs.all: 0.0.0.0/0 is everybody; name the networks of the clients",
        ),
    ],
)
def test_what_is_refused(made, args, message):
    with pytest.raises(InvalidInput) as refused:
        made(**args)
    assert str(refused.value) == WHERE + message


def test_a_late_network_is_refused_in_the_same_words(made):
    with pytest.raises(InvalidInput) as refused:
        made(port=1, client_cidrs=lambda: {"all": pulumi.Output.from_input("0.0.0.0/0")})
    assert str(refused.value) == f"{WHERE}.client_cidrs: 0.0.0.0/0 is everybody; name the networks of the clients"
