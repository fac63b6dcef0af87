"""KafkaConnection."""

import json

import pulumi
import pulumi_random as random
import pytest
from pydantic import ValidationError

from moorings import InvalidInput, KafkaConnection, KafkaPermissions, KafkaTopic, MskCluster, MskClusterArgs
from moorings.preview.program import StackContext, run
from moorings.preview.secret_masking import UNKNOWN, RevealedSecret

HOST = "b-1.kafka.a1b2c3.c2.kafka.eu-west-1.amazonaws.com"
SERVERS = f"{HOST}:9096"
SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-a1B2c3"
KEY_ARN = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
CLUSTER_ARN = "arn:aws:kafka:eu-west-1:123456789012:cluster/kafka/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
GROUP = "sg-0b92d7f4a1e63c508"

SCRAM = {"listener": "scram", "bootstrap_servers": SERVERS, "username": "orders", "password": "pass"}
SCRAM_WITH_SECRET = {key: value for key, value in SCRAM.items() if key != "password"} | {"secret_arn": SECRET_ARN}
IAM = {"listener": "iam", "bootstrap_servers": f"{HOST}:9098"}
TLS = {"listener": "tls", "bootstrap_servers": f"{HOST}:9094"}
OWNER = "KafkaConnection 'k'"

SEPARATION = "separate brokers with commas, without spaces or a scheme"


def connection(args):
    return KafkaConnection.from_input(OWNER, args)


@pytest.fixture
def rejection(deploy):
    """Return the message with which a program is rejected."""

    def message(program):
        with pytest.raises(InvalidInput) as error:
            deploy(program)
        return str(error.value)

    return message


# Validation


INVALID_VALUES = [
    ("bootstrap_servers", "b-1", f"expected host:port with a port between 1 and 65535, got 'b-1'; {SEPARATION}"),
    ("bootstrap_servers", "", f"expected host:port with a port between 1 and 65535, got ''; {SEPARATION}"),
    (
        "bootstrap_servers",
        f"{HOST}:9098",
        f"'{HOST}:9098' has the port of the iam listener; use port 9096 of the scram listener, or 9196 for public access",
    ),
    ("username", "", "must not be empty"),
    ("password", "", "must not be empty"),
    ("secret_arn", KEY_ARN, f"expected the ARN of a Secrets Manager secret, such as {SECRET_ARN}, got {KEY_ARN!r}"),
    ("security_group_id", "default", "expected a security group ID, such as sg-0b92d7f4a1e63c508, got 'default'"),
]


@pytest.mark.parametrize(("name", "value", "message"), INVALID_VALUES)
def test_invalid_values_are_rejected(rejection, name, value, message):
    assert rejection(lambda: connection(SCRAM | {name: value})) == f"{OWNER}.{name}: {message}"


@pytest.mark.parametrize(("name", "value", "message"), INVALID_VALUES)
def test_invalid_late_values_are_rejected_with_the_same_message(rejection, name, value, message):
    assert (
        rejection(lambda: connection(SCRAM | {name: pulumi.Output.from_input(value)})) == f"{OWNER}.{name}: {message}"
    )


def test_path_of_an_instance_starts_with_the_class(rejection):
    assert rejection(
        lambda: KafkaConnection(**SCRAM | {"bootstrap_servers": pulumi.Output.from_input(f"{HOST}:9092")})
    ) == (
        f"KafkaConnection.bootstrap_servers: '{HOST}:9092' has the port of the plaintext listener; use port 9096 of the "
        "scram listener, or 9196 for public access"
    )


def test_unknown_listener_is_rejected_without_a_message_about_ports(rejection):
    assert (
        rejection(lambda: connection(SCRAM | {"listener": "plain"}))
        == f"{OWNER}.listener: expected 'scram', 'iam' or 'tls'"
    )


@pytest.mark.parametrize("missing", [["username"], ["password"], ["username", "password"]])
def test_scram_requires_username_and_credentials(rejection, missing):
    assert rejection(lambda: connection({name: value for name, value in SCRAM.items() if name not in missing})) == (
        f"{OWNER}: the scram listener requires username, and password or secret_arn"
    )


@pytest.mark.parametrize("args", [IAM, TLS])
@pytest.mark.parametrize(
    "credentials",
    [
        {"username": "orders"},
        {"password": "pass"},
        {"secret_arn": SECRET_ARN, "kms_key_arn": KEY_ARN},
    ],
)
def test_other_listeners_reject_credentials(rejection, args, credentials):
    assert rejection(lambda: connection(args | credentials)) == (
        f"{OWNER}: {', '.join(credentials)}: not supported on the {args['listener']} listener; use listener='scram' or "
        "remove the credentials"
    )


@pytest.mark.parametrize("late", [False, True])
def test_messages_do_not_contain_the_password(deploy, late):
    with pytest.raises((InvalidInput, ValidationError)) as error:
        deploy(lambda: KafkaConnection(**IAM, password=pulumi.Output.from_input("hunter2") if late else "hunter2"))
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize("args", [SCRAM, SCRAM_WITH_SECRET, IAM, TLS])
def test_required_arguments_of_each_listener_suffice(deploy, args):
    plan = deploy(lambda: pulumi.export("it", connection(args).to_export()))
    assert plan.outputs["it"] == args | ({"password": RevealedSecret("pass")} if "password" in args else {})


# Secrecy


def test_repr_does_not_contain_the_password(deploy):
    def program():
        scram = connection(SCRAM | {"password": "hunter2"})
        pulumi.export("text", f"{scram!r} {scram} {scram.password!r}")

    text = deploy(program).outputs["text"]
    assert "username='orders'" in text
    assert "hunter2" not in text


def test_plain_password_becomes_a_secret_output(deploy):
    plan = deploy(lambda: pulumi.export("password", connection(SCRAM).password))
    assert plan.outputs == {"password": RevealedSecret("pass")}


# Client settings


def export_settings(render):
    """Return a program that exports the settings."""
    return lambda: pulumi.export("it", render())


METHODS = ["librdkafka", "java", "kafka_python", "java_properties", "spring", "spring_environment", "environment"]


@pytest.mark.parametrize("method", METHODS)
def test_settings_with_password_are_secret(deploy, method):
    exported = deploy(export_settings(lambda: getattr(connection(SCRAM), method)())).outputs["it"]
    assert isinstance(exported, RevealedSecret)
    assert "pass" in json.dumps(exported.value)


@pytest.mark.parametrize("method", METHODS)
def test_settings_without_credentials_are_not_secret(deploy, method):
    exported = deploy(export_settings(lambda: getattr(connection(SCRAM), method)(credentials=False))).outputs["it"]
    assert not isinstance(exported, RevealedSecret)
    assert "pass" not in json.dumps(exported)
    assert SERVERS in json.dumps(exported).replace("\\", "")


@pytest.mark.parametrize("method", METHODS)
def test_settings_of_mutual_tls_are_not_secret(deploy, method):
    exported = deploy(export_settings(lambda: getattr(connection(TLS), method)())).outputs["it"]
    assert not isinstance(exported, RevealedSecret)


@pytest.mark.parametrize("method", METHODS)
def test_settings_with_password_require_the_password(rejection, method):
    assert rejection(lambda: getattr(connection(SCRAM_WITH_SECRET), method)()) == (
        "KafkaConnection: the password is stored in secret_arn and not known to the program; set credentials=False and let "
        "the client read the secret, or set password"
    )


@pytest.mark.parametrize("method", METHODS)
def test_settings_without_credentials_do_not_require_the_password(deploy, method):
    by_secret = deploy(
        export_settings(lambda: getattr(connection(SCRAM_WITH_SECRET), method)(credentials=False))
    ).outputs["it"]
    assert (
        by_secret
        == deploy(export_settings(lambda: getattr(connection(SCRAM), method)(credentials=False))).outputs["it"]
    )


@pytest.mark.parametrize("method", METHODS)
def test_settings_are_unknown_in_a_preview(deploy, method):
    program = export_settings(
        lambda: getattr(connection(SCRAM | {"bootstrap_servers": unknown()}), method)(credentials=False)
    )
    assert deploy(program, preview=True).outputs == {"it": UNKNOWN}


def test_librdkafka_settings_of_a_producer(deploy):
    plan = deploy(export_settings(lambda: connection(SCRAM).librdkafka("producer")))
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


def test_librdkafka_rejects_iam(rejection):
    assert rejection(lambda: connection(IAM).librdkafka()) == (
        "KafkaConnection: librdkafka does not support AWS_MSK_IAM; connect as a SCRAM user, or configure OAUTHBEARER with a "
        "token provider in the application"
    )


def test_java_settings_of_iam(deploy):
    assert deploy(export_settings(lambda: connection(IAM).java())).outputs["it"]["sasl.mechanism"] == "AWS_MSK_IAM"


def test_kafka_python_settings_are_native_numbers_and_booleans(deploy):
    assert deploy(export_settings(lambda: connection(IAM).kafka_python("producer"))).outputs["it"] == {
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
        ("both", "role: 'both' is not supported; expected one of producer, consumer"),
        ("Consumer", "role: 'Consumer' is not supported; did you mean 'consumer'?"),
    ],
)
def test_unknown_role_is_rejected(rejection, role, message):
    assert rejection(lambda: connection(TLS).java(role)) == f"KafkaConnection: {message}"


def test_java_properties(deploy):
    assert deploy(export_settings(lambda: connection(TLS).java_properties("consumer"))).outputs["it"] == (
        f"bootstrap.servers={HOST}\\:9094\nsecurity.protocol=SSL\n"
    )


@pytest.mark.parametrize("method", ["spring", "spring_environment"])
@pytest.mark.parametrize("late", [False, True])
def test_password_with_a_spring_placeholder_is_rejected_without_revealing_it(deploy, method, late):
    password = "pre${HOME}fix"

    def program():
        args = {**SCRAM, "password": pulumi.Output.from_input(password) if late else password}
        getattr(connection(args), method)()

    with pytest.raises(InvalidInput) as error:
        deploy(program)
    assert str(error.value) == (
        "KafkaConnection: password: Spring Boot resolves '${' as a placeholder; choose another password, or let MskScramUser "
        "generate it"
    )


def test_jaas_config_of_a_user_is_secret_and_that_of_iam_is_not(deploy):
    assert deploy(export_settings(lambda: connection(SCRAM).jaas_config())).outputs["it"] == RevealedSecret(
        'org.apache.kafka.common.security.scram.ScramLoginModule required username="orders" password="pass";'
    )
    assert (
        deploy(export_settings(lambda: connection(IAM).jaas_config())).outputs["it"]
        == "software.amazon.msk.auth.iam.IAMLoginModule required;"
    )


def test_jaas_config_rejects_mutual_tls(rejection):
    assert rejection(lambda: connection(TLS).jaas_config()) == (
        "KafkaConnection: the tls listener uses no sasl.jaas.config; connect with scram or iam"
    )


def test_environment_with_a_prefix(deploy):
    assert deploy(export_settings(lambda: connection(IAM).environment("ORDERS_", rack="euw1-az1"))).outputs["it"] == {
        "ORDERS_BOOTSTRAP_SERVERS": f"{HOST}:9098",
        "ORDERS_SECURITY_PROTOCOL": "SASL_SSL",
        "ORDERS_SASL_MECHANISM": "AWS_MSK_IAM",
        "ORDERS_CLIENT_RACK": "euw1-az1",
    }


# Racks

ZONE_NAME = "rack: expected an Availability Zone ID such as euw1-az1, got the zone name 'eu-west-1a'"


def test_rack_of_a_producer_is_rejected(rejection):
    assert rejection(lambda: connection(TLS).java("producer", rack="euw1-az1")) == (
        "KafkaConnection: rack: only consumers use a rack; producers always write to leaders"
    )


@pytest.mark.parametrize("late", [False, True])
def test_zone_name_as_rack_of_msk_is_rejected(rejection, late):
    def program():
        rack = pulumi.Output.from_input("eu-west-1a") if late else "eu-west-1a"
        connection(TLS | {"cluster_arn": CLUSTER_ARN}).java("consumer", rack=rack)

    assert rejection(program) == f"KafkaConnection: {ZONE_NAME}"


@pytest.mark.parametrize("late", [False, True])
def test_zone_id_as_rack_of_msk(deploy, late):
    def render():
        rack = pulumi.Output.from_input("euw1-az1") if late else "euw1-az1"
        return connection(TLS | {"cluster_arn": CLUSTER_ARN}).java("consumer", rack=rack)

    assert deploy(export_settings(render)).outputs["it"]["client.rack"] == "euw1-az1"


def test_racks_of_clusters_outside_msk_are_not_checked(deploy):
    plan = deploy(export_settings(lambda: connection(TLS).librdkafka("consumer", rack="eu-west-1a")))
    assert plan.outputs["it"]["client.rack"] == "eu-west-1a"


# Export to other stacks

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
PUBLIC_ACCESS = {name: value for name, value in EXPORTED["orders"].items() if name != "security_group_id"}


class Stack:
    """Another stack. Like the engine, it marks an output as secret as a whole if any value in it is."""

    def __init__(self, connections=EXPORTED, name="connections"):
        self.outputs = {name: connections, "servers": SERVERS}

    def get_output(self, name):
        return pulumi.Output.secret(self.outputs[name])


class NewStack:
    """A stack that has not been deployed yet."""

    def get_output(self, _):
        return unknown()


def unknown():
    """Return an Output that is unknown in a preview."""
    return random.RandomString("servers", length=8).result


@pytest.fixture
def client(deploy):
    """Run a program against another stack that exports these connections."""

    def run_program(program, connections=EXPORTED, *, name="connections"):
        return deploy(lambda: program(Stack(connections, name)))

    return run_program


def export(*args, **options):
    return lambda stack: pulumi.export("it", KafkaConnection.from_stack(stack, *args, **options).to_export())


def test_from_stack_returns_the_connection_of_a_user(client):
    exported = client(export("orders")).outputs["it"]
    assert exported == EXPORTED["orders"] | {"password": RevealedSecret("pass")}


def test_from_stack_without_password(client):
    exported = client(export("orders", password=False)).outputs["it"]
    assert exported == {name: value for name, value in EXPORTED["orders"].items() if name != "password"}


def test_from_stack_returns_the_connection_of_a_listener(client):
    assert client(export(listener="iam")).outputs["it"] == EXPORTED["iam"]


def test_from_stack_reads_another_output(client):
    assert (
        client(export("orders", output="other_connections"), name="other_connections").outputs["it"]["username"]
        == "orders"
    )


def test_from_stack_of_a_new_stack_is_unknown(deploy):
    exported = deploy(lambda: export("orders")(NewStack()), preview=True).outputs["it"]
    assert exported.pop("listener") == "scram"
    assert exported.pop("password") == RevealedSecret(UNKNOWN)
    assert exported == dict.fromkeys(EXPORTED["orders"].keys() - {"listener", "password"}, UNKNOWN)


def test_from_stack_accepts_a_stack_reference():
    program = export("orders", password=False)
    setting = StackContext(
        "moorings", "client", references={"organization/moorings/kafka-test": {"connections": EXPORTED}}.get
    )
    exported = run(lambda: program(pulumi.StackReference("organization/moorings/kafka-test")), setting, known=True)
    assert exported.outputs["it"] == {name: value for name, value in EXPORTED["orders"].items() if name != "password"}


def test_settings_are_the_same_in_both_stacks(client, deploy):
    imported = client(lambda stack: pulumi.export("it", KafkaConnection.from_stack(stack, "orders").java("consumer")))
    local = deploy(export_settings(lambda: connection(SCRAM).java("consumer")))
    assert imported.outputs == local.outputs


@pytest.mark.parametrize(
    ("args", "options", "connections", "message"),
    [
        ([], {}, EXPORTED, "requires either user, or listener='iam' or 'tls'"),
        (
            ["orders"],
            {"listener": "iam"},
            EXPORTED,
            "requires either user, or listener='iam' or 'tls'",
        ),
        ([], {"listener": "scram"}, EXPORTED, "listener: the scram listener requires a user; set user instead"),
        (["unknown"], {}, EXPORTED, "the stack has no connection 'unknown'; it exports iam, kpow, orders"),
        ([], {"listener": "tls"}, EXPORTED, "the stack has no connection 'tls'; it exports iam, kpow, orders"),
        (["orders"], {}, {}, "the stack has no connection 'orders'; its output 'connections' contains none"),
        (["orders"], {}, None, "the stack has no connection 'orders'; its output 'connections' contains none"),
        (
            ["orders"],
            {"output": "servers"},
            EXPORTED,
            "the stack has no connection 'orders'; its output 'servers' contains none",
        ),
        (
            ["orders"],
            {},
            {"orders": SERVERS},
            "'orders' in the output 'connections' is not a connection; export the result of its to_export()",
        ),
        (["iam"], {}, EXPORTED, "connection 'iam' uses the iam listener, expected scram"),
        (
            ["kpow"],
            {},
            EXPORTED,
            "connection 'kpow' lacks security_group_id, cluster_arn, kms_key_arn, password; export the "
            "result of MskCluster.connection, or create a KafkaConnection from the stack outputs",
        ),
        (
            ["orders"],
            {},
            {"orders": PUBLIC_ACCESS},
            "connection 'orders' lacks security_group_id; for a connection with public access set security_group=False",
        ),
    ],
)
def test_from_stack_rejects_missing_connections_and_values(client, args, options, connections, message):
    with pytest.raises(InvalidInput) as error:
        client(export(*args, **options), connections)
    assert str(error.value) == f"KafkaConnection.from_stack: {message}"


def test_from_stack_without_security_group(client):
    def program(stack):
        orders = KafkaConnection.from_stack(stack, "orders", security_group=False)
        assert orders.security_group_id is None
        pulumi.export("it", orders.bootstrap_servers)

    assert client(program, {"orders": PUBLIC_ACCESS}).outputs["it"] == EXPORTED["orders"]["bootstrap_servers"]


def test_from_stack_validates_exported_values(client):
    with pytest.raises(InvalidInput) as error:
        client(export("orders"), {"orders": EXPORTED["orders"] | {"security_group_id": "default"}})
    assert str(error.value) == (
        "KafkaConnection.from_stack.security_group_id: expected a security group ID, such as sg-0b92d7f4a1e63c508, got 'default'"
    )


# Connections of an MskCluster

CLUSTER = {
    "vpc_id": "vpc-0d1c7a52e8b94f360",
    "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-0b4e21f7c93d58b06", "subnet-0c4e21f7c93d58b06"],
    "kafka_version": "3.9.x.kraft",
    "users": ["orders"],
}


def test_cluster_connections_contain_all_exported_values(deploy, client):
    def program():
        kafka = MskCluster("kafka", MskClusterArgs(**CLUSTER))
        pulumi.export("orders", kafka.connection("orders").to_export())
        pulumi.export("iam", kafka.connection(listener="iam").to_export())

    outputs = deploy(program).outputs
    assert outputs["orders"].keys() == EXPORTED["orders"].keys()
    assert outputs["iam"].keys() == EXPORTED["iam"].keys()
    assert isinstance(outputs["orders"]["password"], RevealedSecret)


# Permissions of IAM identities

CONSUMER = KafkaPermissions(read_topics=["orders"], consumer_groups=["billing"])


def test_permissions_of_cluster_connections(deploy):
    connections = []

    def program():
        topics = [KafkaTopic(name="orders", partitions=12)]
        kafka = MskCluster("kafka", MskClusterArgs(**CLUSTER, topics=topics))
        connections.append(kafka.connection(permissions=CONSUMER))
        connections.append(kafka.connection("orders"))

    deploy(program)
    iam, scram = connections
    assert (iam.permissions, iam.topic_partitions) == (CONSUMER, {"orders": 12})
    assert (scram.permissions, scram.topic_partitions) == (None, {"orders": 12})
    assert not {"permissions", "topic_partitions"} & iam.to_export().keys()


def test_permissions_of_connections_to_other_stacks(client):
    def program(stack):
        iam = KafkaConnection.from_stack(stack, listener="iam", permissions=CONSUMER)
        assert iam.permissions == CONSUMER

    client(program)


def test_iam_statements_have_unique_sids():
    statements = CONSUMER.iam_statements(CLUSTER_ARN, "Orders")
    assert [statement["Sid"] for statement in statements] == ["ConnectOrders", "ReadOrders", "JoinOrders"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            SCRAM,
            "permissions: IAM does not authorize clients on the scram listener; remove permissions, and create ACLs with KafkaAcl",
        ),
        (IAM, "permissions: IAM policies contain the ARN of the cluster; set cluster_arn"),
    ],
)
def test_permissions_that_cannot_be_granted_are_rejected(rejection, args, message):
    assert rejection(lambda: connection(args | {"permissions": CONSUMER})) == f"{OWNER}: {message}"
