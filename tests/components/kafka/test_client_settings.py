"""What a client is told, in the words of its library."""

import pytest

from moorings.kafka.client_settings import RESILIENCE, Login

SERVERS = "b-1:9096,b-2:9096"
JAAS = 'org.apache.kafka.common.security.scram.ScramLoginModule required username="orders" password="pa\\"ss";'
IAM_JAAS = "software.amazon.msk.auth.iam.IAMLoginModule required;"
IAM_HANDLER = "software.amazon.msk.auth.iam.IAMClientCallbackHandler"
PRODUCER = {"acks": "all", "delivery.timeout.ms": "120000", "enable.idempotence": "true", "retry.backoff.ms": "200"}

SCRAM = Login(SERVERS, "scram", "orders", 'pa"ss')
IAM = Login(SERVERS, "iam")
TLS = Login(SERVERS, "tls")
COMMON = {"bootstrap.servers": SERVERS, "security.protocol": "SASL_SSL"}
CERTIFICATE = {"bootstrap.servers": SERVERS, "security.protocol": "SSL"}


def with_rack(login):
    return Login(login.bootstrap_servers, login.listener, login.username, login.password, "euw1-az1")


def without_password(login):
    return Login(login.bootstrap_servers, login.listener, login.username)


def test_the_password_does_not_show():
    assert "pa" not in repr(SCRAM).replace("password", "")


def test_nobody_changes_the_settings_of_a_role():
    assert RESILIENCE == {None: {}, "producer": PRODUCER, "consumer": {}}
    with pytest.raises(TypeError):
        RESILIENCE["producer"] = {}


@pytest.mark.parametrize(("role", "more"), [(None, {}), ("producer", PRODUCER), ("consumer", {})])
def test_librdkafka_has_names_of_its_own_for_the_login(role, more):
    assert SCRAM.librdkafka(role) == {
        **COMMON,
        "sasl.mechanisms": "SCRAM-SHA-512",
        "sasl.username": "orders",
        "sasl.password": 'pa"ss',
        **more,
    }


@pytest.mark.parametrize(("role", "more"), [(None, {}), ("producer", PRODUCER), ("consumer", {})])
def test_java_logs_in_with_a_jaas_line(role, more):
    assert SCRAM.java(role) == {**COMMON, "sasl.mechanism": "SCRAM-SHA-512", "sasl.jaas.config": JAAS, **more}


def test_java_logs_in_to_iam_with_the_library_of_aws():
    assert IAM.java(None) == {
        **COMMON,
        "sasl.mechanism": "AWS_MSK_IAM",
        "sasl.jaas.config": IAM_JAAS,
        "sasl.client.callback.handler.class": IAM_HANDLER,
    }


@pytest.mark.parametrize(
    ("role", "more"),
    [
        (None, {}),
        ("consumer", {}),
        (
            "producer",
            {"acks": "all", "delivery_timeout_ms": 120000, "enable_idempotence": True, "retry_backoff_ms": 200},
        ),
    ],
)
def test_kafka_python_is_told_by_keyword(role, more):
    assert with_rack(Login(SERVERS, "scram", "orders", "12345")).kafka_python(role) == {
        "bootstrap_servers": SERVERS,
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "orders",
        "sasl_plain_password": "12345",
        "client_rack": "euw1-az1",
        **more,
    }


def test_with_a_certificate_nothing_is_said_over_sasl():
    assert TLS.librdkafka(None) == CERTIFICATE
    assert TLS.java(None) == CERTIFICATE
    assert TLS.kafka_python(None) == {"bootstrap_servers": SERVERS, "security_protocol": "SSL"}
    assert TLS.environment("") == {"BOOTSTRAP_SERVERS": SERVERS, "SECURITY_PROTOCOL": "SSL"}


def test_a_rack_is_among_them_if_it_is_given():
    assert with_rack(TLS).java("consumer") == {**CERTIFICATE, "client.rack": "euw1-az1"}
    assert with_rack(TLS).librdkafka("consumer") == {**CERTIFICATE, "client.rack": "euw1-az1"}


def test_without_a_password_what_would_hold_it_is_left_out():
    login = without_password(SCRAM)
    assert login.librdkafka(None) == {**COMMON, "sasl.mechanisms": "SCRAM-SHA-512", "sasl.username": "orders"}
    assert login.java(None) == {**COMMON, "sasl.mechanism": "SCRAM-SHA-512"}
    assert "KAFKA_SASL_PASSWORD" not in login.environment("KAFKA_")


def test_spring_has_names_of_its_own_and_hands_the_others_to_kafka():
    assert SCRAM.spring(None) == {
        "spring.kafka.bootstrap-servers": SERVERS,
        "spring.kafka.security.protocol": "SASL_SSL",
        "spring.kafka.properties.sasl.mechanism": "SCRAM-SHA-512",
        "spring.kafka.properties.sasl.jaas.config": JAAS,
    }


def test_spring_keeps_the_settings_of_a_role_from_the_other():
    more = {name: value for name, value in TLS.spring("producer").items() if name not in TLS.spring(None)}
    assert more == {
        "spring.kafka.producer.acks": "all",
        "spring.kafka.producer.properties.delivery.timeout.ms": "120000",
        "spring.kafka.producer.properties.enable.idempotence": "true",
        "spring.kafka.producer.properties.retry.backoff.ms": "200",
    }
    more = {name: value for name, value in with_rack(TLS).spring("consumer").items() if name not in TLS.spring(None)}
    assert more == {"spring.kafka.consumer.properties.client.rack": "euw1-az1"}


def test_spring_reads_them_from_the_environment_as_well():
    assert with_rack(IAM).spring_environment("consumer") == {
        "SPRING_KAFKA_BOOTSTRAPSERVERS": SERVERS,
        "SPRING_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "SPRING_KAFKA_CONSUMER_PROPERTIES_CLIENT_RACK": "euw1-az1",
        "SPRING_KAFKA_PROPERTIES_SASL_MECHANISM": "AWS_MSK_IAM",
        "SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG": IAM_JAAS,
        "SPRING_KAFKA_PROPERTIES_SASL_CLIENT_CALLBACK_HANDLER_CLASS": IAM_HANDLER,
    }


@pytest.mark.parametrize("login", [SCRAM, IAM, TLS])
@pytest.mark.parametrize("role", [None, "producer", "consumer"])
def test_a_variable_is_read_back_as_the_property_that_it_stands_for(login, role):
    def as_spring_reads(variable):
        """Lower case, dots for underscores; hyphens in Spring's own names do not count."""
        return variable.lower().replace("_", ".")

    read = {as_spring_reads(name): value for name, value in login.spring_environment(role).items()}
    assert read == {name.replace("-", ""): value for name, value in login.spring(role).items()}


def test_other_programs_find_variables_with_a_prefix():
    assert with_rack(SCRAM).environment("ORDERS_") == {
        "ORDERS_BOOTSTRAP_SERVERS": SERVERS,
        "ORDERS_SECURITY_PROTOCOL": "SASL_SSL",
        "ORDERS_SASL_MECHANISM": "SCRAM-SHA-512",
        "ORDERS_SASL_USERNAME": "orders",
        "ORDERS_SASL_PASSWORD": 'pa"ss',
        "ORDERS_CLIENT_RACK": "euw1-az1",
    }
