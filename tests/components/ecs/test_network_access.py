"""Security group of the task: its clients, and the connections that it may open."""

import pulumi
import pytest

from moorings import FargateSingleton, KafkaConnection, Network
from moorings.preview.simulated_aws import stable_hex

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
LOAD_BALANCER = {
    "health_check_path": "/healthy",
    "certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06",
    "client_cidrs": {"vpn": "10.80.0.0/16"},
}


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


ENDPOINTS = {
    "security_group_id": GROUP,
    "s3_prefix_list_id": "pl-6da54004",
    "services": ["ecr.api", "ecr.dkr", "logs", "secretsmanager"],
}
ECR_IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:1.4.2"


def test_https_egress_is_limited_to_the_vpc_endpoints(create):
    assert rules(create(image=ECR_IMAGE, vpc_endpoints=ENDPOINTS)) == {
        "orders-out-endpoints": (GROUP, 443),
        "orders-out-s3": ("pl-6da54004", 443),
    }


def test_https_egress_to_any_address_can_be_allowed_beside_vpc_endpoints(create):
    assert rules(create(vpc_endpoints=ENDPOINTS, allow_https_egress=True)) == {"orders-out-https": ("0.0.0.0/0", 443)}


def test_singleton_in_a_network_without_nat(create):
    def endpoints():
        zones = ["eu-west-1a", "eu-west-1b"]
        return Network("network", {"availability_zones": zones, "nat": "none", "public_subnets": False}).vpc_endpoints

    plan = create(
        image=ECR_IMAGE,
        vpc_endpoints=endpoints,
        enable_execute_command=True,
        read_only_root_filesystem=False,
        secret_environment={"LICENSE": "hidden"},
    )
    assert rules(plan) == {
        "network-endpoints-https": ("10.0.0.0/16", 443),
        "orders-out-endpoints": (plan["network-endpoints-security-group"].id, 443),
        "orders-out-s3": ("pl-" + stable_hex("com.amazonaws.eu-west-1.s3", 8), 443),
    }


def test_network_with_nat_does_not_limit_egress(create):
    def endpoints():
        return Network("network", {"availability_zones": ["eu-west-1a", "eu-west-1b"]}).vpc_endpoints

    assert rules(create(vpc_endpoints=endpoints)) == {"orders-out-https": ("0.0.0.0/0", 443)}


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


@pytest.mark.parametrize("late", [(), (0,), (1,), (0, 1)])
@pytest.mark.parametrize(
    ("args", "path"),
    [
        (
            lambda one, other: {"client_security_group_ids": {"a": one(GROUP), "b": other(GROUP)}},
            "client_security_group_ids.b",
        ),
        (lambda one, other: {"client_cidrs": {"a": one(ONE), "b": other(ONE)}}, "client_cidrs.b"),
        (
            lambda one, other: {"load_balancer": LOAD_BALANCER | {"client_cidrs": {"a": one(ONE), "b": other(ONE)}}},
            "load_balancer.client_cidrs.b",
        ),
        (
            lambda one, other: {
                "load_balancer": LOAD_BALANCER
                | {"cognito": COGNITO, "identity_provider_cidrs": {"a": one(ONE), "b": other(ONE)}}
            },
            "load_balancer.identity_provider_cidrs.b",
        ),
        (lambda one, _: {"egress": {"world": {"port": 443, "cidr": one("0.0.0.0/0")}}}, "egress.world"),
        (
            lambda one, other: {
                "egress": {
                    "a": {"port": 5432, "prefix_list_id": one(OTHER)},
                    "b": {"port": 5432, "prefix_list_id": other(OTHER)},
                }
            },
            "egress.b",
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
            "additional_kafka.second",
        ),
    ],
)
def test_duplicate_rules_are_rejected(deploy, required_args, rejected, *, args, path, late):
    wraps = [pulumi.Output.from_input if position in late else str for position in (0, 1)]
    with rejected("aws-duplicate-security-group-rule", path):
        deploy(lambda: FargateSingleton("orders", required_args | {"port": 3000} | args(*wraps)))


def test_duplicates_among_known_rules_are_rejected_in_a_preview(create, rejected):
    def clients():
        return {"a": GROUP, "b": GROUP, "c": pulumi.Output.from_input(OTHER_GROUP)}

    with rejected("aws-duplicate-security-group-rule", "client_security_group_ids.b"):
        create(port=3000, client_security_group_ids=clients, preview=True)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("cidrs", "name"), [({"all": "0.0.0.0/0"}, ".all"), ({"a": "0.0.0.0/1", "b": "128.0.0.0/1"}, "")]
)
def test_clients_that_contain_all_addresses_are_rejected(create, rejected, cidrs, name, late):
    def clients():
        return {key: pulumi.Output.from_input(cidr) if late else cidr for key, cidr in cidrs.items()}

    with rejected("ecs-task-open-to-all", f"client_cidrs{name}"):
        create(port=3000, client_cidrs=clients)


def test_one_peer_with_several_ports(create):
    egress = {"a": {"port": 5432, "cidr": ONE}, "b": {"port": 5433, "cidr": ONE}}
    clients = {"a": "0.0.0.0/1", "b": ONE, "c": "128.0.0.0/2"}
    assert rules(create(port=3000, egress=egress, client_cidrs=clients)).keys() >= {"orders-to-a", "orders-to-b"}


def test_rules_of_the_same_name_are_rejected(create, rejected):
    with rejected("argument-duplicate", "efs_mounts['/mnt']"):
        create(efs_mounts={"/mnt": EFS}, egress={"efs-mnt": {"port": 1, "cidr": ONE}})


def test_service_depends_on_the_rules(create):
    plan = create(port=3000, client_cidrs={"vpn": "10.80.0.0/16"})
    expected = {plan["orders-out-https"].urn, plan["orders-from-vpn"].urn}
    assert expected <= set(plan["orders-service"].dependencies)


EGRESS = {"database": {"port": 5432, "cidr": "10.0.0.0/8"}}
CLOSED = SCRAM | {"security_group_id": None}


@pytest.mark.parametrize(
    ("args", "rule", "path"),
    [
        ({"allow_https_egress": False, "egress": EGRESS}, "ecs-no-https-egress", "egress"),
        (
            {"image": ECR_IMAGE, "vpc_endpoints": {**ENDPOINTS, "services": ["logs", "ecr.dkr"]}},
            "ecs-image-unreachable",
            "vpc_endpoints.services",
        ),
        (
            {
                "image": ECR_IMAGE,
                "vpc_endpoints": ENDPOINTS,
                "enable_execute_command": True,
                "read_only_root_filesystem": False,
            },
            "ecs-endpoint-missing",
            "vpc_endpoints.services",
        ),
        (
            {
                "image": ECR_IMAGE,
                "secret_environment": {"LICENSE": "hidden"},
                "vpc_endpoints": {**ENDPOINTS, "services": ["logs", "ecr.dkr", "ecr.api"]},
            },
            "ecs-endpoint-missing",
            "vpc_endpoints.services",
        ),
        (
            {
                "image": ECR_IMAGE,
                "kafka": SCRAM,
                "vpc_endpoints": {**ENDPOINTS, "services": ["logs", "ecr.dkr", "ecr.api"]},
            },
            "ecs-endpoint-missing",
            "vpc_endpoints.services",
        ),
        (
            {
                "image": ECR_IMAGE,
                "secrets": {"P": {"parameter_arn": "arn:aws:ssm:eu-west-1:123456789012:parameter/orders"}},
                "vpc_endpoints": {**ENDPOINTS, "services": ["logs", "ecr.dkr", "ecr.api", "secretsmanager"]},
            },
            "ecs-endpoint-missing",
            "vpc_endpoints.services",
        ),
        ({"client_cidrs": {"vpn": "10.0.0.0/8"}}, "ecs-no-port", "port"),
        ({"client_security_group_ids": {"jobs": GROUP}}, "ecs-no-port", "port"),
        ({"client_cidrs": {"vpn": "2001:db8:1234::/56"}, "port": 1}, "argument-format", "client_cidrs.vpn"),
        ({"egress": {"all": {"port": 0, "cidr": "10.0.0.0/8"}}}, "argument-range", "egress.all.port"),
        ({"kafka": CLOSED}, "ecs-kafka-unreachable", "kafka"),
        ({"kafka": CLOSED, "egress": EGRESS}, "ecs-kafka-unreachable", "kafka"),
        ({"additional_kafka": {"audit": CLOSED}}, "ecs-kafka-unreachable", "additional_kafka.audit"),
        ({"kafka": SCRAM, "kafka_settings": "spring"}, "ecs-spring-without-password", "kafka_settings"),
        ({"kafka": SCRAM, "additional_kafka": {"kafka": SCRAM}}, "ecs-duplicate-peer-name", "additional_kafka.kafka"),
        ({"kafka": SCRAM, "egress": {"kafka": EGRESS["database"]}}, "ecs-duplicate-peer-name", "egress.kafka"),
    ],
)
def test_invalid_network_access(create, rejected, args, rule, path):
    with rejected(rule, path):
        create(**args)


def test_late_bootstrap_servers_are_compared_with_egress(create, rejected):
    def kafka():
        return KafkaConnection(**CLOSED | {"bootstrap_servers": pulumi.Output.from_input(SERVERS)})

    with rejected("ecs-kafka-unreachable", "kafka"):
        create(kafka=kafka, egress=EGRESS)


@pytest.mark.parametrize(
    ("value", "is_reported"),
    [
        ("https://registry.example.com:8081", True),
        ("jdbc:postgresql://db.example.com/orders", True),
        ("redis://cache.example.com", True),
        ("mongodb://a.example.com:27017,b.example.com:27017/orders", True),
        ("https://registry.example.com", False),
        ("https://registry.example.com:443/a", False),
        ("http://localhost:8081", False),
        ("http://127.0.0.1:8081 http://[::1]:8081", False),
        ("http://orders.example.com:3000", False),
        ("http://www.w3.org/2000/svg", False),
        ("registry.example.com:8081", False),
    ],
)
def test_addresses_in_the_environment_are_compared_with_egress(create, logged, value, is_reported):
    found = logged(create(port=3000, environment={"ADDRESS": value}))
    assert found == [("ecs-egress-port", "environment.ADDRESS")] * is_reported
    allowed = {f"p{port}": {"port": port, "cidr": ONE} for port in (8081, 5432, 6379, 27017)}
    assert logged(create(port=3000, environment={"ADDRESS": value}, egress=allowed)) == []


PERMISSIONS = {"read_topics": ["orders"], "consumer_groups": ["billing"]}
CLUSTER = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
ALLOW_READ = '{"Statement": [{"Effect": "Allow", "Action": "kafka-cluster:ReadData", "Resource": "*"}]}'


@pytest.mark.parametrize(
    ("args", "paths"),
    [
        ({"kafka": IAM}, ["kafka"]),
        ({"kafka": SCRAM, "additional_kafka": {"audit": IAM}}, ["additional_kafka.audit"]),
        ({"kafka": IAM | {"cluster_arn": CLUSTER, "permissions": PERMISSIONS}}, []),
        ({"kafka": IAM, "task_policy": ALLOW_READ}, []),
        ({"kafka": IAM, "task_policy_arns": {"read": "arn:aws:iam::123456789012:policy/read"}}, []),
    ],
)
def test_iam_connections_without_permissions_are_reported(create, logged, args, paths):
    assert logged(create(**args)) == [("ecs-kafka-iam-permissions", path) for path in paths]


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
