"""ACLs and quotas as resources of pulumi-kafka, installed by the extra ``moorings[kafka]``.

The provider of pulumi-kafka connects to the brokers, so the machine that deploys needs network access to them. Without
that access, use the commands of ``KafkaAcl.commands`` and ``KafkaQuota.commands``.
"""

from collections.abc import Iterable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, NoReturn

import pulumi

from moorings.aws.arns import arn_region
from moorings.kafka.acls import CLUSTER_NAME, WILDCARD, AclResourceType, KafkaAcl
from moorings.kafka.connection import KafkaConnection
from moorings.kafka.connection_rules import PROVIDER_AUTHENTICATION, PROVIDER_MISSING, PROVIDER_QUOTA, reject
from moorings.kafka.quotas import KafkaQuota
from moorings.kafka.security_protocols import SaslMechanism
from moorings.validation.findings import label

_PROVIDER_RESOURCE_TYPES: Mapping[AclResourceType, str] = MappingProxyType(
    {"cluster": "Cluster", "group": "Group", "topic": "Topic", "transactional-id": "TransactionalID"}
)


_PASSWORD_MECHANISMS: Mapping[SaslMechanism | None, str] = MappingProxyType(
    {"SCRAM-SHA-512": "scram-sha512", "SCRAM-SHA-256": "scram-sha256", "PLAIN": "plain"}
)


def kafka_provider(
    name: str, connection: KafkaConnection, opts: pulumi.ResourceOptions | None = None
) -> pulumi.ProviderResource:
    """Create a pulumi-kafka provider that authenticates with a connection.

    An IAM identity is the one that runs Pulumi. MSK does not apply ACLs to it, so it can create the first ones.

    Args:
        name: logical name of the provider.
        connection: connection of the administrator (``MskCluster.connection``).
        opts: options of the provider.

    Raises:
        InvalidInput: if the connection uses key stores, or lacks the password, the cluster ARN or the certificate.

    """
    owner = label("kafka_provider", name)
    arguments = {**_authentication(owner, connection), **_tls(owner, connection)}
    servers = pulumi.Output.from_input(connection.bootstrap_servers).apply(lambda value: value.split(","))
    provider: pulumi.ProviderResource = _pulumi_kafka(owner).Provider(
        name, bootstrap_servers=servers, tls_enabled=connection.encrypted, **arguments, opts=opts
    )
    return provider


def _authentication(owner: str, connection: KafkaConnection) -> dict[str, Any]:
    """Return the arguments with which the provider logs in.

    Raises:
        InvalidInput: if the connection lacks a value that they require.

    """
    oauth, mechanism = connection.oauth, connection.sasl_mechanism
    if mechanism in _PASSWORD_MECHANISMS and connection.password is not None:
        return {
            "sasl_mechanism": _PASSWORD_MECHANISMS[mechanism],
            "sasl_username": connection.username,
            "sasl_password": connection.password,
        }
    if connection.uses_iam and connection.cluster_arn is not None:
        region = pulumi.Output.from_input(connection.cluster_arn).apply(arn_region)
        return {"sasl_mechanism": "aws-iam", "sasl_aws_region": region}
    if oauth is not None and not oauth.extensions:
        scopes = None if oauth.scope is None else pulumi.Output.from_input(oauth.scope).apply(str.split)
        return {
            "sasl_mechanism": "oauthbearer",
            "sasl_token_url": oauth.token_endpoint_url,
            "sasl_username": oauth.client_id,
            "sasl_password": oauth.client_secret,
            "sasl_oauth_scopes": scopes,
        }
    if mechanism is None and (connection.listener != "tls" or connection.tls is not None):
        return {}
    return _reject_authentication(owner, connection)


def _reject_authentication(owner: str, connection: KafkaConnection) -> NoReturn:
    missing = "the password" if connection.uses_password else "the cluster_arn" if connection.uses_iam else None
    problem = f"the connection {connection.security_title} lacks {missing or 'a SCRAM user or IAM identity'}"
    fix = "use MskCluster.connection() with a user or with listener='iam'"
    if connection.sasl_mechanism == "OAUTHBEARER":
        problem = "the provider requests tokens with oauth only, and without extensions"
        fix = "set oauth, or use PLAIN or SCRAM"
    reject(PROVIDER_AUTHENTICATION, f"{problem}; {fix}", "connection", component=owner)


def _tls(owner: str, connection: KafkaConnection) -> dict[str, Any]:
    """Return the arguments with certificates, which are PEM.

    Raises:
        InvalidInput: for key stores, and for a connection that does not verify host names.

    """
    tls = connection.tls
    if tls is None:
        return {}
    if tls.truststore is not None or tls.keystore is not None or not tls.verify_hostname:
        problem = "the provider reads no key stores and always verifies host names; use certificates in PEM"
        reject(PROVIDER_AUTHENTICATION, problem, "connection", component=owner)
    values = {
        "ca_cert": tls.ca_certificate,
        "client_cert": tls.certificate,
        "client_key": tls.private_key,
        "client_key_passphrase": tls.private_key_password,
    }
    return {name: value for name, value in values.items() if value is not None}


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
