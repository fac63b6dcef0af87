"""Users of an MSK cluster: a name, a password, and the secret that MSK reads them from."""

import re
from typing import Annotated, Self

import pulumi
import pulumi_aws as aws
import pulumi_random as random
from pydantic import AfterValidator, Field, PositiveInt, model_validator

from moorings.aws.iam import policy_document
from moorings.aws.identifiers import KmsKeyArn, MskClusterArn, Tags, arn_region, check_region_of_arns, matching
from moorings.validation.args import Args
from moorings.validation.inputs import Input, InvalidInput, SecretInput, check_together


def _recovery(days: int) -> int:
    if days and not 7 <= days <= 30:  # noqa: PLR2004 - the service's own bounds
        raise ValueError(f"Secrets Manager keeps a deleted secret 7 to 30 days, or 0 to forget it at once, not {days}")
    return days


def _provisioned(arn: str) -> str:
    if _SERVERLESS.fullmatch(arn):
        raise ValueError(f"{arn!r} is a serverless cluster, where identities of IAM alone log in; give it no users")
    return arn


_SERVERLESS = re.compile(r".+-s[0-9]+")
"""ARNs of serverless clusters end in ``-s`` and a number, those of provisioned ones in a number.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/serverless.html
"""

Username = Annotated[
    str,
    AfterValidator(
        matching(
            "a user's name of 1 to 64 letters, digits and ._-, the first a letter or a digit",
            "[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
            "orders",
        )
    ),
]
"""A user's name: letters, digits, ``.``, ``_`` and ``-``, so that it can stand in ACLs and in resources' names."""

SecretName = Annotated[
    str,
    AfterValidator(
        matching(
            "the name of a secret that MSK takes: AmazonMSK_ and 1 to 502 letters, digits and /_+=.@-",
            "AmazonMSK_[A-Za-z0-9/_+=.@-]{1,502}",
            "AmazonMSK_orders",
        )
    ),
]

RecoveryDays = Annotated[int, AfterValidator(_recovery)]

NAME = re.compile(r"[A-Za-z0-9/_+=.@-]{1,474}")
"""Logical names that a secret can be named after: ``AmazonMSK_``, ``-`` and 26 characters that make it unique are
added, and Secrets Manager takes 511 at most where a provider makes the name.

Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
"""


class MskScramUserArgs(Args):
    """Settings of a SCRAM user."""

    cluster_arn: Input[Annotated[MskClusterArn, AfterValidator(_provisioned)]]
    """ARN of the cluster that the user logs in to, of this stack or another: a provisioned one, in the account and
    Region in which the user is made."""

    username: Username
    """Name that the user logs in with, as ACLs spell it after ``User:``. A changed name makes a new user."""

    kms_key_arn: Input[KmsKeyArn]
    """ARN of the customer managed key of the user's secret, of the cluster's Region; MSK refuses the default key and
    aliases. The key's policy lets the account use it through Secrets Manager (``kms:ViaService``), and lets MSK make a
    grant (``kms:CreateGrant``): ``EncryptionKey(services=["secretsmanager", "kafka"])`` does.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-tutorial.html
    """

    password: SecretInput[Annotated[str, Field(min_length=1, max_length=128)]] | None = None
    """The password, 1 to 128 characters. Without it, one of 40 letters and digits is made, and stays the same."""

    secret_name: Input[SecretName] | None = None
    """Name of an existing secret that is taken over. Without it one is made that begins with ``AmazonMSK_`` and the
    logical name. A changed name makes a new secret."""

    password_version: PositiveInt = 1
    """Raise it to make a new password. MSK reads the newest one alone, up to ten minutes later: until then it
    refuses the new password, and from then on the old one, so that new connections fail for minutes either way. Where
    that may not be, make a second user, move the clients to it, and remove the first.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-rotation.html
    """

    recovery_window_days: RecoveryDays = 30
    """Days for which a deleted secret can be brought back, 7 to 30 or 0 for none; the longest by default.

    Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
    """

    tags: Tags = {}
    """Tags of the secret."""

    @model_validator(mode="after")
    def _one_way_to_rotate(self) -> Self:
        if self.password is not None and self.password_version > 1:
            raise ValueError(
                "password_version makes a new generated password; with a password of your own, change that"
            )
        return self


class MskScramUser(pulumi.ComponentResource):
    """A user that logs in to an MSK cluster with SASL/SCRAM, from this stack or another.

    Makes the password, the ``AmazonMSK_`` secret, its value, the policy through which MSK reads it, and one association
    of this secret alone: users of the same cluster never touch each other.

    MSK takes up to ten minutes to let a new user in, and lets sessions go on that a removed user has open.

    Raises:
        InvalidInput: for arguments that break their rule.

    Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-password.html

    """

    ready: pulumi.Output[str]
    """The user's name, once MSK knows the user: what logs in depends on this."""

    password: pulumi.Output[str]
    """The password, secret."""

    secret_arn: pulumi.Output[str]
    """ARN of the secret, whose JSON keys are ``username`` and ``password``."""

    secret_version_id: pulumi.Output[str]
    """Version of the secret that holds the password: another one after each rotation."""

    read_policy: pulumi.Output[str]
    """IAM policy, as JSON, of an identity that may read this secret and no other."""

    def __init__(self, name: str, args: MskScramUserArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the user.

        Args:
            name: the logical name; the children's names and the secret's begin with it.
            args: settings of the user.
            opts: options of the component.

        """
        where = f"MskScramUser {name!r}"
        args = MskScramUserArgs.from_input(where, args)
        if not NAME.fullmatch(name):
            what = "the name must be 1 to 474 of letters, digits and /_+=.@-, as a secret is named after it"
            raise InvalidInput.at(where, what)
        # Nothing waits for the answer: an association that did would be replaced in a preview that lacks the key.
        check_together(where, _of_one_region, cluster_arn=args.cluster_arn, kms_key_arn=args.kms_key_arn)
        super().__init__("moorings:index:MskScramUser", name, {}, opts)
        mine = pulumi.ResourceOptions(parent=self)

        password = args.password
        if password is None:
            password = random.RandomPassword(
                f"{name}-password",
                length=40,
                special=False,  # 238 bits without them, and nothing to escape in any client's settings
                keepers={"version": str(args.password_version)},
                opts=mine,
            ).result
        self.password = pulumi.Output.secret(password)

        secret = aws.secretsmanager.Secret(
            f"{name}-secret",
            name=args.secret_name,
            # A prefix, so that a user can come back while the old secret is still in its recovery window.
            name_prefix=f"AmazonMSK_{name}-" if args.secret_name is None else None,
            description=f"Credentials of the MSK user {args.username}",
            kms_key_id=args.kms_key_arn,
            recovery_window_in_days=args.recovery_window_days,
            tags=args.tags,
            opts=mine,
        )
        version = aws.secretsmanager.SecretVersion(
            f"{name}-version",
            secret_id=secret.id,
            secret_string=pulumi.Output.json_dumps({"username": args.username, "password": self.password}),
            opts=mine,
        )
        policy = aws.secretsmanager.SecretPolicy(
            f"{name}-policy",
            secret_arn=secret.arn,
            policy=secret.arn.apply(_msk_reads),
            opts=mine,
        )
        association = aws.msk.SingleScramSecretAssociation(
            f"{name}-association",
            cluster_arn=args.cluster_arn,
            secret_arn=secret.arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[version, policy]),
        )

        self.ready = association.id.apply(lambda _: args.username)
        self.secret_arn = secret.arn
        self.secret_version_id = version.version_id
        self.read_policy = pulumi.Output.all(secret.arn, args.kms_key_arn).apply(lambda arns: _read(*arns))
        self.register_outputs(
            {
                "ready": self.ready,
                "password": self.password,
                "secretArn": self.secret_arn,
                "secretVersionId": self.secret_version_id,
                "readPolicy": self.read_policy,
            }
        )


def _of_one_region(*, cluster_arn: str, kms_key_arn: str) -> str:
    return check_region_of_arns(arn_region(cluster_arn), kms_key_arn=kms_key_arn)


def _msk_reads(secret_arn: str) -> str:
    """The policy that MSK itself puts on an associated secret, word for word: any other would be taken back."""
    statement = {
        "Sid": "AWSKafkaResourcePolicy",
        "Effect": "Allow",
        "Principal": {"Service": "kafka.amazonaws.com"},
        "Action": "secretsmanager:getSecretValue",
        "Resource": secret_arn,
    }
    return policy_document([statement])


def _read(secret_arn: str, key_arn: str) -> str:
    region = secret_arn.split(":")[3]
    suffix = "amazonaws.com.cn" if secret_arn.startswith("arn:aws-cn:") else "amazonaws.com"
    decrypt = {
        "Effect": "Allow",
        "Action": "kms:Decrypt",
        "Resource": key_arn,
        "Condition": {
            "StringEquals": {
                "kms:ViaService": f"secretsmanager.{region}.{suffix}",
                "kms:EncryptionContext:SecretARN": secret_arn,
            }
        },
    }
    read = {
        "Effect": "Allow",
        "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
        "Resource": secret_arn,
    }
    return policy_document([read, decrypt])
