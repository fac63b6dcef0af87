"""Customer managed encryption keys."""

import re
from typing import Annotated, Any

import pulumi
import pulumi_aws as aws
from pydantic import Field

from moorings.aws.context import AwsContext, aws_context
from moorings.aws.iam import policy_document
from moorings.aws.tags import Tags
from moorings.validation.args import Args
from moorings.validation.errors import InvalidInput
from moorings.validation.inputs import Input
from moorings.validation.types import matches

ADMINISTER = [
    f"kms:{action}"
    for action in (
        "CancelKeyDeletion",
        "CreateAlias",
        "DeleteAlias",
        "DescribeKey",
        "DisableKey",
        "DisableKeyRotation",
        "EnableKey",
        "EnableKeyRotation",
        "GetKeyPolicy",
        "GetKeyRotationStatus",
        "ListGrants",
        "ListKeyPolicies",
        "ListKeyRotations",
        "ListResourceTags",
        "PutKeyPolicy",
        "RevokeGrant",
        "RotateKeyOnDemand",
        "ScheduleKeyDeletion",
        "TagResource",
        "UntagResource",
        "UpdateAlias",
        "UpdateKeyDescription",
    )
]
USE = [f"kms:{action}" for action in ("Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey*", "ReEncrypt*")]
GRANT = ["kms:CreateGrant"]

NAME = re.compile(r"(?!aws/)[A-Za-z0-9/_-]{1,223}")
"""Logical names that an alias can be named after: ``alias/``, ``-`` and 26 characters that make it unique are added,
and KMS takes 256. What begins with ``aws/`` is AWS's own.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/alias-create.html
"""

ServiceName = Annotated[str, matches("the name of a service as kms:ViaService begins", "[a-z0-9-]+", "secretsmanager")]
LogGroupName = Annotated[
    str,
    matches("the name of a log group, or the beginning of one and a *", r"[A-Za-z0-9_./#-]+\*?", "/aws/msk/orders-*"),
]


class EncryptionKeyArgs(Args):
    """Settings of an encryption key."""

    description: Input[Annotated[str, Field(min_length=1, max_length=8192)]]
    """What the key protects, as the KMS console shows it; up to 8192 characters."""

    services: list[ServiceName] = []
    """Services through which identities of the account may use the key, as ``kms:ViaService`` begins (``kafka``).

    Such a service may also create grants, as MSK does for its brokers. Without any, no identity uses the key except
    through the log groups below.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
    """

    log_groups: list[LogGroupName] = []
    """Names of the CloudWatch log groups that the key encrypts; a ``*`` at the end stands for the rest of a name.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """

    rotation_period_days: Annotated[int, Field(ge=90, le=2560)] = 365
    """Days between rotations of the key material, 90 to 2560; a year by default.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
    """

    deletion_window_days: Annotated[int, Field(ge=7, le=30)] = 30
    """Days between the deletion of the key and the loss of all that it encrypted, 7 to 30; the longest by default.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
    """

    protect: bool = True
    """Refuse to delete the key until this is turned off, by default: without the key, what it encrypted is lost."""

    tags: Tags = {}
    """Tags of the key."""


class EncryptionKey(pulumi.ComponentResource):
    """A symmetric customer managed key that rotates, with an alias and a policy for the services that use it.

    The account administers the key through IAM. Nobody uses it directly: identities of the account only through the
    ``services`` that are named, CloudWatch Logs only for the ``log_groups`` that are named. The key of the users'
    secrets of an MSK cluster has ``services=["secretsmanager", "kafka"]``, that of its data ``["kafka"]``.

    Raises:
        InvalidInput: for arguments that break their rule.

    """

    arn: pulumi.Output[str]
    """ARN of the key. MSK and Secrets Manager take this, never the alias."""

    alias: pulumi.Output[str]
    """Alias of the key, as the KMS console shows it."""

    def __init__(self, name: str, args: EncryptionKeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the key.

        Args:
            name: the logical name, of up to 223 letters, digits and ``/_-``; the children's names and the alias begin
                with it.
            args: settings of the key.
            opts: options of the component.

        """
        where = f"EncryptionKey {name!r}"
        args = EncryptionKeyArgs.from_input(where, args)
        if not NAME.fullmatch(name):
            what = "the name must be 1 to 223 of letters, digits and /_-, and not begin with aws/: its alias has it"
            raise InvalidInput.at(where, what)
        super().__init__("moorings:index:EncryptionKey", name, {}, opts)

        key = aws.kms.Key(
            f"{name}-key",
            description=args.description,
            enable_key_rotation=True,
            rotation_period_in_days=args.rotation_period_days,
            deletion_window_in_days=args.deletion_window_days,
            policy=self._policy(args),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        alias = aws.kms.Alias(
            f"{name}-alias",
            name_prefix=f"alias/{name}-",
            target_key_id=key.key_id,
            opts=pulumi.ResourceOptions(parent=self),
        )

        self.arn = key.arn
        self.alias = alias.name
        self.register_outputs({"arn": self.arn, "alias": self.alias})

    def _policy(self, args: EncryptionKeyArgs) -> pulumi.Output[str]:
        return aws_context(self).apply(lambda place: key_policy(place, args))


def key_policy(place: AwsContext, args: EncryptionKeyArgs) -> str:
    """The policy of a key as JSON: the account administers it, and uses it through services alone.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
    """
    owner = {"AWS": f"arn:{place.partition}:iam::{place.account}:root"}
    services, log_groups = args.services, args.log_groups
    statements = [_allow("Administer", owner, ADMINISTER)]
    via = [place.endpoint(service) for service in [*services, *(["logs"] if log_groups else [])]]
    if via:
        statements.append(_allow("UseThroughServices", owner, USE, {"StringEquals": {"kms:ViaService": via}}))
    if services:
        for_service = {"kms:ViaService": via[: len(services)]}
        condition = {"Bool": {"kms:GrantIsForAWSResource": "true"}, "StringEquals": for_service}
        statements.append(_allow("GrantToServices", owner, GRANT, condition))
    if log_groups:
        groups = [place.arn("logs", f"log-group:{group}") for group in log_groups]
        condition = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}}
        logs = {"Service": place.endpoint("logs")}
        statements.append(_allow("EncryptLogGroups", logs, USE, condition))
    return policy_document(statements)


def _allow(sid: str, principal: dict[str, str], actions: list[str], condition: Any = None) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": principal,
        "Action": actions,
        "Resource": "*",
    }
    return statement | {"Condition": condition} if condition else statement
