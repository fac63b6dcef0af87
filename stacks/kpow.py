"""kPow on Fargate, for the cluster of another stack, behind an Application Load Balancer."""

from typing import Any

import pulumi

from moorings import EcsSecretReference, KafkaConnection, KpowOnFargate, KpowOnFargateArgs, SingletonLoadBalancer
from settings import KpowSettings

PASSED_THROUGH = {
    "vpc_id",
    "subnet_ids",
    "image",
    "environment_name",
    "environment",
    "allow",
    "auth_provider",
    "rbac_configuration_file",
    "rbac_actions",
    "acknowledge",
    "alarm_topic_arns",
    "log_retention_days",
    "protect",
    "tags",
}
"""Settings that are passed unchanged to the argument of the same name."""


def deploy(settings: KpowSettings) -> dict[str, Any]:
    """Create kPow, and return its URL and the commands that create the ACLs of its user."""
    reference = pulumi.StackReference(f"{pulumi.get_organization()}/{pulumi.get_project()}/{settings.kafka_stack}")
    load_balancer = SingletonLoadBalancer(
        health_check_path="/healthy",
        certificate_arn=settings.certificate_arn,
        domain_name=settings.domain_name,
        client_cidrs=dict(settings.client_cidrs),
        protect=settings.protect,
    )
    kpow = KpowOnFargate(
        "kpow",
        KpowOnFargateArgs(
            kafka=KafkaConnection.from_stack(reference, user=settings.kafka_user),
            license_secret=EcsSecretReference(
                secret_arn=settings.license_secret_arn, kms_key_arn=settings.license_kms_key_arn
            ),
            secrets={
                name: EcsSecretReference(secret_arn=arn, json_key=name) for name, arn in settings.secret_arns.items()
            },
            load_balancer=load_balancer,
            **settings.model_dump(include=PASSED_THROUGH),
        ),
    )
    return {
        "url": kpow.url,
        "security_group_id": kpow.security_group_id,
        "log_group_name": kpow.log_group_name,
        "acl_commands": kpow.acl_commands,
    }
