"""Permissions of Kafka clients that authenticate with IAM access control, and the IAM statements that grant them.

IAM policies alone authorize these clients. Kafka ACLs do not apply to them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from moorings.kafka.acls import AclResourceType
from moorings.validation.args import Args

NamePattern = Annotated[str, Field(min_length=1)]
"""Name of a topic, consumer group or transactional ID, as IAM matches it: ``orders.*`` matches all names with this
prefix, ``*`` all names, ``?`` one character. ``${aws:PrincipalTag/team}`` is a policy variable."""


class KafkaPermissions(Args):
    """Topics, consumer groups and transactional IDs that an IAM identity may use.

    A connection with permissions (``cluster.connection(permissions=KafkaPermissions(write_topics=["orders"]))``) lets
    components that create the client's role grant them.
    """

    write_topics: list[NamePattern] = []
    """Topics that the client may write to, also with an idempotent producer. ``orders.*`` matches all topics with this
    prefix, ``*`` all topics."""

    transactional_ids: list[NamePattern] = []
    """Transactional IDs of the producer. Require ``write_topics``."""

    read_topics: list[NamePattern] = []
    """Topics that the client may read. A consumer also needs ``consumer_groups``."""

    consumer_groups: list[NamePattern] = []
    """Consumer groups that the client may join, and commit offsets for."""

    @property
    def grants_access(self) -> bool:
        """Whether the client may do more than connect."""
        return bool(self.write_topics or self.read_topics or self.consumer_groups)

    def iam_statements(self, cluster_arn: str, suffix: str = "") -> list[dict[str, Any]]:
        """Return the statements of an IAM policy that grants these permissions on a cluster.

        Args:
            cluster_arn: ARN of the cluster.
            suffix: letters and digits that make the Sids unique in a policy for several clusters.

        """
        return [
            {**statement, "Sid": f"{statement['Sid']}{suffix}"}
            for statement in grant_statements(cluster_arn, client_grants(self))
        ]


@dataclass(frozen=True)
class IamGrant:
    """``kafka-cluster`` actions that are allowed on resources of one type."""

    sid: str
    resource_type: AclResourceType
    actions: tuple[str, ...]
    names: Sequence[str] = ()
    """Names of the resources. Empty for the cluster."""


def client_grants(client: KafkaPermissions) -> list[IamGrant]:
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
    if client.consumer_groups:
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
