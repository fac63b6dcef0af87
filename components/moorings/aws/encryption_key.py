"""``EncryptionKey``: a customer managed KMS key with its key policy and alias."""

import re
from collections.abc import Sequence
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
from moorings.validation.outputs import register_declared_outputs
from moorings.validation.types import matches

ADMINISTRATION_ACTIONS = [
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
USE_ACTIONS = [f"kms:{action}" for action in ("Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey*", "ReEncrypt*")]
GRANT_ACTIONS = ["kms:CreateGrant"]

NAME = re.compile(r"(?!aws/)[A-Za-z0-9/_-]{1,223}")
"""Logical names that are valid in an alias. KMS allows 256 characters, of which ``alias/``, ``-`` and a unique suffix
use 33. The prefix ``aws/`` is reserved.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/alias-create.html
"""

ViaService = Annotated[str, matches("a service name as in kms:ViaService", "[a-z0-9-]+", "secretsmanager")]
LogGroupName = Annotated[
    str,
    matches("the name of a log group, or a prefix followed by *", r"[A-Za-z0-9_./#-]+\*?", "/aws/msk/orders-*"),
]


class EncryptionKeyArgs(Args):
    """Arguments of `EncryptionKey`."""

    description: Input[Annotated[str, Field(min_length=1, max_length=8192)]]
    """Description in the KMS console, of 1 to 8192 characters."""

    services: list[ViaService] = []
    """Services through which IAM identities of the account can use the key, as in ``kms:ViaService`` (``kafka``).

    The services can also create grants, as MSK does for its brokers. Defaults to none.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
    """

    log_groups: list[LogGroupName] = []
    """Names of the CloudWatch log groups that the key encrypts. A trailing ``*`` matches the rest of a name.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """

    rotation_period_days: Annotated[int, Field(ge=90, le=2560)] = 365
    """Days between rotations of the key material, 90 to 2560. Defaults to one year.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
    """

    deletion_window_days: Annotated[int, Field(ge=7, le=30)] = 30
    """Days between scheduling the deletion and deleting the key, 7 to 30. Defaults to 30.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
    """

    protect: bool = True
    """Whether the key is protected from deletion, after which everything it encrypts is lost. Defaults to true."""

    tags: Tags = {}
    """Tags of the key."""


class EncryptionKey(pulumi.ComponentResource):
    """A symmetric customer managed key with automatic rotation, an alias, and a policy for the services that use it.

    IAM identities of the account administer the key, and use it only through ``services``. CloudWatch Logs uses it only
    for ``log_groups``. A key for the data of an MSK cluster has ``services=["kafka"]``, a key for the secrets of its
    users ``["secretsmanager", "kafka"]``.

    Raises:
        InvalidInput: for invalid arguments.

    """

    arn: pulumi.Output[str]
    """ARN of the key, for the arguments of other components. They do not accept the alias."""

    alias: pulumi.Output[str]
    """Name of the alias."""

    def __init__(self, name: str, args: EncryptionKeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create the key.

        Args:
            name: logical name of 1 to 223 letters, digits and ``/_-``, and prefix of the alias; children are named
                ``{name}-{role}``.
            args: arguments of the key.
            opts: options of the component.

        """
        component = f"EncryptionKey {name!r}"
        args = EncryptionKeyArgs.from_input(component, args)
        if not NAME.fullmatch(name):
            raise InvalidInput.at(
                component,
                "name: must be 1 to 223 letters, digits and /_-, and must not begin with aws/, which is reserved",
            )
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
        register_declared_outputs(self)

    def _policy(self, args: EncryptionKeyArgs) -> pulumi.Output[str]:
        return aws_context(self).apply(lambda context: render_key_policy(context, args.services, args.log_groups))


def render_key_policy(context: AwsContext, services: Sequence[str], log_groups: Sequence[str]) -> str:
    """Return the key policy as JSON: the account administers the key, and uses it only through services.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
    """
    owner = {"AWS": f"arn:{context.partition}:iam::{context.account}:root"}
    statements = [_allow("Administer", owner, ADMINISTRATION_ACTIONS)]
    via = [context.endpoint(service) for service in [*services, *(["logs"] if log_groups else [])]]
    if via:
        statements.append(_allow("UseThroughServices", owner, USE_ACTIONS, {"StringEquals": {"kms:ViaService": via}}))
    if services:
        for_service = {"kms:ViaService": via[: len(services)]}
        condition = {"Bool": {"kms:GrantIsForAWSResource": "true"}, "StringEquals": for_service}
        statements.append(_allow("GrantToServices", owner, GRANT_ACTIONS, condition))
    if log_groups:
        groups = [context.arn("logs", f"log-group:{group}") for group in log_groups]
        condition = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}}
        logs = {"Service": context.service_principal("logs")}
        statements.append(_allow("EncryptLogGroups", logs, USE_ACTIONS, condition))
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
