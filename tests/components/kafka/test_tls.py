"""KafkaTls, and its settings in each client library."""

import pulumi
import pytest
from pem_examples import CA_PEM, CLIENT_KEY_PEM, CLIENT_PEM, EC_KEY_PEM, ENCRYPTED_KEY_PEM, KEY_STORE

from moorings import InvalidInput, KafkaConnection, KafkaKeyStore, KafkaTls
from moorings.preview.secret_masking import RevealedSecret

SERVERS = "kafka.example.com:9093"
FILES = "/etc/kafka-client"
MUTUAL = {"ca_certificate": CA_PEM, "certificate": CLIENT_PEM, "private_key": CLIENT_KEY_PEM}
STORE = {"content": KEY_STORE, "password": "hidden"}
COMMON = {"bootstrap.servers": SERVERS, "security.protocol": "SSL"}
METHODS = ["librdkafka", "java", "java_properties", "spring", "spring_environment", "environment"]


def connection(**tls):
    return KafkaConnection(bootstrap_servers=SERVERS, security_protocol="SSL", tls=KafkaTls(**tls))


@pytest.fixture
def rendered(deploy):
    """Returns a function that resolves an Output."""

    def resolve(render):
        value = deploy(lambda: pulumi.export("it", render())).outputs["it"]
        return getattr(value, "value", value)

    return resolve


# Validation


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("/etc/ssl/ca.pem", "got a path"),
        ("ca.crt", "got a path"),
        ("MIIB", "got no PEM"),
        (CLIENT_KEY_PEM, "got 'PRIVATE KEY'"),
        (CA_PEM + CLIENT_KEY_PEM, "got 'PRIVATE KEY'"),
        (CA_PEM.replace("MII", "M!I"), "certificate 1 is damaged"),
        (CA_PEM + CA_PEM.replace("\nMII", "\nAAA"), "certificate 2 is damaged"),
    ],
)
def test_text_that_is_no_certificate_is_rejected(deploy, late, text, problem):
    with pytest.raises(InvalidInput, match="kafka-pem-certificate") as error:
        deploy(lambda: KafkaTls(ca_certificate=pulumi.Output.from_input(text) if late else text))
    assert "ca_certificate: " in str(error.value)
    assert problem in str(error.value)


def test_a_chain_of_certificates_is_allowed(rendered):
    chain = CLIENT_PEM + CA_PEM
    settings = rendered(lambda: connection(certificate=chain, private_key=CLIENT_KEY_PEM).librdkafka())
    assert settings["ssl.certificate.pem"] == chain


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("text", [CLIENT_PEM, CLIENT_KEY_PEM * 2, "canary"])
def test_text_that_is_no_private_key_is_rejected_without_revealing_it(deploy, late, text):
    with pytest.raises(InvalidInput, match="private_key: .*kafka-pem-private-key") as error:
        deploy(lambda: KafkaTls(certificate=CLIENT_PEM, private_key=pulumi.Output.from_input(text) if late else text))
    assert "canary" not in str(error.value)


@pytest.mark.parametrize("content", ["client.p12", "AAAA", "not base64"])
def test_text_that_is_no_key_store_is_rejected(deploy, rejected, content):
    with rejected("kafka-key-store", "content"):
        deploy(lambda: KafkaKeyStore(content=content, password="hidden"))


@pytest.mark.parametrize(
    ("tls", "path"),
    [
        ({"certificate": CLIENT_PEM}, "private_key"),
        ({"private_key": CLIENT_KEY_PEM}, "certificate"),
        ({"private_key_password": "hidden"}, "private_key"),
    ],
)
def test_incomplete_certificates_are_rejected(deploy, rejected, tls, path):
    with rejected("kafka-client-certificate", path):
        deploy(lambda: KafkaTls(**tls))


@pytest.mark.parametrize("store", ["truststore", "keystore"])
def test_a_key_store_and_pem_are_rejected(deploy, rejected, store):
    with rejected("kafka-certificate-and-key-store", store):
        deploy(lambda: KafkaTls(**MUTUAL, **{store: STORE}))


def test_a_client_authenticates_with_a_certificate_or_a_key_store(deploy):
    known = []
    deploy(lambda: known.extend(KafkaTls(**tls).authenticates_client for tls in ({}, MUTUAL, {"keystore": STORE})))
    assert known == [False, True, True]


# Settings with PEM


def test_librdkafka_with_pem(rendered):
    assert rendered(lambda: connection(**MUTUAL).librdkafka()) == {
        **COMMON,
        "ssl.ca.pem": CA_PEM,
        "ssl.certificate.pem": CLIENT_PEM,
        "ssl.key.pem": CLIENT_KEY_PEM,
    }


def test_librdkafka_with_files(rendered):
    encrypted = {**MUTUAL, "private_key": ENCRYPTED_KEY_PEM, "private_key_password": "hidden"}
    assert rendered(lambda: connection(**encrypted).librdkafka(files=FILES)) == {
        **COMMON,
        "ssl.ca.location": f"{FILES}/ca.pem",
        "ssl.certificate.location": f"{FILES}/client.pem",
        "ssl.key.location": f"{FILES}/client.key",
        "ssl.key.password": "hidden",
    }


def test_librdkafka_with_an_authority_only(rendered):
    location = {"ssl.ca.location": f"{FILES}/ca.pem"}
    assert rendered(lambda: connection(ca_certificate=CA_PEM).librdkafka(files=FILES)) == COMMON | location
    assert rendered(lambda: connection(ca_certificate=CA_PEM).librdkafka()) == COMMON | {"ssl.ca.pem": CA_PEM}


def test_java_with_pem(rendered):
    assert rendered(lambda: connection(**MUTUAL).java()) == {
        **COMMON,
        "ssl.truststore.type": "PEM",
        "ssl.truststore.certificates": CA_PEM,
        "ssl.keystore.type": "PEM",
        "ssl.keystore.certificate.chain": CLIENT_PEM,
        "ssl.keystore.key": CLIENT_KEY_PEM,
    }


def test_java_with_files(rendered):
    assert rendered(lambda: connection(**MUTUAL).java(files=FILES)) == {
        **COMMON,
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": f"{FILES}/ca.pem",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": f"{FILES}/client-keystore.pem",
    }


def test_java_with_key_stores(rendered):
    stores = {"truststore": STORE, "keystore": STORE}
    assert rendered(lambda: connection(**stores).java(files=FILES)) == {
        **COMMON,
        "ssl.truststore.type": "PKCS12",
        "ssl.truststore.location": f"{FILES}/truststore",
        "ssl.truststore.password": "hidden",
        "ssl.keystore.type": "PKCS12",
        "ssl.keystore.location": f"{FILES}/keystore",
        "ssl.keystore.password": "hidden",
        "ssl.key.password": "hidden",
    }


def test_the_key_in_a_key_store_has_its_own_password(rendered):
    settings = rendered(lambda: connection(keystore={**STORE, "key_password": "key"}).java(files=FILES))
    assert settings["ssl.key.password"] == "key"


def test_kafka_python_with_files(rendered):
    assert rendered(lambda: connection(**MUTUAL).kafka_python(files=FILES)) == {
        "bootstrap_servers": SERVERS,
        "security_protocol": "SSL",
        "ssl_cafile": f"{FILES}/ca.pem",
        "ssl_certfile": f"{FILES}/client.pem",
        "ssl_keyfile": f"{FILES}/client.key",
    }


def test_spring_with_pem(rendered):
    properties = "spring.kafka.properties.ssl"
    settings = rendered(lambda: connection(ca_certificate=CA_PEM).spring())
    assert settings[f"{properties}.truststore.certificates"] == CA_PEM
    assert rendered(lambda: connection(ca_certificate=CA_PEM).spring_environment()) == {
        "SPRING_KAFKA_BOOTSTRAPSERVERS": SERVERS,
        "SPRING_KAFKA_SECURITY_PROTOCOL": "SSL",
        "SPRING_KAFKA_PROPERTIES_SSL_TRUSTSTORE_TYPE": "PEM",
        "SPRING_KAFKA_PROPERTIES_SSL_TRUSTSTORE_CERTIFICATES": CA_PEM,
    }


def test_environment_with_pem_and_with_files(rendered):
    common = {"KAFKA_BOOTSTRAP_SERVERS": SERVERS, "KAFKA_SECURITY_PROTOCOL": "SSL"}
    assert rendered(lambda: connection(**MUTUAL).environment()) == {
        **common,
        "KAFKA_SSL_CA_PEM": CA_PEM,
        "KAFKA_SSL_CERTIFICATE_PEM": CLIENT_PEM,
        "KAFKA_SSL_KEY_PEM": CLIENT_KEY_PEM,
    }
    assert rendered(lambda: connection(**MUTUAL).environment(files=FILES)) == {
        **common,
        "KAFKA_SSL_CA_LOCATION": f"{FILES}/ca.pem",
        "KAFKA_SSL_CERTIFICATE_LOCATION": f"{FILES}/client.pem",
        "KAFKA_SSL_KEY_LOCATION": f"{FILES}/client.key",
    }


def test_environment_with_key_stores(rendered):
    stores = {"truststore": STORE, "keystore": {**STORE, "type": "PKCS12"}}
    variables = rendered(lambda: connection(**stores).environment(files=FILES))
    assert {name: value for name, value in variables.items() if "STORE" in name} == {
        "KAFKA_SSL_TRUSTSTORE_TYPE": "PKCS12",
        "KAFKA_SSL_TRUSTSTORE_LOCATION": f"{FILES}/truststore",
        "KAFKA_SSL_TRUSTSTORE_PASSWORD": "hidden",
        "KAFKA_SSL_KEYSTORE_TYPE": "PKCS12",
        "KAFKA_SSL_KEYSTORE_LOCATION": f"{FILES}/keystore",
        "KAFKA_SSL_KEYSTORE_PASSWORD": "hidden",
    }


def test_librdkafka_reads_pkcs12(rendered):
    assert rendered(lambda: connection(keystore=STORE).librdkafka(files=FILES)) == {
        **COMMON,
        "ssl.keystore.location": f"{FILES}/keystore",
        "ssl.keystore.password": "hidden",
    }


@pytest.mark.parametrize("method", METHODS)
def test_settings_with_a_private_key_are_secret(deploy, method):
    plan = deploy(lambda: pulumi.export("it", getattr(connection(**MUTUAL), method)()))
    assert isinstance(plan.outputs["it"], RevealedSecret)


@pytest.mark.parametrize("files", [None, FILES])
@pytest.mark.parametrize("method", METHODS)
def test_settings_without_credentials_contain_the_certificates(deploy, method, files):
    encrypted = {**MUTUAL, "private_key": ENCRYPTED_KEY_PEM, "private_key_password": "canary"}
    plan = deploy(lambda: pulumi.export("it", getattr(connection(**encrypted), method)(credentials=False, files=files)))
    text = str(plan.outputs["it"])
    assert not isinstance(plan.outputs["it"], RevealedSecret)
    assert ("BEGIN CERTIFICATE" in text) == (files is None)
    assert "canary" not in text
    assert "ENCRYPTED" not in text


def test_host_names_that_are_not_verified(deploy):
    def program():
        unverified = KafkaConnection(
            bootstrap_servers=SERVERS,
            security_protocol="SSL",
            tls=KafkaTls(verify_hostname=False),
            acknowledge={"kafka-hostname-verification": "a test"},
        )
        name = "ssl.endpoint.identification.algorithm"
        pulumi.export("librdkafka", unverified.librdkafka().apply(lambda settings: settings[name]))
        pulumi.export("java", unverified.java().apply(lambda settings: settings[name]))
        pulumi.export("kafka_python", unverified.kafka_python()["ssl_check_hostname"])
        pulumi.export("environment", unverified.environment()["KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM"])

    assert deploy(program).outputs == {
        "librdkafka": "none",
        "java": "",
        "kafka_python": False,
        "environment": "none",
    }


# Files


def test_files_of_a_client_certificate(deploy):
    def program():
        pulumi.export("files", connection(**{**MUTUAL, "private_key": CLIENT_KEY_PEM.rstrip()}).files())

    files = {path: getattr(text, "value", text) for path, text in deploy(program).outputs["files"].items()}
    assert files == {
        f"{FILES}/ca.pem": CA_PEM,
        f"{FILES}/client.pem": CLIENT_PEM,
        f"{FILES}/client.key": CLIENT_KEY_PEM.rstrip(),
        f"{FILES}/client-keystore.pem": CLIENT_KEY_PEM + CLIENT_PEM,
    }


def test_files_of_key_stores_are_in_base64(deploy):
    def program():
        stores = connection(truststore=STORE, keystore=STORE)
        pulumi.export("files", [stores.files("/srv"), stores.base64_files("/srv")])
        pulumi.export("none", [plain().files(), plain().base64_files()])

    def plain():
        return KafkaConnection(bootstrap_servers=SERVERS, security_protocol="SSL")

    outputs = deploy(program).outputs
    assert outputs["files"][0] == {}
    assert set(outputs["files"][1]) == {"/srv/truststore", "/srv/keystore"}
    assert outputs["none"] == [{}, {}]


# What a client library does not support


@pytest.mark.parametrize("method", ["java", "librdkafka", "environment"])
def test_key_stores_require_files(deploy, rejected, method):
    with rejected("kafka-client-files", "tls.keystore"):
        deploy(lambda: getattr(connection(keystore=STORE), method)())


@pytest.mark.parametrize("tls", [{"ca_certificate": CA_PEM}, {"certificate": CLIENT_PEM, "private_key": EC_KEY_PEM}])
def test_kafka_python_requires_files(deploy, rejected, tls):
    with rejected("kafka-client-files", "tls"):
        deploy(lambda: connection(**tls).kafka_python())


@pytest.mark.parametrize(
    ("method", "tls", "path"),
    [
        ("librdkafka", {"truststore": STORE}, "tls.truststore"),
        ("librdkafka", {"keystore": {**STORE, "type": "JKS"}}, "tls.keystore"),
        ("kafka_python", {"truststore": STORE}, "tls.truststore"),
        ("kafka_python", {"keystore": STORE}, "tls.keystore"),
    ],
)
def test_key_stores_that_a_library_cannot_read_are_rejected(deploy, rejected, method, tls, path):
    with rejected("kafka-client-key-store", path):
        deploy(lambda: getattr(connection(**tls), method)(files=FILES))


def test_java_rejects_private_keys_that_it_cannot_read(deploy, rejected):
    tls = {"certificate": CLIENT_PEM, "private_key": EC_KEY_PEM}
    deploy(lambda: connection(**tls).librdkafka())
    with rejected("kafka-java-private-key", "tls"):
        deploy(lambda: connection(**tls).java())


@pytest.mark.parametrize("method", METHODS)
def test_an_encrypted_key_requires_its_password(deploy, rejected, method):
    with rejected("kafka-private-key-password", "tls"):
        deploy(lambda: getattr(connection(certificate=CLIENT_PEM, private_key=ENCRYPTED_KEY_PEM), method)())


@pytest.mark.parametrize("store", ["truststore", "keystore"])
def test_the_type_must_be_that_of_the_file(deploy, rejected, store):
    with rejected("kafka-key-store-type", "tls"):
        deploy(lambda: connection(**{store: {**STORE, "type": "JKS"}}).java(files=FILES))
