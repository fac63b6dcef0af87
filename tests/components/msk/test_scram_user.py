"""SCRAM users."""

import json

import pulumi
import pytest

from moorings import InvalidInput, MskScramUser, MskScramUserArgs

CLUSTER = "arn:aws:kafka:eu-west-1:123456789012:cluster/kafka/5a2a8e0e-3b3f-4a8e-9d0c-5f6c1d2e3f4a-2"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
NEEDED = {"cluster_arn": CLUSTER, "username": "orders", "kms_key_arn": KEY}
WHERE = "MskScramUser 'kafka-orders'"


@pytest.fixture
def made(deploy):
    """Deploy a user with the given arguments beside those that are needed."""

    def make(*, preview=False, reveal_secrets=True, **args):
        return deploy(
            lambda: MskScramUser("kafka-orders", NEEDED | args), preview=preview, reveal_secrets=reveal_secrets
        )

    return make


def test_it_makes_a_password_a_secret_its_value_its_policy_and_one_association(made):
    inside = "urn:pulumi:test::moorings::moorings:index:MskScramUser$"
    assert made().urns == [
        f"{inside}aws:msk/singleScramSecretAssociation:SingleScramSecretAssociation::kafka-orders-association",
        f"{inside}aws:secretsmanager/secret:Secret::kafka-orders-secret",
        f"{inside}aws:secretsmanager/secretPolicy:SecretPolicy::kafka-orders-policy",
        f"{inside}aws:secretsmanager/secretVersion:SecretVersion::kafka-orders-version",
        f"{inside}random:index/randomPassword:RandomPassword::kafka-orders-password",
        "urn:pulumi:test::moorings::moorings:index:MskScramUser::kafka-orders",
    ]


def test_the_secret_is_named_as_msk_wants_it_and_encrypted_with_the_customers_key(made):
    assert made()["kafka-orders-secret"].inputs == {
        "namePrefix": "AmazonMSK_kafka-orders-",
        "description": "Credentials of the MSK user orders",
        "kmsKeyId": KEY,
        "recoveryWindowInDays": 30,
        "tags": {},
    }


def test_the_password_is_long_needs_no_escaping_and_stays_the_same(made):
    assert made()["kafka-orders-password"].inputs == {"length": 40, "special": False, "keepers": {"version": "1"}}


def test_a_raised_version_makes_a_new_password(made):
    assert made(password_version=2)["kafka-orders-password"].inputs["keepers"] == {"version": "2"}


def test_the_value_is_the_documented_json(made):
    value = made()["kafka-orders-version"].inputs["secretString"].value
    assert json.loads(value).keys() == {"username", "password"}
    assert json.loads(value)["username"] == "orders"


def test_the_value_is_secret(made):
    version = made(reveal_secrets=False)["kafka-orders-version"]
    assert version.inputs["secretString"] == "[secret]"


def test_the_policy_is_the_one_that_msk_writes(made):
    plan = made()
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


def test_msk_is_told_of_the_secret_once_it_can_read_it(made):
    plan = made()
    association = plan["kafka-orders-association"]
    assert association.inputs["clusterArn"] == CLUSTER
    for needed in ("secret", "version", "policy"):
        assert plan[f"kafka-orders-{needed}"].urn in association.dependencies


def test_a_password_of_ones_own_is_taken(made):
    plan = made(password="correct horse battery staple")
    assert not plan.all("random:index/randomPassword:RandomPassword")
    value = json.loads(plan["kafka-orders-version"].inputs["secretString"].value)
    assert value["password"] == "correct horse battery staple"


def test_a_deleted_secret_can_be_forgotten_at_once(made):
    assert made(recovery_window_days=0)["kafka-orders-secret"].inputs["recoveryWindowInDays"] == 0


def test_its_outputs_say_where_the_credentials_are(deploy):
    def program():
        user = MskScramUser("kafka-orders", MskScramUserArgs(**NEEDED))
        for name in ("ready", "password", "secret_arn", "secret_version_id", "read_policy"):
            pulumi.export(name, getattr(user, name))

    outputs = deploy(program, reveal_secrets=False).outputs
    assert outputs["ready"] == "orders"
    assert outputs["password"] == "[secret]"
    assert outputs["secret_arn"].startswith(
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_kafka-orders-"
    )
    read, decrypt = json.loads(outputs["read_policy"])["Statement"]
    assert read["Resource"] == outputs["secret_arn"]
    assert decrypt["Resource"] == KEY
    assert decrypt["Condition"]["StringEquals"] == {
        "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com",
        "kms:EncryptionContext:SecretARN": outputs["secret_arn"],
    }


def test_a_preview_knows_neither_password_nor_arn(made):
    plan = made(preview=True)
    assert len(plan.urns) == 6
    assert plan["kafka-orders-secret"].inputs["kmsKeyId"] == KEY


def test_in_china_the_reader_decrypts_through_the_service_there(deploy):
    seen = []
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
        ).read_policy.apply(seen.append),
        config={"aws:region": "cn-north-1"},
    )
    assert "secretsmanager.cn-north-1.amazonaws.com.cn" in seen[0]


ALIAS = "arn:aws:kms:eu-west-1:123456789012:alias/msk"
SERVERLESS = "arn:aws:kafka:eu-west-1:123456789012:cluster/kafka/5a2a8e0e-3b3f-4a8e-9d0c-5f6c1d2e3f4a-s3"
FORM = "is not a user's name of 1 to 64 letters, digits and ._-, the first a letter or a digit, such as orders"
LATE = [
    (
        "cluster_arn",
        SERVERLESS,
        f"'{SERVERLESS}' is a serverless cluster, where identities of IAM alone log in; give it no users",
    ),
    (
        "secret_name",
        "orders",
        "'orders' is not the name of a secret that MSK takes: AmazonMSK_ and 1 to 502 letters, digits and /_+=.@-, such "
        "as AmazonMSK_orders",
    ),
    (
        "kms_key_arn",
        ALIAS,
        "'arn:aws:kms:eu-west-1:123456789012:alias/msk' is not the ARN of a KMS key (an alias is none), such as arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06",
    ),
    ("password", "", "String should have at least 1 character"),
    ("password", "x" * 129, "String should have at most 128 characters"),
]
PLAIN = [
    ("username", "", f"'' {FORM}"),
    ("username", "a b", f"'a b' {FORM}"),
    ("username", "x" * 65, f"'{'x' * 65}' {FORM}"),
    ("password_version", 0, "Input should be greater than 0"),
    (
        "recovery_window_days",
        6,
        "Secrets Manager keeps a deleted secret 7 to 30 days, or 0 to forget it at once, not 6",
    ),
    (
        "recovery_window_days",
        31,
        "Secrets Manager keeps a deleted secret 7 to 30 days, or 0 to forget it at once, not 31",
    ),
    ("user", "x", "there is no such argument; did you mean username?"),
]


@pytest.mark.parametrize(("name", "value", "message"), PLAIN + LATE)
def test_what_is_refused(made, name, value, message):
    with pytest.raises(InvalidInput) as refused:
        made(**{name: value})
    assert str(refused.value) == f"{WHERE}.{name}: {message}"


@pytest.mark.parametrize(("name", "value", "message"), LATE)
def test_a_late_value_is_refused_in_the_same_words(deploy, name, value, message):
    with pytest.raises(InvalidInput) as refused:
        deploy(lambda: MskScramUser("kafka-orders", NEEDED | {name: pulumi.Output.from_input(value)}))
    assert str(refused.value) == f"{WHERE}.{name}: {message}"


@pytest.mark.parametrize("late", [False, True])
def test_something_else_than_an_arn_is_refused(deploy, late):
    with pytest.raises(
        InvalidInput, match=rf"^{WHERE}\.cluster_arn: 'kafka' is not the ARN of an MSK cluster, such as arn:aws:kafka:"
    ):
        deploy(
            lambda: MskScramUser(
                "kafka-orders", NEEDED | {"cluster_arn": pulumi.Output.from_input("kafka") if late else "kafka"}
            )
        )


@pytest.mark.parametrize("late", [(), ("cluster_arn",), ("kms_key_arn",), ("cluster_arn", "kms_key_arn")])
def test_a_key_of_another_region_is_refused(deploy, late):
    given = NEEDED | {"kms_key_arn": KEY.replace("eu-west-1", "us-east-1")}
    with pytest.raises(InvalidInput) as refused:
        deploy(
            lambda: MskScramUser(
                "kafka-orders",
                {name: pulumi.Output.from_input(value) if name in late else value for name, value in given.items()},
            )
        )
    assert str(refused.value) == (
        f"{WHERE}: kms_key_arn {given['kms_key_arn']} is of us-east-1 and used in eu-west-1; name one of eu-west-1"
    )


def test_a_key_of_another_account_is_taken(made):
    key = KEY.replace("123456789012", "210987654321")
    assert made(kms_key_arn=key)["kafka-orders-secret"].inputs["kmsKeyId"] == key


@pytest.mark.parametrize("missing", NEEDED)
def test_what_is_needed_is_named(deploy, missing):
    with pytest.raises(InvalidInput) as refused:
        deploy(lambda: MskScramUser("kafka-orders", {key: NEEDED[key] for key in NEEDED if key != missing}))
    assert str(refused.value) == f"{WHERE}.{missing}: this argument is required"


def test_a_secret_that_exists_is_taken_over(made):
    assert made(secret_name="AmazonMSK_orders")["kafka-orders-secret"].inputs["name"] == "AmazonMSK_orders"


@pytest.mark.parametrize("username", ["a", "x" * 64, "team.orders_v2-eu"])
def test_a_good_name_is_taken(made, username):
    assert made(username=username)


def test_two_ways_to_rotate_at_once_are_refused(made):
    with pytest.raises(InvalidInput) as refused:
        made(password="correct horse", password_version=2)
    assert str(refused.value) == (
        f"{WHERE}: password_version makes a new generated password; with a password of your own, change that"
    )


def test_a_name_that_makes_a_secret_too_long_is_refused(deploy):
    with pytest.raises(InvalidInput) as refused:
        deploy(lambda: MskScramUser("x" * 475, NEEDED))
    assert str(refused.value).endswith(
        "the name must be 1 to 474 of letters, digits and /_+=.@-, as a secret is named after it"
    )


def test_a_name_that_secrets_manager_does_not_take_is_refused(deploy):
    with pytest.raises(InvalidInput, match="the name must be 1 to 474 of letters, digits"):
        deploy(lambda: MskScramUser("kafka orders", NEEDED))
