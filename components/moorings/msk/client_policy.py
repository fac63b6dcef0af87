"""IAM policies of Kafka clients that authenticate with IAM access control.

IAM policies alone authorize these clients. Kafka ACLs do not apply to them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Self

import pulumi
from pydantic import AfterValidator, model_validator

from moorings.aws.arns import MskClusterArn
from moorings.aws.iam import policy_document
from moorings.kafka.acls import WILDCARD, AclResourceType
from moorings.validation.args import Args
from moorings.validation.inputs import Input

_SPECIAL_CHARACTERS = frozenset("*?$")
"""Wildcards and policy variables of IAM."""


def _check_name_pattern(name: str) -> str:
    if not name or _SPECIAL_CHARACTERS & set(name.removesuffix(WILDCARD)):
        raise ValueError(f"must be a name, or a prefix followed by '*', without other '*', '?' or '$', got {name!r}")
    return name


NamePattern = Annotated[str, AfterValidator(_check_name_pattern)]
"""Name of a topic, consumer group or transactional ID. ``orders.*`` matches all names with this prefix, ``*`` all
names."""


@dataclass(frozen=True)
class IamGrant:
    """``kafka-cluster`` actions that are allowed on resources of one type."""

    sid: str
    resource_type: AclResourceType
    actions: tuple[str, ...]
    names: Sequence[str] = ()
    """Names of the resources. Empty for the cluster."""


ADMIN_GRANTS = (
    IamGrant(
        "Administer",
        "cluster",
        (
            "AlterCluster",
            "AlterClusterDynamicConfiguration",
            "DescribeCluster",
            "DescribeClusterDynamicConfiguration",
        ),
    ),
    IamGrant(
        "Topics",
        "topic",
        (
            "AlterTopic",
            "AlterTopicDynamicConfiguration",
            "CreateTopic",
            "DeleteTopic",
            "DescribeTopic",
            "DescribeTopicDynamicConfiguration",
        ),
        (WILDCARD,),
    ),
    IamGrant("Groups", "group", ("AlterGroup", "DeleteGroup", "DescribeGroup"), (WILDCARD,)),
)
"""Manage topics, consumer groups, ACLs and dynamic broker configurations, without access to the data."""


class IamClientPermissions(Args):
    """Topics, consumer groups and transactional IDs that a client may use."""

    write_topics: list[NamePattern] = []
    """Topics that the client may write to, also with an idempotent producer. ``orders.*`` matches all topics with this
    prefix, ``*`` all topics."""

    transactional_ids: list[NamePattern] = []
    """Transactional IDs of the producer. Requires ``write_topics``."""

    read_topics: list[NamePattern] = []
    """Topics that the client may read. Requires ``consumer_groups``."""

    consumer_groups: list[NamePattern] = []
    """Consumer groups that the client may join, and commit offsets for. Requires ``read_topics``."""

    @model_validator(mode="after")
    def _validate_permissions(self) -> Self:
        if bool(self.read_topics) != bool(self.consumer_groups):
            raise ValueError("read_topics and consumer_groups: a consumer requires both; set both or neither")
        if self.transactional_ids and not self.write_topics:
            raise ValueError("transactional_ids: requires write_topics; set it, or remove transactional_ids")
        return self


class MskClientPolicy(IamClientPermissions):
    """The IAM policy of a client that authenticates with IAM access control. Everything else is denied.

    Raises:
        InvalidInput: if the policy allows nothing, a consumer has no consumer group, or a name contains wildcards
            other than a trailing ``*``.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html

    """

    cluster_arn: Input[MskClusterArn]
    """ARN of the cluster, in any partition, Region and account."""

    admin: bool = False
    """Whether the client may create and delete topics, delete consumer groups, and manage ACLs. Does not allow it to
    read or write data. Defaults to False."""

    @model_validator(mode="after")
    def _validate_not_empty(self) -> Self:
        if not (self.write_topics or self.read_topics or self.admin):
            raise ValueError("the policy grants no permissions; set write_topics, read_topics or admin=True")
        return self

    @property
    def document(self) -> pulumi.Output[str]:
        """The policy document as JSON, for an IAM role."""
        grants = [*client_grants(self), *(ADMIN_GRANTS if self.admin else ())]
        return pulumi.Output.from_input(self.cluster_arn).apply(
            lambda cluster_arn: policy_document(grant_statements(cluster_arn, grants))
        )


def client_grants(client: IamClientPermissions) -> list[IamGrant]:
    """Return the grants of a client: to connect, and to write to and read from its topics."""
    connect = ("Connect", "WriteDataIdempotently") if client.write_topics else ("Connect",)
    grants = [IamGrant("Connect", "cluster", connect)]
    if client.write_topics:
        grants.append(IamGrant("Write", "topic", ("DescribeTopic", "WriteData"), client.write_topics))
    if client.transactional_ids:
        actions = ("AlterTransactionalId", "DescribeTransactionalId")
        grants.append(IamGrant("Transact", "transactional-id", actions, client.transactional_ids))
    if client.read_topics:
        grants.append(IamGrant("Read", "topic", ("DescribeTopic", "ReadData"), client.read_topics))
        grants.append(IamGrant("Join", "group", ("AlterGroup", "DescribeGroup"), client.consumer_groups))
    return grants


def grant_statements(cluster_arn: str, grants: Iterable[IamGrant]) -> list[dict[str, Any]]:
    """Return the statements of an IAM policy, one for each grant.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/create-iam-access-control-policies.html
    """
    return [
        {
            "Sid": grant.sid,
            "Effect": "Allow",
            "Action": [f"kafka-cluster:{action}" for action in grant.actions],
            "Resource": [
                kafka_resource_arn(cluster_arn, grant.resource_type, name) for name in dict.fromkeys(grant.names)
            ]
            or cluster_arn,
        }
        for grant in grants
    ]


def kafka_resource_arn(cluster_arn: str, resource_type: AclResourceType, name: str) -> str:
    """Return the ARN of a topic, consumer group or transactional ID.

    For example, ``topic/orders/0d1c-2/refunds`` is the topic ``refunds`` of ``cluster/orders/0d1c-2``.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html
    """
    *prefix, resource = cluster_arn.split(":", 5)
    return ":".join([*prefix, f"{resource_type}/{resource.removeprefix('cluster/')}/{name}"])
