"""Client settings in the format of each client library."""

from dataclasses import replace

import pytest

from moorings.kafka.client_settings import ROLE_SETTINGS, ClientSettings

SERVERS = "b-1:9096,b-2:9096"
JAAS = 'org.apache.kafka.common.security.scram.ScramLoginModule required username="orders" password="pa\\"ss";'
IAM_JAAS = "software.amazon.msk.auth.iam.IAMLoginModule required;"
IAM_HANDLER = "software.amazon.msk.auth.iam.IAMClientCallbackHandler"
PRODUCER = {"acks": "all", "delivery.timeout.ms": "120000", "enable.idempotence": "true", "retry.backoff.ms": "200"}

SCRAM = ClientSettings(SERVERS, "SASL_SSL", "SCRAM-SHA-512", "orders", 'pa"ss')
IAM = ClientSettings(SERVERS, "SASL_SSL", "AWS_MSK_IAM")
TLS = ClientSettings(SERVERS, "SSL")
COMMON = {"bootstrap.servers": SERVERS, "security.protocol": "SASL_SSL"}
CERTIFICATE = {"bootstrap.servers": SERVERS, "security.protocol": "SSL"}


def with_rack(settings):
    return replace(settings, rack="euw1-az1")


def without_password(settings):
    return replace(settings, password=None)


def test_repr_does_not_contain_the_password():
    assert "pa" not in repr(SCRAM).replace("password", "")


def test_role_settings_are_read_only():
    assert ROLE_SETTINGS == {None: {}, "producer": PRODUCER, "consumer": {}}
    with pytest.raises(TypeError):
        ROLE_SETTINGS["producer"] = {}


@pytest.mark.parametrize(("role", "role_settings"), [(None, {}), ("producer", PRODUCER), ("consumer", {})])
def test_librdkafka_settings_of_scram(role, role_settings):
    assert SCRAM.librdkafka(role) == {
        **COMMON,
        "sasl.mechanisms": "SCRAM-SHA-512",
        "sasl.username": "orders",
        "sasl.password": 'pa"ss',
        **role_settings,
    }


@pytest.mark.parametrize(("role", "role_settings"), [(None, {}), ("producer", PRODUCER), ("consumer", {})])
def test_java_settings_of_scram(role, role_settings):
    assert SCRAM.java(role) == {**COMMON, "sasl.mechanism": "SCRAM-SHA-512", "sasl.jaas.config": JAAS, **role_settings}


def test_java_settings_of_iam():
    assert IAM.java(None) == {
        **COMMON,
        "sasl.mechanism": "AWS_MSK_IAM",
        "sasl.jaas.config": IAM_JAAS,
        "sasl.client.callback.handler.class": IAM_HANDLER,
    }


@pytest.mark.parametrize(
    ("role", "role_settings"),
    [
        (None, {}),
        ("consumer", {}),
        (
            "producer",
            {"acks": "all", "delivery_timeout_ms": 120000, "enable_idempotence": True, "retry_backoff_ms": 200},
        ),
    ],
)
def test_kafka_python_settings_of_scram(role, role_settings):
    assert with_rack(replace(SCRAM, password="12345")).kafka_python(role) == {
        "bootstrap_servers": SERVERS,
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "orders",
        "sasl_plain_password": "12345",
        "client_rack": "euw1-az1",
        **role_settings,
    }


def test_settings_of_mutual_tls_contain_no_sasl_setting():
    assert TLS.librdkafka(None) == CERTIFICATE
    assert TLS.java(None) == CERTIFICATE
    assert TLS.kafka_python(None) == {"bootstrap_servers": SERVERS, "security_protocol": "SSL"}
    assert TLS.environment("") == {"BOOTSTRAP_SERVERS": SERVERS, "SECURITY_PROTOCOL": "SSL"}


def test_settings_contain_the_rack():
    assert with_rack(TLS).java("consumer") == {**CERTIFICATE, "client.rack": "euw1-az1"}
    assert with_rack(TLS).librdkafka("consumer") == {**CERTIFICATE, "client.rack": "euw1-az1"}


def test_settings_without_password_omit_the_setting_that_holds_it():
    settings = without_password(SCRAM)
    assert settings.librdkafka(None) == {**COMMON, "sasl.mechanisms": "SCRAM-SHA-512", "sasl.username": "orders"}
    assert settings.java(None) == {**COMMON, "sasl.mechanism": "SCRAM-SHA-512"}
    assert "KAFKA_SASL_PASSWORD" not in settings.environment("KAFKA_")


def test_spring_properties_of_scram():
    assert SCRAM.spring(None) == {
        "spring.kafka.bootstrap-servers": SERVERS,
        "spring.kafka.security.protocol": "SASL_SSL",
        "spring.kafka.properties.sasl.mechanism": "SCRAM-SHA-512",
        "spring.kafka.properties.sasl.jaas.config": JAAS,
    }


def test_spring_properties_of_a_role_apply_to_that_role_only():
    role_properties = {name: value for name, value in TLS.spring("producer").items() if name not in TLS.spring(None)}
    assert role_properties == {
        "spring.kafka.producer.acks": "all",
        "spring.kafka.producer.properties.delivery.timeout.ms": "120000",
        "spring.kafka.producer.properties.enable.idempotence": "true",
        "spring.kafka.producer.properties.retry.backoff.ms": "200",
    }
    role_properties = {
        name: value for name, value in with_rack(TLS).spring("consumer").items() if name not in TLS.spring(None)
    }
    assert role_properties == {"spring.kafka.consumer.properties.client.rack": "euw1-az1"}


def test_spring_environment_of_iam():
    assert with_rack(IAM).spring_environment("consumer") == {
        "SPRING_KAFKA_BOOTSTRAPSERVERS": SERVERS,
        "SPRING_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "SPRING_KAFKA_CONSUMER_PROPERTIES_CLIENT_RACK": "euw1-az1",
        "SPRING_KAFKA_PROPERTIES_SASL_MECHANISM": "AWS_MSK_IAM",
        "SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG": IAM_JAAS,
        "SPRING_KAFKA_PROPERTIES_SASL_CLIENT_CALLBACK_HANDLER_CLASS": IAM_HANDLER,
    }


@pytest.mark.parametrize("settings", [SCRAM, IAM, TLS])
@pytest.mark.parametrize("role", [None, "producer", "consumer"])
def test_spring_environment_converts_back_to_the_properties(settings, role):
    def property_name(variable):
        """Convert a variable as Spring Boot does, which ignores hyphens in its own property names."""
        return variable.lower().replace("_", ".")

    properties = {property_name(name): value for name, value in settings.spring_environment(role).items()}
    assert properties == {name.replace("-", ""): value for name, value in settings.spring(role).items()}


def test_environment_with_a_prefix():
    assert with_rack(SCRAM).environment("ORDERS_") == {
        "ORDERS_BOOTSTRAP_SERVERS": SERVERS,
        "ORDERS_SECURITY_PROTOCOL": "SASL_SSL",
        "ORDERS_SASL_MECHANISM": "SCRAM-SHA-512",
        "ORDERS_SASL_USERNAME": "orders",
        "ORDERS_SASL_PASSWORD": 'pa"ss',
        "ORDERS_CLIENT_RACK": "euw1-az1",
    }
