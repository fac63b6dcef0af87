"""Clients log in to listeners that MSK does not have, with the settings of connections that contain everything."""

import base64
import time

import pulumi
import pytest
from broker import ADMIN, PLAIN_USERS
from certificates import PASSWORD
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

from moorings import KafkaConnection, KafkaOAuth, KafkaTls, KpowOnKubernetes
from moorings.apps.kpow.license import LICENSE_KEYS
from moorings.kafka.java_client import properties_file

CLIENT = "orders-client"
CLIENT_SECRET = "s\"e'c=r&e+t %/ä"
ACKNOWLEDGED = {"kafka-plaintext": "a test on localhost"}
NO_TRUST = ()
"""Options of a JVM that trusts public authorities only."""


@pytest.fixture
def rendered(deploy):
    """Returns a function that resolves the settings of a connection."""

    def resolve(render):
        value = deploy(lambda: pulumi.export("settings", render())).outputs["settings"]
        if isinstance(value, list | dict):
            items = value.items() if isinstance(value, dict) else enumerate(value)
            resolved = {key: getattr(item, "value", item) for key, item in items}
            return resolved if isinstance(value, dict) else list(resolved.values())
        return getattr(value, "value", value)

    return resolve


@pytest.fixture(scope="module")
def topic(broker):
    """A topic that the principals of these tests may write to."""
    name = broker.create_topic("other-clusters")
    principals = [*PLAIN_USERS, CLIENT, "sha-256", "CN=orders,O=Example"]
    for principal in principals:
        broker.allow(f"User:{principal}", AclOperation.WRITE, name)
    return name


@pytest.fixture(scope="module")
def client_certificate(broker):
    """A client certificate and its key."""
    return broker.certificates.issue("other-clusters", "/O=Example/CN=orders")


@pytest.fixture
def token_endpoint(broker):
    """URL of the token endpoint."""
    with broker.identity_provider.serve({CLIENT: CLIENT_SECRET}) as url:
        yield url


def connect(broker, listener, **arguments):
    """A connection that trusts the authority of the tests."""
    if not arguments.get("security_protocol", "SSL").endswith("PLAINTEXT"):
        ca = broker.certificates.certificate.read_text()
        arguments["tls"] = KafkaTls(ca_certificate=ca, **arguments.get("tls", {}))
    return KafkaConnection(bootstrap_servers=f"localhost:1,{broker.bootstrap_servers(listener)}", **arguments)


class Clients:
    """Produces records over a connection with each client. Files are written to a folder."""

    def __init__(self, broker, rendered, topic, folder, connection):
        self.broker, self.rendered, self.topic = broker, rendered, topic
        self.folder, self.connection = folder, connection

    def librdkafka(self, files=None, **options):
        return produce(
            self.rendered(lambda: self.connection().librdkafka("producer", files=files, **options)), self.topic
        )

    def kafka_python(self, files=None, token="", **options):
        settings = self.rendered(lambda: self.connection().kafka_python("producer", files=files, **options))
        return produce_with_kafka_python(settings, self.topic, token=token)

    def environment(self, files=None):
        return produce_with_environment(self.rendered(lambda: self.connection().environment(files=files)), self.topic)

    def java(self, *files):
        """Produce with settings that contain certificates, and with settings that refer to files."""
        texts = [
            self.rendered(lambda file=file: self.connection().java_properties("producer", files=file))
            for file in files or [None]
        ]
        options = self.rendered(lambda: self.connection().java_options())
        attempts = [(self.topic, text) for text in texts]
        return produce_with_java(self.broker, attempts, self.folder, options=[*NO_TRUST, *options])

    def spring(self, files=None):
        variables = self.rendered(lambda: self.connection().spring_environment("producer", files=files))
        options = self.rendered(lambda: self.connection().java_options())
        return produce_with_spring(self.broker, {**variables, "LC_ALL": "C.UTF-8"}, self.topic, options)

    def write_files(self):
        """Write the files of the connection as a component mounts them, and return their directory."""
        directory = self.folder / "files"
        directory.mkdir()
        for path, text in self.rendered(lambda: self.connection().files(str(directory))).items():
            (directory / path.rpartition("/")[2]).write_text(text)
        for path, text in self.rendered(lambda: self.connection().base64_files(str(directory))).items():
            (directory / path.rpartition("/")[2]).write_bytes(base64.b64decode(text))
        return str(directory)


@pytest.fixture
def clients(broker, rendered, topic, tmp_path):
    """Returns a function that returns the clients of a connection."""
    return lambda connection: Clients(broker, rendered, topic, tmp_path, connection)


@pytest.mark.parametrize("user", PLAIN_USERS)
def test_clients_log_in_with_plain(broker, clients, user):
    def connection(password=PLAIN_USERS[user]):
        return connect(broker, "PLAIN", sasl_mechanism="PLAIN", username=user, password=password)

    plain = clients(connection)
    files = plain.write_files()

    assert plain.librdkafka() == ALLOWED
    assert plain.librdkafka(files) == ALLOWED
    assert plain.kafka_python(files) == ALLOWED
    assert plain.environment() == ALLOWED
    assert plain.environment(files) == ALLOWED
    assert plain.java(None, files) == [ALLOWED] * 2
    refused = clients(lambda: connection("wrong"))
    assert "Invalid username or password" in refused.librdkafka()
    assert "Invalid username or password" in refused.java()[0]


@pytest.mark.parametrize("protocol", ["SASL_SSL", "SASL_PLAINTEXT"])
def test_clients_log_in_with_scram_sha_256(broker, clients, protocol):
    broker.add_scram_user("sha-256", "p\"a's;s=w$o r d\\", "SCRAM-SHA-256")
    listener = "SCRAM" if protocol == "SASL_SSL" else "SCRAM_WITHOUT_TLS"
    acknowledge = ACKNOWLEDGED if protocol == "SASL_PLAINTEXT" else {}

    def connection():
        return connect(
            broker,
            listener,
            security_protocol=protocol,
            sasl_mechanism="SCRAM-SHA-256",
            username="sha-256",
            password="p\"a's;s=w$o r d\\",
            acknowledge=acknowledge,
        )

    scram = clients(connection)
    files = scram.write_files()

    assert scram.librdkafka() == ALLOWED
    assert scram.kafka_python(files) == ALLOWED
    assert scram.environment(files) == ALLOWED
    assert scram.java(None, files) == [ALLOWED] * 2


def test_clients_connect_without_authentication(broker, clients):
    plaintext = clients(lambda: connect(broker, ADMIN, security_protocol="PLAINTEXT", acknowledge=ACKNOWLEDGED))
    encrypted = clients(lambda: connect(broker, "SSL", security_protocol="SSL"))
    files = encrypted.write_files()

    assert plaintext.librdkafka() == plaintext.kafka_python() == plaintext.environment() == ALLOWED
    assert plaintext.java() == [ALLOWED]
    assert encrypted.librdkafka() == encrypted.kafka_python(files) == encrypted.environment() == ALLOWED
    assert encrypted.java(None, files) == [ALLOWED] * 2


def test_clients_log_in_with_a_certificate_in_pem(broker, clients, client_certificate):
    tls = {
        "certificate": client_certificate.certificate.read_text(),
        "private_key": client_certificate.key.read_text(),
    }
    mutual = clients(lambda: connect(broker, "TLS", security_protocol="SSL", tls=tls))
    files = mutual.write_files()

    assert mutual.librdkafka() == ALLOWED
    assert mutual.librdkafka(files) == ALLOWED
    assert mutual.kafka_python(files) == ALLOWED
    assert mutual.environment() == ALLOWED
    assert mutual.environment(files) == ALLOWED
    assert mutual.java(None, files) == [ALLOWED] * 2


@pytest.mark.parametrize("scheme", ["PBES2", "PBE-SHA1-3DES"])
def test_clients_log_in_with_an_encrypted_private_key(broker, clients, client_certificate, scheme):
    options = ["-v1", scheme] if scheme != "PBES2" else []
    tls = {
        "certificate": client_certificate.certificate.read_text(),
        "private_key": client_certificate.encrypted_key(*options).read_text(),
        "private_key_password": PASSWORD,
    }
    mutual = clients(lambda: connect(broker, "TLS", security_protocol="SSL", tls=tls))
    files = mutual.write_files()

    assert mutual.librdkafka() == mutual.librdkafka(files) == ALLOWED
    assert mutual.kafka_python(files) == ALLOWED
    results = set(mutual.java(None, files))
    # The documentation of private_key_password says which scheme older versions of Java do not support.
    assert results == {ALLOWED} or (scheme == "PBES2" and "PBES2 SecretKeyFactory not available" in results.pop())


def test_java_and_librdkafka_log_in_with_key_stores(broker, clients, client_certificate):
    def store(path):
        return {"content": base64.b64encode(path.read_bytes()).decode(), "password": PASSWORD}

    def connection(**tls):
        servers = broker.bootstrap_servers("TLS")
        tls = {"keystore": store(client_certificate.pkcs12), **tls}
        return KafkaConnection(bootstrap_servers=servers, security_protocol="SSL", tls=tls)

    java = clients(lambda: connection(truststore=store(broker.certificates.trust_store)))
    assert java.java(java.write_files()) == [ALLOWED]
    ca = broker.certificates.certificate.read_text()
    librdkafka = Clients(
        broker, java.rendered, java.topic, java.folder / "files", lambda: connection(ca_certificate=ca)
    )
    assert librdkafka.librdkafka(librdkafka.write_files()) == ALLOWED


def test_host_names_need_not_match_if_they_are_not_verified(broker, clients):
    broker.add_scram_user("sha-256", "password", "SCRAM-SHA-512")

    def connection():
        return connect(
            broker,
            "IMPOSTOR",
            sasl_mechanism="SCRAM-SHA-512",
            username="sha-256",
            password="password",
            tls={"verify_hostname": False},
            acknowledge={"kafka-hostname-verification": "a test"},
        )

    unverified = clients(connection)
    files = unverified.write_files()

    assert unverified.librdkafka() == unverified.kafka_python(files) == unverified.environment() == ALLOWED
    assert unverified.java() == [ALLOWED]


def test_clients_log_in_with_tokens_of_an_endpoint(broker, clients, token_endpoint):
    def connection(secret=CLIENT_SECRET):
        oauth = KafkaOAuth(
            token_endpoint_url=token_endpoint,
            client_id=CLIENT,
            client_secret=secret,
            scope="kafka orders",
            extensions={"logicalCluster": "lkc-a1"},
        )
        return connect(broker, "OAUTH", sasl_mechanism="OAUTHBEARER", oauth=oauth)

    oauth = clients(connection)
    files = oauth.write_files()

    assert oauth.librdkafka() == ALLOWED
    assert oauth.librdkafka(files) == ALLOWED
    assert oauth.environment() == ALLOWED
    assert oauth.java(None, files) == [ALLOWED] * 2
    assert "401" in clients(lambda: connection("wrong")).java()[0]


def test_applications_return_tokens_themselves(broker, clients, rendered, topic):
    token = broker.identity_provider.token(CLIENT)
    bearer = clients(lambda: connect(broker, "OAUTH", sasl_mechanism="OAUTHBEARER"))
    files = bearer.write_files()

    assert bearer.kafka_python(files, token, token_callback=True) == ALLOWED
    settings = rendered(lambda: bearer.connection().librdkafka(token_callback=True))
    assert produce({**settings, "oauth_cb": lambda _: (token, time.time() + 3600)}, topic) == ALLOWED


@pytest.mark.parametrize("method", ["certificate", "plain", "oauth"])
@pytest.mark.parametrize("broker", [NEWEST], indirect=True)
def test_kpow_logs_in(broker, deploy, clients, client_certificate, token_endpoint, method):  # noqa: PLR0917
    """Its variables are settings of the Java client, and its files are mounted in ``/etc/kafka-client``."""

    def connection():
        if method == "plain":
            return connect(broker, "PLAIN", sasl_mechanism="PLAIN", username="plain", password=PLAIN_USERS["plain"])
        if method == "oauth":
            oauth = KafkaOAuth(token_endpoint_url=token_endpoint, client_id=CLIENT, client_secret=CLIENT_SECRET)
            return connect(broker, "OAUTH", sasl_mechanism="OAUTHBEARER", oauth=oauth)
        pem = {
            "certificate": client_certificate.certificate.read_text(),
            "private_key": client_certificate.key.read_text(),
        }
        return connect(broker, "TLS", security_protocol="SSL", tls=pem)

    def program():
        KpowOnKubernetes(
            "kpow",
            {
                "namespace": "tools",
                "image": f"registry.example/kpow:96.2@sha256:{'0' * 64}",
                "license": dict.fromkeys(LICENSE_KEYS, "hidden"),
                "kafka": connection(),
                "acknowledge": {"kpow-no-login": "a test"},
            },
        )

    plan, kpow = deploy(program), clients(connection)
    data = plan["kpow-secrets"].inputs["stringData"]
    variables = {**plan["kpow-config"].inputs["data"], **getattr(data, "value", data)}
    directory, settings = kpow.write_files(), {"bootstrap.servers": variables["BOOTSTRAP"]}
    for name, value in variables.items():
        if name.startswith(("SSL_", "SASL_", "SECURITY_")):
            text = getattr(value, "value", value)
            settings[name.lower().replace("_", ".")] = text.replace("/etc/kafka-client", directory)
    options = variables.get("JAVA_TOOL_OPTIONS", "").split()
    attempts = [(kpow.topic, properties_file(settings))]
    assert produce_with_java(broker, attempts, kpow.folder, options=options) == [ALLOWED]


@pytest.mark.parametrize("broker", [NEWEST], indirect=True)
def test_spring_boot_logs_in_with_variables_and_with_files(broker, clients, client_certificate, token_endpoint):
    tls = {"certificate": client_certificate.certificate.read_text(), "private_key": client_certificate.key.read_text()}
    mutual = clients(lambda: connect(broker, "TLS", security_protocol="SSL", tls=tls))
    files = mutual.write_files()
    oauth = {"token_endpoint_url": token_endpoint, "client_id": CLIENT, "client_secret": CLIENT_SECRET}
    bearer = clients(lambda: connect(broker, "OAUTH", sasl_mechanism="OAUTHBEARER", oauth=oauth))

    assert mutual.spring() == ALLOWED
    assert mutual.spring(files) == ALLOWED
    assert bearer.spring() == ALLOWED
