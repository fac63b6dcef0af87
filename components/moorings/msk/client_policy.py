"""What identities of IAM may do with a cluster: a policy with its ARN, and no more than a role needs.

IAM alone decides on what an identity of IAM does; Kafka's ACLs are not asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol, Self

import pulumi
from pydantic import AfterValidator, model_validator

from moorings.aws.iam import policy_document
from moorings.aws.identifiers import MskClusterArn
from moorings.validation.args import Args
from moorings.validation.inputs import Input

ResourceKind = Literal["cluster", "group", "topic", "transactional-id"]

EVERY = "*"
"""At the end of a name it stands for all names that begin so, alone for every one."""

_WILD = frozenset("*?$")


def _plain(name: str) -> str:
    if not name or _WILD & set(name.removesuffix(EVERY)):
        raise ValueError(
            f"{name!r} is no name: it may end with {EVERY!r}, which stands for all that begin so, and has no other "
            "'*', '?' or '$'"
        )
    return name


Name = Annotated[str, AfterValidator(_plain)]


@dataclass(frozen=True)
class Grant:
    """Actions on resources of one kind, by name."""

    sid: str
    kind: ResourceKind
    actions: tuple[str, ...]
    names: Sequence[str] = ()
    """Names of the resources; a cluster has none."""


ADMINISTER = (
    Grant(
        "Administer",
        "cluster",
        (
            "AlterCluster",
            "AlterClusterDynamicConfiguration",
            "DescribeCluster",
            "DescribeClusterDynamicConfiguration",
        ),
    ),
    Grant(
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
        (EVERY,),
    ),
    Grant("Groups", "group", ("AlterGroup", "DeleteGroup", "DescribeGroup"), (EVERY,)),
)
"""Topics, groups, ACLs and dynamic settings, but neither to read nor to write data."""


class Client(Protocol):
    """Whoever reads and writes."""

    @property
    def produce_to(self) -> Sequence[str]: ...  # noqa: D102 - as in MskClientPolicy
    @property
    def transactional_ids(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def consume_from(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def groups(self) -> Sequence[str]: ...  # noqa: D102


def check_client(client: Client) -> None:
    """Refuse a client who lacks something.

    Raises:
        ValueError: for a consumer without a group, a group without a consumer, and a transaction without a producer.

    """
    if bool(client.consume_from) != bool(client.groups):
        raise ValueError("a consumer is a member of a group; give both consume_from and groups, or none of them")
    if client.transactional_ids and not client.produce_to:
        raise ValueError("transactional_ids are a producer's; name topics in produce_to")


def client_grants(client: Client) -> list[Grant]:
    """What a client may do: log in, and read and write what is named."""
    connect = ("Connect", "WriteDataIdempotently") if client.produce_to else ("Connect",)
    found = [Grant("Connect", "cluster", connect)]
    if client.produce_to:
        found.append(Grant("Write", "topic", ("DescribeTopic", "WriteData"), client.produce_to))
    if client.transactional_ids:
        actions = ("AlterTransactionalId", "DescribeTransactionalId")
        found.append(Grant("Transact", "transactional-id", actions, client.transactional_ids))
    if client.consume_from:
        found.append(Grant("Read", "topic", ("DescribeTopic", "ReadData"), client.consume_from))
        found.append(Grant("Join", "group", ("AlterGroup", "DescribeGroup"), client.groups))
    return found


class MskClientPolicy(Args):
    """The policy of an identity of IAM that connects to a cluster: what it names, and nothing else.

    Raises:
        InvalidInput: for a policy that allows nothing, a consumer without a group, and a name that stands for more than
            it says.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html

    """

    cluster_arn: Input[MskClusterArn]
    """ARN of the cluster, in whatever partition; its topics and groups lie where it does."""

    produce_to: list[Name] = []
    """Topics to write to, each record once; ``orders.*`` is all that begin so, ``*`` every one."""

    transactional_ids: list[Name] = []
    """Transactional IDs of the producer."""

    consume_from: list[Name] = []
    """Topics to read."""

    groups: list[Name] = []
    """Groups to be a member of, and to commit in."""

    admin: bool = False
    """Whether the identity makes and deletes topics and groups, and writes ACLs; that lets it read or write no data."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not (self.produce_to or self.consume_from or self.admin):
            raise ValueError("the policy allows nothing; name topics in produce_to or consume_from, or say admin=True")
        check_client(self)
        return self

    @property
    def grants(self) -> list[Grant]:
        """What the identity may do."""
        return [*client_grants(self), *(ADMINISTER if self.admin else ())]

    @property
    def document(self) -> pulumi.Output[str]:
        """The policy as JSON, for a role of IAM."""
        grants = self.grants
        return pulumi.Output.from_input(self.cluster_arn).apply(lambda arn: policy(arn, grants))


def policy(cluster_arn: str, grants: Iterable[Grant]) -> str:
    """The policy for the cluster with this ARN, in its partition, region and account.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/create-iam-access-control-policies.html
    """
    return policy_document(statements(cluster_arn, grants))


def statements(cluster_arn: str, grants: Iterable[Grant]) -> list[dict[str, Any]]:
    """The statements of a policy, one for each grant."""
    return [
        {
            "Sid": grant.sid,
            "Effect": "Allow",
            "Action": [f"kafka-cluster:{action}" for action in grant.actions],
            "Resource": [resource_arn(cluster_arn, grant.kind, name) for name in dict.fromkeys(grant.names)]
            or cluster_arn,
        }
        for grant in grants
    ]


def resource_arn(cluster_arn: str, kind: ResourceKind, name: str) -> str:
    """The ARN of something in a cluster: ``cluster/orders/0d1c-2`` is the beginning of ``topic/orders/0d1c-2/refunds``.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html
    """
    *place, resource = cluster_arn.split(":", 5)
    return ":".join([*place, f"{kind}/{resource.removeprefix('cluster/')}/{name}"])
