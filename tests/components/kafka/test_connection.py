"""KafkaConnection."""

import json

import pulumi
import pulumi_random as random
import pytest
from pem_examples import CA_PEM, CLIENT_KEY_PEM, CLIENT_PEM, KEY_STORE

from moorings import (
    FargateSingleton,
    InvalidInput,
    KafkaConnection,
    KafkaPermissions,
    KafkaTls,
    KafkaTopic,
    KubernetesWorkload,
    MskCluster,
    MskClusterArgs,
    MskVpcConnection,
    MskVpcConnectionArgs,
)
from moorings.preview.program import StackContext, run
from moorings.preview.secret_masking import UNKNOWN, RevealedSecret

HOST = "b-1.kafka.a1b2c3.c2.kafka.eu-west-1.amazonaws.com"
SERVERS = f"{HOST}:9096"
SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-a1B2c3"
KEY_ARN = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
CLUSTER_ARN = "arn:aws:kafka:eu-west-1:123456789012:cluster/kafka/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
AUTHORITY_ARN = "arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
GROUP = "sg-0b92d7f4a1e63c508"

SCRAM = {"listener": "scram", "bootstrap_servers": SERVERS, "username": "orders", "password": "pass"}
SCRAM_WITH_SECRET = {key: value for key, value in SCRAM.items() if key != "password"} | {"secret_arn": SECRET_ARN}
IAM = {"listener": "iam", "bootstrap_servers": f"{HOST}:9098"}
TLS = {"listener": "tls", "bootstrap_servers": f"{HOST}:9094"}
SINGLETON = {"image": "registry.example/orders:1", "vpc_id": "vpc-00000001", "subnet_ids": ["subnet-00000001"]}


def connection(args):
    return KafkaConnection(**args)


# Validation


INVALID_VALUES = [
    ("bootstrap_servers", "b-1", "argument-format"),
    ("bootstrap_servers", "", "argument-format"),
    ("bootstrap_servers", f"{HOST}:9098", "kafka-listener-port"),
    ("username", "", "argument-length"),
    ("password", "", "argument-length"),
    ("secret_arn", KEY_ARN, "argument-format"),
    ("security_group_id", "default", "argument-format"),
]


@pytest.mark.parametrize(("name", "value", "rule"), INVALID_VALUES)
def test_invalid_values_are_rejected(deploy, rejected, name, value, rule):
    with rejected(rule, name):
        deploy(lambda: connection(SCRAM | {name: value}))


@pytest.mark.parametrize(("name", "value", "rule"), INVALID_VALUES)
def test_invalid_late_values_are_rejected_with_the_same_path(deploy, rejected, name, value, rule):
    with rejected(rule, name):
        deploy(lambda: connection(SCRAM | {name: pulumi.Output.from_input(value)}))


@pytest.mark.parametrize("late", [False, True])
def test_sha_256_is_rejected_on_msk_only(deploy, rejected, late):
    def program(server):
        servers = pulumi.Output.from_input(server) if late else server
        return connection(SCRAM | {"bootstrap_servers": servers, "scram_mechanism": "SCRAM-SHA-256"})

    with rejected("kafka-scram-mechanism", "bootstrap_servers"):
        deploy(lambda: program(SERVERS))
    plan = deploy(lambda: pulumi.export("it", program("b-1.example.com:9096").java(credentials=False)))
    assert plan.outputs["it"]["sasl.mechanism"] == "SCRAM-SHA-256"


def test_sha_256_is_rejected_with_the_arn_of_a_cluster(deploy, rejected):
    args = {"bootstrap_servers": "b-1:9096", "scram_mechanism": "SCRAM-SHA-256", "cluster_arn": CLUSTER_ARN}
    with rejected("kafka-scram-mechanism", "scram_mechanism"):
        deploy(lambda: connection(SCRAM | args))


def test_the_mechanism_is_exported_if_it_is_not_the_default(deploy):
    args = SCRAM | {"bootstrap_servers": "b-1:9096", "scram_mechanism": "SCRAM-SHA-256"}
    plan = deploy(lambda: pulumi.export("it", connection(args).to_export()))
    assert plan.outputs["it"]["scram_mechanism"] == "SCRAM-SHA-256"


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("separator", [",", ";", " "])
def test_messages_contain_no_part_of_secret_bootstrap_servers(deploy, late, separator):
    servers = f"{HOST}:9098{separator}canary.example.com:9096"

    def program():
        args = SCRAM | {"bootstrap_servers": pulumi.Output.secret(servers)}
        FargateSingleton("orders", SINGLETON | {"kafka": args if late else connection(args)})

    with pytest.raises(InvalidInput) as error:
        deploy(program)
    assert "canary" not in str(error.value)
    assert HOST not in str(error.value)


@pytest.mark.parametrize("nested", [False, True])
def test_late_values_have_the_path_in_the_component(deploy, rejected, nested):
    args = SCRAM | {"secret_arn": SECRET_ARN}
    del args["password"]

    def program():
        late = args | {"bootstrap_servers": pulumi.Output.from_input(f"{HOST}:9092")}
        FargateSingleton("orders", SINGLETON | {"kafka": late if nested else connection(late)})

    with rejected("kafka-listener-port", "kafka.bootstrap_servers" if nested else "bootstrap_servers"):
        deploy(program)


def test_unknown_listener_is_rejected_without_a_message_about_ports(deploy, rejected):
    with rejected("argument-choice", "listener"):
        deploy(lambda: connection(SCRAM | {"listener": "plain"}))


@pytest.mark.parametrize(
    ("missing", "path"),
    [(["username"], "username"), (["password"], "password"), (["username", "password"], "username")],
)
def test_scram_requires_username_and_credentials(deploy, rejected, missing, path):
    with rejected("kafka-scram-credentials", path):
        deploy(lambda: connection({name: value for name, value in SCRAM.items() if name not in missing}))


@pytest.mark.parametrize("args", [IAM, TLS])
@pytest.mark.parametrize(
    ("credentials", "path"),
    [
        ({"username": "orders"}, "username"),
        ({"password": "pass"}, "password"),
        ({"secret_arn": SECRET_ARN, "kms_key_arn": KEY_ARN}, "secret_arn"),
    ],
)
def test_other_listeners_reject_credentials(deploy, rejected, args, credentials, path):
    with rejected("kafka-credentials-without-scram", path):
        deploy(lambda: connection(args | credentials))


@pytest.mark.parametrize("late", [False, True])
def test_messages_do_not_contain_the_password(deploy, late):
    with pytest.raises(InvalidInput) as error:
        deploy(lambda: KafkaConnection(**IAM, password=pulumi.Output.from_input("hunter2") if late else "hunter2"))
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize("args", [SCRAM, SCRAM_WITH_SECRET, IAM, TLS])
def test_required_arguments_of_each_listener_suffice(deploy, args):
    plan = deploy(lambda: pulumi.export("it", connection(args).to_export()))
    assert plan.outputs["it"] == args | ({"password": RevealedSecret("pass")} if "password" in args else {})


def test_mechanisms_of_the_listeners(deploy):
    mechanisms = []
    deploy(lambda: mechanisms.extend(connection(args).sasl_mechanism for args in (SCRAM, IAM, TLS)))
    assert mechanisms == ["SCRAM-SHA-512", "AWS_MSK_IAM", None]


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
def test_settings_with_password_require_the_password(deploy, rejected, method):
    with rejected("kafka-password-unknown"):
        deploy(lambda: getattr(connection(SCRAM_WITH_SECRET), method)())


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


def test_librdkafka_rejects_iam(deploy, rejected):
    with rejected("kafka-client-listener"):
        deploy(lambda: connection(IAM).librdkafka())


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


@pytest.mark.parametrize("role", ["both", "Consumer"])
def test_unknown_role_is_rejected(deploy, rejected, role):
    with rejected("argument-choice", "role"):
        deploy(lambda: connection(TLS).java(role))


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

    with pytest.raises(InvalidInput, match="kafka-spring-placeholder") as error:
        deploy(program)
    assert "HOME" not in str(error.value)


def test_user_name_with_a_spring_placeholder_is_rejected(deploy, rejected):
    with rejected("kafka-spring-placeholder", "username"):
        deploy(lambda: connection(SCRAM | {"username": "${USER}"}).spring(credentials=False))


@pytest.mark.parametrize("late", [False, True])
def test_user_name_outside_ascii_is_rejected(deploy, rejected, late):
    name = "björn"
    with rejected("kafka-scram-username", "username"):
        deploy(lambda: connection(SCRAM | {"username": pulumi.Output.from_input(name) if late else name}))


@pytest.mark.parametrize("argument", ["username", "password"])
@pytest.mark.parametrize("value", [" orders", "\torders"])
def test_leading_white_space_is_rejected_for_librdkafka_only(deploy, rejected, argument, value):
    args = SCRAM | {argument: value}
    deploy(lambda: (connection(args).java(), connection(args).kafka_python()))
    with rejected("kafka-librdkafka-white-space", argument):
        deploy(lambda: connection(args).librdkafka())


def test_trailing_white_space_is_allowed_for_librdkafka(deploy):
    plan = deploy(export_settings(lambda: connection(SCRAM | {"password": "pass "}).librdkafka()))

    assert plan.outputs["it"].value["sasl.password"] == "pass "


@pytest.mark.parametrize("username", ["orders=1", "orders,1"])
def test_user_name_that_kafka_python_does_not_escape_is_rejected_for_it_only(deploy, rejected, username):
    args = SCRAM | {"username": username}
    deploy(lambda: (connection(args).java(), connection(args).librdkafka()))
    with rejected("kafka-python-username", "username"):
        deploy(lambda: connection(args).kafka_python(credentials=False))


def test_jaas_config_of_a_user_is_secret_and_that_of_iam_is_not(deploy):
    assert deploy(export_settings(lambda: connection(SCRAM).jaas_config())).outputs["it"] == RevealedSecret(
        'org.apache.kafka.common.security.scram.ScramLoginModule required username="orders" password="pass";'
    )
    assert (
        deploy(export_settings(lambda: connection(IAM).jaas_config())).outputs["it"]
        == "software.amazon.msk.auth.iam.IAMLoginModule required;"
    )


def test_jaas_config_rejects_mutual_tls(deploy, rejected):
    with rejected("kafka-client-listener"):
        deploy(lambda: connection(TLS).jaas_config())


def test_environment_with_a_prefix(deploy):
    assert deploy(export_settings(lambda: connection(IAM).environment("ORDERS_", rack="euw1-az1"))).outputs["it"] == {
        "ORDERS_BOOTSTRAP_SERVERS": f"{HOST}:9098",
        "ORDERS_SECURITY_PROTOCOL": "SASL_SSL",
        "ORDERS_SASL_MECHANISM": "AWS_MSK_IAM",
        "ORDERS_CLIENT_RACK": "euw1-az1",
    }


# Racks


@pytest.mark.parametrize("method", ["librdkafka", "kafka_python"])
def test_rack_of_a_producer_is_rejected(deploy, rejected, method):
    with rejected("kafka-producer-rack", "rack"):
        deploy(lambda: getattr(connection(TLS), method)("producer", rack="euw1-az1"))


def test_java_producers_have_a_rack(deploy):
    settings = deploy(export_settings(lambda: connection(TLS).java("producer", rack="euw1-az1"))).outputs["it"]
    assert settings["client.rack"] == "euw1-az1"


@pytest.mark.parametrize("late", [False, True])
def test_zone_name_as_rack_of_msk_is_rejected(deploy, rejected, late):
    def program():
        rack = pulumi.Output.from_input("eu-west-1a") if late else "eu-west-1a"
        connection(TLS | {"cluster_arn": CLUSTER_ARN}).java("consumer", rack=rack)

    with rejected("kafka-rack-zone-name", "rack"):
        deploy(program)


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


def test_the_name_of_a_stack_is_not_a_reference(rejected):
    with rejected("kafka-from-stack", "reference"):
        KafkaConnection.from_stack("acme/kafka/production", user="orders")


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
    ("args", "options", "path"),
    [
        ([], {}, ""),
        (["orders"], {"listener": "iam"}, ""),
        ([], {"listener": "scram"}, "listener"),
    ],
)
def test_from_stack_requires_a_user_or_a_listener(client, rejected, args, options, path):
    with rejected("kafka-from-stack", path):
        client(export(*args, **options))


@pytest.mark.parametrize(
    ("args", "options", "connections", "problem"),
    [
        (["unknown"], {}, EXPORTED, "is not in the stack output"),
        ([], {"listener": "tls"}, EXPORTED, "is not in the stack output"),
        (["orders"], {}, {}, "is not in the stack output"),
        (["orders"], {}, None, "is not in the stack output"),
        (["orders"], {"output": "servers"}, EXPORTED, "is not in the stack output"),
        (["orders"], {}, {"orders": SERVERS}, "is not a connection"),
        (["orders"], {}, {"orders": {"listener": "canary"}}, "is not a connection"),
        (["iam"], {}, EXPORTED, "uses the iam listener, expected scram; pass listener='iam'"),
        ([], {"listener": "iam"}, {"iam": EXPORTED["orders"]}, "uses the scram listener, expected iam; pass user"),
        (["kpow"], {}, EXPORTED, "lacks security_group_id, cluster_arn, kms_key_arn, password; export the result"),
        (["orders"], {}, {"orders": PUBLIC_ACCESS}, "lacks security_group_id; for a connection with public access"),
    ],
)
def test_from_stack_rejects_missing_connections_and_values(client, args, options, connections, problem):
    with pytest.raises(InvalidInput, match="kafka-exported-connection") as error:
        client(export(*args, **options), connections)
    assert problem in str(error.value)
    assert "canary" not in str(error.value)


def test_from_stack_without_security_group(client):
    def program(stack):
        orders = KafkaConnection.from_stack(stack, "orders", security_group=False)
        assert orders.security_group_id is None
        pulumi.export("it", orders.bootstrap_servers)

    assert client(program, {"orders": PUBLIC_ACCESS}).outputs["it"] == EXPORTED["orders"]["bootstrap_servers"]


def test_from_stack_validates_exported_values(client, rejected):
    with rejected("argument-format", "security_group_id"):
        client(export("orders"), {"orders": EXPORTED["orders"] | {"security_group_id": "default"}})


# Connections to other clusters

CERTIFICATE = {
    "bootstrap_servers": "kafka.example.com:9093",
    "security_protocol": "SSL",
    "tls": {"ca_certificate": CA_PEM, "certificate": CLIENT_PEM, "private_key": CLIENT_KEY_PEM},
}
BEARER = {
    "bootstrap_servers": "kafka.example.com:9092",
    "sasl_mechanism": "OAUTHBEARER",
    "oauth": {
        "token_endpoint_url": "https://login.example.com/token",
        "client_id": "orders",
        "client_secret": "hidden",
        "extensions": {"pool": "a1"},
    },
}
KEY_STORES = {
    "bootstrap_servers": "kafka.example.com:9093",
    "security_protocol": "SSL",
    "tls": {
        "truststore": {"content": KEY_STORE, "password": "hidden", "type": "JKS"},
        "verify_hostname": False,
    },
    "acknowledge": {"kafka-hostname-verification": "a test"},
}
PLAIN = {**SCRAM, "listener": None, "sasl_mechanism": "PLAIN", "bootstrap_servers": "kafka.example.com:9092"}
PARTS = {
    "certificate": ["tls.ca_certificate", "tls.certificate", "tls.private_key"],
    "bearer": ["oauth.extensions.pool"],
    "stores": ["tls.truststore.content", "tls.truststore.password", "tls.truststore.type", "tls.verify_hostname"],
    "plain": [],
}
OTHERS = {"certificate": CERTIFICATE, "bearer": BEARER, "stores": KEY_STORES, "plain": PLAIN}


@pytest.fixture
def exported_values(deploy):
    """What another stack exports for each of these connections, with revealed secrets."""

    def reveal(value):
        value = getattr(value, "value", value)
        return {key: reveal(item) for key, item in value.items()} if isinstance(value, dict) else value

    def program():
        for name, args in OTHERS.items():
            pulumi.export(name, KafkaConnection(**args).to_export())

    return {name: reveal(value) for name, value in deploy(program).outputs.items()}


def security(name):
    args = OTHERS[name]
    options = {key: args[key] for key in ("security_protocol", "sasl_mechanism", "acknowledge") if args.get(key)}
    return {**options, "name": name, "parts": PARTS[name]}


@pytest.mark.parametrize("name", OTHERS)
def test_connections_to_other_clusters_contain_everything_in_both_stacks(client, exported_values, name):
    outputs = client(export(**security(name)), exported_values).outputs["it"]

    def reveal(value):
        value = getattr(value, "value", value)
        return {key: reveal(item) for key, item in value.items()} if isinstance(value, dict) else value

    assert reveal(outputs) == exported_values[name]


def test_only_secrets_of_other_clusters_are_secret(client, exported_values):
    tls = client(export(**security("certificate")), exported_values).outputs["it"]["tls"]
    assert {name for name, value in tls.items() if isinstance(value, RevealedSecret)} == {"private_key"}


def test_exports_without_secrets(deploy):
    plan = deploy(lambda: pulumi.export("it", KafkaConnection(**CERTIFICATE).to_export(password=False)))
    assert set(plan.outputs["it"]["tls"]) == {"ca_certificate", "certificate"}


def test_a_scram_connection_by_name(client):
    kafka = {"orders": EXPORTED["orders"]}
    program = export(name="orders", sasl_mechanism="SCRAM-SHA-512")
    assert client(program, kafka).outputs["it"]["username"] == "orders"


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"name": "plain", "sasl_mechanism": "SCRAM-SHA-256"}, "uses SASL_SSL and PLAIN, expected SASL_SSL and SCRAM"),
        ({"user": "plain"}, "uses SASL_SSL and PLAIN, expected SASL_SSL and SCRAM-SHA-512; pass name"),
        ({"name": "certificate", "security_protocol": "SSL"}, "pass name, and add ['tls.ca_certificate', 'tls.c"),
        ({"name": "plain", "sasl_mechanism": "PLAIN", "parts": ["tls.ca_certificate"]}, "remove it from parts"),
    ],
)
def test_connections_that_differ_from_what_the_program_expects(client, exported_values, options, problem):
    with pytest.raises(InvalidInput, match="kafka-exported-connection") as error:
        client(export(**options), exported_values)
    assert problem in str(error.value)


def test_protocol_and_mechanism_require_a_name(client, rejected):
    with rejected("kafka-from-stack"):
        client(export("orders", sasl_mechanism="PLAIN"))


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


def test_client_certificates_for_the_tls_listener(deploy, client):
    certificate = {"certificate": CLIENT_PEM, "private_key": CLIENT_KEY_PEM}
    exported = {"tls": {**TLS, "security_group_id": GROUP, "cluster_arn": CLUSTER_ARN}}
    variables = []

    def cluster():
        args = {**CLUSTER, "certificate_authority_arns": [AUTHORITY_ARN]}
        kafka = MskCluster("kafka", MskClusterArgs(**args)).connection(listener="tls", tls=KafkaTls(**certificate))
        variables.append(kafka.environment())

    def vpc_connection():
        args = {
            "cluster_arn": CLUSTER_ARN,
            "vpc_id": "vpc-00000001",
            "subnet_ids": ["subnet-00000001", "subnet-00000002"],
        }
        other = MskVpcConnection("kafka", MskVpcConnectionArgs(**args, listener="tls"))
        variables.append(other.connection(tls=KafkaTls(**certificate)).environment())

    def other_stack(stack):
        kafka = KafkaConnection.from_stack(stack, listener="tls", tls=KafkaTls(**certificate))
        pulumi.export("it", kafka.environment())

    deploy(lambda: pulumi.export("key", [cluster(), variables[0]["KAFKA_SSL_KEY_PEM"]][1]))
    deploy(lambda: pulumi.export("key", [vpc_connection(), variables[1]["KAFKA_SSL_KEY_PEM"]][1]))
    assert client(other_stack, exported).outputs["it"].value["KAFKA_SSL_KEY_PEM"] == CLIENT_KEY_PEM


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


@pytest.mark.parametrize(("args", "path"), [(SCRAM, "permissions"), (IAM, "cluster_arn")])
def test_permissions_that_cannot_be_granted_are_rejected(deploy, rejected, args, path):
    with rejected("kafka-permissions-without-iam", path):
        deploy(lambda: connection(args | {"permissions": CONSUMER}))


@pytest.mark.parametrize(
    ("topics", "paths"),
    [
        (["orders", "orders.*", "*"], []),
        (["billing"], ["container.kafka.permissions.write_topics[0]"]),
        (["orders", "order"], ["container.kafka.permissions.write_topics[1]"]),
    ],
)
def test_permissions_are_compared_with_declared_topics(deploy, logged, topics, paths):
    kafka = IAM | {"cluster_arn": CLUSTER_ARN, "topic_partitions": {"orders": 12}}

    def program():
        connection = KafkaConnection(**kafka, permissions=KafkaPermissions(write_topics=topics))
        container = {"image": "registry.example/orders:1", "cpu_request": "250m", "memory_request": "512Mi"}
        KubernetesWorkload(
            "orders", {"namespace": "shop", "object_name": "orders", "container": container | {"kafka": connection}}
        )

    findings = [path for rule, path in logged(deploy(program)) if rule == "kafka-permissions-topic"]
    assert findings == paths
