"""The keys of a cluster, and the log group that one of them encrypts."""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from moorings.aws.encryption_key import EncryptionKey, EncryptionKeyArgs
from moorings.msk.cluster_args import MskClusterArgs


class ClusterKeys:
    """A key for the data, one for the users' secrets, and where neither may serve the logs, one for them."""

    data: pulumi.Output[str]
    """ARN of the key of the data at rest."""

    def __init__(self, name: str, args: MskClusterArgs, opts: pulumi.ResourceOptions) -> None:
        """Make the key of the data, unless there is one.

        Args:
            name: logical name that the keys' names begin with.
            args: settings of the cluster.
            opts: options of each key.

        """
        self._name, self._args, self._opts = name, args, opts
        if args.kms_key_arn is not None:
            self.data = pulumi.Output.from_input(args.kms_key_arn)
            return
        logs = [] if args.log_kms_key_arn is not None or not args.cloudwatch_logs else [f"{self._log_group_prefix}*"]
        self.data = self._key("data", f"Data at rest of the MSK cluster {name}", ["kafka"], logs)

    def secrets(self) -> pulumi.Output[str] | None:
        """ARN of the key of the users' secrets; None where nobody logs in with SCRAM."""
        if self._args.secrets_kms_key_arn is not None:
            return pulumi.Output.from_input(self._args.secrets_kms_key_arn)
        if not self._args.scram:
            return None
        # Beside Secrets Manager, MSK itself: it makes a grant to read the secrets.
        return self._key("secrets", f"Secrets of the MSK users of {self._name}", ["secretsmanager", "kafka"], [])

    def log_group(self) -> aws.cloudwatch.LogGroup | None:
        """The log group of the brokers; None where their logs go elsewhere."""
        if not self._args.cloudwatch_logs:
            return None
        key = self._args.log_kms_key_arn
        if key is None and self._args.kms_key_arn is None:
            key = self.data
        if key is None:
            key = self._key("logs", f"Logs of the MSK cluster {self._name}", [], [f"{self._log_group_prefix}*"])
        return aws.cloudwatch.LogGroup(
            f"{self._name}-log-group",
            name_prefix=self._log_group_prefix,
            kms_key_id=key,
            retention_in_days=self._args.log_retention_days,
            tags=self._args.tags,
            opts=self._opts,
        )

    @property
    def _log_group_prefix(self) -> str:
        return f"/aws/msk/{self._name}-"

    def _key(
        self, role: str, description: str, services: Sequence[str], log_groups: Sequence[str]
    ) -> pulumi.Output[str]:
        return EncryptionKey(
            f"{self._name}-{role}",
            EncryptionKeyArgs(
                description=description,
                services=list(services),
                log_groups=list(log_groups),
                protect=self._args.protect,
                tags=self._args.tags,
            ),
            self._opts,
        ).arn
