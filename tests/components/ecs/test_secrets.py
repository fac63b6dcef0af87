"""References to secrets, and the component's own secret."""

import pulumi
import pytest

from moorings import EcsSecretReference, FargateSingleton, InvalidInput
from moorings.ecs.secrets import value_from

ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/login-a1B2c3"
MSK = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-a1B2c3"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
OTHER_KEY = "arn:aws:kms:eu-west-1:123456789012:key/5b8d3916-1b9a-4c58-9a54-3d1b9a4c58d1"
VERSION = "0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"


@pytest.mark.parametrize(
    ("parts", "reference"),
    [
        ((None, None, None), ARN),
        (("password", None, None), f"{ARN}:password::"),
        (("password", None, VERSION), f"{ARN}:password::{VERSION}"),
        ((None, "AWSPREVIOUS", None), f"{ARN}::AWSPREVIOUS:"),
    ],
)
def test_value_from_contains_all_colons(parts, reference):
    assert value_from(ARN, *parts) == reference


COMPONENT = "FargateSingleton 'orders'"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            {"environment": {"DB_PASSWORD": "x", "API_TOKEN": "y"}},
            ": environment: API_TOKEN, DB_PASSWORD would be stored in plain text; move it to "
            "secret_environment or secrets, or add it to not_secret if it is not a secret",
        ),
        (
            {"not_secret": ["TOKEN_SECONDS"]},
            ": not_secret: TOKEN_SECONDS not found in environment; remove it",
        ),
        (
            {"environment": {"AWS_SECRET_ACCESS_KEY": "x"}, "not_secret": ["AWS_SECRET_ACCESS_KEY"]},
            ": environment: AWS_SECRET_ACCESS_KEY must not be set; grant permissions to the task role in task_policy",
        ),
        (
            {"environment": {"A": "x"}, "secret_environment": {"A": "x"}, "secrets": {"B": {"secret_arn": ARN}}},
            ": environment, secrets, secret_environment: A is set more than once; keep one",
        ),
        (
            {"environment": {"A B": "x"}},
            ".environment.A B.[key]: expected the name of an environment variable, such as LOG_LEVEL, got 'A B'",
        ),
        (
            {"secrets": {"A": {"secret_arn": ARN, "version_id": VERSION, "version_stage": "AWSPREVIOUS"}}},
            ".secrets.A: version_id, version_stage: both select a version; keep one",
        ),
        (
            {"secrets": {"A": {"secret_arn": f"{ARN}:password::"}}},
            ".secrets.A.secret_arn: must be the complete ARN of a secret, which ends with a hyphen and six random "
            f"characters, got '{ARN}:password::'; use the arguments json_key and version_id for a key and a version",
        ),
    ],
)
def test_invalid_environment_and_secrets(create, args, message):
    with pytest.raises(InvalidInput) as rejected:
        create(**args)
    assert str(rejected.value) == COMPONENT + message


def test_not_secret_allows_a_name_that_looks_secret(container):
    definition = container(environment={"SESSION_TOKEN": "60"}, not_secret=["SESSION_TOKEN"])
    assert definition["environment"] == [{"name": "SESSION_TOKEN", "value": "60"}]


@pytest.mark.parametrize(
    ("name", "value"), [("TOKEN_SECONDS", "60"), ("GOOGLE_APPLICATION_CREDENTIALS", "/etc/a/b.json")]
)
def test_names_that_only_contain_a_secret_word_are_allowed(container, name, value):
    assert container(environment={name: value})["environment"] == [{"name": name, "value": value}]


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("preview", [False, True])
def test_secret_of_an_msk_user_requires_its_key(create, late, preview):
    def secrets():
        return {"P": EcsSecretReference(secret_arn=pulumi.Output.from_input(MSK) if late else MSK, json_key="password")}

    with pytest.raises(InvalidInput) as rejected:
        create(secrets=secrets, preview=preview)
    assert str(rejected.value) == (
        "FargateSingleton 'orders'.secrets.P: kms_key_arn: required for AmazonMSK_orders-a1B2c3, because secrets of "
        "MSK users are encrypted with a customer managed key"
    )


def test_late_json_key_is_checked(create):
    def secrets():
        return {"P": EcsSecretReference(secret_arn=ARN, json_key=pulumi.Output.from_input("a:b"))}

    with pytest.raises(InvalidInput) as rejected:
        create(secrets=secrets)
    assert str(rejected.value) == (
        "EcsSecretReference.json_key: expected a JSON key without colons and whitespace, such as password, got 'a:b'"
    )


def test_references_are_sorted_by_variable(container):
    definition = container(
        secrets={
            "B": {"secret_arn": ARN},
            "A": {"secret_arn": MSK, "json_key": "password", "version_id": VERSION, "kms_key_arn": KEY},
        }
    )
    assert definition["secrets"] == [
        {"name": "A", "valueFrom": f"{MSK}:password::{VERSION}"},
        {"name": "B", "valueFrom": ARN},
    ]


def test_execution_role_may_read_exactly_the_secrets(statements):
    policy = statements(
        "execution-policy",
        secrets={
            "A": {"secret_arn": MSK, "json_key": "password", "kms_key_arn": KEY},
            "B": {"secret_arn": MSK, "json_key": "username", "kms_key_arn": KEY},
            "C": {"secret_arn": ARN},
        },
        repository_credentials_secret_arn=f"{ARN[:-6]}d4E5f6",
        repository_credentials_kms_key_arn=OTHER_KEY,
    )
    assert policy["Secrets"]["Resource"] == [MSK, ARN, f"{ARN[:-6]}d4E5f6"]
    assert policy["Secrets"]["Action"] == ["secretsmanager:GetSecretValue"]
    via = "secretsmanager.eu-west-1.amazonaws.com"
    assert policy["Decrypt"] == {
        "Sid": "Decrypt",
        "Effect": "Allow",
        "Action": ["kms:Decrypt"],
        "Resource": KEY,
        "Condition": {"StringEquals": {"kms:ViaService": via, "kms:EncryptionContext:SecretARN": [MSK]}},
    }
    assert policy["Decrypt1"]["Resource"] == OTHER_KEY


def test_no_permissions_without_secrets(statements):
    assert list(statements("execution-policy")) == ["Logs"]


def test_aws_managed_key_needs_no_permission(statements):
    assert list(statements("execution-policy", secrets={"A": {"secret_arn": ARN}})) == ["Logs", "Secrets"]


def test_secret_environment_is_stored_in_an_own_secret(create):
    plan = create(secret_environment={"JAAS": "line", "CODE": "x"})
    version = plan.all("aws:secretsmanager/secretVersion:SecretVersion")[0]
    assert version.inputs["secretString"].value == '{"CODE": "x", "JAAS": "line"}'
    assert version.retain_on_delete
    secret = plan.all("aws:secretsmanager/secret:Secret")[0]
    assert secret.inputs == {
        "namePrefix": "orders-",
        "description": "Environment of orders",
        "kmsKeyId": secret.inputs["kmsKeyId"],
        "recoveryWindowInDays": 30,
        "tags": {},
    }
    assert secret.protect
    assert plan["orders-key-key"].urn in secret.property_dependencies["kmsKeyId"]


def test_secret_environment_refers_to_the_version(create, container):
    args = {"secret_environment": {"JAAS": "line", "CODE": "x"}}
    version = create(**args).all("aws:secretsmanager/secretVersion:SecretVersion")[0]
    arn, _, id_ = version.id.partition("|")
    assert container(**args)["secrets"] == [
        {"name": "CODE", "valueFrom": f"{arn}:CODE::{id_}"},
        {"name": "JAAS", "valueFrom": f"{arn}:JAAS::{id_}"},
    ]


def test_secret_environment_is_masked(deploy, required_args):
    plan = deploy(
        lambda: FargateSingleton("orders", required_args | {"secret_environment": {"JAAS": "hunter2"}}),
        reveal_secrets=False,
    )
    assert "hunter2" not in repr(plan)


@pytest.mark.parametrize("late", [False, True])
def test_secret_environment_above_the_limit_is_rejected(create, late):
    value = "x" * 65536
    with pytest.raises(InvalidInput) as rejected:
        create(secret_environment=lambda: {"A": pulumi.Output.from_input(value) if late else value})
    assert str(rejected.value) == (
        "FargateSingleton 'orders': secret_environment: 65545 bytes as JSON, but a secret holds at most 65536; "
        "store large values in secrets of their own and refer to them in secrets"
    )


def test_secret_environment_at_the_limit(create):
    assert create(secret_environment={"A": "x" * (65536 - 9)})


OTHER_REGION = ARN.replace("eu-west-1", "us-east-1")
OTHER_ACCOUNT = ARN.replace("123456789012", "210987654321")


def test_secret_of_another_region_is_decrypted_there(statements):
    key = KEY.replace("eu-west-1", "us-east-1")
    policy = statements("execution-policy", secrets={"A": {"secret_arn": OTHER_REGION, "kms_key_arn": key}})
    assert policy["Decrypt"]["Condition"]["StringEquals"] == {
        "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com",
        "kms:EncryptionContext:SecretARN": [OTHER_REGION],
    }


def test_secret_of_another_account_is_decrypted_with_its_key(statements):
    policy = statements("execution-policy", secrets={"A": {"secret_arn": OTHER_ACCOUNT, "kms_key_arn": OTHER_KEY}})
    assert policy["Decrypt"]["Resource"] == OTHER_KEY


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            lambda wrap: {"secrets": {"A": {"secret_arn": wrap(OTHER_ACCOUNT)}}},
            "kms_key_arn: required for the secret orders/login-a1B2c3 of account 210987654321, because the AWS "
            "managed key cannot be used by other accounts; encrypt the secret with a customer managed key",
        ),
        (
            lambda wrap: {"secrets": {"A": {"secret_arn": wrap(OTHER_REGION), "kms_key_arn": KEY}}},
            f"kms_key_arn: expected the key of the secret orders/login-a1B2c3 in us-east-1, got {KEY}; keys are "
            "specific to a Region",
        ),
        (
            lambda wrap: {
                "repository_credentials_secret_arn": wrap(OTHER_ACCOUNT),
                "repository_credentials_kms_key_arn": KEY,
            },
            "repository_credentials_secret_arn: the secret belongs to account 210987654321, but ECS needs registry "
            "credentials in the account of the service; copy the secret to 123456789012",
        ),
    ],
)
def test_secrets_that_ecs_cannot_read_are_rejected(deploy, required_args, args, message, late):
    wrap = pulumi.Output.from_input if late else str
    with pytest.raises(InvalidInput) as rejected:
        deploy(lambda: FargateSingleton("orders", required_args | args(wrap)))
    assert str(rejected.value) == f"{COMPONENT}: {message}"
