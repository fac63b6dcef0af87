"""Every component in every partition: ARNs, host names, service principals and endpoint services."""

import json
import re

import pulumi
import pytest

from moorings import (
    EncryptionKey,
    EncryptionKeyArgs,
    FargateSingleton,
    FargateSingletonArgs,
    KpowOnFargate,
    KpowOnFargateArgs,
    MskCluster,
    MskClusterArgs,
    Network,
    NetworkArgs,
)
from moorings.aws.context import AwsContext
from moorings.aws.network.endpoint_services import interface_endpoint_service
from moorings.preview.program import StackContext, run
from moorings.preview.simulated_aws import SimulatedRegion

PARTITIONS = {
    "ap-southeast-7": ("aws", "amazonaws.com", "com.amazonaws"),
    "cn-northwest-1": ("aws-cn", "amazonaws.com.cn", "cn.com.amazonaws"),
    "us-gov-west-1": ("aws-us-gov", "amazonaws.com", "com.amazonaws"),
    "eusc-de-east-1": ("aws-eusc", "amazonaws.eu", "eu.amazonaws"),
    "us-iso-east-1": ("aws-iso", "c2s.ic.gov", "gov.ic.c2s"),
    "us-isob-east-1": ("aws-iso-b", "sc2s.sgov.gov", "gov.sgov.sc2s"),
    "eu-isoe-west-1": ("aws-iso-e", "cloud.adc-e.uk", "uk.adc-e.cloud"),
    "us-isof-south-1": ("aws-iso-f", "csp.hci.ic.gov", "gov.ic.hci.csp"),
}
"""A Region of each partition, with the partition, its DNS suffix, and the reversed suffix."""

SERVICE_PRINCIPALS = {
    f"{service}.amazonaws.com"
    for service in ("ecs-tasks", "kafka", "logdelivery.elasticloadbalancing", "vpc-flow-logs", "events", "states")
}
"""Principals that are the same in every partition."""

UUID = "0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"


@pytest.fixture(params=PARTITIONS)
def region(request):
    """A Region of each partition."""
    return request.param


def deploy_everything(region):
    """Return the plan of a program with every component of AWS."""
    simulated = SimulatedRegion(region)
    registry = f"123456789012.dkr.ecr.{region}.{simulated.dns_suffix}"

    def program():
        network = Network("main", NetworkArgs(availability_zones=[f"{region}{zone}" for zone in "ab"], nat="none"))
        placement = {"vpc_id": network.vpc_id, "subnet_ids": network.private_subnet_ids}
        key = EncryptionKey(
            "kafka",
            EncryptionKeyArgs(description="Kafka", services=["kafka", "secretsmanager"], log_groups=["/aws/msk/*"]),
        )
        cluster = MskCluster(
            "kafka",
            MskClusterArgs(
                **placement,
                kafka_version="3.9.x.kraft",
                kms_key_arn=key.arn,
                users=["orders"],
                iam=True,
            ),
        )
        service = FargateSingleton(
            "orders",
            FargateSingletonArgs(
                **placement,
                image=f"{registry}/orders:1.4.2",
                user="1001:1001",
                port=3000,
                secrets={"TOKEN": {"secret_arn": simulated.arn("secretsmanager", "secret:token-Xp4mQ9")}},
                kafka=cluster.connection(user="orders"),
                load_balancer={
                    "health_check_path": "/healthy",
                    "certificate_arn": simulated.arn("acm", f"certificate/{UUID}"),
                    "client_cidrs": {"vpn": "10.80.0.0/16"},
                },
            ),
        )
        pulumi.export("service", service.service_arn)
        KpowOnFargate(
            "kpow",
            KpowOnFargateArgs(
                **placement,
                image=f"{registry}/kpow:96.2",
                marketplace="annual",
                kafka=cluster.connection(user="orders"),
            ),
        )

    return run(program, StackContext("moorings", "test", config={"aws:region": region}), known=True, reveal=True)


@pytest.fixture(scope="module")
def plans():
    """The plans by Region."""
    return {}


@pytest.fixture
def plan(plans, region):
    """The plan of a program with every component of AWS."""
    if region not in plans:
        plans[region] = deploy_everything(region)
    return plans[region]


def test_arns_are_in_the_partition(plan, region):
    text = json.dumps([resource.state() for resource in plan.resources], default=str)
    assert set(re.findall(r"arn:([a-z0-9-]+):", text)) == {PARTITIONS[region][0]}


def test_host_names_end_in_the_dns_suffix(plan, region):
    inputs = json.dumps([resource.inputs for resource in plan.resources], default=str)
    hosts = set(re.findall(r"[a-z0-9.-]+\.amazonaws\.(?:com\.cn|com|eu)\b(?!-)", inputs)) - SERVICE_PRINCIPALS
    suffix = PARTITIONS[region][1]
    own_logs_principal = PARTITIONS[region][0] in {"aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b"}
    logs_principal = set() if own_logs_principal else {f"logs.{region}.amazonaws.com"}
    assert {host for host in hosts if not host.endswith(f".{suffix}")} == logs_principal
    assert "kms:ViaService" in inputs
    assert f"secretsmanager.{region}.{suffix}" in inputs


def test_names_of_endpoint_services(plan, region):
    names = {endpoint.inputs["serviceName"] for endpoint in plan.all("aws:ec2/vpcEndpoint:VpcEndpoint")}
    own = PARTITIONS[region][2]
    sts = own if region.startswith("cn-") else "com.amazonaws"
    assert names == {
        f"com.amazonaws.{region}.s3",
        *(f"{own}.{region}.{service}" for service in ("ecr.api", "ecr.dkr")),
        *(f"com.amazonaws.{region}.{service}" for service in ("kms", "logs", "secretsmanager", "ssmmessages")),
        f"{sts}.{region}.sts",
    }


@pytest.mark.parametrize(
    "service",
    [
        "aws.sagemaker.cn-north-1.studio",
        "cn.com.amazonaws.cn-north-1.transcribe.cn",
        "com.amazonaws.cn-north-1.vpce-svc-0",
    ],
)
def test_full_names_of_endpoint_services_are_not_changed(service):
    context = AwsContext("aws-cn", "amazonaws.com.cn", "cn-north-1", "123456789012")
    assert interface_endpoint_service(service, context) == service


def test_images_in_ecr_can_be_pulled(plan, region):
    policies = [policy.inputs["policy"] for policy in plan.all("aws:iam/rolePolicy:RolePolicy")]
    repository = f"arn:{PARTITIONS[region][0]}:ecr:{region}:123456789012:repository/orders"
    assert any(repository in str(policy) for policy in policies)


def test_managed_policy_of_the_marketplace(plan, region):
    (attachment,) = plan.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    assert attachment.inputs["policyArn"] == (
        f"arn:{PARTITIONS[region][0]}:iam::aws:policy/service-role/AWSLicenseManagerConsumptionPolicy"
    )
