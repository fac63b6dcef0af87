"""Permissions of Kafka clients that authenticate with IAM access control, and the IAM statements that grant them.

IAM policies alone authorize these clients. Kafka ACLs do not apply to them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import AfterValidator, model_validator

from moorings.kafka.acls import WILDCARD, AclResourceType
from moorings.validation.args import Args

_SPECIAL_CHARACTERS = frozenset("*?$")
"""Wildcards and policy variables of IAM."""


def _check_name_pattern(name: str) -> str:
    if not name or _SPECIAL_CHARACTERS & set(name.removesuffix(WILDCARD)):
        raise ValueError(f"must be a name, or a prefix followed by '*', without other '*', '?' or '$', got {name!r}")
    return name


NamePattern = Annotated[str, AfterValidator(_check_name_pattern)]
"""Name of a topic, consumer group or transactional ID. ``orders.*`` matches all names with this prefix, ``*`` all
names."""


class KafkaPermissions(Args):
    """Topics, consumer groups and transactional IDs that an IAM identity may use.

    A connection with permissions (``cluster.connection(permissions=KafkaPermissions(write_topics=["orders"]))``) lets
    components that create the client's role grant them.
    """

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
