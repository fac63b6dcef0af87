"""Connections to Kafka services, from the values that each service shows."""

import pulumi
import pytest
from pem_examples import CA_PEM, CLIENT_KEY_PEM, CLIENT_PEM

from moorings import KafkaConnection, KafkaOAuth, KafkaTls
from moorings.kafka.service_hosts import heroku_servers
from moorings.validation.rules import Violation

CONFLUENT = "pkc-a1b2c.eu-west-1.aws.confluent.cloud:9092"
MSK = "b-1.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com"
HEROKU = {"trusted_cert": CA_PEM, "client_cert": CLIENT_PEM, "client_cert_key": CLIENT_KEY_PEM}


@pytest.fixture
def rendered(deploy):
    """Returns a function that resolves an Output."""

    def resolve(render):
        value = deploy(lambda: pulumi.export("it", render())).outputs["it"]
        return getattr(value, "value", value)

    return resolve


def test_msk(rendered):
    user = {"username": "orders", "password": "hidden"}
    assert rendered(lambda: KafkaConnection.msk(f"{MSK}:9096", **user).java())["sasl.mechanism"] == "SCRAM-SHA-512"
    assert rendered(lambda: KafkaConnection.msk(f"{MSK}:9098").java())["sasl.mechanism"] == "AWS_MSK_IAM"
    certificate = {"certificate": CLIENT_PEM, "private_key": CLIENT_KEY_PEM}
    settings = rendered(lambda: KafkaConnection.msk(f"{MSK}:9094", tls=KafkaTls(**certificate)).java())
    assert settings["ssl.keystore.key"] == CLIENT_KEY_PEM


def test_confluent_cloud_with_an_api_key(rendered):
    settings = rendered(lambda: KafkaConnection.confluent_cloud(CONFLUENT, api_key="KEY", api_secret="s").librdkafka())
    assert settings == {
        "bootstrap.servers": CONFLUENT,
        "security.protocol": "SASL_SSL",
        "sasl.mechanisms": "PLAIN",
        "sasl.username": "KEY",
        "sasl.password": "s",
    }


def test_confluent_cloud_with_an_oauth_client(rendered):
    def connect():
        oauth = KafkaOAuth(
            token_endpoint_url="https://login.example.com/token",
            client_id="orders",
            client_secret="hidden",
            extensions={"logicalCluster": "lkc-a1", "identityPoolId": "pool-b2"},
        )
        return KafkaConnection.confluent_cloud(CONFLUENT, oauth=oauth)

    settings = rendered(lambda: connect().librdkafka())
    assert settings["sasl.oauthbearer.extensions"] == "logicalCluster=lkc-a1,identityPoolId=pool-b2"


@pytest.mark.parametrize("late", [False, True])
def test_heroku(rendered, late):
    url = "kafka+ssl://ec2-1.compute-1.amazonaws.com:9096,kafka+ssl://ec2-2.compute-1.amazonaws.com:9096"

    def connect():
        value = pulumi.Output.secret(url) if late else url
        return KafkaConnection.heroku(value, **HEROKU, prefix="wabash-58799.")

    assert rendered(lambda: connect().environment()) == {
        "KAFKA_BOOTSTRAP_SERVERS": "ec2-1.compute-1.amazonaws.com:9096,ec2-2.compute-1.amazonaws.com:9096",
        "KAFKA_SECURITY_PROTOCOL": "SSL",
        "KAFKA_PREFIX": "wabash-58799.",
        "KAFKA_SSL_CA_PEM": CA_PEM,
        "KAFKA_SSL_CERTIFICATE_PEM": CLIENT_PEM,
        "KAFKA_SSL_KEY_PEM": CLIENT_KEY_PEM,
    }


def test_heroku_without_host_names_in_the_certificates(rendered):
    options = {"verify_hostname": False, "acknowledge": {"kafka-hostname-verification": "certificates of Heroku"}}
    settings = rendered(lambda: KafkaConnection.heroku("kafka+ssl://a:9096", **HEROKU, **options).librdkafka())
    assert settings["ssl.endpoint.identification.algorithm"] == "none"


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("url", ["kafka://a:9092", "a:9096", "kafka+ssl://a", ""])
def test_urls_without_tls_are_rejected(deploy, rejected, late, url):
    def program():
        KafkaConnection.heroku(pulumi.Output.from_input(url) if late else url, **HEROKU)

    with rejected("kafka-service-port", ""):
        deploy(program)


def test_messages_about_a_url_do_not_contain_it():
    with pytest.raises(Violation) as error:
        heroku_servers("canary")
    assert "canary" not in str(error.value)


def test_redpanda(rendered):
    server = "seed-1.a1b2c3.byoc.prd.cloud.redpanda.com:9092"
    user = {"username": "orders", "password": "hidden"}
    cloud = rendered(lambda: KafkaConnection.redpanda(server, **user).librdkafka())
    assert (cloud["sasl.mechanisms"], "ssl.ca.pem" in cloud) == ("SCRAM-SHA-256", False)
    own = rendered(
        lambda: KafkaConnection.redpanda(
            "redpanda:9093", **user, mechanism="SCRAM-SHA-512", ca_certificate=CA_PEM
        ).librdkafka()
    )
    assert (own["sasl.mechanisms"], own["ssl.ca.pem"]) == ("SCRAM-SHA-512", CA_PEM)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("server", "args", "rule"),
    [
        ("pkc-a.eu-west-1.aws.confluent.cloud:443", {"security_protocol": "SSL"}, "kafka-service-port"),
        ("orders.servicebus.windows.net:9092", {"security_protocol": "SSL"}, "kafka-service-port"),
        (CONFLUENT, {"listener": "iam"}, "kafka-iam-outside-aws"),
        ("kafka-orders.aivencloud.com:12345", {"listener": "iam"}, "kafka-iam-outside-aws"),
    ],
)
def test_brokers_of_other_services(deploy, rejected, late, server, args, rule):  # noqa: PLR0917
    def program():
        servers = pulumi.Output.from_input(server) if late else server
        KafkaConnection(bootstrap_servers=servers, **args)

    with rejected(rule, "bootstrap_servers"):
        deploy(program)
