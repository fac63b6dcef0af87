"""Secrets of the task: references to Secrets Manager and Parameter Store, and the content of the created secret."""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, model_validator

from moorings.aws.arns import KmsKeyArn, SecretArn, SsmParameterArn
from moorings.ecs.given_arguments import given_arguments
from moorings.kafka.client_environment import ClientEnvironment, ClientSettingsFormat
from moorings.kafka.connection import KafkaConnection
from moorings.validation.args import Args
from moorings.validation.inputs import Input
from moorings.validation.rules import Rule, Violation
from moorings.validation.types import matches

FORBIDDEN_VARIABLES = frozenset(
    {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "ECS_ENGINE_AUTH_DATA"}
)
"""Source: https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-8"""

MSK_SECRET_PREFIX = "AmazonMSK_"  # noqa: S105 - a prefix
"""Prefix of the secrets of MSK's SCRAM users, which always have a customer managed key.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-tutorial.html
"""

MAX_SECRET_BYTES = 65536
"""Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html"""


INCOMPLETE_ARN = Rule(
    id="ecs-incomplete-secret-arn",
    rationale="The execution role may only read the secret with the complete ARN, including its six random characters.",
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen",
    invalid="EcsSecretReference(secret_arn='arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/database')",
    valid="EcsSecretReference(secret_arn='arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/database-Xp4mQ9')",
)

SECRET_SOURCE = Rule(
    id="ecs-secret-source",
    rationale="ECS reads an environment variable either from Secrets Manager or from Parameter Store.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html",
    invalid="EcsSecretReference(json_key='password')",
    valid="EcsSecretReference(parameter_arn='arn:aws:ssm:eu-west-1:123456789012:parameter/orders/password')",
)

SECRET_SIZE = Rule(
    id="ecs-secret-size",
    rationale="Secrets Manager rejects secrets above 64 KiB.",
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html",
    invalid="FargateSingleton('orders', SINGLETON_ARGS | {'secret_environment': {'TEXT': 'x' * 65536}})",
    valid="FargateSingleton('orders', SINGLETON_ARGS | {'secret_environment': {'TEXT': 'x' * 65000}})",
)


def _check_complete_arn(arn: str) -> str:
    if not re.search(r":secret:[A-Za-z0-9/_+=.@!-]+-[A-Za-z0-9]{6}$", arn):
        raise Violation(
            INCOMPLETE_ARN,
            "expected the complete ARN of a secret, which ends with a hyphen and six random characters, got "
            f"{arn!r}; use "
            "the arguments json_key and version_id for a key and a version",
        )
    return arn


CompleteSecretArn = Annotated[SecretArn, AfterValidator(_check_complete_arn)]
"""ARN of a secret with its six random characters.

Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
"""

JsonKey = Annotated[str, matches("a JSON key without colons and whitespace", r"[^:\s]+", "password")]
VersionId = Annotated[
    str,
    matches("the ID of a secret version", "[A-Za-z0-9-]{32,64}", "0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"),
]
VersionStage = Annotated[str, matches("the staging label of a secret version", r"[^:\s]{1,256}", "AWSPREVIOUS")]
"""Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html"""


class EcsSecretReference(Args):
    """Reference to a secret in AWS Secrets Manager, or to a parameter in Systems Manager Parameter Store.

    ECS passes the value to the container when a task starts. A running task keeps the value with which it started. With
    ``version_id``, a preview shows the change to a new version, and a rollback restores the old value. Without it, each
    new task reads the current version.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
    """

    secret_arn: Input[CompleteSecretArn] | None = None
    """ARN of the secret, including its six random characters. Secrets that Amazon RDS manages (``rds!db-...``) have the
    JSON keys ``username`` and ``password``."""

    parameter_arn: Input[SsmParameterArn] | None = None
    """ARN of a parameter in Parameter Store, instead of ``secret_arn``. Each new task reads its current value.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html
    """

    json_key: Input[JsonKey] | None = None
    """Key of a value in the JSON object that the secret contains. Defaults to the whole secret."""

    version_id: Input[VersionId] | None = None
    """Version of the secret, such as ``MskScramUser.secret_version_id``. Defaults to the current version."""

    version_stage: Input[VersionStage] | None = None
    """Staging label of the version, such as ``AWSPREVIOUS``, instead of ``version_id``."""

    kms_key_arn: Input[KmsKeyArn] | None = None
    """Customer managed key of the secret or parameter, which the execution role may use for ``kms:Decrypt``. Those with
    the AWS managed key need none."""

    @model_validator(mode="after")
    def _validate_one_source(self) -> Self:
        if (self.secret_arn is None) == (self.parameter_arn is None):
            count = "neither" if self.secret_arn is None else "both"
            raise Violation(SECRET_SOURCE, f"requires either secret_arn or parameter_arn, got {count}; set one of them")
        return self

    @property
    def arn(self) -> Any:
        """ARN of the secret or parameter, which may be late."""
        return self.parameter_arn if self.secret_arn is None else self.secret_arn

    @property
    def given_arguments(self) -> frozenset[str]:
        """Names of the arguments that are not None. Their values may be late."""
        return given_arguments(self)


def kafka_password_reference(
    kafka: KafkaConnection | None, settings_format: ClientSettingsFormat
) -> dict[str, EcsSecretReference]:
    """Return a reference to the password by variable name, if the connection has a secret but no password."""
    variable = ClientEnvironment(kafka, settings_format).missing_variable
    if kafka is None or kafka.secret_arn is None or variable is None or settings_format == "spring":
        return {}
    return {
        variable: EcsSecretReference(secret_arn=kafka.secret_arn, json_key="password", kms_key_arn=kafka.kms_key_arn)
    }


def value_from(
    arn: str,
    json_key: str | None = None,
    version_stage: str | None = None,
    version_id: str | None = None,
) -> str:
    """Return a reference in the format of ``valueFrom``: the ARN alone, or followed by key, stage and version.

    Args:
        arn: ARN of the secret or parameter.
        json_key: key of a value in the secret.
        version_stage: staging label of the version.
        version_id: ID of the version.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html

    """
    if json_key is None and version_stage is None and version_id is None:
        return arn
    return ":".join([arn, json_key or "", version_stage or "", version_id or ""])


def render_secret(values: Mapping[str, str]) -> str:
    """Return the content of the created secret: a JSON object, sorted by name.

    Raises:
        Violation: if it is larger than Secrets Manager allows.

    """
    text = json.dumps(values, sort_keys=True)
    size = len(text.encode())
    if size > MAX_SECRET_BYTES:
        raise Violation(
            SECRET_SIZE,
            f"{size} bytes as JSON, but a secret holds at most {MAX_SECRET_BYTES}; store large values in secrets of "
            "their "
            "own and refer to them in secrets",
            "secret_environment",
        )
    return text
