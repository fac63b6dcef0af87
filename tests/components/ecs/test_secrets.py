"""Values that a task reads from Secrets Manager, and plain ones that ought to be read from there."""

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
def test_a_reference_has_all_its_colons(parts, reference):
    assert value_from(ARN, *parts) == reference


WHERE = "FargateSingleton 'orders'"


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
            ".secrets.A: version_id and version_stage both name a version; give one of them",
        ),
        (
            {"secrets": {"A": {"secret_arn": f"{ARN}:password::"}}},
            f".secrets.A.secret_arn: '{ARN}:password::' is not the whole ARN of a secret, which ends with a hyphen and "
            "six letters or digits; json_key and version_id have arguments of their own",
        ),
    ],
)
def test_what_is_refused(made, args, message):
    with pytest.raises(InvalidInput) as refused:
        made(**args)
    assert str(refused.value) == WHERE + message


def test_a_name_that_looks_secret_may_be_meant(container):
    found = container(environment={"SESSION_TOKEN": "60"}, not_secret=["SESSION_TOKEN"])
    assert found["environment"] == [{"name": "SESSION_TOKEN", "value": "60"}]


@pytest.mark.parametrize(
    ("name", "value"), [("TOKEN_SECONDS", "60"), ("GOOGLE_APPLICATION_CREDENTIALS", "/etc/a/b.json")]
)
def test_a_setting_beside_a_secret_is_none(container, name, value):
    assert container(environment={name: value})["environment"] == [{"name": name, "value": value}]


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("preview", [False, True])
def test_a_secret_of_msk_wants_its_key(made, late, preview):
    def secrets():
        return {"P": EcsSecretReference(secret_arn=pulumi.Output.from_input(MSK) if late else MSK, json_key="password")}

    with pytest.raises(InvalidInput) as refused:
        made(secrets=secrets, preview=preview)
    assert str(refused.value) == (
        "FargateSingleton 'orders'.secrets.P: the secret AmazonMSK_orders-a1B2c3 of an MSK user always has a customer "
        "managed key; give kms_key_arn, so that the task may decrypt it"
    )


def test_late_parts_of_a_reference_are_checked(made):
    def secrets():
        return {"P": EcsSecretReference(secret_arn=ARN, json_key=pulumi.Output.from_input("a:b"))}

    with pytest.raises(InvalidInput) as refused:
        made(secrets=secrets)
    assert str(refused.value) == (
        "EcsSecretReference.json_key: expected a key of a secret's JSON that ECS can refer to, without colons and blanks, such as password, got 'a:b'"
    )


def test_references_are_what_ecs_takes(container):
    found = container(
        secrets={
            "B": {"secret_arn": ARN},
            "A": {"secret_arn": MSK, "json_key": "password", "version_id": VERSION, "kms_key_arn": KEY},
        }
    )
    assert found["secrets"] == [
        {"name": "A", "valueFrom": f"{MSK}:password::{VERSION}"},
        {"name": "B", "valueFrom": ARN},
    ]


def test_exactly_what_is_referred_to_may_be_read(statements):
    found = statements(
        "execution-policy",
        secrets={
            "A": {"secret_arn": MSK, "json_key": "password", "kms_key_arn": KEY},
            "B": {"secret_arn": MSK, "json_key": "username", "kms_key_arn": KEY},
            "C": {"secret_arn": ARN},
        },
        repository_credentials_secret_arn=f"{ARN[:-6]}d4E5f6",
        repository_credentials_kms_key_arn=OTHER_KEY,
    )
    assert found["Secrets"]["Resource"] == [MSK, ARN, f"{ARN[:-6]}d4E5f6"]
    assert found["Secrets"]["Action"] == ["secretsmanager:GetSecretValue"]
    via = "secretsmanager.eu-west-1.amazonaws.com"
    assert found["Decrypt"] == {
        "Sid": "Decrypt",
        "Effect": "Allow",
        "Action": ["kms:Decrypt"],
        "Resource": KEY,
        "Condition": {"StringEquals": {"kms:ViaService": via, "kms:EncryptionContext:SecretARN": [MSK]}},
    }
    assert found["Decrypt1"]["Resource"] == OTHER_KEY


def test_without_a_secret_nothing_may_be_read(statements):
    assert list(statements("execution-policy")) == ["Logs"]


def test_a_secret_with_the_services_own_key_needs_no_grant(statements):
    assert list(statements("execution-policy", secrets={"A": {"secret_arn": ARN}})) == ["Logs", "Secrets"]


def test_what_is_composed_lies_in_a_secret_of_its_own(made):
    plan = made(secret_environment={"JAAS": "line", "CODE": "x"})
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


def test_each_variable_is_read_in_the_version_that_was_written(made, container):
    args = {"secret_environment": {"JAAS": "line", "CODE": "x"}}
    version = made(**args).all("aws:secretsmanager/secretVersion:SecretVersion")[0]
    arn, _, id_ = version.id.partition("|")
    assert container(**args)["secrets"] == [
        {"name": "CODE", "valueFrom": f"{arn}:CODE::{id_}"},
        {"name": "JAAS", "valueFrom": f"{arn}:JAAS::{id_}"},
    ]


def test_what_is_composed_shows_nowhere(deploy, needed):
    plan = deploy(
        lambda: FargateSingleton("orders", needed | {"secret_environment": {"JAAS": "hunter2"}}), reveal_secrets=False
    )
    assert "hunter2" not in repr(plan)


@pytest.mark.parametrize("late", [False, True])
def test_more_than_a_secret_holds_is_refused(made, late):
    value = "x" * 65536
    with pytest.raises(InvalidInput) as refused:
        made(secret_environment=lambda: {"A": pulumi.Output.from_input(value) if late else value})
    assert str(refused.value) == (
        "FargateSingleton 'orders': secret_environment has 65545 bytes as JSON, and a secret holds 65536; keep large ones "
        "in secrets of their own, and refer to them in secrets"
    )


def test_as_much_as_a_secret_holds_is_taken(made):
    assert made(secret_environment={"A": "x" * (65536 - 9)})


AFAR = ARN.replace("eu-west-1", "us-east-1")
ANOTHERS = ARN.replace("123456789012", "210987654321")


def test_a_secret_of_another_region_is_opened_there(statements):
    key = KEY.replace("eu-west-1", "us-east-1")
    found = statements("execution-policy", secrets={"A": {"secret_arn": AFAR, "kms_key_arn": key}})
    assert found["Decrypt"]["Condition"]["StringEquals"] == {
        "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com",
        "kms:EncryptionContext:SecretARN": [AFAR],
    }


def test_a_secret_of_another_account_is_opened_with_its_key(statements):
    found = statements("execution-policy", secrets={"A": {"secret_arn": ANOTHERS, "kms_key_arn": OTHER_KEY}})
    assert found["Decrypt"]["Resource"] == OTHER_KEY


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            lambda form: {"secrets": {"A": {"secret_arn": form(ANOTHERS)}}},
            "the secret orders/login-a1B2c3 is of the account 210987654321, and AWS's own key opens it for no other; give "
            "it a customer managed key, and name that in kms_key_arn",
        ),
        (
            lambda form: {"secrets": {"A": {"secret_arn": form(AFAR), "kms_key_arn": KEY}}},
            f"the secret orders/login-a1B2c3 is of us-east-1, and its kms_key_arn {KEY} of eu-west-1; name the key that it "
            "has in us-east-1",
        ),
        (
            lambda form: {
                "repository_credentials_secret_arn": form(ANOTHERS),
                "repository_credentials_kms_key_arn": KEY,
            },
            "repository_credentials_secret_arn: the secret belongs to account 210987654321, but ECS needs registry "
            "credentials in the account of the service; copy the secret to 123456789012",
        ),
    ],
)
def test_a_secret_that_ecs_could_not_read_is_refused(deploy, needed, args, message, late):
    form = pulumi.Output.from_input if late else str
    with pytest.raises(InvalidInput) as refused:
        deploy(lambda: FargateSingleton("orders", needed | args(form)))
    assert str(refused.value) == f"{WHERE}: {message}"
