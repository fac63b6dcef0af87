"""ACLs and quotas as resources of pulumi-kafka, installed by the extra ``moorings[kafka]``.

The provider of pulumi-kafka connects to the brokers, so the machine that deploys needs network access to them. Without
that access, use the commands of ``KafkaAcl.commands`` and ``KafkaQuota.commands``.
"""

from collections.abc import Iterable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

import pulumi

from moorings.aws.arns import arn_region
from moorings.kafka.acls import CLUSTER_NAME, WILDCARD, AclResourceType, KafkaAcl
from moorings.kafka.client_settings import ScramMechanism
from moorings.kafka.connection import KafkaConnection
from moorings.kafka.connection_rules import PROVIDER_AUTHENTICATION, PROVIDER_MISSING, PROVIDER_QUOTA, reject
from moorings.kafka.quotas import KafkaQuota
from moorings.validation.findings import label

_PROVIDER_RESOURCE_TYPES: Mapping[AclResourceType, str] = MappingProxyType(
    {"cluster": "Cluster", "group": "Group", "topic": "Topic", "transactional-id": "TransactionalID"}
)


_SCRAM_MECHANISMS: Mapping[ScramMechanism, str] = MappingProxyType(
    {"SCRAM-SHA-512": "scram-sha512", "SCRAM-SHA-256": "scram-sha256"}
)


def kafka_provider(
    name: str, connection: KafkaConnection, opts: pulumi.ResourceOptions | None = None
) -> pulumi.ProviderResource:
    """Create a pulumi-kafka provider that authenticates as a SCRAM user or as an IAM identity.

    The IAM identity is the one that runs Pulumi. MSK does not apply ACLs to it, so it can create the first ones.

    Args:
        name: logical name of the provider.
        connection: connection of the administrator (``MskCluster.connection``).
        opts: options of the provider.

    Raises:
        InvalidInput: if the connection uses the ``tls`` listener, or lacks the password or the cluster ARN.

    """
    owner = label("kafka_provider", name)
    authentication: dict[str, Any]
    if connection.listener == "scram" and connection.password is not None:
        authentication = {
            "sasl_mechanism": _SCRAM_MECHANISMS[connection.scram_mechanism],
            "sasl_username": connection.username,
            "sasl_password": connection.password,
        }
    elif connection.listener == "iam" and connection.cluster_arn is not None:
        region = pulumi.Output.from_input(connection.cluster_arn).apply(arn_region)
        authentication = {"sasl_mechanism": "aws-iam", "sasl_aws_region": region}
    else:
        missing = {"scram": "the password", "iam": "the cluster_arn", "tls": "a SCRAM user or IAM identity"}
        problem = f"the connection to the {connection.listener} listener lacks {missing[connection.listener]}"
        fix = "use MskCluster.connection() with a user or with listener='iam'"
        reject(PROVIDER_AUTHENTICATION, f"{problem}; {fix}", "connection", component=owner)
    servers = pulumi.Output.from_input(connection.bootstrap_servers).apply(lambda value: value.split(","))
    provider: pulumi.ProviderResource = _pulumi_kafka(owner).Provider(
        name, bootstrap_servers=servers, tls_enabled=True, **authentication, opts=opts
    )
    return provider


def acl_resources(
    name: str, acls: Iterable[KafkaAcl], opts: pulumi.ResourceOptions | None = None
) -> dict[str, pulumi.CustomResource]:
    """Create ACLs, one resource for each operation, and return them by logical name.

    Args:
        name: prefix of the logical names.
        acls: the ACLs. Duplicates are created once.
        opts: options of each resource, including the provider: ``ResourceOptions(provider=kafka_provider(...))``.

    Raises:
        InvalidInput: if pulumi-kafka is not installed.

    """
    resources: dict[str, pulumi.CustomResource] = {}
    pulumi_kafka = _pulumi_kafka(label("acl_resources", name))
    for acl in acls:
        for operation in acl.operations:
            logical_name = "-".join([name, *_acl_key(acl), operation])
            if logical_name in resources:
                continue
            resources[logical_name] = pulumi_kafka.Acl(
                logical_name,
                acl_principal=acl.principal,
                acl_host=acl.host,
                acl_operation=operation,
                acl_permission_type=acl.permission_type,
                acl_resource_type=_PROVIDER_RESOURCE_TYPES[acl.resource_type],
                acl_resource_name=acl.resource_name or CLUSTER_NAME,
                resource_pattern_type_filter=acl.pattern_type.capitalize(),
                opts=opts,
            )
    return resources


def quota_resources(
    name: str, quotas: Iterable[KafkaQuota], opts: pulumi.ResourceOptions | None = None
) -> dict[str, pulumi.CustomResource]:
    """Create quotas and return them by logical name.

    Args:
        name: prefix of the logical names.
        quotas: the quotas.
        opts: options of each resource, including the provider.

    Raises:
        InvalidInput: if pulumi-kafka is not installed, or for a quota of a user and a client ID together.

    """
    owner = label("quota_resources", name)
    pulumi_kafka = _pulumi_kafka(owner)
    resources: dict[str, pulumi.CustomResource] = {}
    for index, quota in enumerate(quotas):
        (entity_type, entity), *others = quota.entities.items()
        if others:
            problem = "the provider does not support quotas of a user and a client ID together; use KafkaQuota.commands"
            reject(PROVIDER_QUOTA, problem, "quotas", index, component=owner)
        logical_name = f"{name}-{entity_type}-{WILDCARD if entity is None else entity}"
        resources[logical_name] = pulumi_kafka.Quota(
            logical_name, entity_type=entity_type, entity_name=entity, config=quota.limits, opts=opts
        )
    return resources


def _acl_key(acl: KafkaAcl) -> list[str]:
    """Return the parts of a logical name that identify an ACL; values equal to the defaults are omitted."""
    return [
        acl.user,
        *([] if acl.permission_type == "Allow" else ["deny"]),
        *([] if acl.host == WILDCARD else [acl.host]),
        acl.resource_type,
        *([] if acl.resource_name is None else [acl.resource_name]),
        *([] if acl.pattern_type == "literal" else [acl.pattern_type]),
    ]


def _pulumi_kafka(owner: str) -> Any:
    try:
        return import_module("pulumi_kafka")
    except ModuleNotFoundError:
        reject(PROVIDER_MISSING, "pulumi-kafka is not installed; install moorings[kafka]", component=owner)
