"""SCRAM users."""

import json

import pulumi
import pytest

from moorings import EncryptionKey, EncryptionKeyArgs, MskCluster, MskScramUser, MskScramUserArgs

CLUSTER = "arn:aws:kafka:eu-west-1:123456789012:cluster/kafka/5a2a8e0e-3b3f-4a8e-9d0c-5f6c1d2e3f4a-2"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
REQUIRED = {"cluster_arn": CLUSTER, "username": "orders", "kms_key_arn": KEY}


@pytest.fixture
def user(deploy):
    """Returns a function that deploys a user with the required and other arguments."""

    def deploy_user(*, preview=False, reveal_secrets=True, **args):
        def program():
            values = {name: value() if callable(value) else value for name, value in args.items()}
            MskScramUser("kafka-orders", REQUIRED | values)

        return deploy(program, preview=preview, reveal_secrets=reveal_secrets)

    return deploy_user


def test_a_user_has_a_password_a_secret_with_its_version_and_policy_and_one_association(user):
    prefix = "urn:pulumi:test::moorings::moorings:index:MskScramUser$"
    assert user().urns == [
        f"{prefix}aws:msk/singleScramSecretAssociation:SingleScramSecretAssociation::kafka-orders-association",
        f"{prefix}aws:secretsmanager/secret:Secret::kafka-orders-secret",
        f"{prefix}aws:secretsmanager/secretPolicy:SecretPolicy::kafka-orders-policy",
        f"{prefix}aws:secretsmanager/secretVersion:SecretVersion::kafka-orders-version",
        f"{prefix}random:index/randomPassword:RandomPassword::kafka-orders-password",
        "urn:pulumi:test::moorings::moorings:index:MskScramUser::kafka-orders",
    ]


def test_the_secret_has_the_required_prefix_and_a_customer_managed_key(user):
    assert user()["kafka-orders-secret"].inputs == {
        "namePrefix": "AmazonMSK_kafka-orders-",
        "description": "Credentials of the MSK user orders",
        "kmsKeyId": KEY,
        "recoveryWindowInDays": 30,
        "tags": {},
    }


def test_the_password_is_long_stable_and_needs_no_escaping(user):
    assert user()["kafka-orders-password"].inputs == {"length": 40, "special": False, "keepers": {"version": "1"}}


def test_a_new_password_version_generates_a_new_password(user):
    assert user(password_version=2)["kafka-orders-password"].inputs["keepers"] == {"version": "2"}


def test_the_secret_value_is_the_documented_json(user):
    value = user()["kafka-orders-version"].inputs["secretString"].value
    assert json.loads(value).keys() == {"username", "password"}
    assert json.loads(value)["username"] == "orders"


def test_the_secret_value_is_masked(user):
    version = user(reveal_secrets=False)["kafka-orders-version"]
    assert version.inputs["secretString"] == "[secret]"


def test_the_secret_policy_is_the_one_that_msk_attaches(user):
    plan = user()
    policy = json.loads(plan["kafka-orders-policy"].inputs["policy"])
    assert policy == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AWSKafkaResourcePolicy",
                "Effect": "Allow",
                "Principal": {"Service": "kafka.amazonaws.com"},
                "Action": "secretsmanager:getSecretValue",
                "Resource": plan["kafka-orders-policy"].inputs["secretArn"],
            }
        ],
    }


def test_the_secret_is_associated_after_msk_can_read_it(user):
    plan = user()
    association = plan["kafka-orders-association"]
    assert association.inputs["clusterArn"] == CLUSTER
    for role in ("secret", "version", "policy"):
        assert plan[f"kafka-orders-{role}"].urn in association.dependencies


def test_a_password_can_be_supplied(user):
    plan = user(password="correct horse battery staple")
    assert not plan.all("random:index/randomPassword:RandomPassword")
    value = json.loads(plan["kafka-orders-version"].inputs["secretString"].value)
    assert value["password"] == "correct horse battery staple"


def test_a_secret_can_be_deleted_without_recovery(user):
    assert user(recovery_window_days=0)["kafka-orders-secret"].inputs["recoveryWindowInDays"] == 0


def test_outputs(deploy):
    def program():
        orders = MskScramUser("kafka-orders", MskScramUserArgs(**REQUIRED))
        for name in ("username", "password", "secret_arn", "secret_version_id", "secret_read_policy"):
            pulumi.export(name, getattr(orders, name))

    outputs = deploy(program, reveal_secrets=False).outputs
    assert outputs["username"] == "orders"
    assert outputs["password"] == "[secret]"
    assert outputs["secret_arn"].startswith(
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_kafka-orders-"
    )
    read, decrypt = json.loads(outputs["secret_read_policy"])["Statement"]
    assert read["Resource"] == outputs["secret_arn"]
    assert decrypt["Resource"] == KEY
    assert decrypt["Condition"]["StringEquals"] == {
        "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com",
        "kms:EncryptionContext:SecretARN": outputs["secret_arn"],
    }


def test_a_preview_without_known_passwords_and_arns(user):
    plan = user(preview=True)
    assert len(plan.urns) == 6
    assert plan["kafka-orders-secret"].inputs["kmsKeyId"] == KEY


def test_in_china_the_read_policy_names_the_service_endpoint_of_china(deploy):
    policies = []
    deploy(
        lambda: MskScramUser(
            "u",
            MskScramUserArgs(
                username="orders",
                **{
                    argument: arn.replace("arn:aws:", "arn:aws-cn:").replace("eu-west", "cn-north")
                    for argument, arn in {"cluster_arn": CLUSTER, "kms_key_arn": KEY}.items()
                },
            ),
        ).secret_read_policy.apply(policies.append),
        config={"aws:region": "cn-north-1"},
    )
    assert "secretsmanager.cn-north-1.amazonaws.com.cn" in policies[0]


ALIAS = "arn:aws:kms:eu-west-1:123456789012:alias/msk"
LATE = [
    ("cluster_arn", "kafka", "argument-format"),
    ("secret_name", "orders", "argument-format"),
    ("kms_key_arn", ALIAS, "argument-format"),
    ("kms_key_arn", KEY.replace("eu-west-1", "us-east-1"), "aws-arn-region"),
    ("cluster_arn", CLUSTER.replace("eu-west-1", "us-east-1"), "aws-arn-region"),
    ("password", "", "argument-length"),
]
PLAIN = [
    ("username", "", "argument-length"),
    ("username", "orders\n", "argument-format"),
    ("username", " orders", "argument-format"),
    ("username", "*", "msk-user-name"),
    ("password_version", 0, "argument-range"),
    ("recovery_window_days", 6, "argument-range"),
    ("recovery_window_days", 31, "argument-range"),
    ("user", "x", "argument-unknown"),
]


@pytest.mark.parametrize(("name", "value", "rule"), PLAIN + LATE)
def test_invalid_values_are_rejected(user, rejected, name, value, rule):
    with rejected(rule, name):
        user(**{name: value})


@pytest.mark.parametrize(("name", "value", "rule"), LATE)
def test_invalid_late_values_are_rejected_with_the_same_path(user, rejected, name, value, rule):
    with rejected(rule, name):
        user(**{name: lambda: pulumi.Output.from_input(value)})


def test_a_key_of_another_account_is_accepted(user):
    key = KEY.replace("123456789012", "210987654321")
    assert user(kms_key_arn=key)["kafka-orders-secret"].inputs["kmsKeyId"] == key


@pytest.mark.parametrize("missing", REQUIRED)
def test_required_arguments(deploy, rejected, missing):
    with rejected("argument-required", missing):
        deploy(lambda: MskScramUser("kafka-orders", {key: REQUIRED[key] for key in REQUIRED if key != missing}))


def test_an_existing_secret_can_be_imported(user):
    assert user(secret_name="AmazonMSK_orders")["kafka-orders-secret"].inputs["name"] == "AmazonMSK_orders"


@pytest.mark.parametrize("username", ["a", "x" * 65, "team.orders_v2-eu", "_orders", "CN=orders", "a b"])
def test_valid_usernames_are_accepted(user, username):
    value = user(username=username)["kafka-orders-version"].inputs["secretString"].value
    assert json.loads(value)["username"] == username


def test_username_outside_ascii_is_rejected(user, rejected):
    with rejected("kafka-scram-username", "username"):
        user(username="ünïcode")


@pytest.mark.parametrize("password", ["short", " correct horse battery", "correct horse battery\n"])
def test_weak_passwords_are_reported_without_the_password(user, logged, password):
    plan = user(password=password)
    assert ("msk-user-password-weak", "password") in logged(plan)
    assert password.strip() not in "".join(message for _, message, _ in plan.log)


def test_long_passwords_are_possible(user, logged):
    plan = user(password="x" * 129)
    assert logged(plan) == [("msk-user-password-long", "password")]


@pytest.mark.parametrize(
    ("name", "prefix"),
    [("kafka orders", "AmazonMSK_kafka-orders-"), ("x" * 475, f"AmazonMSK_{'x' * 474}-")],
    ids=["blank", "too long"],
)
def test_the_secret_name_contains_what_secrets_manager_accepts_of_the_name(deploy, name, prefix):
    plan = deploy(lambda: MskScramUser(name, REQUIRED))
    assert plan[f"{name}-secret"].inputs["namePrefix"] == prefix


def test_a_key_of_the_program_must_serve_secrets_manager_and_msk(deploy, rejected):
    def program(services):
        key = EncryptionKey("secrets", EncryptionKeyArgs(description="Secrets", services=services))
        MskScramUser("kafka-orders", REQUIRED | {"kms_key_arn": key.arn})

    deploy(lambda: program(["secretsmanager", "kafka"]))
    with rejected("msk-user-key-purpose", "kms_key_arn"):
        deploy(lambda: program(["kafka"]), preview=True)


def test_a_user_name_can_be_acknowledged_at_the_cluster(deploy, rejected):
    cluster = {
        "vpc_id": "vpc-0d1c7a52e8b94f360",
        "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"],
        "kafka_version": "3.9.x.kraft",
        "users": ["User:orders"],
    }
    with rejected("msk-user-name", "username"):
        deploy(lambda: MskCluster("kafka", cluster))
    plan = deploy(lambda: MskCluster("kafka", cluster | {"acknowledge": {"msk-user-name": "an existing user"}}))
    assert plan["kafka-User:orders-secret"].inputs["namePrefix"] == "AmazonMSK_kafka-User-orders-"


def test_only_users_with_an_acknowledged_name_receive_the_acknowledgement(deploy, logged):
    cluster = {
        "vpc_id": "vpc-0d1c7a52e8b94f360",
        "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"],
        "kafka_version": "3.9.x.kraft",
        "users": ["User:orders", "kpow"],
        "acknowledge": {"msk-user-name": "an existing user"},
    }
    assert "acknowledge-unused" not in {rule for rule, _ in logged(deploy(lambda: MskCluster("kafka", cluster)))}
