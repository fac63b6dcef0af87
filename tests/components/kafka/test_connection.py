"""A way into a cluster."""

import json

import pulumi
import pulumi_random as random
import pytest
from pydantic import ValidationError

from moorings import InvalidInput, KafkaConnection, MskCluster, MskClusterArgs
from moorings.preview.program import StackContext, run
from moorings.preview.secret_masking import UNKNOWN, RevealedSecret

HOST = "b-1.kafka.a1b2c3.c2.kafka.eu-west-1.amazonaws.com"
SERVERS = f"{HOST}:9096"
SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-a1B2c3"
KEY_ARN = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
CLUSTER_ARN = "arn:aws:kafka:eu-west-1:123456789012:cluster/kafka/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
GROUP = "sg-0b92d7f4a1e63c508"

SCRAM = {"listener": "scram", "bootstrap_servers": SERVERS, "username": "orders", "password": "pass"}
BY_SECRET = {key: value for key, value in SCRAM.items() if key != "password"} | {"secret_arn": SECRET_ARN}
IAM = {"listener": "iam", "bootstrap_servers": f"{HOST}:9098"}
TLS = {"listener": "tls", "bootstrap_servers": f"{HOST}:9094"}
WHERE = "KafkaConnection 'k'"

HOST_PORT = "is not host:port with a port from 1 to 65535; give the brokers as host:port, joined by commas, without blanks or a scheme"


def of(args):
    return KafkaConnection.from_input(WHERE, args)


@pytest.fixture
def refusal(deploy):
    """Tell with what words a program is refused."""

    def message(program):
        with pytest.raises(InvalidInput) as refused:
            deploy(program)
        return str(refused.value)

    return message


# What is refused


ALONE = [
    ("bootstrap_servers", "b-1", f"'b-1' {HOST_PORT}"),
    ("bootstrap_servers", "", f"'' {HOST_PORT}"),
    (
        "bootstrap_servers",
        f"{HOST}:9098",
        f"'{HOST}:9098' has the port of the iam listener; the scram listener has 9096, and 9196 for the internet",
    ),
    ("username", "", "String should have at least 1 character"),
    ("password", "", "String should have at least 1 character"),
    ("secret_arn", KEY_ARN, f"expected the ARN of a Secrets Manager secret, such as {SECRET_ARN}, got {KEY_ARN!r}"),
    ("security_group_id", "default", "expected a security group ID, such as sg-0b92d7f4a1e63c508, got 'default'"),
]


@pytest.mark.parametrize(("name", "value", "message"), ALONE)
def test_a_bad_value_is_refused(refusal, name, value, message):
    assert refusal(lambda: of(SCRAM | {name: value})) == f"{WHERE}.{name}: {message}"


@pytest.mark.parametrize(("name", "value", "message"), ALONE)
def test_a_bad_late_value_is_refused_in_the_same_words(refusal, name, value, message):
    assert refusal(lambda: of(SCRAM | {name: pulumi.Output.from_input(value)})) == f"{WHERE}.{name}: {message}"


def test_made_by_hand_the_path_begins_with_the_class(refusal):
    assert refusal(
        lambda: KafkaConnection(**SCRAM | {"bootstrap_servers": pulumi.Output.from_input(f"{HOST}:9092")})
    ) == (
        f"KafkaConnection.bootstrap_servers: '{HOST}:9092' has the port of clients that do not log in; "
        "the scram listener has 9096, and 9196 for the internet"
    )


def test_an_unknown_listener_is_refused_without_a_word_on_its_ports(refusal):
    assert (
        refusal(lambda: of(SCRAM | {"listener": "plain"}))
        == f"{WHERE}.listener: Input should be 'scram', 'iam' or 'tls'"
    )


@pytest.mark.parametrize("missing", [["username"], ["password"], ["username", "password"]])
def test_scram_needs_a_user_and_credentials(refusal, missing):
    assert refusal(lambda: of({name: value for name, value in SCRAM.items() if name not in missing})) == (
        f"{WHERE}: a scram connection needs a username, and a password or the secret_arn that holds it"
    )


@pytest.mark.parametrize("args", [IAM, TLS])
@pytest.mark.parametrize(
    "given",
    [
        {"username": "orders"},
        {"password": "pass"},
        {"secret_arn": SECRET_ARN, "kms_key_arn": KEY_ARN},
    ],
)
def test_other_listeners_take_no_credentials(refusal, args, given):
    assert refusal(lambda: of(args | given)) == (
        f"{WHERE}: a connection to the {args['listener']} listener takes no {', '.join(given)}; scram does"
    )


@pytest.mark.parametrize("late", [False, True])
def test_a_password_is_in_no_message(deploy, late):
    with pytest.raises((InvalidInput, ValidationError)) as refused:
        deploy(lambda: KafkaConnection(**IAM, password=pulumi.Output.from_input("hunter2") if late else "hunter2"))
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("args", [SCRAM, BY_SECRET, IAM, TLS])
def test_what_a_listener_needs_is_enough(deploy, args):
    plan = deploy(lambda: pulumi.export("it", of(args).to_export()))
    assert plan.outputs["it"] == args | ({"password": RevealedSecret("pass")} if "password" in args else {})


# What it never shows


def test_a_password_does_not_show(deploy):
    def program():
        made = of(SCRAM | {"password": "hunter2"})
        pulumi.export("shown", f"{made!r} {made} {made.password!r}")

    shown = deploy(program).outputs["shown"]
    assert "username='orders'" in shown
    assert "hunter2" not in shown


def test_a_plain_password_leaves_as_a_secret(deploy):
    plan = deploy(lambda: pulumi.export("password", of(SCRAM).password))
    assert plan.outputs == {"password": RevealedSecret("pass")}


# Settings


def settings(make):
    """Export what a method gives."""
    return lambda: pulumi.export("it", make())


METHODS = ["librdkafka", "java", "kafka_python", "java_properties", "spring", "spring_environment", "environment"]


@pytest.mark.parametrize("method", METHODS)
def test_settings_are_secret_where_they_hold_the_password(deploy, method):
    held = deploy(settings(lambda: getattr(of(SCRAM), method)())).outputs["it"]
    assert isinstance(held, RevealedSecret)
    assert "pass" in json.dumps(held.value)


@pytest.mark.parametrize("method", METHODS)
def test_settings_without_credentials_are_not(deploy, method):
    held = deploy(settings(lambda: getattr(of(SCRAM), method)(credentials=False))).outputs["it"]
    assert not isinstance(held, RevealedSecret)
    assert "pass" not in json.dumps(held)
    assert SERVERS in json.dumps(held).replace("\\", "")


@pytest.mark.parametrize("method", METHODS)
def test_settings_of_a_certificate_are_not(deploy, method):
    held = deploy(settings(lambda: getattr(of(TLS), method)())).outputs["it"]
    assert not isinstance(held, RevealedSecret)


@pytest.mark.parametrize("method", METHODS)
def test_where_only_the_secret_is_known_the_password_cannot_be_asked_for(refusal, method):
    assert refusal(lambda: getattr(of(BY_SECRET), method)()) == (
        "KafkaConnection: the password is in secret_arn and not known here; ask with credentials=False and let the client "
        "read the secret, or give the password"
    )


@pytest.mark.parametrize("method", METHODS)
def test_the_rest_can(deploy, method):
    by_secret = deploy(settings(lambda: getattr(of(BY_SECRET), method)(credentials=False))).outputs["it"]
    assert by_secret == deploy(settings(lambda: getattr(of(SCRAM), method)(credentials=False))).outputs["it"]


@pytest.mark.parametrize("method", METHODS)
def test_in_a_preview_they_are_not_known_yet(deploy, method):
    made = settings(lambda: getattr(of(SCRAM | {"bootstrap_servers": unknown()}), method)(credentials=False))
    assert deploy(made, preview=True).outputs == {"it": UNKNOWN}


def test_librdkafka_by_role(deploy):
    plan = deploy(settings(lambda: of(SCRAM).librdkafka("producer")))
    assert plan.outputs["it"].value == {
        "bootstrap.servers": SERVERS,
        "security.protocol": "SASL_SSL",
        "acks": "all",
        "delivery.timeout.ms": "120000",
        "enable.idempotence": "true",
        "retry.backoff.ms": "200",
        "sasl.mechanisms": "SCRAM-SHA-512",
        "sasl.username": "orders",
        "sasl.password": "pass",
    }


def test_librdkafka_does_not_speak_iam(refusal):
    assert refusal(lambda: of(IAM).librdkafka()) == (
        "KafkaConnection: librdkafka does not speak AWS_MSK_IAM; connect as a SCRAM user, or set up OAUTHBEARER with a token "
        "provider in the application"
    )


def test_java_does(deploy):
    assert deploy(settings(lambda: of(IAM).java())).outputs["it"]["sasl.mechanism"] == "AWS_MSK_IAM"


def test_kafka_python_does_with_numbers_and_flags_as_such(deploy):
    assert deploy(settings(lambda: of(IAM).kafka_python("producer"))).outputs["it"] == {
        "bootstrap_servers": f"{HOST}:9098",
        "security_protocol": "SASL_SSL",
        "acks": "all",
        "delivery_timeout_ms": 120000,
        "enable_idempotence": True,
        "retry_backoff_ms": 200,
        "sasl_mechanism": "AWS_MSK_IAM",
    }


@pytest.mark.parametrize(
    ("role", "message"),
    [
        ("both", "there is no role 'both'; there are producer, consumer"),
        ("Consumer", "there is no role 'Consumer'; did you mean 'consumer'?"),
    ],
)
def test_a_role_that_there_is_not_is_refused(refusal, role, message):
    assert refusal(lambda: of(TLS).java(role)) == f"KafkaConnection: {message}"


def test_the_text_of_a_properties_file(deploy):
    assert deploy(settings(lambda: of(TLS).java_properties("consumer"))).outputs["it"] == (
        f"bootstrap.servers={HOST}\\:9094\nsecurity.protocol=SSL\n"
    )


@pytest.mark.parametrize("method", ["spring", "spring_environment"])
@pytest.mark.parametrize("late", [False, True])
def test_a_password_that_spring_would_resolve_is_refused_and_not_told(deploy, method, late):
    password = "pre${HOME}fix"

    def program():
        given = {**SCRAM, "password": pulumi.Output.from_input(password) if late else password}
        getattr(of(given), method)()

    with pytest.raises(InvalidInput) as refused:
        deploy(program)
    assert str(refused.value) == (
        "KafkaConnection: Spring takes '${' in the password for the beginning of a placeholder; choose another password, "
        "or let MskScramUser choose it"
    )


def test_the_jaas_line_of_a_user_is_secret_and_that_of_iam_is_not(deploy):
    assert deploy(settings(lambda: of(SCRAM).jaas())).outputs["it"] == RevealedSecret(
        'org.apache.kafka.common.security.scram.ScramLoginModule required username="orders" password="pass";'
    )
    assert (
        deploy(settings(lambda: of(IAM).jaas())).outputs["it"]
        == "software.amazon.msk.auth.iam.IAMLoginModule required;"
    )


def test_a_certificate_has_no_jaas_line(refusal):
    assert refusal(lambda: of(TLS).jaas()) == (
        "KafkaConnection: a certificate logs in without a JAAS line; connect to scram or iam, or leave the line out"
    )


def test_variables_with_a_prefix(deploy):
    assert deploy(settings(lambda: of(IAM).environment("ORDERS_", rack="euw1-az1"))).outputs["it"] == {
        "ORDERS_BOOTSTRAP_SERVERS": f"{HOST}:9098",
        "ORDERS_SECURITY_PROTOCOL": "SASL_SSL",
        "ORDERS_SASL_MECHANISM": "AWS_MSK_IAM",
        "ORDERS_CLIENT_RACK": "euw1-az1",
    }


# Racks

ZONE = "'eu-west-1a' is the name of a zone, and MSK calls its racks by zone IDs; give one, as euw1-az1"


def test_a_producer_has_no_rack(refusal):
    assert refusal(lambda: of(TLS).java("producer", rack="euw1-az1")) == (
        "KafkaConnection: a producer writes to leaders, wherever they are; leave rack to consumers"
    )


def test_the_name_of_a_zone_is_no_rack_of_msk(refusal):
    assert (
        refusal(lambda: of(TLS | {"cluster_arn": CLUSTER_ARN}).java("consumer", rack="eu-west-1a"))
        == f"KafkaConnection: {ZONE}"
    )


def test_neither_is_it_when_it_is_late(refusal):
    assert (
        refusal(lambda: of(TLS | {"cluster_arn": CLUSTER_ARN}).java(rack=pulumi.Output.from_input("eu-west-1a")))
        == f"KafkaConnection: {ZONE}"
    )


@pytest.mark.parametrize("late", [False, True])
def test_its_id_is(deploy, late):
    def make():
        rack = pulumi.Output.from_input("euw1-az1") if late else "euw1-az1"
        return of(TLS | {"cluster_arn": CLUSTER_ARN}).java("consumer", rack=rack)

    assert deploy(settings(make)).outputs["it"]["client.rack"] == "euw1-az1"


def test_other_clusters_call_their_racks_as_they_like(deploy):
    plan = deploy(settings(lambda: of(TLS).librdkafka("consumer", rack="eu-west-1a")))
    assert plan.outputs["it"]["client.rack"] == "eu-west-1a"


# From stack to stack

EXPORTED = {
    "orders": {
        "listener": "scram",
        "bootstrap_servers": SERVERS,
        "username": "orders",
        "password": "pass",
        "secret_arn": SECRET_ARN,
        "kms_key_arn": KEY_ARN,
        "security_group_id": GROUP,
        "cluster_arn": CLUSTER_ARN,
    },
    "kpow": {"listener": "scram", "bootstrap_servers": SERVERS, "username": "kpow", "secret_arn": SECRET_ARN},
    "iam": {
        "listener": "iam",
        "bootstrap_servers": f"{HOST}:9098",
        "security_group_id": GROUP,
        "cluster_arn": CLUSTER_ARN,
    },
}
OVER_THE_INTERNET = {name: value for name, value in EXPORTED["orders"].items() if name != "security_group_id"}


class Stack:
    """Another stack, whose outputs are secret as a whole where anything in them is, as an engine marks them."""

    def __init__(self, connections=EXPORTED, name="connections"):
        self.outputs = {name: connections, "servers": SERVERS}

    def get_output(self, name):
        return pulumi.Output.secret(self.outputs[name])


class NewStack:
    """A stack that was never deployed."""

    def get_output(self, _):
        return unknown()


def unknown():
    """What only a deployment can tell; for a program that is previewed."""
    return random.RandomString("servers", length=8).result


@pytest.fixture
def client(deploy):
    """Run a program that finds these connections in the other stack."""

    def ran(program, connections=EXPORTED, *, name="connections"):
        return deploy(lambda: program(Stack(connections, name)))

    return ran


def export(*args, **options):
    return lambda stack: pulumi.export("it", KafkaConnection.from_stack(stack, *args, **options).to_export())


def test_a_users_connection_is_found_in_another_stack(client):
    found = client(export("orders")).outputs["it"]
    assert found == EXPORTED["orders"] | {"password": RevealedSecret("pass")}


def test_without_the_password_it_is_not_asked_for(client):
    found = client(export("orders", password=False)).outputs["it"]
    assert found == {name: value for name, value in EXPORTED["orders"].items() if name != "password"}


def test_a_listener_without_users_is_found_by_its_kind(client):
    assert client(export(listener="iam")).outputs["it"] == EXPORTED["iam"]


def test_it_may_stand_in_another_output(client):
    assert client(export("orders", output="ways_in"), name="ways_in").outputs["it"]["username"] == "orders"


def test_in_a_preview_of_both_stacks_nothing_is_known(deploy):
    found = deploy(lambda: export("orders")(NewStack()), preview=True).outputs["it"]
    assert found.pop("listener") == "scram"
    assert found.pop("password") == RevealedSecret(UNKNOWN)
    assert found == dict.fromkeys(EXPORTED["orders"].keys() - {"listener", "password"}, UNKNOWN)


def test_a_stack_reference_is_what_it_takes():
    program = export("orders", password=False)
    setting = StackContext(
        "moorings", "client", references={"organization/moorings/kafka-test": {"connections": EXPORTED}}.get
    )
    found = run(lambda: program(pulumi.StackReference("organization/moorings/kafka-test")), setting, known=True)
    assert found.outputs["it"] == {name: value for name, value in EXPORTED["orders"].items() if name != "password"}


def test_settings_are_as_in_the_stack_itself(client, deploy):
    there = client(lambda stack: pulumi.export("it", KafkaConnection.from_stack(stack, "orders").java("consumer")))
    here = deploy(settings(lambda: of(SCRAM).java("consumer")))
    assert there.outputs == here.outputs


@pytest.mark.parametrize(
    ("args", "options", "connections", "message"),
    [
        ([], {}, EXPORTED, "give a user, or a listener that has no users (iam, tls), and not both"),
        (
            ["orders"],
            {"listener": "iam"},
            EXPORTED,
            "give a user, or a listener that has no users (iam, tls), and not both",
        ),
        ([], {"listener": "scram"}, EXPORTED, "the scram listener has users; give the user instead"),
        (["nobody"], {}, EXPORTED, "the stack has no connection 'nobody'; it has iam, kpow, orders"),
        ([], {"listener": "tls"}, EXPORTED, "the stack has no connection 'tls'; it has iam, kpow, orders"),
        (["orders"], {}, {}, "the stack has no connection 'orders'; its output 'connections' holds none"),
        (["orders"], {}, None, "the stack has no connection 'orders'; its output 'connections' holds none"),
        (
            ["orders"],
            {"output": "servers"},
            EXPORTED,
            "the stack has no connection 'orders'; its output 'servers' holds none",
        ),
        (
            ["orders"],
            {},
            {"orders": SERVERS},
            "'orders' in the output 'connections' is no connection; export its to_export()",
        ),
        (["iam"], {}, EXPORTED, "connection 'iam' is of the iam listener, not of scram"),
        (
            ["kpow"],
            {},
            EXPORTED,
            "connection 'kpow' lacks security_group_id, cluster_arn, kms_key_arn, password; export what "
            "MskCluster.connection gives, or make a KafkaConnection of the stack's outputs by hand",
        ),
        (
            ["orders"],
            {},
            {"orders": OVER_THE_INTERNET},
            "connection 'orders' lacks security_group_id; over the internet it has none, so say security_group=False",
        ),
    ],
)
def test_what_is_not_there_is_said(client, args, options, connections, message):
    with pytest.raises(InvalidInput) as refused:
        client(export(*args, **options), connections)
    assert str(refused.value) == f"KafkaConnection.from_stack: {message}"


def test_over_the_internet_there_is_no_security_group(client):
    def program(stack):
        found = KafkaConnection.from_stack(stack, "orders", security_group=False)
        assert found.security_group_id is None
        pulumi.export("it", found.bootstrap_servers)

    assert client(program, {"orders": OVER_THE_INTERNET}).outputs["it"] == EXPORTED["orders"]["bootstrap_servers"]


def test_what_another_stack_exported_is_checked_as_well(client):
    with pytest.raises(InvalidInput) as refused:
        client(export("orders"), {"orders": EXPORTED["orders"] | {"security_group_id": "default"}})
    assert str(refused.value) == (
        "KafkaConnection.from_stack.security_group_id: expected a security group ID, such as sg-0b92d7f4a1e63c508, got 'default'"
    )


# A cluster's own connection

CLUSTER = {
    "vpc_id": "vpc-0d1c7a52e8b94f360",
    "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-0b4e21f7c93d58b06", "subnet-0c4e21f7c93d58b06"],
    "kafka_version": "3.9.x.kraft",
    "users": ["orders"],
}


def test_what_a_cluster_gives_is_all_that_another_stack_needs(deploy, client):
    def program():
        kafka = MskCluster("kafka", MskClusterArgs(**CLUSTER))
        pulumi.export("orders", kafka.connection("orders").to_export())
        pulumi.export("iam", kafka.connection(listener="iam").to_export())

    outputs = deploy(program).outputs
    assert outputs["orders"].keys() == EXPORTED["orders"].keys()
    assert outputs["iam"].keys() == EXPORTED["iam"].keys()
    assert isinstance(outputs["orders"]["password"], RevealedSecret)
