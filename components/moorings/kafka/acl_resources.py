"""ACLs and quotas as resources of pulumi-kafka, which the extra ``moorings[kafka]`` brings.

Its provider talks to the brokers itself: the machine that deploys must reach them, which a private cluster allows from
inside its VPC alone. Where it does not, ``KafkaAcl.commands`` and ``KafkaQuota.commands`` give the same as
commands.
"""

from collections.abc import Iterable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

import pulumi

from moorings.kafka.acls import EVERY, KafkaAcl, ResourceKind
from moorings.kafka.connection import KafkaConnection
from moorings.kafka.quotas import KafkaQuota
from moorings.validation.inputs import InvalidInput

_TYPES: Mapping[ResourceKind, str] = MappingProxyType(
    {"cluster": "Cluster", "group": "Group", "topic": "Topic", "transactional-id": "TransactionalID"}
)


def kafka_provider(
    name: str, connection: KafkaConnection, opts: pulumi.ResourceOptions | None = None
) -> pulumi.ProviderResource:
    """The provider of pulumi-kafka for a connection, of a SCRAM user or of an identity of IAM.

    An identity of IAM is the one that deploys. It is not subject to ACLs, and can write the first ones.

    Args:
        name: logical name of the provider.
        connection: what ``MskCluster.connection`` gives for the administrator.
        opts: options of the provider.

    Raises:
        InvalidInput: for a connection with a certificate, or one that lacks the password or the cluster's ARN.

    """
    where = f"kafka_provider {name!r}"
    login: dict[str, Any]
    if connection.listener == "scram" and connection.password is not None:
        login = {
            "sasl_mechanism": "scram-sha512",
            "sasl_username": connection.username,
            "sasl_password": connection.password,
        }
    elif connection.listener == "iam" and connection.cluster_arn is not None:
        region = pulumi.Output.from_input(connection.cluster_arn).apply(lambda arn: arn.split(":")[3])
        login = {"sasl_mechanism": "aws-iam", "sasl_aws_region": region}
    else:
        lacks = {"scram": "the password", "iam": "the cluster_arn", "tls": "a user or an identity of IAM"}
        what = f"the connection to the {connection.listener} listener lacks {lacks[connection.listener]}"
        raise InvalidInput.at(where, f"{what}; take connection() of the cluster for a user, or listener='iam'")
    servers = pulumi.Output.from_input(connection.bootstrap_servers).apply(lambda known: known.split(","))
    made: pulumi.ProviderResource = _vendor(where).Provider(
        name, bootstrap_servers=servers, tls_enabled=True, **login, opts=opts
    )
    return made


def acl_resources(
    name: str, acls: Iterable[KafkaAcl], opts: pulumi.ResourceOptions | None = None
) -> dict[str, pulumi.CustomResource]:
    """Make ACLs, one resource for each operation, by logical names that stay the same.

    Args:
        name: what the logical names begin with.
        acls: the rules; equal ones are made once.
        opts: options of each, with the provider: ``ResourceOptions(provider=kafka_provider(...))``.

    Raises:
        InvalidInput: where pulumi-kafka is not installed.

    """
    made: dict[str, pulumi.CustomResource] = {}
    vendor = _vendor(f"acl_resources {name!r}")
    for acl in acls:
        for operation in acl.operations:
            role = "-".join([name, *_key(acl), operation])
            if role in made:
                continue
            made[role] = vendor.Acl(
                role,
                acl_principal=acl.principal,
                acl_host=acl.host,
                acl_operation=operation,
                acl_permission_type=acl.permission,
                acl_resource_type=_TYPES[acl.resource],
                acl_resource_name=acl.resource_name,
                resource_pattern_type_filter=acl.pattern.capitalize(),
                opts=opts,
            )
    return made


def quota_resources(
    name: str, quotas: Iterable[KafkaQuota], opts: pulumi.ResourceOptions | None = None
) -> dict[str, pulumi.CustomResource]:
    """Make quotas, by logical names that stay the same.

    Args:
        name: what the logical names begin with.
        quotas: the limits.
        opts: options of each, with the provider.

    Raises:
        InvalidInput: where pulumi-kafka is not installed.

    """
    vendor = _vendor(f"quota_resources {name!r}")
    made: dict[str, pulumi.CustomResource] = {}
    for quota in quotas:
        kind, entity = quota.entity
        role = f"{name}-{kind}-{EVERY if entity is None else entity}"
        made[role] = vendor.Quota(role, entity_type=kind, entity_name=entity, config=quota.limits, opts=opts)
    return made


def _key(acl: KafkaAcl) -> list[str]:
    """What tells a rule from another one, as far as it is not what most rules have."""
    return [
        acl.user,
        *([] if acl.permission == "Allow" else ["deny"]),
        *([] if acl.host == EVERY else [acl.host]),
        acl.resource,
        *([] if acl.name is None else [acl.name]),
        *([] if acl.pattern == "literal" else [acl.pattern]),
    ]


def _vendor(where: str) -> Any:
    try:
        return import_module("pulumi_kafka")
    except ModuleNotFoundError:
        raise InvalidInput.at(where, "pulumi-kafka is not installed; install moorings[kafka]") from None
