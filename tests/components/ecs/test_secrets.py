"""References to secrets, and the component's own secret."""

import pulumi
import pytest

from moorings import EcsSecretReference, FargateSingleton
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


RDS = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds!db-0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1-a1B2c3"


@pytest.mark.parametrize(
    ("args", "rule", "path"),
    [
        ({"environment": {"DB_PASSWORD": "x", "A": "y"}}, "ecs-plaintext-secret", "environment.DB_PASSWORD"),
        ({"environment": {"dbPassword": "x"}}, "ecs-plaintext-secret", "environment.dbPassword"),
        ({"not_secret": ["TOKEN_SECONDS"]}, "ecs-not-secret-without-variable", "not_secret[0]"),
        (
            {"environment": {"AWS_SECRET_ACCESS_KEY": "x"}, "not_secret": ["AWS_SECRET_ACCESS_KEY"]},
            "ecs-access-key",
            "environment.AWS_SECRET_ACCESS_KEY",
        ),
        (
            {"environment": {"A": "x"}, "secrets": {"A": {"secret_arn": ARN}}},
            "ecs-duplicate-variable",
            "secrets.A",
        ),
        ({"environment": {"A=B": "x"}}, "argument-format", None),
        ({"secrets": {"A": {"secret_arn": f"{ARN}:password::"}}}, "ecs-incomplete-secret-arn", "secrets.A.secret_arn"),
    ],
)
def test_invalid_environment_and_secrets(create, rejected, args, rule, path):
    with rejected(rule, path):
        create(**args)


@pytest.mark.parametrize("name", ["spring.profiles.active", "LOG-LEVEL", "1PASSWORD_HOST", "%MODE"])
def test_names_that_a_shell_cannot_read_are_allowed(container, name):
    assert container(environment={name: "a"})["environment"] == [{"name": name, "value": "a"}]


def test_secret_that_rds_manages(container, statements):
    args = {"secrets": {"DATABASE_PASSWORD": {"secret_arn": RDS, "json_key": "password"}}}
    assert container(**args)["secrets"] == [{"name": "DATABASE_PASSWORD", "valueFrom": f"{RDS}:password::"}]
    assert statements("execution-policy", **args)["Secrets"]["Resource"] == [RDS]


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
def test_secret_of_an_msk_user_requires_its_key(create, rejected, late, preview):
    def secrets():
        return {"P": EcsSecretReference(secret_arn=pulumi.Output.from_input(MSK) if late else MSK, json_key="password")}

    with rejected("ecs-msk-secret-without-key", "secrets.P.kms_key_arn"):
        create(secrets=secrets, preview=preview)


def test_secret_of_a_connection_requires_its_key(create, rejected):
    kafka = {
        "listener": "scram",
        "bootstrap_servers": "b-1.example.com:9096",
        "username": "orders",
        "secret_arn": MSK,
        "security_group_id": "sg-0b92d7f4a1e63c508",
    }
    with rejected("ecs-msk-secret-without-key", "kafka.kms_key_arn"):
        create(kafka=kafka)


def test_late_json_key_is_checked(create, rejected):
    def secrets():
        return {"P": EcsSecretReference(secret_arn=ARN, json_key=pulumi.Output.from_input("a:b"))}

    with rejected("argument-format", "secrets.P.json_key"):
        create(secrets=secrets)


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
def test_secret_environment_above_the_limit_is_rejected(create, rejected, late):
    value = "x" * 65536
    with rejected("ecs-secret-size", "secret_environment"):
        create(secret_environment=lambda: {"A": pulumi.Output.from_input(value) if late else value})


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
    ("args", "rule", "path"),
    [
        (
            lambda wrap: {"secrets": {"A": {"secret_arn": wrap(OTHER_ACCOUNT)}}},
            "ecs-secret-of-other-account",
            "secrets.A.kms_key_arn",
        ),
        (
            lambda wrap: {"secrets": {"A": {"secret_arn": wrap(OTHER_REGION), "kms_key_arn": KEY}}},
            "ecs-secret-key-region",
            "secrets.A.kms_key_arn",
        ),
        (
            lambda wrap: {
                "repository_credentials_secret_arn": wrap(OTHER_ACCOUNT),
                "repository_credentials_kms_key_arn": KEY,
            },
            "ecs-registry-secret-of-other-account",
            "repository_credentials_secret_arn",
        ),
    ],
)
def test_secrets_that_ecs_cannot_read_are_rejected(deploy, required_args, rejected, *, args, rule, path, late):
    wrap = pulumi.Output.from_input if late else str
    with rejected(rule, path):
        deploy(lambda: FargateSingleton("orders", required_args | args(wrap)))


PARAMETER = "arn:aws:ssm:eu-west-1:123456789012:parameter/orders/password"


@pytest.mark.parametrize("late", [False, True])
def test_parameter_is_referenced_by_its_arn(container, late):
    def secrets():
        return {"P": EcsSecretReference(parameter_arn=pulumi.Output.from_input(PARAMETER) if late else PARAMETER)}

    assert container(secrets=secrets)["secrets"] == [{"name": "P", "valueFrom": PARAMETER}]


def test_execution_role_may_read_and_decrypt_exactly_the_parameters(statements):
    policy = statements(
        "execution-policy",
        secrets={
            "A": {"parameter_arn": PARAMETER, "kms_key_arn": KEY},
            "B": {"parameter_arn": f"{PARAMETER}-2"},
            "C": {"secret_arn": ARN, "kms_key_arn": KEY},
        },
    )
    assert policy["Secrets"]["Resource"] == [ARN]
    assert policy["Parameters"] == {
        "Sid": "Parameters",
        "Effect": "Allow",
        "Action": ["ssm:GetParameters"],
        "Resource": [PARAMETER, f"{PARAMETER}-2"],
    }
    assert policy["DecryptParameters"]["Resource"] == KEY
    assert policy["DecryptParameters"]["Condition"] == {
        "StringEquals": {
            "kms:ViaService": "ssm.eu-west-1.amazonaws.com",
            "kms:EncryptionContext:PARAMETER_ARN": [PARAMETER],
        }
    }
    assert policy["Decrypt"]["Condition"]["StringEquals"]["kms:EncryptionContext:SecretARN"] == [ARN]


@pytest.mark.parametrize("reference", [{}, {"secret_arn": ARN, "parameter_arn": PARAMETER}])
def test_reference_has_one_source(create, rejected, reference):
    with rejected("ecs-secret-source", "secrets.P"):
        create(secrets={"P": reference})


@pytest.mark.parametrize(
    "selector",
    [{"json_key": "a"}, {"version_id": VERSION}, {"version_stage": "AWSPREVIOUS"}],
    ids=lambda item: next(iter(item)),
)
def test_parameter_has_neither_keys_nor_versions(create, rejected, selector):
    with rejected("ecs-parameter-key", f"secrets.P.{next(iter(selector))}"):
        create(secrets={"P": {"parameter_arn": PARAMETER, **selector}})


def test_key_of_a_parameter_is_in_its_region(create, rejected):
    with rejected("ecs-secret-key-region", "secrets.P.kms_key_arn"):
        create(secrets={"P": {"parameter_arn": PARAMETER, "kms_key_arn": KEY.replace("eu-west-1", "us-east-1")}})


def test_rotation_of_a_parameter_is_not_noticed(create, rejected):
    with rejected("ecs-argument-without-effect", "redeploy_on_secret_rotation"):
        create(redeploy_on_secret_rotation=True, secrets={"P": {"parameter_arn": PARAMETER}})


def test_rotation_watches_secrets_only(create):
    references = {"P": {"parameter_arn": PARAMETER}, "S": {"secret_arn": ARN}}
    plan = create(redeploy_on_secret_rotation=True, secrets=references)
    (pattern,) = [rule.inputs["eventPattern"] for rule in plan.all("aws:cloudwatch/eventRule:EventRule")]
    assert ARN in pattern
    assert PARAMETER not in pattern
