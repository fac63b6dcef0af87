"""Clients log in to a real broker with the settings that `KafkaConnection` returns, and only with these."""

import pulumi
import pytest
from certificates import PASSWORD, CertificateAuthority
from clients import (
    ALLOWED,
    produce,
    produce_with_environment,
    produce_with_java,
    produce_with_kafka_python,
    produce_with_spring,
)
from confluent_kafka.admin import AclOperation
from distributions import NEWEST

from moorings import KafkaConnection
from moorings.kafka.java_client import properties_file

CREDENTIALS = {
    "plain": ("orders", "correct horse battery staple"),
    "quotes": ("o'r\"ders", 'a"b\'c\\d\\\\"e\\'),
    "separators": ("orders:1;2", "a;b=c,d:e#f!g&h|i?j"),
    "shell": ("orders $HOME", "#$HOME `id` $(id) %s {0} !x * ~ "),
    "unicode": ("orders-unicode", "pässwörd-日本語-\N{ANCHOR}-\N{ROCKET}-\N{NO-BREAK SPACE}."),
    "control": ("orders\ttab", "a\tb\nc\rd\fe\x01"),
}
"""User names and passwords with characters that some format could misread."""

ESCAPED_USERNAME = "orders=1,2"
"""A user name that SCRAM escapes."""

LEADING_SPACE = "  correct horse"

REFUSED = "Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-512"
"""Message of the broker."""

REFUSED_BY_KAFKA_PYTHON = ("SaslAuthenticationFailedError", "KafkaConnectionError: socket disconnected")
"""kafka-python reads the broker's answer only if it arrives before the end of the connection."""


@pytest.fixture
def rendered(deploy):
    """Returns a function that resolves the settings of a connection."""

    def resolve(render):
        value = deploy(lambda: pulumi.export("settings", render())).outputs["settings"]
        return getattr(value, "value", value)

    return resolve


@pytest.fixture(scope="module")
def topics(broker):
    """A topic for each user, which only this user may write to."""
    names = {}
    for key, (user, password) in CREDENTIALS.items():
        broker.add_scram_user(user, password)
        names[key] = broker.create_topic(f"logins-{key}")
        broker.allow(f"User:{user}", AclOperation.WRITE, names[key])
    return names


def connection(broker, key="plain", listener="SCRAM", **arguments):
    username, password = CREDENTIALS[key]
    # The first server does not exist, so that clients have to read the whole list.
    servers = f"localhost:1,{broker.bootstrap_servers(listener)}"
    credentials = {"username": username, "password": password, **arguments}
    return KafkaConnection(listener="scram", bootstrap_servers=servers, **credentials)


def with_authority(settings, broker):
    """Settings of librdkafka with the certificate authority of the tests, which it does not read from Python."""
    return {**settings, "ssl.ca.location": str(broker.certificates.certificate)}


def authority(broker):
    return broker.certificates.certificate


@pytest.mark.parametrize("key", CREDENTIALS)
def test_librdkafka_logs_in(broker, topics, rendered, key):
    settings = rendered(lambda: connection(broker, key).librdkafka("producer"))

    assert produce(with_authority(settings, broker), topics[key]) == ALLOWED


@pytest.mark.parametrize("key", CREDENTIALS)
def test_kafka_python_logs_in(broker, topics, rendered, key):
    settings = rendered(lambda: connection(broker, key).kafka_python("producer"))

    assert produce_with_kafka_python(settings, topics[key], authority(broker)) == ALLOWED


@pytest.mark.parametrize("key", CREDENTIALS)
def test_an_application_logs_in_with_environment_variables(broker, topics, rendered, key):
    variables = rendered(lambda: connection(broker, key).environment())

    assert produce_with_environment(variables, topics[key], authority(broker)) == ALLOWED


def test_java_logs_in(broker, topics, rendered, tmp_path):
    files = {key: rendered(lambda key=key: connection(broker, key).java_properties("producer")) for key in CREDENTIALS}

    results = produce_with_java(broker, [(topics[key], text) for key, text in files.items()], tmp_path)

    assert dict(zip(files, results, strict=True)) == dict.fromkeys(CREDENTIALS, ALLOWED)


@pytest.mark.parametrize("broker", [NEWEST], indirect=True)
def test_spring_boot_logs_in(broker, rendered, tmp_path):
    """With environment variables, which Java decodes with the encoding of the locale, and with a file of properties."""
    username, password = (" / ".join(values) for values in zip(*CREDENTIALS.values(), strict=True))
    topic = broker.create_topic("logins-spring")
    broker.add_scram_user(username, password)
    broker.allow(f"User:{username}", AclOperation.WRITE, topic)

    def spring():
        return connection(broker, username=username, password=password)

    variables = rendered(lambda: spring().spring_environment("producer"))
    file = tmp_path / "application.properties"
    file.write_text(properties_file(rendered(lambda: spring().spring("producer"))), "ascii")

    assert produce_with_spring(broker, {**variables, "LC_ALL": "C.UTF-8"}, topic) == ALLOWED
    assert REFUSED in produce_with_spring(broker, {**variables, "LC_ALL": "C"}, topic)
    assert produce_with_spring(broker, {"SPRING_CONFIG_LOCATION": str(file)}, topic) == ALLOWED


def test_other_user_names_and_passwords_log_in_where_they_are_allowed(broker, rendered, tmp_path):
    """With user names that kafka-python rejects, and passwords that librdkafka rejects, see the tests below."""
    topic = broker.create_topic("logins-escaped")
    broker.add_scram_user(ESCAPED_USERNAME, LEADING_SPACE)
    broker.allow(f"User:{ESCAPED_USERNAME}", AclOperation.WRITE, topic)
    both = {"username": ESCAPED_USERNAME, "password": LEADING_SPACE}

    text = rendered(lambda: connection(broker, **both).java_properties())

    assert produce_with_java(broker, [(topic, text)], tmp_path) == [ALLOWED]


def test_kafka_python_does_not_escape_user_names(broker, rendered):
    """`kafka-python-username` rejects them: remove the rule when this test fails."""
    topic = broker.create_topic("logins-kafka-python")
    broker.add_scram_user(ESCAPED_USERNAME, "correct horse")
    broker.allow(f"User:{ESCAPED_USERNAME}", AclOperation.WRITE, topic)
    settings = rendered(lambda: connection(broker, password="correct horse").kafka_python())
    settings |= {"sasl_plain_username": ESCAPED_USERNAME}

    assert produce_with_kafka_python(settings, topic, authority(broker)).startswith(REFUSED_BY_KAFKA_PYTHON)


def test_librdkafka_removes_leading_white_space(broker, topics, rendered):
    """`kafka-librdkafka-white-space` rejects it: remove the rule when this test fails."""
    broker.add_scram_user("leading-space", LEADING_SPACE)
    settings = rendered(lambda: connection(broker, username="leading-space").librdkafka())

    assert REFUSED in produce(with_authority(settings | {"sasl.password": LEADING_SPACE}, broker), topics["plain"])


def test_brokers_refuse_user_names_outside_ascii(broker, topics, rendered):
    """`kafka-scram-username` rejects them: remove the rule when this test fails."""
    broker.add_scram_user("björn", "correct horse")
    settings = rendered(lambda: connection(broker, username="bjorn", password="correct horse").librdkafka())

    assert REFUSED in produce(with_authority(settings | {"sasl.username": "björn"}, broker), topics["plain"])


def test_scram_sha_256(broker, rendered, tmp_path):
    topic = broker.create_topic("logins-sha-256")
    broker.add_scram_user("only-sha-256", "correct horse", "SCRAM-SHA-256")
    broker.allow("User:only-sha-256", AclOperation.WRITE, topic)

    def sha_256():
        credentials = {"username": "only-sha-256", "password": "correct horse"}
        return connection(broker, **credentials, scram_mechanism="SCRAM-SHA-256")

    librdkafka = with_authority(rendered(lambda: sha_256().librdkafka()), broker)

    assert produce(librdkafka, topic) == ALLOWED
    assert produce_with_kafka_python(rendered(lambda: sha_256().kafka_python()), topic, authority(broker)) == ALLOWED
    assert produce_with_java(broker, [(topic, rendered(lambda: sha_256().java_properties()))], tmp_path) == [ALLOWED]


def test_a_wrong_password_is_refused(broker, topics, rendered, tmp_path):
    attempts = Attempts(broker, rendered, topics["plain"], lambda: connection(broker, password="wrong horse"))

    assert REFUSED in attempts.librdkafka()
    assert attempts.kafka_python(authority(broker)).startswith(REFUSED_BY_KAFKA_PYTHON)
    assert REFUSED in attempts.java(tmp_path)


def test_the_certificate_must_be_that_of_the_host(broker, topics, rendered, tmp_path):
    attempts = Attempts(broker, rendered, topics["plain"], lambda: connection(broker, listener="IMPOSTOR"))

    assert "certificate verify failed" in attempts.librdkafka()
    assert "Hostname mismatch" in attempts.kafka_python(authority(broker))
    assert "SslAuthenticationException: SSL handshake failed" in attempts.java(tmp_path)


def test_the_certificate_must_be_issued_by_a_trusted_authority(broker, topics, rendered, tmp_path):
    other = CertificateAuthority(tmp_path)
    attempts = Attempts(broker, rendered, topics["plain"], lambda: connection(broker))

    assert "certificate verify failed" in produce(rendered(lambda: connection(broker).librdkafka()), topics["plain"])
    assert "CERTIFICATE_VERIFY_FAILED" in attempts.kafka_python(other.certificate)
    assert "SslAuthenticationException: SSL handshake failed" in attempts.java(tmp_path, trusted=other)


def test_clients_log_in_with_a_certificate(broker, rendered, tmp_path):
    """The application adds its certificate and key, as the docstrings of the methods say."""
    topic = broker.create_topic("logins-certificate")
    broker.allow("User:CN=orders,O=Example", AclOperation.WRITE, topic)
    issued = broker.certificates.issue("logins-client", "/O=Example/CN=orders")
    librdkafka = {"ssl.certificate.location": str(issued.certificate), "ssl.key.location": str(issued.key)}
    kafka_python = {"ssl_certfile": str(issued.certificate), "ssl_keyfile": str(issued.key)}
    java = {"keystore.location": str(issued.pkcs12), "keystore.password": PASSWORD, "key.password": PASSWORD}

    def tls():
        return KafkaConnection(listener="tls", bootstrap_servers=broker.bootstrap_servers("TLS"))

    attempts = Attempts(broker, rendered, topic, tls)

    assert attempts.librdkafka(librdkafka) == ALLOWED
    assert attempts.kafka_python(authority(broker), kafka_python) == ALLOWED
    assert attempts.java(tmp_path, {f"ssl.{name}": value for name, value in java.items()}) == ALLOWED
    assert "SslAuthenticationException" in attempts.java(tmp_path)


class Attempts:
    """Attempts to produce a record over a connection."""

    def __init__(self, broker, rendered, topic, connect):
        self.broker, self.rendered, self.topic, self.connect = broker, rendered, topic, connect

    def librdkafka(self, added=None):
        settings = self.rendered(lambda: self.connect().librdkafka())
        return produce({**with_authority(settings, self.broker), **(added or {})}, self.topic)

    def kafka_python(self, certificate, added=None):
        settings = self.rendered(lambda: self.connect().kafka_python())
        return produce_with_kafka_python({**settings, **(added or {})}, self.topic, certificate)

    def java(self, folder, added=None, trusted=None):
        text = self.rendered(lambda: self.connect().java_properties())
        text += "".join(f"{name}={value}\n" for name, value in (added or {}).items())
        (result,) = produce_with_java(self.broker, [(self.topic, text)], folder, trusted)
        return result
