"""Policies that allow an AWS service to act: the services can be used only on behalf of resources of the account."""

import json
from collections.abc import Iterator

from moorings import FargateSingleton, MskCluster, Network

POLICIES = ("assumeRolePolicy", "policy")

PROTECTED_OTHERWISE = {
    # CloudWatch Logs passes the ARN of the log group as encryption context.
    "EncryptLogGroups": {"ArnLike": "kms:EncryptionContext:aws:logs:arn"},
    # MSK replaces any other policy of the secret.
    "AWSKafkaResourcePolicy": {},
}
"""Statements without ``aws:SourceArn``, by their Sid: the condition that they have instead."""


def create_every_policy() -> None:
    """Create the components whose policies contain the principal of a service."""
    secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-a1B2c3"
    certificate = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
    subnets = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"]
    FargateSingleton(
        "orders",
        {
            "vpc_id": "vpc-0d1c7a52e8b94f360",
            "subnet_ids": subnets,
            "image": "registry.example/orders:1.4.2",
            "user": "1001:1001",
            "port": 3000,
            "secrets": {"LICENSE": {"secret_arn": secret}},
            "redeploy_on_secret_rotation": True,
            "load_balancer": {
                "health_check_path": "/healthy",
                "certificate_arn": certificate,
                "client_cidrs": {"vpn": "10.80.0.0/16"},
            },
        },
    )
    MskCluster(
        "kafka",
        {"vpc_id": "vpc-0d1c7a52e8b94f360", "subnet_ids": subnets, "kafka_version": "3.9.x.kraft", "users": ["orders"]},
    )
    Network("network", {"availability_zones": ["eu-west-1a", "eu-west-1b"]})


def service_statements(plan) -> Iterator[tuple[str, dict]]:
    """Yield the service and the statement of every permission of a service."""
    for resource in plan.resources:
        for policy in (value for value in map(resource.inputs.get, POLICIES) if isinstance(value, str)):
            for statement in json.loads(policy)["Statement"]:
                principal = statement.get("Principal")
                if isinstance(principal, dict) and "Service" in principal and statement["Effect"] == "Allow":
                    yield principal["Service"], statement


def test_every_permission_of_a_service_is_covered(deploy):
    services = {service for service, _ in service_statements(deploy(create_every_policy))}
    assert services == {
        "ecs-tasks.amazonaws.com",
        "events.amazonaws.com",
        "kafka.amazonaws.com",
        "logdelivery.elasticloadbalancing.amazonaws.com",
        "logs.eu-west-1.amazonaws.com",
        "states.amazonaws.com",
        "vpc-flow-logs.amazonaws.com",
    }


def test_services_act_only_for_resources_of_the_account(deploy):
    for service, statement in service_statements(deploy(create_every_policy)):
        condition = statement.get("Condition", {})
        keys = {operator: key for operator, values in condition.items() for key in values if key != "aws:SourceAccount"}
        if statement.get("Sid") in PROTECTED_OTHERWISE:
            assert keys == PROTECTED_OTHERWISE[statement["Sid"]]
            continue
        (arn,) = [values["aws:SourceArn"] for values in condition.values() if "aws:SourceArn" in values]
        assert arn.startswith("arn:aws:"), service
        assert ":eu-west-1:123456789012:" in arn, service
