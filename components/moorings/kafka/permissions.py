"""Permissions of Kafka clients that authenticate with IAM access control, and the IAM statements that grant them.

IAM policies alone authorize these clients. Kafka ACLs do not apply to them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from moorings.kafka.acls import AclResourceType
from moorings.validation.args import Args
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

ACTIONS_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html"

_WILDCARDS = re.compile(r"\$\{[^${}]+\}|[*?]")
"""Wildcards and policy variables of IAM.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

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


PERMISSION_RULES = RuleSet(KafkaPermissions)


@PERMISSION_RULES.rule(
    "kafka-permissions-empty",
    Severity.UNSAFE,
    source=ACTIONS_SOURCE,
    invalid="write_topics=[]",
    valid="write_topics=['orders']",
)
def _empty(grants_access: bool) -> Findings:  # noqa: FBT001 - a rule
    """A client that may connect only can neither write nor read."""
    if not grants_access:
        yield "", "the client may connect, but neither write nor read; set write_topics or read_topics"


@PERMISSION_RULES.rule(
    "kafka-permissions-consumer",
    Severity.UNSAFE,
    source=ACTIONS_SOURCE,
    invalid="read_topics=['orders']",
    valid="read_topics=['orders'], consumer_groups=['billing']",
)
def _consumer(read_topics: Sequence[str], consumer_groups: Sequence[str]) -> Findings:
    """A consumer that joins a group needs permissions on its topics and on the group."""
    if read_topics and not consumer_groups:
        yield "consumer_groups", "required to join a group and commit offsets; set it"
    if consumer_groups and not read_topics:
        yield "read_topics", "required to read with these consumer groups; set it"


@PERMISSION_RULES.rule(
    "kafka-permissions-transaction",
    Severity.ERROR,
    source=ACTIONS_SOURCE,
    invalid="transactional_ids=['orders']",
    valid="transactional_ids=['orders'], write_topics=['orders']",
)
def _transaction(transactional_ids: Sequence[str], write_topics: Sequence[str]) -> Findings:
    """MSK allows transactions only to clients that may write to a topic."""
    if transactional_ids and not write_topics:
        yield "requires write_topics; set it, or remove transactional_ids"


@PERMISSION_RULES.rule(
    "kafka-permissions-name",
    Severity.ERROR,
    source=ACTIONS_SOURCE,
    invalid="write_topics=['arn:aws:kafka:eu-west-1:123456789012:topic/orders/*/orders']",
    valid="write_topics=['orders']",
)
def _names(
    write_topics: Sequence[str],
    read_topics: Sequence[str],
    consumer_groups: Sequence[str],
    transactional_ids: Sequence[str],
) -> Findings:
    """A permission that no name can match grants nothing. IAM rejects policies with malformed policy variables."""
    arguments = {
        "write_topics": write_topics,
        "read_topics": read_topics,
        "consumer_groups": consumer_groups,
        "transactional_ids": transactional_ids,
    }
    for argument, patterns in arguments.items():
        for index, pattern in enumerate(patterns):
            name = _WILDCARDS.sub("", pattern)
            if "${" in name:
                problem = f"the policy variable in {pattern!r} is malformed; close it, as in ${{aws:username}}"
                yield (argument, index), problem
            elif name.startswith("arn:"):
                yield (argument, index), f"expected a name, got the ARN {pattern!r}; use the name at its end"
            elif argument.endswith("topics") and not re.fullmatch(r"[A-Za-z0-9._-]{0,249}", name):
                problem = f"{pattern!r} matches no topic; use letters, digits, dots, underscores, hyphens and wildcards"
                yield (argument, index), problem
