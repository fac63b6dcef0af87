"""Values that a task reads from Secrets Manager, and plain ones that ought to be read from there."""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from moorings.aws.arns import KmsKeyArn, SecretArn
from moorings.kafka.client_environment import ClientEnvironment, ClientSettingsFormat
from moorings.kafka.connection import KafkaConnection
from moorings.validation.args import Args
from moorings.validation.inputs import Input
from moorings.validation.types import matches

FORBIDDEN_VARIABLES = frozenset(
    {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "ECS_ENGINE_AUTH_DATA"}
)
"""Source: https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-8"""

MSK_PREFIX = "AmazonMSK_"
"""What the secrets of MSK's users begin with: they always have a customer managed key.

Source: https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-tutorial.html
"""

MOST_BYTES = 65536
"""Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html"""

EnvironmentName = Annotated[
    str, matches("the name of an environment variable", "[A-Za-z_][A-Za-z0-9_.-]{0,254}", "LOG_LEVEL")
]
"""Name of an environment variable."""


def _whole_arn(arn: str) -> str:
    if not re.search(r":secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$", arn):
        raise ValueError(
            f"{arn!r} is not the whole ARN of a secret, which ends with a hyphen and six letters or digits; json_key "
            "and version_id have arguments of their own"
        )
    return arn


WholeSecretArn = Annotated[SecretArn, AfterValidator(_whole_arn)]
"""Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen"""


JsonKey = Annotated[
    str,
    matches("a key of a secret's JSON that ECS can refer to, without colons and blanks", r"[^:\s]+", "password"),
]
VersionId = Annotated[
    str,
    matches("the ID of a secret's version", "[A-Za-z0-9-]{32,64}", "0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"),
]
VersionStage = Annotated[str, matches("the label of a secret's version", r"[^:\s]{1,256}", "AWSPREVIOUS")]
"""Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html"""


class EcsSecretReference(Args):
    """A value in Secrets Manager that ECS hands to the container as an environment variable when the task starts.

    A running task keeps the value that it began with. With ``version_id`` a rotation is a change of the program, which
    a preview shows, and a rollback brings the old value back; without it a task gets whatever is current.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
    """

    secret_arn: Input[WholeSecretArn]
    """ARN of the secret, with its six random characters."""

    json_key: Input[JsonKey] | None = None
    """Key of the JSON object that the secret holds. The whole secret by default."""

    version_id: Input[VersionId] | None = None
    """Version that is read, such as ``MskScramUser.secret_version_id``. The current one by default."""

    version_stage: Input[VersionStage] | None = None
    """Label of the version that is read instead of ``version_id``, such as ``AWSPREVIOUS``."""

    kms_key_arn: Input[KmsKeyArn] | None = None
    """Customer managed key of the secret, for ``kms:Decrypt``. Without it the secret has AWS's own key, which needs no
    grant."""

    @model_validator(mode="after")
    def _one_version(self) -> Self:
        if self.version_id is not None and self.version_stage is not None:
            raise ValueError("version_id and version_stage both name a version; give one of them")
        return self


def kafka_password_reference(
    kafka: KafkaConnection | None, settings_format: ClientSettingsFormat
) -> dict[str, EcsSecretReference]:
    """Return a reference to the connection's password by variable name, if only the connection's secret holds it."""
    variable = ClientEnvironment(kafka, settings_format).missing_variable
    if kafka is None or kafka.secret_arn is None or variable is None or settings_format == "spring":
        return {}
    return {
        variable: EcsSecretReference(secret_arn=kafka.secret_arn, json_key="password", kms_key_arn=kafka.kms_key_arn)
    }


def value_from(
    secret_arn: str,
    json_key: str | None = None,
    version_stage: str | None = None,
    version_id: str | None = None,
    *,
    has_key: bool = True,
) -> str:
    """A reference as a container definition has it: all colons are there as soon as one part is.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html

    Args:
        secret_arn: the secret.
        json_key: key of the JSON object that it holds.
        version_stage: label of the version.
        version_id: the version.
        has_key: whether the customer managed key of the secret is known.

    Raises:
        ValueError: for a secret of MSK without its key, as the task could not decrypt it.

    """
    if f":secret:{MSK_PREFIX}" in secret_arn and not has_key:
        raise ValueError(
            f"the secret {secret_arn.rpartition(':')[2]} of an MSK user always has a customer managed key; give "
            "kms_key_arn, so that the task may decrypt it"
        )
    if json_key is None and version_stage is None and version_id is None:
        return secret_arn
    return ":".join([secret_arn, json_key or "", version_stage or "", version_id or ""])


def secret_string(values: Mapping[str, str]) -> str:
    """Values as the JSON that a secret holds, sorted by name.

    Raises:
        ValueError: for more than a secret holds.

    """
    text = json.dumps(values, sort_keys=True)
    size = len(text.encode())
    if size > MOST_BYTES:
        raise ValueError(
            f"secret_environment has {size} bytes as JSON, and a secret holds {MOST_BYTES}; keep large ones in secrets "
            "of their own, and refer to them in secrets"
        )
    return text
