"""Security group of the task: its clients, and the connections that it may open."""

import pulumi
import pytest

from moorings import FargateSingleton, InvalidInput, KafkaConnection

GROUP, OTHER_GROUP = "sg-0b92d7f4a1e63c508", "sg-05b8d3916ef27ac41"
ONE, OTHER = "10.0.0.0/8", "pl-0b92d7f4a1e63c508"
SERVERS = (
    "b-1.orders.abcdef.c2.kafka.eu-west-1.amazonaws.com:9096,b-2.orders.abcdef.c2.kafka.eu-west-1.amazonaws.com:9096"
)
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-a1B2c3"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
SCRAM = {
    "listener": "scram",
    "bootstrap_servers": SERVERS,
    "username": "orders",
    "secret_arn": SECRET,
    "kms_key_arn": KEY,
    "security_group_id": GROUP,
}
IAM = {"listener": "iam", "bootstrap_servers": "k.example.com:9098", "security_group_id": GROUP}
COGNITO = {
    "user_pool_arn": "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEf123",
    "user_pool_client_id": "1a2b3c",
    "user_pool_domain": "orders",
}
EFS = {
    "file_system_id": "fs-0b92d7f4a1e63c508",
    "access_point_id": "fsap-0b92d7f4a1e63c508",
    "security_group_id": GROUP,
}
COMPONENT = "FargateSingleton 'orders'"


def rules_between_groups(plan):
    kinds = (
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    )
    return {
        rule.name: (rule.inputs["securityGroupId"], rule.inputs["referencedSecurityGroupId"], rule.inputs["fromPort"])
        for kind in kinds
        for rule in plan.all(kind)
        if "referencedSecurityGroupId" in rule.inputs
    }


def rules(plan):
    """Return peer and port of each rule by name."""
    peers = {}
    for kind in ("Ingress", "Egress"):
        for rule in plan.all(f"aws:vpc/securityGroup{kind}Rule:SecurityGroup{kind}Rule"):
            peer = {"referencedSecurityGroupId", "cidrIpv4", "prefixListId"} & rule.inputs.keys()
            assert rule.inputs["ipProtocol"] == "tcp"
            assert rule.inputs["toPort"] == rule.inputs["fromPort"]
            peers[rule.name] = (*(rule.inputs[key] for key in peer), rule.inputs["fromPort"])
    return peers


def test_default_rules(create):
    plan = create(port=3000)
    assert rules(plan) == {"orders-out-https": ("0.0.0.0/0", 443)}
    group = plan["orders-security-group"].inputs
    assert group == {
        "description": "Task of the singleton",
        "vpcId": "vpc-0d1c7a52e8b94f360",
        "tags": {"Name": "orders"},
    }


def test_clients(create):
    plan = create(port=3000, client_security_group_ids={"prometheus": GROUP}, client_cidrs={"vpn": "10.80.0.0/16"})
    assert rules(plan)["orders-from-prometheus"] == (GROUP, 3000)
    assert rules(plan)["orders-from-vpn"] == ("10.80.0.0/16", 3000)


def test_egress_rules(create):
    plan = create(
        allow_https_egress=False,
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


def test_mounts_of_one_security_group_share_rules(create):
    own = create()["orders-security-group"].id
    assert rules(create(efs_mounts={"/lock": EFS, "/data": EFS})) == {
        "orders-out-https": ("0.0.0.0/0", 443),
        "orders-to-efs-lock": (GROUP, 2049),
        "orders-at-efs-lock": (own, 2049),
    }


def test_late_security_groups_have_separate_rules(create):
    def mounts():
        groups = {"/lock": GROUP, "/data": OTHER_GROUP}
        return {path: EFS | {"security_group_id": pulumi.Output.from_input(id_)} for path, id_ in groups.items()}

    assert rules(create(efs_mounts=mounts)).keys() >= {"orders-to-efs-lock", "orders-to-efs-data"}


@pytest.fixture
def rejection(deploy, required_args, load_balancer):
    """Return the message with which the arguments that a function returns are rejected."""

    def message(args):
        def program():
            changed = args()
            if "load_balancer" in changed:
                changed["load_balancer"] = load_balancer | changed["load_balancer"]
            FargateSingleton("orders", required_args | {"port": 3000} | changed)

        with pytest.raises(InvalidInput) as rejected:
            deploy(program)
        return str(rejected.value)

    return message


@pytest.mark.parametrize("late", [(), (0,), (1,), (0, 1)])
@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            lambda one, other: {"client_security_group_ids": {"a": one(GROUP), "b": other(GROUP)}},
            f": client_security_group_ids.a and client_security_group_ids.b both allow connections from {GROUP} on "
            "port 3000",
        ),
        (
            lambda one, other: {"client_cidrs": {"a": one(ONE), "b": other(ONE)}},
            f": client_cidrs.a and client_cidrs.b both allow connections from {ONE} on port 3000",
        ),
        (
            lambda one, other: {"load_balancer": {"client_cidrs": {"a": one(ONE), "b": other(ONE)}}},
            f".load_balancer: client_cidrs.a and client_cidrs.b both allow connections from {ONE} on port 443",
        ),
        (
            lambda one, other: {
                "load_balancer": {"cognito": COGNITO, "identity_provider_cidrs": {"a": one(ONE), "b": other(ONE)}}
            },
            f".load_balancer: identity_provider_cidrs.a and identity_provider_cidrs.b both allow connections to {ONE} "
            "on port 443",
        ),
        (
            lambda one, _: {"egress": {"world": {"port": 443, "cidr": one("0.0.0.0/0")}}},
            ": allow_https_egress and egress.world both allow connections to 0.0.0.0/0 on port 443",
        ),
        (
            lambda one, other: {
                "egress": {
                    "a": {"port": 5432, "prefix_list_id": one(OTHER)},
                    "b": {"port": 5432, "prefix_list_id": other(OTHER)},
                }
            },
            f": egress.a and egress.b both allow connections to {OTHER} on port 5432",
        ),
        (
            lambda one, other: {
                "egress": {"brokers": {"port": 9094, "security_group_id": one(GROUP)}},
                "additional_kafka": {
                    "second": KafkaConnection(
                        listener="tls", bootstrap_servers="b-1.example:9094", security_group_id=other(GROUP)
                    )
                },
            },
            f": egress.brokers and additional_kafka.second both allow connections to {GROUP} on port 9094",
        ),
    ],
)
def test_duplicate_rules_are_rejected(rejection, args, message, late):
    wraps = (pulumi.Output.from_input if position in late else str for position in (0, 1))
    expected = f"{COMPONENT}{message}, and EC2 rejects duplicate rules; remove one"
    assert rejection(lambda: args(*wraps)) == expected


def test_duplicates_among_known_rules_are_rejected_in_a_preview(create):
    def clients():
        return {"a": GROUP, "b": GROUP, "c": pulumi.Output.from_input(OTHER_GROUP)}

    with pytest.raises(InvalidInput, match="client_security_group_ids.a and client_security_group_ids.b both allow"):
        create(port=3000, client_security_group_ids=clients, preview=True)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("halves", "args", "path"),
    [
        ({"a": "0.0.0.0/1", "b": "128.0.0.0/1"}, lambda halves: {"client_cidrs": halves}, ""),
        (
            {"a": "0.0.0.0/1", "b": "128.0.0.0/1", "c": "10.0.0.0/8"},
            lambda halves: {"load_balancer": {"client_cidrs": halves}},
            ".load_balancer",
        ),
    ],
)
def test_clients_that_together_cover_the_internet_are_rejected(rejection, halves, args, path, late):
    wrap = pulumi.Output.from_input if late else str
    arguments = ", ".join(f"client_cidrs.{peer}" for peer in halves)
    assert rejection(lambda: args({peer: wrap(half) for peer, half in halves.items()})) == (
        f"{COMPONENT}{path}: {arguments} together cover 0.0.0.0/0; list the networks of the clients"
    )


def test_one_peer_with_several_ports(create):
    egress = {"a": {"port": 5432, "cidr": ONE}, "b": {"port": 5433, "cidr": ONE}}
    clients = {"a": "0.0.0.0/1", "b": ONE, "c": "128.0.0.0/2"}
    assert rules(create(port=3000, egress=egress, client_cidrs=clients)).keys() >= {"orders-to-a", "orders-to-b"}


def test_rules_of_the_same_name_are_rejected(create):
    with pytest.raises(InvalidInput) as rejected:
        create(efs_mounts={"/mnt": EFS}, egress={"efs-mnt": {"port": 1, "cidr": ONE}})
    assert str(rejected.value) == (
        f"{COMPONENT}: egress.efs-mnt and efs_mounts./mnt both create the rule orders-to-efs-mnt; rename one of them"
    )


def test_service_depends_on_the_rules(create):
    plan = create(port=3000, client_cidrs={"vpn": "10.80.0.0/16"})
    expected = {plan["orders-out-https"].urn, plan["orders-from-vpn"].urn}
    assert expected <= set(plan["orders-service"].dependencies)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            {"allow_https_egress": False, "egress": {"database": {"port": 5432, "cidr": "10.0.0.0/8"}}},
            ": egress: requires a rule for port 443 if allow_https_egress is off, because ECS pulls the image, reads "
            "the secrets and writes the logs on this port; allow the VPC endpoints and the prefix list of Amazon S3",
        ),
        (
            {"client_cidrs": {"The VPN": "10.0.0.0/8"}, "port": 1},
            ".client_cidrs.The VPN.[key]: expected a name of at most 63 lower-case letters, digits and hyphens, such "
            "as vpn, got 'The VPN'",
        ),
        (
            {"egress": {"all": {"port": 443}}},
            ".egress.all: exactly one of security_group_id, cidr and prefix_list_id is required, got 0",
        ),
        (
            {"egress": {"all": {"port": 443, "cidr": "10.0.0.0/8", "security_group_id": GROUP}}},
            ".egress.all: exactly one of security_group_id, cidr and prefix_list_id is required, got 2",
        ),
        (
            {"egress": {"all": {"port": 0, "cidr": "10.0.0.0/8"}}},
            ".egress.all.port: must be at least 1",
        ),
        (
            {"egress": {"all": {"port": 443, "prefix_list_id": "s3"}}},
            ".egress.all.prefix_list_id: expected a prefix list ID, such as pl-0b92d7f4a1e63c508, got 's3'",
        ),
        (
            {"client_cidrs": {"vpn": "10.0.0.0/8"}, "client_security_group_ids": {"vpn": GROUP}, "port": 1},
            ": client_cidrs: vpn is also a name in client_security_group_ids; rename one of them",
        ),
        (
            {"client_cidrs": {"vpn": "10.0.0.0/8"}},
            ": port: required with client_cidrs; set it to the port that the application listens on",
        ),
        (
            {"client_cidrs": {"all": "0.0.0.0/0"}, "port": 1},
            ".client_cidrs.all: 0.0.0.0/0 allows the whole internet; list the networks of the clients",
        ),
    ],
)
def test_invalid_network_access(create, args, message):
    with pytest.raises(InvalidInput) as rejected:
        create(**args)
    assert str(rejected.value) == COMPONENT + message


def test_late_cidr_is_checked(create):
    with pytest.raises(InvalidInput) as rejected:
        create(port=1, client_cidrs=lambda: {"all": pulumi.Output.from_input("0.0.0.0/0")})
    assert (
        str(rejected.value)
        == f"{COMPONENT}.client_cidrs: 0.0.0.0/0 allows the whole internet; list the networks of the clients"
    )


@pytest.mark.parametrize("late", [False, True])
def test_security_group_rules_on_both_sides(create, late):
    def kafka():
        return KafkaConnection(**SCRAM | {"bootstrap_servers": pulumi.Output.from_input(SERVERS) if late else SERVERS})

    plan = create(kafka=kafka, additional_kafka={"second": IAM})
    own = plan["orders-security-group"].id
    assert rules_between_groups(plan) == {
        "orders-to-kafka": (own, GROUP, 9096),
        "orders-at-kafka": (GROUP, own, 9096),
        "orders-to-second": (own, GROUP, 9098),
        "orders-at-second": (GROUP, own, 9098),
    }


def test_connections_to_one_cluster_share_rules(create):
    assert rules_between_groups(create(kafka=SCRAM, additional_kafka={"second": SCRAM | {"username": "audit"}})).keys() == {
        "orders-to-kafka", "orders-at-kafka",
    }  # fmt: skip


def test_egress_replaces_the_security_group_of_the_brokers(create):
    egress = {"brokers": {"port": 9096, "cidr": "10.0.0.0/16"}}
    plan = create(kafka=SCRAM | {"security_group_id": None}, egress=egress)
    assert rules_between_groups(plan) == {}
    assert plan["orders-to-brokers"].inputs["fromPort"] == 9096


@pytest.mark.parametrize("late", [False, True])
def test_brokers_with_several_ports_as_with_private_link(create, late):
    servers = "a.example.com:14001,b.example.com:14003"

    def kafka():
        return KafkaConnection(**SCRAM | {"bootstrap_servers": pulumi.Output.from_input(servers) if late else servers})

    plan = create(kafka=kafka)
    for rule in ("orders-to-kafka", "orders-at-kafka"):
        assert (plan[rule].inputs["fromPort"], plan[rule].inputs["toPort"]) == (14001, 14003)
