"""``EncryptionKey``: a customer managed KMS key with its key policy and alias."""

import re
from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from moorings.aws.context import AwsContext, aws_context
from moorings.aws.encryption_key_args import EncryptionKeyArgs
from moorings.aws.encryption_key_rules import KEY_NAME, RULES
from moorings.aws.iam import policy_document
from moorings.aws.iam_policy_rules import KEY_POLICY_SIZE, check_policy_size
from moorings.aws.key_purposes import DeclaredKey, KeyPurposes
from moorings.overrides.binding import bind_overrides
from moorings.validation.outputs import register_declared_outputs

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
        args, self._reporter = RULES.check("EncryptionKey", name, args)
        if not NAME.fullmatch(name):
            problem = "must be 1 to 223 letters, digits and /_-, and must not begin with aws/; rename the key"
            self._reporter.reject(KEY_NAME, problem, "name")
        super().__init__(
            "moorings:index:EncryptionKey",
            name,
            self._reporter.inputs,
            bind_overrides(self, name, self._reporter, opts),
        )

        key = DeclaredKey(
            f"{name}-key",
            KeyPurposes(frozenset(args.services), tuple(args.log_groups)),
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
        register_declared_outputs(self, self._reporter)

    def _policy(self, args: EncryptionKeyArgs) -> pulumi.Input[str]:
        def render(context: AwsContext) -> str:
            policy = render_key_policy(context, args.services, args.log_groups)
            return check_policy_size(policy, KEY_POLICY_SIZE, "log_groups")

        return self._reporter.derive(render, context=aws_context(self))


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
        # CloudWatch Logs passes the log group as encryption context, which its guide uses instead of aws:SourceArn:
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
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
