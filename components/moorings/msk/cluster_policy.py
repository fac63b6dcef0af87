"""Cluster policy that allows other AWS accounts to connect over AWS PrivateLink (multi-VPC private connectivity)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from moorings.aws.iam import policy_document
from moorings.kafka.permissions import IamGrant, KafkaPermissions, grant_statements
from moorings.validation.types import ChildName

VPC_CONNECTION_ACTIONS = (
    "kafka:CreateVpcConnection",
    "kafka:DescribeCluster",
    "kafka:DescribeClusterV2",
    "kafka:GetBootstrapBrokers",
)
"""Source: https://docs.aws.amazon.com/msk/latest/developerguide/mvpc-cluster-owner-action-policy.html"""


class MskPrivateLinkClient(KafkaPermissions):
    """Topics that the IAM identities of another account may read and write.

    An IAM policy of their own account must allow the same. ``MskClientPolicy`` renders it from the same arguments.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/security_iam_service-with-iam-resource-based-policies.html

    """

    account: ChildName
    """Name of the account: a key of ``private_link_accounts``."""


def render_cluster_policy(
    cluster_arn: str, accounts: Mapping[str, str], clients: Sequence[MskPrivateLinkClient], *, iam: bool
) -> str:
    """Return the cluster policy as JSON.

    All accounts may create VPC connections, look up the bootstrap brokers and connect to the cluster. Only the clients
    may read and write.

    Args:
        cluster_arn: ARN of the cluster.
        accounts: account IDs by name.
        clients: permissions of the IAM identities of these accounts.
        iam: whether IAM access control is on.

    """
    all_accounts = _principal(cluster_arn, accounts.values())
    statements: list[dict[str, Any]] = [
        {
            "Sid": "ConnectVpc",
            "Effect": "Allow",
            **all_accounts,
            "Action": list(VPC_CONNECTION_ACTIONS),
            "Resource": cluster_arn,
        }
    ]
    if iam:
        (connect,) = grant_statements(cluster_arn, [IamGrant("LogIn", "cluster", ("Connect",))])
        statements.append({**connect, **all_accounts})
    suffixes = _sid_suffixes(accounts)
    for client in clients:
        principal = _principal(cluster_arn, [accounts[client.account]])
        suffix = suffixes[client.account]
        statements += [{**statement, **principal} for statement in client.iam_statements(cluster_arn, suffix)]
    return policy_document(statements)


def create_cluster_policy(
    name: str,
    cluster_arn: pulumi.Output[str],
    accounts: Mapping[str, pulumi.Input[str]],
    clients: Sequence[MskPrivateLinkClient],
    opts: pulumi.ResourceOptions,
    *,
    iam: bool,
) -> None:
    """Create the cluster policy, if any accounts are given."""
    if not accounts:
        return
    names: Sequence[str] = list(accounts)
    aws.msk.ClusterPolicy(
        f"{name}-policy",
        cluster_arn=cluster_arn,
        policy=pulumi.Output.all(cluster_arn, *accounts.values()).apply(
            lambda resolved: render_cluster_policy(
                resolved[0], dict(zip(names, resolved[1:], strict=True)), clients, iam=iam
            )
        ),
        opts=opts,
    )


def _principal(cluster_arn: str, accounts: Iterable[str]) -> dict[str, Any]:
    partition = cluster_arn.split(":")[1]
    return {"Principal": {"AWS": [f"arn:{partition}:iam::{account}:root" for account in sorted(set(accounts))]}}


def _sid_suffixes(accounts: Iterable[str]) -> dict[str, str]:
    """Return a different suffix for each account. A Sid contains only letters and digits."""
    suffixes: dict[str, str] = {}
    for account in accounts:
        suffix = "".join(part.capitalize() for part in account.split("-"))
        suffixes[account] = suffix + "X" * list(suffixes.values()).count(suffix)
    return suffixes
