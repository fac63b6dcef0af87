"""Keys, subnets and security groups that the program of a service declares."""

import pytest

from moorings import EncryptionKey, FargateSingleton, KafkaConnection, MskVpcConnection, Network

CLUSTER = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-Xp4mQ9"
PARAMETER = "arn:aws:ssm:eu-west-1:123456789012:parameter/orders/token"
SUBNETS = ["subnet-00000001", "subnet-00000002"]
VPC, OTHER_VPC = "vpc-00000001", "vpc-00000002"
SERVICE = {
    "vpc_id": VPC,
    "subnet_ids": SUBNETS,
    "image": "registry.example/orders:1.4.2",
    "user": "1001:1001",
    "port": 3000,
    "secret_environment": {"TOKEN": "x"},
    "health_check": {"command": ["curl", "-f", "http://localhost:3000/healthy"]},
}


def key(**args):
    return EncryptionKey("existing", {"description": "x", **args}).arn


def group(vpc_id):
    args = {"cluster_arn": CLUSTER, "vpc_id": vpc_id, "subnet_ids": SUBNETS}
    return MskVpcConnection("peer", args).security_group_id


def load_balancer(**args):
    certificate = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
    required = {"health_check_path": "/", "certificate_arn": certificate, "client_cidrs": {"vpn": "10.80.0.0/16"}}
    return {"load_balancer": required | args}


def secret(**uses):
    return {"secrets": {"LICENSE": {"secret_arn": SECRET, "kms_key_arn": key(**uses)}}}


def parameter(**uses):
    return {"secrets": {"TOKEN_KEY": {"parameter_arn": PARAMETER, "kms_key_arn": key(**uses)}}}


KEYS = {
    "kms_key_arn": (lambda **uses: {"kms_key_arn": key(**uses)}, {"services": ["secretsmanager"]}),
    "log_kms_key_arn": (lambda **uses: {"log_kms_key_arn": key(**uses)}, {"log_groups": ["/ecs/orders-*"]}),
    "secrets.LICENSE.kms_key_arn": (secret, {"services": ["secretsmanager"]}),
    "secrets.TOKEN_KEY.kms_key_arn": (parameter, {"services": ["ssm"]}),
}


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("path", KEYS)
def test_keys_of_the_program(deploy, rejected, path, preview):
    args, uses = KEYS[path]
    assert deploy(lambda: FargateSingleton("orders", SERVICE | args(**uses)), preview=preview)
    with rejected("ecs-key-policy", path):
        deploy(lambda: FargateSingleton("orders", SERVICE | args(services=["kafka"])), preview=preview)


GROUPS = {
    "client_security_group_ids.billing": lambda id_: {"client_security_group_ids": {"billing": id_}},
    "load_balancer.client_security_group_ids.billing": lambda id_: load_balancer(
        client_security_group_ids={"billing": id_}
    ),
    "egress.proxy.security_group_id": lambda id_: {"egress": {"proxy": {"port": 3128, "security_group_id": id_}}},
    "efs_mounts['/data'].security_group_id": lambda id_: {
        "efs_mounts": {
            "/data": {
                "file_system_id": "fs-0b92d7f4a1e63c508",
                "access_point_id": "fsap-0b92d7f4a1e63c508",
                "security_group_id": id_,
            }
        }
    },
    "kafka.security_group_id": lambda id_: {"kafka": connection(id_)},
    "additional_kafka.audit.security_group_id": lambda id_: {
        "kafka": connection("sg-0b92d7f4a1e63c508"),
        "additional_kafka": {"audit": connection(id_)},
    },
}


def connection(security_group_id):
    return KafkaConnection(
        listener="iam",
        bootstrap_servers="b-1.example.com:9098",
        cluster_arn=CLUSTER,
        security_group_id=security_group_id,
    )


@pytest.mark.parametrize("path", GROUPS)
def test_security_groups_of_another_vpc(deploy, rejected, path):
    args = GROUPS[path]
    assert deploy(lambda: FargateSingleton("orders", SERVICE | args(group(VPC))), preview=True)
    with rejected("ecs-other-vpc", path):
        deploy(lambda: FargateSingleton("orders", SERVICE | args(group(OTHER_VPC))), preview=True)
    acknowledge = {"acknowledge": {"ecs-other-vpc": "the VPCs are peered"}}
    assert deploy(lambda: FargateSingleton("orders", SERVICE | args(group(OTHER_VPC)) | acknowledge), preview=True)


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("path", ["subnet_ids", "load_balancer.subnet_ids"])
def test_subnets_of_another_network(deploy, rejected, path, preview):
    def program():
        first, second = (Network(name, {"availability_zones": ["eu-west-1a", "eu-west-1b"]}) for name in "ab")
        if path == "subnet_ids":
            args = {"subnet_ids": second.private_subnet_ids}
        else:
            args = {"subnet_ids": first.private_subnet_ids, **load_balancer(subnet_ids=second.public_subnet_ids)}
        FargateSingleton("orders", SERVICE | {"vpc_id": first.vpc_id} | args)

    with rejected("aws-subnet-vpc", path):
        deploy(program, preview=preview)
