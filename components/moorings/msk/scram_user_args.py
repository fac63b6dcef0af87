"""Arguments and rules of `MskScramUser`."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, PositiveInt

from moorings.aws.arns import KmsKeyArn, MskClusterArn
from moorings.aws.key_purposes import KeyPurposes, find_missing_purposes
from moorings.aws.tags import Tags
from moorings.kafka.acls import WILDCARD, EntityName
from moorings.kafka.scram_usernames import check_scram_username
from moorings.validation import argument_rules
from moorings.validation.args import ComponentArgs
from moorings.validation.changes import Change
from moorings.validation.findings import Severity
from moorings.validation.inputs import Input, SecretInput
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings, Violation
from moorings.validation.types import matches

_SERVERLESS = re.compile(r".+-s[0-9]+")
"""ARNs of serverless clusters end in ``-s`` and a number, ARNs of provisioned clusters in a number.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/serverless.html
"""

_USERS = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-password.html"
_LIMITATIONS = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-limitations.html"
_TUTORIAL = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-tutorial.html"
_SHORT_PASSWORD, _LONG_PASSWORD = 12, 128


def _check_recovery_window(days: int) -> int:
    if days and not 7 <= days <= 30:  # noqa: PLR2004 - limits of Secrets Manager
        problem = "must be between 7 and 30, or 0 to delete the secret without recovery"
        raise Violation(argument_rules.RANGE, problem)
    return days


Username = Annotated[EntityName, AfterValidator(check_scram_username)]
"""Name of a SCRAM user, as in ACLs after ``User:``. Brokers accept ASCII characters only."""

SecretName = Annotated[
    str,
    matches(
        "the name of a secret that MSK accepts: AmazonMSK_ and 1 to 502 letters, digits and /_+=.@-",
        "AmazonMSK_[A-Za-z0-9/_+=.@-]{1,502}",
        "AmazonMSK_orders",
    ),
]

RecoveryWindowDays = Annotated[int, AfterValidator(_check_recovery_window)]


def is_serverless(cluster_arn: str) -> bool:
    """Whether an ARN is that of a serverless cluster."""
    return bool(_SERVERLESS.fullmatch(cluster_arn))


class MskScramUserArgs(ComponentArgs):
    """Arguments of `MskScramUser`."""

    cluster_arn: Input[MskClusterArn]
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

    password: SecretInput[Annotated[str, Field(min_length=1)]] | None = None
    """Password. Defaults to a generated password of 40 letters and digits."""

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

    @property
    def supplies_password(self) -> bool:
        """Whether the program supplies the password."""
        return self.password is not None


SCRAM_USER_RULES = RuleSet(MskScramUserArgs)


@SCRAM_USER_RULES.rule(
    "msk-user-serverless-cluster",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/msk/latest/developerguide/serverless.html",
    invalid="cluster_arn=CLUSTER_ARN.removesuffix('-1') + '-s1'",
    valid="cluster_arn=CLUSTER_ARN",
)
def _serverless_cluster(cluster_arn: str) -> Findings:
    """Serverless clusters support IAM access control only."""
    if is_serverless(cluster_arn):
        yield "a serverless cluster has no SCRAM users; use a provisioned cluster, or connect with IAM"


@SCRAM_USER_RULES.explicit(
    "msk-user-key-purpose",
    Severity.ERROR,
    source=_TUTORIAL,
    invalid="kms_key_arn=EncryptionKey('data', EncryptionKeyArgs(description='Data', services=['kafka'])).arn",
    valid="kms_key_arn=EncryptionKey('data', EncryptionKeyArgs(description='Data', "
    "services=['secretsmanager', 'kafka'])).arn",
)
def KEY_PURPOSE(purposes: list[KeyPurposes]) -> Findings:  # noqa: N802 - a rule
    """Secrets Manager encrypts the secret of a user with the key, and MSK creates a grant to read it."""
    yield from find_missing_purposes("kms_key_arn", purposes, ["secretsmanager", "kafka"], None)


@SCRAM_USER_RULES.rule(
    "msk-user-name",
    Severity.UNSAFE,
    source="https://kafka.apache.org/documentation/#security_authz",
    invalid="username='User:orders'",
    valid="username='orders'",
)
def _unsafe_username(username: str) -> Findings:
    """The principal of a user is ``User:`` and its name, and the name ``*`` stands for all users in ACLs."""
    if username == WILDCARD:
        yield "an ACL of this user would apply to every user; choose another name"
    elif username.lower().startswith("user:"):
        yield f"the principal of this user would be 'User:{username}'; remove the prefix 'User:'"


@SCRAM_USER_RULES.rule(
    "msk-user-password-version",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-rotation.html",
    invalid="password='correct horse battery', password_version=2",
    valid="password_version=2",
)
def _password_version(password_version: int, supplies_password: bool) -> Findings:  # noqa: FBT001 - a rule
    """A new version generates a new password, and does not change one that the program supplies."""
    if supplies_password and password_version > 1:
        yield "only generated passwords have a version; change password, and remove password_version"


@SCRAM_USER_RULES.rule(
    "msk-user-password-weak",
    Severity.WARNING,
    source=_USERS,
    invalid="password='secret'",
    valid="password='correct horse battery'",
)
def _weak_password(password: str | None) -> Findings:
    """A password of fewer than 12 characters can be guessed. Spaces and line breaks around it are part of it."""
    if password is None:
        return
    if len(password) < _SHORT_PASSWORD:
        yield "has fewer than 12 characters and can be guessed; use a longer one, or let moorings generate it"
    if password != password.strip():
        yield "has leading or trailing white space, which is part of the password; remove it"


@SCRAM_USER_RULES.rule(
    "msk-user-password-long",
    Severity.UNVERIFIED,
    source=_TUTORIAL,
    invalid="password='correct horse battery ' * 6",
    valid="password='correct horse battery'",
    checked="2026-11-21",
)
def _long_password(password: str | None) -> Findings:
    """Passwords of up to 128 characters are known to work. AWS documents no maximum."""
    if password is not None and len(password) > _LONG_PASSWORD:
        yield "has more than 128 characters; use a shorter one, or test the login"


def acknowledgements_of_user(acknowledge: Mapping[str, str], username: str, usernames: Iterable[str]) -> dict[str, str]:
    """Return the acknowledgements of a cluster for one of its users, without that of another user's name."""
    unsafe = {name for name in usernames if any(_unsafe_username.function(name))}
    other = {_unsafe_username.rule.id} if unsafe and username not in unsafe else set[str]()
    return {rule_id: reason for rule_id, reason in acknowledge.items() if rule_id not in other}
