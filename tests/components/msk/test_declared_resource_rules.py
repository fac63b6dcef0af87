"""Keys, subnets and security groups that the program of a cluster declares."""

import pytest

from moorings import EncryptionKey, MskCluster, MskVpcConnection, Network
from moorings.aws.subnets import Subnet
from moorings.msk.declared_resource_rules import UNSUPPORTED_ZONE_ID, unsupported_zone

CLUSTER = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
SUBNETS = ["subnet-00000001", "subnet-00000002"]


def cluster(**args):
    placement = {"vpc_id": "vpc-00000001", "subnet_ids": SUBNETS, "kafka_version": "3.9.x.kraft"}
    return MskCluster("kafka", {**placement, **args})


def key(**args):
    return EncryptionKey("existing", {"description": "x", **args}).arn


def client(vpc_id):
    args = {"cluster_arn": CLUSTER, "vpc_id": vpc_id, "subnet_ids": SUBNETS}
    return MskVpcConnection("orders", args).security_group_id


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize(
    ("argument", "uses"),
    [
        ("kms_key_arn", {"services": ["secretsmanager"]}),
        ("secrets_kms_key_arn", {"services": ["secretsmanager"]}),
        ("secrets_kms_key_arn", {"services": ["kafka"]}),
        ("log_kms_key_arn", {"services": ["kafka"]}),
        ("log_kms_key_arn", {"log_groups": ["/aws/msk/orders-*"]}),
    ],
)
def test_a_key_of_the_program_with_another_use_is_rejected(deploy, rejected, argument, uses, preview):
    with rejected("msk-key-policy", argument):
        deploy(lambda: cluster(**{argument: key(**uses)}), preview=preview)


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize(
    ("argument", "uses"),
    [
        ("kms_key_arn", {"services": ["kafka"]}),
        ("secrets_kms_key_arn", {"services": ["secretsmanager", "kafka"]}),
        ("log_kms_key_arn", {"log_groups": ["/aws/msk/kafka-*"]}),
        ("log_kms_key_arn", {"log_groups": ["/aws/msk/*"]}),
    ],
)
def test_a_key_with_the_use_is_accepted(deploy, argument, uses, preview):
    assert deploy(lambda: cluster(**{argument: key(**uses)}), preview=preview)


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("argument", ["client_security_group_ids", "prometheus_security_group_ids"])
def test_clients_in_another_vpc(deploy, rejected, argument, preview):
    def program(vpc_id, **args):
        cluster(**{argument: {"orders": client(vpc_id)}}, **args)

    with rejected("msk-client-other-vpc", f"{argument}.orders"):
        deploy(lambda: program("vpc-00000002"), preview=preview)
    assert deploy(lambda: program("vpc-00000001"), preview=preview)
    acknowledge = {"msk-client-other-vpc": "the VPCs are peered"}
    assert deploy(lambda: program("vpc-00000002", acknowledge=acknowledge), preview=preview)


@pytest.mark.parametrize("preview", [False, True])
def test_subnets_of_another_network_are_rejected(deploy, rejected, preview):
    def program():
        first, second = (Network(name, {"availability_zones": ["eu-west-1a", "eu-west-1b"]}) for name in "ab")
        cluster(vpc_id=first.vpc_id, subnet_ids=second.private_subnet_ids)

    with rejected("aws-subnet-vpc", "subnet_ids"):
        deploy(program, preview=preview)


@pytest.mark.parametrize(("vpc_id", "count"), [("vpc-00000001", 1), ("", 0)])
def test_subnets_in_the_unsupported_zone(vpc_id, count):
    subnets = [
        Subnet("subnet-00000001", vpc_id, "us-east-1e", UNSUPPORTED_ZONE_ID),
        Subnet("b", vpc_id, "a", "use1-az1"),
    ]
    assert len(list(unsupported_zone.function(subnets))) == count
