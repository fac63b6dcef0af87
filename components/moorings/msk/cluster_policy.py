"""Who of other accounts may connect a VPC to the cluster."""

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from moorings.iam import policy_document

CONNECT = (
    "kafka:CreateVpcConnection",
    "kafka:DescribeCluster",
    "kafka:DescribeClusterV2",
    "kafka:GetBootstrapBrokers",
)
"""Source: https://docs.aws.amazon.com/msk/latest/developerguide/mvpc-cluster-owner-action-policy.html"""


def cluster_policy(cluster_arn: str, accounts: Mapping[str, str]) -> str:
    """The policy as JSON: each account may connect a VPC, and find the brokers, and nothing else."""
    partition = cluster_arn.split(":")[1]
    statement = {
        "Sid": "ConnectVpc",
        "Effect": "Allow",
        "Principal": {"AWS": [f"arn:{partition}:iam::{account}:root" for _, account in sorted(accounts.items())]},
        "Action": list(CONNECT),
        "Resource": cluster_arn,
    }
    return policy_document([statement])


def admit_accounts(
    name: str,
    cluster_arn: pulumi.Output[str],
    accounts: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> None:
    """Put the policy on the cluster, if any account is named."""
    if not accounts:
        return
    names: Sequence[str] = list(accounts)
    aws.msk.ClusterPolicy(
        f"{name}-policy",
        cluster_arn=cluster_arn,
        policy=pulumi.Output.all(cluster_arn, *accounts.values()).apply(
            lambda known: cluster_policy(known[0], dict(zip(names, known[1:], strict=True)))
        ),
        opts=opts,
    )
