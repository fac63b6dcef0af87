"""SCRAM users."""

import json

import pulumi
import pytest

from moorings import InvalidInput, MskScramUser, MskScramUserArgs

CLUSTER = "arn:aws:kafka:eu-west-1:123456789012:cluster/kafka/5a2a8e0e-3b3f-4a8e-9d0c-5f6c1d2e3f4a-2"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
REQUIRED = {"cluster_arn": CLUSTER, "username": "orders", "kms_key_arn": KEY}
COMPONENT = "MskScramUser 'kafka-orders'"


@pytest.fixture
def user(deploy):
    """Returns a function that deploys a user with the required and other arguments."""

    def deploy_user(*, preview=False, reveal_secrets=True, **args):
        return deploy(
            lambda: MskScramUser("kafka-orders", REQUIRED | args), preview=preview, reveal_secrets=reveal_secrets
        )

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
SERVERLESS = "arn:aws:kafka:eu-west-1:123456789012:cluster/kafka/5a2a8e0e-3b3f-4a8e-9d0c-5f6c1d2e3f4a-s3"
USERNAME_FORMAT = (
    "expected a user name of 1 to 64 letters, digits and ._- that begins with a letter or a digit, such as orders"
)
LATE = [
    (
        "cluster_arn",
        SERVERLESS,
        f"must be a provisioned cluster, because serverless clusters support only IAM, got '{SERVERLESS}'",
    ),
    (
        "secret_name",
        "orders",
        "expected the name of a secret that MSK accepts: AmazonMSK_ and 1 to 502 letters, digits and /_+=.@-, "
        "such as AmazonMSK_orders, got 'orders'",
    ),
    (
        "kms_key_arn",
        ALIAS,
        "expected the ARN of a KMS key (not of an alias), such as arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06, got 'arn:aws:kms:eu-west-1:123456789012:alias/msk'",
    ),
    ("password", "", "must not be empty"),
    ("password", "x" * 129, "must be at most 128 characters long"),
]
PLAIN = [
    ("username", "", f"{USERNAME_FORMAT}, got ''"),
    ("username", "a b", f"{USERNAME_FORMAT}, got 'a b'"),
    ("username", "x" * 65, f"{USERNAME_FORMAT}, got '{'x' * 65}'"),
    ("password_version", 0, "must be greater than 0"),
    (
        "recovery_window_days",
        6,
        "must be between 7 and 30, or 0 to delete the secret without recovery, got 6",
    ),
    (
        "recovery_window_days",
        31,
        "must be between 7 and 30, or 0 to delete the secret without recovery, got 31",
    ),
    ("user", "x", "unknown argument; did you mean username?"),
]


@pytest.mark.parametrize(("name", "value", "message"), PLAIN + LATE)
def test_invalid_values_are_rejected(user, name, value, message):
    with pytest.raises(InvalidInput) as error:
        user(**{name: value})
    assert str(error.value) == f"{COMPONENT}.{name}: {message}"


@pytest.mark.parametrize(("name", "value", "message"), LATE)
def test_invalid_late_values_are_rejected_with_the_same_message(deploy, name, value, message):
    with pytest.raises(InvalidInput) as error:
        deploy(lambda: MskScramUser("kafka-orders", REQUIRED | {name: pulumi.Output.from_input(value)}))
    assert str(error.value) == f"{COMPONENT}.{name}: {message}"


@pytest.mark.parametrize("late", [False, True])
def test_the_cluster_is_identified_by_its_arn(deploy, late):
    with pytest.raises(
        InvalidInput,
        match=rf"^{COMPONENT}\.cluster_arn: expected the ARN of an MSK cluster, such as arn:aws:kafka:",
    ):
        deploy(
            lambda: MskScramUser(
                "kafka-orders", REQUIRED | {"cluster_arn": pulumi.Output.from_input("kafka") if late else "kafka"}
            )
        )


@pytest.mark.parametrize("late", [(), ("cluster_arn",), ("kms_key_arn",), ("cluster_arn", "kms_key_arn")])
def test_a_key_of_another_region_is_rejected(deploy, late):
    args = REQUIRED | {"kms_key_arn": KEY.replace("eu-west-1", "us-east-1")}
    with pytest.raises(InvalidInput) as error:
        deploy(
            lambda: MskScramUser(
                "kafka-orders",
                {name: pulumi.Output.from_input(value) if name in late else value for name, value in args.items()},
            )
        )
    assert str(error.value) == (f"{COMPONENT}: kms_key_arn: expected an ARN in eu-west-1, got {args['kms_key_arn']}")


def test_a_key_of_another_account_is_accepted(user):
    key = KEY.replace("123456789012", "210987654321")
    assert user(kms_key_arn=key)["kafka-orders-secret"].inputs["kmsKeyId"] == key


@pytest.mark.parametrize("missing", REQUIRED)
def test_required_arguments(deploy, missing):
    with pytest.raises(InvalidInput) as error:
        deploy(lambda: MskScramUser("kafka-orders", {key: REQUIRED[key] for key in REQUIRED if key != missing}))
    assert str(error.value) == f"{COMPONENT}.{missing}: this argument is required"


def test_an_existing_secret_can_be_imported(user):
    assert user(secret_name="AmazonMSK_orders")["kafka-orders-secret"].inputs["name"] == "AmazonMSK_orders"


@pytest.mark.parametrize("username", ["a", "x" * 64, "team.orders_v2-eu"])
def test_valid_usernames_are_accepted(user, username):
    assert user(username=username)


def test_a_supplied_password_has_no_version(user):
    with pytest.raises(InvalidInput) as error:
        user(password="correct horse", password_version=2)
    assert str(error.value) == (
        f"{COMPONENT}: password_version: only generated passwords have a version; change password instead"
    )


@pytest.mark.parametrize("name", ["x" * 475, "kafka orders"], ids=["too long", "blank"])
def test_names_that_are_invalid_in_a_secret_name_are_rejected(deploy, name):
    with pytest.raises(InvalidInput) as error:
        deploy(lambda: MskScramUser(name, REQUIRED))
    assert str(error.value) == (
        f"MskScramUser {name!r}: name: must be 1 to 474 letters, digits and /_+=.@-, because the secret is named after it"
    )
