"""Rules of environment variables, secrets and other values that the task definition stores in plain text."""

from typing import Any

from moorings.aws.arns import arn_account, arn_region
from moorings.ecs.secrets import FORBIDDEN_VARIABLES, MSK_SECRET_PREFIX
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.kafka.client_environment import ClientSettingsFormat
from moorings.kafka.connection import KafkaConnection
from moorings.validation.findings import Path, Severity
from moorings.validation.inputs import is_list
from moorings.validation.plaintext import MARKED_SECRET, find_secret, find_secret_in_command
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

ENVIRONMENT_RULES = RuleSet(FargateSingletonArgs)

_VARIABLES = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/taskdef-envfiles.html"
_SECRETS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html"
_PRACTICES = (
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-secrets-management-best-practices.html"
)
_SCRAM = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-tutorial.html"
_SECRET_ARN = "'arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/database-Xp4mQ9'"  # noqa: S105 - an ARN
_MSK_SECRET_ARN = "'arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-a1B2c3'"  # noqa: S105 - an ARN
_OTHER_ACCOUNT_ARN = "'arn:aws:secretsmanager:eu-west-1:210987654321:secret:orders/database-Xp4mQ9'"
_REGISTRY = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html"
_SCRAM_CONNECTION = (
    "KafkaConnection(listener='scram', bootstrap_servers='b-1.example.com:9096', username='orders', {}, "
    "security_group_id='sg-0b92d7f4a1e63c508')"
)


@ENVIRONMENT_RULES.rule(
    "ecs-plaintext-secret",
    Severity.UNSAFE,
    source=_PRACTICES,
    invalid="environment={'DATABASE_PASSWORD': 'hunter2'}",
    valid="secret_environment={'DATABASE_PASSWORD': 'hunter2'}",
    each="plaintext",
)
def _plaintext_secret(path: Path, value: Any, not_secret: list[str]) -> Findings:
    """Everyone who may describe the task definition can read the secret, and every revision keeps it."""
    kind = _find_secret_in_words(value) if is_list(value) else find_secret(value, str(path[-1]))
    if kind is None or path[-1] in not_secret or FORBIDDEN_VARIABLES & {path[-1]}:
        return
    fix = "move it to secret_environment or secrets"
    if path[0] == "options":
        fix = "move it to secret_options, or add the name to not_secret if it is not a secret"
    elif path[0] == "environment":
        fix += ", or add the name to not_secret if it is not a secret"
    else:
        fix += ", and read the variable in the program"
    yield path, f"contains {kind} and would be stored in plain text; {fix}"


def _find_secret_in_words(words: list[Any]) -> str | None:
    return "a secret" if MARKED_SECRET in words else find_secret_in_command(words)


@ENVIRONMENT_RULES.rule(
    "ecs-access-key",
    Severity.UNSAFE,
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-8",
    invalid="environment={'AWS_ACCESS_KEY_ID': 'EXAMPLE'}",
    valid="environment={'AWS_REGION': 'eu-west-1'}",
)
def _access_key(variables: list[tuple[str, str]]) -> Findings:
    """Access keys in the environment replace the credentials of the task role, and do not expire."""
    for argument, name in variables:
        if argument == "environment" and name in FORBIDDEN_VARIABLES:
            yield (argument, name), "is a long-lived AWS credential; remove it, and allow the actions in task_policy"


@ENVIRONMENT_RULES.rule(
    "ecs-not-secret-without-variable",
    Severity.ERROR,
    source=_PRACTICES,
    invalid="not_secret=['TOKEN_SECONDS']",
    valid="not_secret=['TOKEN_SECONDS'], environment={'TOKEN_SECONDS': '60'}",
)
def _not_secret(not_secret: list[str], variables: list[tuple[str, str]]) -> Findings:
    """No variable in environment has this name, which is probably misspelt."""
    names = [name for argument, name in variables if argument == "environment"]
    for index, name in enumerate(not_secret):
        if name not in names:
            yield ("not_secret", index), f"{name} is not in environment; remove it, or correct the name"


@ENVIRONMENT_RULES.rule(
    "ecs-duplicate-variable",
    Severity.ERROR,
    source=_SECRETS,
    invalid="environment={'MODE': 'a'}, secret_environment={'MODE': 'b'}",
    valid="environment={'MODE': 'a'}, secret_environment={'KEY': 'b'}",
)
def _duplicate_variable(variables: list[tuple[str, str]]) -> Findings:
    """ECS rejects a container with two values of an environment variable."""
    first: dict[str, str] = {}
    for argument, name in variables:
        other = first.setdefault(name, argument)
        if other != argument:
            instead = ", or use kafka_settings='none'" if other == "kafka" else ""
            yield (argument, name), f"{other} also sets this variable; remove one of them{instead}"


@ENVIRONMENT_RULES.rule(
    "ecs-spring-without-password",
    Severity.ERROR,
    source=_SCRAM,
    invalid="kafka_settings='spring', kafka=" + _SCRAM_CONNECTION.format(f"secret_arn={_SECRET_ARN}"),
    valid="kafka_settings='spring', kafka=" + _SCRAM_CONNECTION.format("password='example'"),
)
def _spring_password(kafka: KafkaConnection | None, kafka_settings: ClientSettingsFormat) -> Findings:
    """The password is part of the JAAS configuration, which ECS cannot compose from a secret."""
    if kafka_settings == "spring" and kafka is not None and kafka.uses_password and kafka.password is None:
        yield (
            "kafka_settings",
            (
                "'spring' requires a connection with a password; pass the password, or use 'environment', which "
                "reads it from secret_arn"
            ),
        )


@ENVIRONMENT_RULES.rule(
    "ecs-kafka-key-store",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html",
    invalid="kafka=KafkaConnection(bootstrap_servers='b-1.example.com:9093', security_protocol='SSL', "
    "tls=KafkaTls(truststore=KafkaKeyStore(content=KEY_STORE, password='hidden'))), "
    "egress={'brokers': {'port': 9093, 'cidr': '10.0.0.0/16'}}",
    valid="kafka=KafkaConnection(bootstrap_servers='b-1.example.com:9093', security_protocol='SSL', "
    "tls=KafkaTls(ca_certificate=CA_PEM)), egress={'brokers': {'port': 9093, 'cidr': '10.0.0.0/16'}}",
)
def _kafka_key_store(kafka: KafkaConnection | None, kafka_settings: ClientSettingsFormat) -> Findings:
    """ECS passes secrets as environment variables only, and clients read key stores from files."""
    tls = kafka.tls if kafka is not None and kafka_settings != "none" else None
    for store in ("truststore", "keystore"):
        if getattr(tls, store, None) is not None:
            problem = "a key store is a file, but ECS passes secrets as variables only; use certificates in PEM"
            yield ("kafka", "tls", store), f"{problem}, or kafka_settings='none' with a file in efs_mounts"


@ENVIRONMENT_RULES.rule(
    "ecs-msk-secret-without-key",
    Severity.UNSAFE,
    source=_SCRAM,
    invalid=f"secrets={{'PASSWORD': EcsSecretReference(secret_arn={_MSK_SECRET_ARN})}}",
    valid=f"secrets={{'PASSWORD': EcsSecretReference(secret_arn={_MSK_SECRET_ARN}, kms_key_arn=KEY_ARN)}}",
    each="secret_arns_without_key",
)
def _msk_secret_key(path: Path, secret_arn: str) -> Findings:
    """Secrets of MSK users have a customer managed key, which the execution role may not use by default."""
    if f":secret:{MSK_SECRET_PREFIX}" in secret_arn:
        name = secret_arn.rpartition(":")[2]
        yield (
            path,
            f"the secret {name} is encrypted with a customer managed key; set the key, so that ECS may decrypt it",
        )


@ENVIRONMENT_RULES.explicit(
    "ecs-secret-of-other-account",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html",
    invalid=f"secrets={{'PASSWORD': EcsSecretReference(secret_arn={_OTHER_ACCOUNT_ARN})}}",
    valid=f"secrets={{'PASSWORD': EcsSecretReference(secret_arn={_OTHER_ACCOUNT_ARN}, kms_key_arn=KEY_ARN)}}",
)
def secret_of_other_account(secret_arns: list[tuple[Path, str]], account: str) -> Findings:
    """The AWS managed key of Secrets Manager cannot be used by other accounts."""
    for path, arn in secret_arns:
        if arn_account(arn) != account:
            yield (
                path,
                (
                    f"the secret {arn.rpartition(':')[2]} belongs to account {arn_account(arn)}; encrypt it with a "
                    "customer managed key, and set the key"
                ),
            )


@ENVIRONMENT_RULES.explicit(
    "ecs-registry-secret-of-other-account",
    Severity.UNSAFE,
    source=_REGISTRY,
    invalid=f"repository_credentials_secret_arn={_OTHER_ACCOUNT_ARN}, repository_credentials_kms_key_arn=KEY_ARN",
    valid=f"repository_credentials_secret_arn={_SECRET_ARN}, repository_credentials_kms_key_arn=KEY_ARN",
)
def registry_secret_of_other_account(secret_arn: str | None, account: str) -> Findings:
    """AWS does not document that ECS reads the credentials of a registry from secrets of other accounts."""
    if secret_arn is not None and arn_account(secret_arn) != account:
        yield (
            "repository_credentials_secret_arn",
            (
                f"the secret belongs to account {arn_account(secret_arn)}, the service to {account}; copy the secret "
                f"to {account}"
            ),
        )


@ENVIRONMENT_RULES.rule(
    "ecs-registry-key-region",
    Severity.ERROR,
    source=_REGISTRY,
    invalid=f"repository_credentials_secret_arn={_SECRET_ARN}, "
    "repository_credentials_kms_key_arn=KEY_ARN.replace('eu-west-1', 'us-east-1')",
    valid=f"repository_credentials_secret_arn={_SECRET_ARN}, repository_credentials_kms_key_arn=KEY_ARN",
)
def _registry_key_region(
    repository_credentials_kms_key_arn: str | None, repository_credentials_secret_arn: str | None
) -> Findings:
    """A secret is encrypted with a key of its own Region."""
    key, secret = repository_credentials_kms_key_arn, repository_credentials_secret_arn
    if key is not None and secret is not None and arn_region(key) != arn_region(secret):
        yield f"the key is in {arn_region(key)}, but the secret in {arn_region(secret)}; set the key of the secret"


PLAINTEXT_SECRET = _plaintext_secret
"""Rule of everything that the task definition stores in plain text."""

ENVIRONMENT_CHECKS = (PLAINTEXT_SECRET, _access_key, _not_secret, _duplicate_variable)
"""Rules of the environment of each container of a task."""
