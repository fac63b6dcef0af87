"""Rules about resources of the same program find them over gRPC, as with an engine."""

import pulumi_aws as aws
import pytest
from grpc_monitor import run_over_grpc
from pulumi import ResourceOptions

from moorings import EncryptionKey, MskCluster, Network
from moorings.preview.program import StackContext

SUBNETS = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"]
ZONES = {"availability_zones": ["eu-west-1a", "eu-west-1b"]}
CONTEXT = StackContext("moorings", "test", config={"aws:region": "eu-west-1"})


def cluster(**args):
    placement = {"vpc_id": "vpc-0d1c7a52e8b94f360", "subnet_ids": SUBNETS, "kafka_version": "3.9.x.kraft"}
    MskCluster("kafka", placement | args)


def key_with_another_use():
    cluster(kms_key_arn=EncryptionKey("data", {"description": "x", "services": ["secretsmanager"]}).arn)


def key_in_another_region():
    provider = aws.Provider("other", region="us-east-1")
    cluster(kms_key_arn=aws.kms.Key("data", opts=ResourceOptions(provider=provider)).arn)


def subnets_of_another_network():
    cluster(vpc_id=Network("a", ZONES).vpc_id, subnet_ids=Network("b", ZONES).private_subnet_ids)


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize(
    ("program", "rule"),
    [
        (key_with_another_use, "msk-key-policy"),
        (key_in_another_region, "aws-arn-region"),
        (subnets_of_another_network, "aws-subnet-vpc"),
    ],
)
def test_a_resource_that_does_not_fit_is_rejected(rejected, program, rule, known):
    with rejected(rule):
        run_over_grpc(program, CONTEXT, known=known)
