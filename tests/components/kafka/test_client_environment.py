"""Environment variables that configure the Kafka client of a container."""

import pytest

from moorings import KafkaConnection
from moorings.kafka.client_environment import ClientEnvironment

SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-a1B2c3"
SCRAM = {"listener": "scram", "bootstrap_servers": "b-1:9096", "username": "orders"}
IAM = {"listener": "iam", "bootstrap_servers": "b-1:9098"}
PLAIN = ["KAFKA_BOOTSTRAP_SERVERS", "KAFKA_SECURITY_PROTOCOL", "KAFKA_SASL_MECHANISM"]
SPRING_JAAS = "SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG"


@pytest.mark.parametrize(
    ("settings_format", "variable"), [("environment", "KAFKA_SASL_PASSWORD"), ("spring", SPRING_JAAS)]
)
def test_password_is_a_secret_variable_or_missing(settings_format, variable):
    known = ClientEnvironment(KafkaConnection(**SCRAM, password="pass"), settings_format)
    assert (list(known.secret), known.missing_variable) == ([variable], None)
    assert variable in known.names
    assert list(known.plain) == known.plain_names == [name for name in known.names if name != variable]
    unknown = ClientEnvironment(KafkaConnection(**SCRAM, secret_arn=SECRET_ARN), settings_format)
    assert (unknown.secret, unknown.missing_variable) == ({}, variable)
    assert unknown.names == unknown.plain_names == known.plain_names


def test_iam_has_no_password_variable():
    assert ClientEnvironment(KafkaConnection(**IAM), "environment").names == PLAIN
    spring = ClientEnvironment(KafkaConnection(**IAM), "spring")
    assert (spring.secret, spring.password_variable) == ({}, None)
    assert SPRING_JAAS in spring.plain


@pytest.mark.parametrize(("kafka", "settings_format"), [(None, "environment"), (SCRAM | {"password": "pass"}, "none")])
def test_without_connection_or_format_there_are_no_variables(kafka, settings_format):
    environment = ClientEnvironment(kafka and KafkaConnection(**kafka), settings_format)
    assert (environment.names, environment.plain, environment.secret) == ([], {}, {})
