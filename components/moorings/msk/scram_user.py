"""SCRAM users of a cluster: a password, its Secrets Manager secret, and the association with the cluster."""

import json
import re

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from moorings.aws.context import AwsContext, aws_context
from moorings.aws.iam import policy_document
from moorings.aws.key_purposes import declared_purposes
from moorings.aws.regions import check_arns
from moorings.msk.scram_user_args import KEY_PURPOSE, SCRAM_USER_RULES, MskScramUserArgs
from moorings.overrides.binding import bind_overrides
from moorings.validation.inputs import as_output, gather
from moorings.validation.outputs import register_declared_outputs

_MAX_NAME = 474
"""Characters of the logical name in the name of the secret, which is ``AmazonMSK_``, the logical name, ``-`` and a
suffix of 26 characters, and has at most 511 characters.

Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
"""


class MskScramUser(pulumi.ComponentResource):
    """A SASL/SCRAM user of an MSK cluster of this stack or another one.

    Creates the password, the ``AmazonMSK_`` secret with its resource policy, and an association of this secret alone,
    so that users of the same cluster never affect each other.

    MSK accepts a new user after up to ten minutes. Deleting a user does not close its open connections.

    Raises:
        InvalidInput: if an argument is invalid.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-password.html

    """

    username: pulumi.Output[str]
    """User name. Resolves once the secret is associated with the cluster, so that resources can depend on it."""

    password: pulumi.Output[str]
    """Password, as a secret."""

    secret_arn: pulumi.Output[str]
    """ARN of the secret, a JSON object with the keys ``username`` and ``password``."""

    secret_version_id: pulumi.Output[str]
    """ID of the secret version that contains the password. Changes with each rotation."""

    secret_read_policy: pulumi.Output[str]
    """IAM policy document (JSON) that allows reading this secret."""

    def __init__(self, name: str, args: MskScramUserArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create the user.

        Args:
            name: logical name; children are named ``{name}-{role}``, and the name of the secret begins with it.
            args: arguments of the user.
            opts: options of the component.

        """
        args, reporter = SCRAM_USER_RULES.check("MskScramUser", name, args)
        super().__init__(
            "moorings:index:MskScramUser", name, reporter.inputs, bind_overrides(self, name, reporter, opts)
        )
        check_arns(reporter, self, cluster_arn=args.cluster_arn, kms_key_arn=args.kms_key_arn)
        reporter.evaluate(KEY_PURPOSE, purposes=declared_purposes(args.kms_key_arn))
        child_opts = pulumi.ResourceOptions(parent=self)

        password = args.password
        if password is None:
            password = random.RandomPassword(
                f"{name}-password",
                length=40,
                special=False,  # 238 bits of entropy without characters that some clients have to escape
                keepers={"version": str(args.password_version)},
                opts=child_opts,
            ).result
        self.password = pulumi.Output.secret(password)

        secret = aws.secretsmanager.Secret(
            f"{name}-secret",
            name=args.secret_name,
            # A prefix, so that the user can be created again while the old secret is in its recovery window.
            name_prefix=_secret_name_prefix(name) if args.secret_name is None else None,
            description=f"Credentials of the MSK user {args.username}",
            kms_key_id=args.kms_key_arn,
            recovery_window_in_days=args.recovery_window_days,
            tags=args.tags,
            opts=child_opts,
        )
        version = aws.secretsmanager.SecretVersion(
            f"{name}-version",
            secret_id=secret.id,
            secret_string=reporter.derive(_render_secret, username=args.username, password=self.password),
            opts=child_opts,
        )
        policy = aws.secretsmanager.SecretPolicy(
            f"{name}-policy",
            secret_arn=secret.arn,
            policy=secret.arn.apply(_render_secret_policy),
            opts=child_opts,
        )
        association = aws.msk.SingleScramSecretAssociation(
            f"{name}-association",
            cluster_arn=args.cluster_arn,
            secret_arn=secret.arn,
            opts=reporter.gate(pulumi.ResourceOptions(parent=self, depends_on=[version, policy])),
        )

        self.username = association.id.apply(lambda _: args.username)
        self.secret_arn = secret.arn
        self.secret_version_id = version.version_id
        self.secret_read_policy = gather(aws_context(self), secret.arn, as_output(args.kms_key_arn)).apply(
            lambda values: _render_read_policy(*values)
        )
        register_declared_outputs(self, reporter)


def _secret_name_prefix(name: str) -> str:
    """Return the prefix of the secret's name. Characters that Secrets Manager does not accept are replaced."""
    return f"AmazonMSK_{re.sub('[^A-Za-z0-9/_+=.@-]', '-', name)[:_MAX_NAME]}-"


def _render_secret(username: str, password: str) -> str:
    return json.dumps({"username": username, "password": password})


def _render_secret_policy(secret_arn: str) -> str:
    """Return the resource policy that MSK attaches to an associated secret.

    It has no ``aws:SourceArn``: MSK would replace a policy with conditions by its own.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-password.html
    """
    statement = {
        "Sid": "AWSKafkaResourcePolicy",
        "Effect": "Allow",
        "Principal": {"Service": "kafka.amazonaws.com"},
        "Action": "secretsmanager:getSecretValue",
        "Resource": secret_arn,
    }
    return policy_document([statement])


def _render_read_policy(context: AwsContext, secret_arn: str, key_arn: str) -> str:
    read = {
        "Effect": "Allow",
        "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
        "Resource": secret_arn,
    }
    decrypt = {
        "Effect": "Allow",
        "Action": "kms:Decrypt",
        "Resource": key_arn,
        "Condition": {
            "StringEquals": {
                "kms:ViaService": context.endpoint("secretsmanager"),
                "kms:EncryptionContext:SecretARN": secret_arn,
            }
        },
    }
    return policy_document([read, decrypt])
