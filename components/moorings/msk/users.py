"""SCRAM users of a cluster."""

from typing import cast

import pulumi

from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.scram_user import MskScramUser
from moorings.msk.scram_user_args import MskScramUserArgs, acknowledgements_of_user
from moorings.validation.reporter import Reporter


def create_users(
    name: str,
    reporter: Reporter,
    args: MskClusterArgs,
    *,
    cluster_arn: pulumi.Output[str],
    kms_key_arn: pulumi.Output[str] | None,
    opts: pulumi.ResourceOptions,
) -> dict[str, MskScramUser]:
    """Create the users of a cluster and return them by name.

    Args:
        name: logical name of the cluster.
        reporter: reporter of the cluster.
        args: arguments of the cluster.
        cluster_arn: ARN of the cluster.
        kms_key_arn: key that encrypts the users' secrets. None without SCRAM, which users require.
        opts: options of each user.

    """
    return {
        username: MskScramUser(
            f"{name}-{username}",
            MskScramUserArgs(
                cluster_arn=cluster_arn,
                username=username,
                kms_key_arn=cast("pulumi.Output[str]", kms_key_arn),
                password_version=args.password_versions.get(username, 1),
                recovery_window_days=args.secret_recovery_window_days,
                tags=args.tags,
                acknowledge=acknowledgements_of_user(reporter.forwarded, username, args.users),
            ),
            opts,
        )
        for username in args.users
    }
