"""What other accounts may do with the cluster: connect a VPC, and read and write what they are let."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

import pulumi
import pulumi_aws as aws
from pydantic import model_validator

from moorings.aws.iam import policy_document
from moorings.msk.client_policy import Grant, Name, check_client, client_grants, statements
from moorings.msk.network_access import SourceName
from moorings.validation.args import Args

CONNECT = (
    "kafka:CreateVpcConnection",
    "kafka:DescribeCluster",
    "kafka:DescribeClusterV2",
    "kafka:GetBootstrapBrokers",
)
"""Source: https://docs.aws.amazon.com/msk/latest/developerguide/mvpc-cluster-owner-action-policy.html"""


class MskPrivateLinkClient(Args):
    """What identities of another account may read and write, in so far as their own policies let them as well.

    ``MskClientPolicy`` has the same words for the policy on their side.

    Raises:
        InvalidInput: for a client who may do nothing, and a consumer without a group.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/security_iam_service-with-iam-resource-based-policies.html

    """

    account: SourceName
    """Name of the account in ``private_link_accounts``."""

    produce_to: list[Name] = []
    """Topics to write to, each record once; ``orders.*`` is all that begin so, ``*`` every one."""

    transactional_ids: list[Name] = []
    """Transactional IDs of producers."""

    consume_from: list[Name] = []
    """Topics to read."""

    groups: list[Name] = []
    """Groups to be a member of, and to commit in."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not (self.produce_to or self.consume_from):
            raise ValueError(f"{self.account} is let do nothing; name topics in produce_to or consume_from")
        check_client(self)
        return self


def cluster_policy(
    cluster_arn: str, accounts: Mapping[str, str], clients: Sequence[MskPrivateLinkClient], *, iam: bool
) -> str:
    """The policy as JSON: each account may connect a VPC, find the brokers and log in, and do what its clients may.

    A policy on either side is not enough where the other account's identities log in.

    Args:
        cluster_arn: ARN of the cluster.
        accounts: IDs of the accounts, by name.
        clients: what they may read and write.
        iam: whether identities of IAM log in at all.

    """
    everyone = _principal(cluster_arn, accounts.values())
    connect = {"Sid": "ConnectVpc", "Effect": "Allow", **everyone, "Action": list(CONNECT), "Resource": cluster_arn}
    found: list[dict[str, Any]] = [connect]
    if iam:
        found += [{**each, **everyone} for each in statements(cluster_arn, [Grant("LogIn", "cluster", ("Connect",))])]
    for client in clients:
        whom = _principal(cluster_arn, [accounts[client.account]])
        named = "".join(part.capitalize() for part in client.account.split("-"))  # a Sid has letters and digits alone
        granted = statements(cluster_arn, client_grants(client))
        found += [{**each, "Sid": f"{each['Sid']}{named}", **whom} for each in granted]
    return policy_document(found)


def admit_accounts(
    name: str,
    cluster_arn: pulumi.Output[str],
    accounts: Mapping[str, pulumi.Input[str]],
    clients: Sequence[MskPrivateLinkClient],
    opts: pulumi.ResourceOptions,
    *,
    iam: bool,
) -> None:
    """Put the policy on the cluster, if any account is named."""
    if not accounts:
        return
    names: Sequence[str] = list(accounts)
    aws.msk.ClusterPolicy(
        f"{name}-policy",
        cluster_arn=cluster_arn,
        policy=pulumi.Output.all(cluster_arn, *accounts.values()).apply(
            lambda known: cluster_policy(known[0], dict(zip(names, known[1:], strict=True)), clients, iam=iam)
        ),
        opts=opts,
    )


def _principal(cluster_arn: str, accounts: Iterable[str]) -> dict[str, Any]:
    partition = cluster_arn.split(":")[1]
    return {"Principal": {"AWS": [f"arn:{partition}:iam::{account}:root" for account in sorted(set(accounts))]}}
