"""SCRAM users of a cluster: a password, its Secrets Manager secret, and the association with the cluster."""

import re
from typing import Annotated, Self

import pulumi
import pulumi_aws as aws
import pulumi_random as random
from pydantic import AfterValidator, Field, PositiveInt, model_validator

from moorings.aws.arns import KmsKeyArn, MskClusterArn, arn_region
from moorings.aws.context import AwsContext, aws_context
from moorings.aws.iam import policy_document
from moorings.aws.regions import check_arn_regions
from moorings.aws.tags import Tags
from moorings.validation.args import Args
from moorings.validation.changes import Change
from moorings.validation.errors import InvalidInput
from moorings.validation.inputs import Input, SecretInput, check_together
from moorings.validation.outputs import register_declared_outputs
from moorings.validation.types import matches

_SERVERLESS = re.compile(r".+-s[0-9]+")
"""ARNs of serverless clusters end in ``-s`` and a number, ARNs of provisioned clusters in a number.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/serverless.html
"""

_NAME = re.compile(r"[A-Za-z0-9/_+=.@-]{1,474}")
"""Valid logical names. The secret's name is ``AmazonMSK_``, the logical name, ``-`` and a suffix of 26 characters, and
has at most 511 characters.

Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
"""


def _check_recovery_window(days: int) -> int:
    if days and not 7 <= days <= 30:  # noqa: PLR2004 - limits of Secrets Manager
        raise ValueError(f"must be between 7 and 30, or 0 to delete the secret without recovery, got {days}")
    return days


def _check_provisioned(arn: str) -> str:
    if _SERVERLESS.fullmatch(arn):
        raise ValueError(f"must be a provisioned cluster, because serverless clusters support only IAM, got {arn!r}")
    return arn


Username = Annotated[
    str,
    matches(
        "a user name of 1 to 64 letters, digits and ._- that begins with a letter or a digit",
        "[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
        "orders",
    ),
]
"""User name that is also valid in ACLs and in resource names."""

SecretName = Annotated[
    str,
    matches(
        "the name of a secret that MSK accepts: AmazonMSK_ and 1 to 502 letters, digits and /_+=.@-",
        "AmazonMSK_[A-Za-z0-9/_+=.@-]{1,502}",
        "AmazonMSK_orders",
    ),
]

RecoveryWindowDays = Annotated[int, AfterValidator(_check_recovery_window)]


class MskScramUserArgs(Args):
    """Arguments of `MskScramUser`."""

    cluster_arn: Input[Annotated[MskClusterArn, AfterValidator(_check_provisioned)]]
    """ARN of a provisioned cluster in the same account and Region. It may belong to another stack."""

    username: Annotated[Username, Change("replacement", "ACLs of the old name do not apply to the new user.")]
    """User name, as it appears in ACLs after ``User:``. Changing it replaces the user."""

    kms_key_arn: Input[KmsKeyArn]
    """ARN of the customer managed key that encrypts the secret, in the cluster's Region. MSK rejects the AWS managed
    key and aliases. The key policy must allow the account to use the key through Secrets Manager
    (``kms:ViaService``) and MSK to create grants (``kms:CreateGrant``), as
    ``EncryptionKey(services=["secretsmanager", "kafka"])`` does.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-tutorial.html
    """

    password: SecretInput[Annotated[str, Field(min_length=1, max_length=128)]] | None = None
    """Password of 1 to 128 characters. Defaults to a generated password of 40 letters and digits."""

    secret_name: Annotated[Input[SecretName] | None, Change("replacement")] = None
    """Name of an existing secret to import. Defaults to a generated name that starts with ``AmazonMSK_`` and the
    logical name. Changing it replaces the secret."""

    password_version: Annotated[PositiveInt, Change("in place", "New connections fail for up to ten minutes.")] = 1
    """Increase it to generate a new password. MSK accepts one password per user and reads a new one after up to ten
    minutes. New connections fail while the client and MSK use different passwords.
    To rotate without downtime, create a second user, move the clients to it, and delete the first user.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-rotation.html
    """

    recovery_window_days: RecoveryWindowDays = 30
    """Days for which a deleted secret can be restored: 7 to 30, or 0 to delete it immediately. Defaults to 30, the
    maximum.

    Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
    """

    tags: Tags = {}
    """Tags of the secret."""

    @model_validator(mode="after")
    def _validate_rotation(self) -> Self:
        if self.password is not None and self.password_version > 1:
            raise ValueError("password_version: only generated passwords have a version; change password instead")
        return self


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
            name: logical name; children are named ``{name}-{role}``, and the name of the secret contains it.
            args: arguments of the user.
            opts: options of the component.

        """
        component = f"MskScramUser {name!r}"
        args = MskScramUserArgs.from_input(component, args)
        if not _NAME.fullmatch(name):
            raise InvalidInput.at(
                component, "name: must be 1 to 474 letters, digits and /_+=.@-, because the secret is named after it"
            )
        # The result is not an input of the association: a preview that does not know the key would replace it.
        check_together(component, _check_region, cluster_arn=args.cluster_arn, kms_key_arn=args.kms_key_arn)
        super().__init__("moorings:index:MskScramUser", name, {}, opts)
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
            name_prefix=f"AmazonMSK_{name}-" if args.secret_name is None else None,
            description=f"Credentials of the MSK user {args.username}",
            kms_key_id=args.kms_key_arn,
            recovery_window_in_days=args.recovery_window_days,
            tags=args.tags,
            opts=child_opts,
        )
        version = aws.secretsmanager.SecretVersion(
            f"{name}-version",
            secret_id=secret.id,
            secret_string=pulumi.Output.json_dumps({"username": args.username, "password": self.password}),
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
            opts=pulumi.ResourceOptions(parent=self, depends_on=[version, policy]),
        )

        self.username = association.id.apply(lambda _: args.username)
        self.secret_arn = secret.arn
        self.secret_version_id = version.version_id
        self.secret_read_policy = pulumi.Output.all(aws_context(self), secret.arn, args.kms_key_arn).apply(
            lambda values: _render_read_policy(*values)
        )
        register_declared_outputs(self)


def _check_region(*, cluster_arn: str, kms_key_arn: str) -> None:
    check_arn_regions(arn_region(cluster_arn), kms_key_arn=kms_key_arn)


def _render_secret_policy(secret_arn: str) -> str:
    """Return the resource policy that MSK attaches to an associated secret. MSK would revert any other policy."""
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
                "kms:ViaService": f"secretsmanager.{arn_region(secret_arn)}.{context.dns_suffix}",
                "kms:EncryptionContext:SecretARN": secret_arn,
            }
        },
    }
    return policy_document([read, decrypt])
