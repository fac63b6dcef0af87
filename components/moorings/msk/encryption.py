"""KMS keys of a cluster, and the log group that is encrypted with one of them."""

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from moorings.aws.encryption_key import EncryptionKey
from moorings.aws.encryption_key_args import EncryptionKeyArgs
from moorings.validation.inputs import as_output


class ClusterEncryption:
    """Creates the keys for data at rest and for the secrets of the SCRAM users, and the log group of the brokers."""

    data_key_arn: pulumi.Output[str]
    """ARN of the key that encrypts data at rest."""

    log_group: aws.cloudwatch.LogGroup | None
    """Log group of the brokers. None if CloudWatch Logs is off."""

    secrets_key_arn: pulumi.Output[str] | None
    """ARN of the key that encrypts the users' secrets. None without SCRAM."""

    def __init__(
        self,
        name: str,
        *,
        kms_key_arn: pulumi.Input[str] | None,
        secrets_kms_key_arn: pulumi.Input[str] | None,
        log_kms_key_arn: pulumi.Input[str] | None,
        scram: bool,
        cloudwatch_logs: bool,
        log_retention_days: int,
        protect: bool,
        tags: Mapping[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions,
    ) -> None:
        """Create the keys that were not supplied, and the log group.

        Args:
            name: logical name of the cluster; children are named ``{name}-{role}``.
            kms_key_arn: existing key for data at rest.
            secrets_kms_key_arn: existing key for the users' secrets.
            log_kms_key_arn: existing key for the log group. Defaults to the created data key. With
                ``kms_key_arn`` another key is created, because the existing one may not allow CloudWatch Logs.
            scram: whether the cluster has SCRAM users.
            cloudwatch_logs: whether the brokers send their logs to CloudWatch Logs.
            log_retention_days: retention period of the log group.
            protect: whether the keys are protected from deletion.
            tags: tags of the keys and the log group.
            opts: options of each child.

        """

        def create_key(
            role: str, description: str, services: Sequence[str] = (), log_groups: Sequence[str] = ()
        ) -> pulumi.Output[str]:
            key_args = EncryptionKeyArgs(
                description=description,
                services=list(services),
                log_groups=list(log_groups),
                protect=protect,
                tags=dict(tags),
            )
            return EncryptionKey(f"{name}-{role}", key_args, opts).arn

        prefix = f"/aws/msk/{name}-"
        log_groups = [f"{prefix}*"] if cloudwatch_logs and log_kms_key_arn is None else []
        if kms_key_arn is not None:
            self.data_key_arn = as_output(kms_key_arn)
        else:
            self.data_key_arn = create_key("data", f"Data at rest of the MSK cluster {name}", ["kafka"], log_groups)

        self.log_group = None
        if cloudwatch_logs:
            key = self.data_key_arn if log_kms_key_arn is None else log_kms_key_arn
            if log_kms_key_arn is None and kms_key_arn is not None:
                key = create_key("logs", f"Logs of the MSK cluster {name}", log_groups=log_groups)
            self.log_group = aws.cloudwatch.LogGroup(
                f"{name}-log-group",
                name_prefix=prefix,
                kms_key_id=key,
                retention_in_days=log_retention_days,
                tags=tags,
                opts=opts,
            )

        self.secrets_key_arn = None
        if secrets_kms_key_arn is not None:
            self.secrets_key_arn = as_output(secrets_kms_key_arn)
        elif scram:
            # MSK decrypts the secrets as well, with a grant on the key.
            services = ["secretsmanager", "kafka"]
            self.secrets_key_arn = create_key("secrets", f"Secrets of the MSK users of {name}", services)
