"""Environment variables that configure the Kafka client of a container."""

import pytest
from pem_examples import CA_PEM, CLIENT_KEY_PEM, CLIENT_PEM, KEY_STORE

from moorings import KafkaConnection
from moorings.kafka.client_environment import ClientEnvironment

SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-a1B2c3"
SCRAM = {"listener": "scram", "bootstrap_servers": "b-1:9096", "username": "orders"}
IAM = {"listener": "iam", "bootstrap_servers": "b-1:9098"}
SPRING_JAAS = "SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG"


@pytest.fixture
def environment(deploy):
    """Return the properties of a ClientEnvironment."""

    def properties(kafka, settings_format):
        values = []

        def program():
            client = ClientEnvironment(kafka and KafkaConnection(**kafka), settings_format)
            values.extend([client.names, list(client.plain), list(client.secret), client.missing_variable])

        deploy(program)
        return tuple(values)

    return properties


@pytest.mark.parametrize(
    ("settings_format", "variable"), [("environment", "KAFKA_SASL_PASSWORD"), ("spring", SPRING_JAAS)]
)
def test_password_is_a_secret_variable_or_missing(environment, settings_format, variable):
    names, plain, secret, missing = environment(SCRAM | {"password": "pass"}, settings_format)
    assert (secret, missing) == ([variable], None)
    assert variable in names
    assert plain == [name for name in names if name != variable]
    assert environment(SCRAM | {"secret_arn": SECRET_ARN}, settings_format) == (plain, plain, [], variable)


@pytest.mark.parametrize(
    ("settings_format", "variable"), [("environment", "KAFKA_BOOTSTRAP_SERVERS"), ("spring", SPRING_JAAS)]
)
def test_iam_has_no_password_variable(environment, settings_format, variable):
    names, plain, secret, missing = environment(IAM, settings_format)
    assert variable in names == plain
    assert (secret, missing) == ([], None)


@pytest.mark.parametrize(("kafka", "settings_format"), [(None, "environment"), (SCRAM | {"password": "pass"}, "none")])
def test_without_connection_or_format_there_are_no_variables(environment, kafka, settings_format):
    assert environment(kafka, settings_format) == ([], [], [], None)


CERTIFICATE = {
    "bootstrap_servers": "b-1:9093",
    "security_protocol": "SSL",
    "tls": {"ca_certificate": CA_PEM, "certificate": CLIENT_PEM, "private_key": CLIENT_KEY_PEM},
}
STORES = {**CERTIFICATE, "tls": {"keystore": {"content": KEY_STORE, "password": "hidden"}}}


@pytest.mark.parametrize(
    ("settings_format", "secret_names"),
    [("environment", ["KAFKA_SSL_KEY_PEM"]), ("spring", ["SPRING_KAFKA_PROPERTIES_SSL_KEYSTORE_KEY"])],
)
def test_private_keys_are_secret_and_certificates_are_not(environment, settings_format, secret_names):
    names, plain, secret, missing = environment(CERTIFICATE, settings_format)
    assert (secret, missing) == (secret_names, None)
    assert [name for name in names if name not in plain] == secret_names
    assert any(name.endswith(("CA_PEM", "CERTIFICATES")) for name in plain)


def test_files_need_no_secret_variables(deploy):
    names = []
    deploy(
        lambda: names.extend(
            ClientEnvironment(KafkaConnection(**args), "spring", "/etc/kafka-client").secret_names
            for args in (CERTIFICATE, STORES)
        )
    )
    prefix = "SPRING_KAFKA_PROPERTIES_SSL"
    assert names == [[], [f"{prefix}_KEYSTORE_PASSWORD", f"{prefix}_KEY_PASSWORD"]]


def test_key_stores_have_no_variables_without_files(deploy):
    names = []
    deploy(lambda: names.extend(ClientEnvironment(KafkaConnection(**STORES), "environment").names))
    assert names == ["KAFKA_BOOTSTRAP_SERVERS", "KAFKA_SECURITY_PROTOCOL"]
