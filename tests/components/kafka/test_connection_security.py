"""Protocols, mechanisms and credentials of connections to any Kafka cluster."""

import pulumi
import pytest

from moorings import FargateSingleton, InvalidInput, KafkaConnection, KafkaOAuth, KafkaTls
from moorings.preview.secret_masking import RevealedSecret

SERVERS = "kafka.example.com:9092"
OTHER = {"bootstrap_servers": SERVERS}
PLAIN = {**OTHER, "sasl_mechanism": "PLAIN", "username": "björn", "password": "pass"}
OAUTH = {
    "token_endpoint_url": "https://login.example.com/token",
    "client_id": "orders",
    "client_secret": 'se"cret',
    "scope": "kafka read",
    "extensions": {"logicalCluster": "lkc-a1", "identityPoolId": "pool-b2"},
}
BEARER = {**OTHER, "sasl_mechanism": "OAUTHBEARER", "oauth": OAUTH}
MSK = "b-1.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com"
CLUSTER_ARN = "arn:aws:kafka:eu-west-1:123456789012:cluster/kafka/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
ACKNOWLEDGED = {"kafka-plaintext": "brokers in the same pod"}
JAAS = "org.apache.kafka.common.security"


@pytest.fixture
def rendered(deploy):
    """Returns a function that resolves an Output."""

    def resolve(render):
        value = deploy(lambda: pulumi.export("it", render())).outputs["it"]
        return getattr(value, "value", value)

    return resolve


# Protocols and mechanisms


@pytest.mark.parametrize(
    ("args", "path"),
    [
        ({}, "sasl_mechanism"),
        ({"security_protocol": "SASL_SSL"}, "sasl_mechanism"),
        ({"security_protocol": "SSL", "sasl_mechanism": "PLAIN"}, "sasl_mechanism"),
        ({"security_protocol": "PLAINTEXT", "sasl_mechanism": "PLAIN"}, "sasl_mechanism"),
        ({"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "AWS_MSK_IAM"}, "sasl_mechanism"),
        ({"listener": "tls", "security_protocol": "SASL_SSL"}, "security_protocol"),
        ({"listener": "tls", "sasl_mechanism": "PLAIN"}, "sasl_mechanism"),
        ({"listener": "scram", "sasl_mechanism": "SCRAM-SHA-256"}, "sasl_mechanism"),
    ],
)
def test_contradictions_are_rejected(deploy, rejected, args, path):
    with rejected("kafka-security", path):
        deploy(lambda: KafkaConnection(**OTHER, **args))


def test_a_listener_implies_protocol_and_mechanism(deploy):
    security = []

    def program():
        for args in (
            {"listener": "iam", "security_protocol": "SASL_SSL", "sasl_mechanism": "AWS_MSK_IAM"},
            {"listener": "tls", "security_protocol": "SSL"},
            {"listener": "scram", "username": "orders", "password": "pass", "scram_mechanism": "SCRAM-SHA-256"},
        ):
            kafka = KafkaConnection(**OTHER, **args)
            security.append((kafka.protocol, kafka.sasl_mechanism, kafka.uses_iam, kafka.uses_password))

    deploy(program)
    assert security == [
        ("SASL_SSL", "AWS_MSK_IAM", True, False),
        ("SSL", None, False, False),
        ("SASL_SSL", "SCRAM-SHA-256", False, True),
    ]


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("args", "rule"),
    [
        ({"security_protocol": "SSL"}, "kafka-listener-port"),
        ({"security_protocol": "PLAINTEXT", "acknowledge": ACKNOWLEDGED}, "kafka-listener-port"),
        ({"sasl_mechanism": "OAUTHBEARER"}, "kafka-listener-port"),
        ({"sasl_mechanism": "PLAIN", "username": "orders", "password": "pass"}, "kafka-scram-mechanism"),
    ],
)
def test_brokers_of_msk_have_the_port_of_the_protocol(deploy, rejected, late, args, rule):
    def program():
        server = f"{MSK}:9096"
        KafkaConnection(bootstrap_servers=pulumi.Output.from_input(server) if late else server, **args)

    with rejected(rule, "bootstrap_servers"):
        deploy(program)


@pytest.mark.parametrize(
    ("args", "port"),
    [
        ({"security_protocol": "SSL"}, 9094),
        ({"security_protocol": "PLAINTEXT", "acknowledge": ACKNOWLEDGED}, 9092),
        ({"sasl_mechanism": "OAUTHBEARER"}, 9098),
    ],
)
def test_unauthenticated_clients_and_tokens_on_msk(deploy, args, port):
    server = f"{MSK}:{port}"
    plan = deploy(lambda: pulumi.export("it", KafkaConnection(bootstrap_servers=server, **args).to_export()))
    assert plan.outputs["it"]["bootstrap_servers"] == server


def test_msk_does_not_support_plain(deploy, rejected):
    with rejected("kafka-scram-mechanism", "sasl_mechanism"):
        deploy(lambda: KafkaConnection(**PLAIN, cluster_arn=CLUSTER_ARN))


@pytest.mark.parametrize(
    ("args", "rule", "path"),
    [
        ({**OTHER, "sasl_mechanism": "PLAIN", "password": "pass"}, "kafka-plain-credentials", "username"),
        ({**OTHER, "sasl_mechanism": "PLAIN", "username": "orders"}, "kafka-plain-credentials", "password"),
        ({**OTHER, "sasl_mechanism": "SCRAM-SHA-256", "username": "a"}, "kafka-scram-credentials", "password"),
        ({**BEARER, "username": "orders"}, "kafka-credentials-without-scram", "username"),
        ({**PLAIN, "oauth": OAUTH}, "kafka-oauth-client", "oauth"),
        ({**OTHER, "security_protocol": "PLAINTEXT", "tls": {}}, "kafka-tls-without-encryption", "tls"),
        ({**PLAIN, "security_protocol": "SASL_PLAINTEXT", "tls": {}}, "kafka-tls-without-encryption", "tls"),
    ],
)
def test_missing_and_unused_credentials_are_rejected(deploy, rejected, args, rule, path):
    with rejected(rule, path):
        deploy(lambda: KafkaConnection(**args))


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("nested", [False, True])
def test_scram_users_are_in_ascii_and_others_need_not_be(deploy, rejected, late, nested):
    def program(mechanism):
        username = pulumi.Output.from_input("björn") if late else "björn"
        kafka = {**PLAIN, "username": username, "sasl_mechanism": mechanism}
        singleton = {"image": "registry.example/orders:1", "vpc_id": "vpc-00000001", "subnet_ids": ["subnet-00000001"]}
        return FargateSingleton("orders", {**singleton, "kafka": kafka}) if nested else KafkaConnection(**kafka)

    deploy(lambda: KafkaConnection(**PLAIN))
    with rejected("kafka-scram-username", "kafka.username" if nested else "username"):
        deploy(lambda: program("SCRAM-SHA-256"))


# Connections that do not protect data


def test_plaintext_must_be_acknowledged(deploy, rejected):
    with rejected("kafka-plaintext", "security_protocol"):
        deploy(lambda: KafkaConnection(**OTHER, security_protocol="PLAINTEXT"))
    with rejected("kafka-plaintext", "security_protocol"):
        deploy(lambda: KafkaConnection(**PLAIN, security_protocol="SASL_PLAINTEXT"))
    plan = deploy(lambda: KafkaConnection(**OTHER, security_protocol="PLAINTEXT", acknowledge=ACKNOWLEDGED) and None)
    assert [message for severity, message, _ in plan.log if severity != "info"] == []


def test_plaintext_must_be_acknowledged_in_arguments_of_components(deploy, rejected):
    singleton = {"image": "registry.example/orders:1", "vpc_id": "vpc-00000001", "subnet_ids": ["subnet-00000001"]}
    kafka = {**OTHER, "security_protocol": "PLAINTEXT"}
    with rejected("kafka-plaintext", "security_protocol"):
        deploy(lambda: FargateSingleton("orders", {**singleton, "kafka": kafka}))


def test_an_acknowledgement_that_matches_nothing_causes_a_warning(deploy, logged):
    plan = deploy(lambda: KafkaConnection(**PLAIN, acknowledge=ACKNOWLEDGED) and None)
    assert [rule for rule, _ in logged(plan)] == ["acknowledge-unused"]


def test_a_connection_outside_of_a_program():
    kafka = KafkaConnection(**OTHER, security_protocol="PLAINTEXT", acknowledge=ACKNOWLEDGED)
    assert (kafka.encrypted, kafka.listener_title) == (False, "PLAINTEXT")


def test_the_title_of_a_connection_with_late_servers(deploy):
    def program():
        KafkaConnection(bootstrap_servers=pulumi.Output.from_input(SERVERS), security_protocol="PLAINTEXT")

    with pytest.raises(InvalidInput, match="KafkaConnection 'kafka': security_protocol"):
        deploy(program)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("url", ["http://login.example.com/token", "http://localhost.example.com", "http://10.0.0.1"])
def test_token_endpoints_without_tls_must_be_acknowledged(deploy, rejected, late, url):
    def program():
        oauth = {**OAUTH, "token_endpoint_url": pulumi.Output.from_input(url) if late else url}
        KafkaConnection(**{**BEARER, "oauth": KafkaOAuth(**oauth)})

    with rejected("kafka-plaintext-token-endpoint", "oauth.token_endpoint_url"):
        deploy(program)


@pytest.mark.parametrize("url", ["http://localhost", "http://127.0.0.1:8080/token", "http://[::1]/token"])
def test_token_endpoints_on_the_same_host_need_no_tls(rendered, url):
    oauth = {**OAUTH, "token_endpoint_url": url}
    settings = rendered(lambda: KafkaConnection(**{**BEARER, "oauth": oauth}).java())
    assert settings["sasl.oauthbearer.token.endpoint.url"] == url


# Settings of PLAIN


def test_settings_of_plain(rendered):
    jaas = f'{JAAS}.plain.PlainLoginModule required username="björn" password="pass";'
    assert rendered(lambda: KafkaConnection(**PLAIN).java()) == {
        "bootstrap.servers": SERVERS,
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "PLAIN",
        "sasl.jaas.config": jaas,
    }
    assert rendered(lambda: KafkaConnection(**{**PLAIN, "username": "a=b"}).kafka_python()) == {
        "bootstrap_servers": SERVERS,
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "PLAIN",
        "sasl_plain_username": "a=b",
        "sasl_plain_password": "pass",
    }
    assert rendered(lambda: KafkaConnection(**PLAIN, topic_prefix="wabash-1.").environment()) == {
        "KAFKA_BOOTSTRAP_SERVERS": SERVERS,
        "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "KAFKA_SASL_MECHANISM": "PLAIN",
        "KAFKA_SASL_USERNAME": "björn",
        "KAFKA_SASL_PASSWORD": "pass",
        "KAFKA_PREFIX": "wabash-1.",
    }


def test_settings_without_authentication(rendered):
    plaintext = {**OTHER, "security_protocol": "PLAINTEXT", "acknowledge": ACKNOWLEDGED}
    settings = {"bootstrap.servers": SERVERS, "security.protocol": "PLAINTEXT"}
    assert rendered(lambda: KafkaConnection(**plaintext).librdkafka()) == settings
    assert rendered(lambda: KafkaConnection(**plaintext).java()) == settings


@pytest.mark.parametrize("protocol", ["PLAINTEXT", "SSL"])
def test_connections_without_sasl_have_no_jaas_config(deploy, rejected, protocol):
    acknowledge = ACKNOWLEDGED if protocol == "PLAINTEXT" else {}
    with rejected("kafka-client-listener"):
        deploy(lambda: KafkaConnection(**OTHER, security_protocol=protocol, acknowledge=acknowledge).jaas_config())


# Settings of OAUTHBEARER


def test_librdkafka_requests_tokens(rendered):
    assert rendered(lambda: KafkaConnection(**BEARER).librdkafka()) == {
        "bootstrap.servers": SERVERS,
        "security.protocol": "SASL_SSL",
        "sasl.mechanisms": "OAUTHBEARER",
        "sasl.oauthbearer.method": "oidc",
        "sasl.oauthbearer.token.endpoint.url": "https://login.example.com/token",
        "sasl.oauthbearer.client.id": "orders",
        "sasl.oauthbearer.client.secret": 'se"cret',
        "sasl.oauthbearer.scope": "kafka read",
        "sasl.oauthbearer.extensions": "logicalCluster=lkc-a1,identityPoolId=pool-b2",
    }


def test_java_requests_tokens(rendered):
    options = 'clientId="orders" clientSecret="se\\"cret" scope="kafka read"'
    extensions = 'extension_logicalCluster="lkc-a1" extension_identityPoolId="pool-b2"'
    assert rendered(lambda: KafkaConnection(**BEARER).java()) == {
        "bootstrap.servers": SERVERS,
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "OAUTHBEARER",
        "sasl.jaas.config": f"{JAAS}.oauthbearer.OAuthBearerLoginModule required {options} {extensions};",
        "sasl.login.callback.handler.class": f"{JAAS}.oauthbearer.OAuthBearerLoginCallbackHandler",
        "sasl.oauthbearer.token.endpoint.url": "https://login.example.com/token",
    }


def test_the_jvm_allows_the_token_endpoint(deploy):
    option = "-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=https://login.example.com/token"
    plan = deploy(lambda: pulumi.export("it", KafkaConnection(**BEARER).java_options()))
    assert plan.outputs["it"] == [option]
    assert deploy(lambda: pulumi.export("it", KafkaConnection(**PLAIN).java_options())).outputs["it"] == []


def test_environment_contains_the_oauth_client(deploy):
    plan = deploy(lambda: pulumi.export("it", KafkaConnection(**BEARER).environment()))
    assert plan.outputs["it"] == RevealedSecret(
        {
            "KAFKA_BOOTSTRAP_SERVERS": SERVERS,
            "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "KAFKA_SASL_MECHANISM": "OAUTHBEARER",
            "KAFKA_SASL_OAUTHBEARER_METHOD": "oidc",
            "KAFKA_SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL": "https://login.example.com/token",
            "KAFKA_SASL_OAUTHBEARER_CLIENT_ID": "orders",
            "KAFKA_SASL_OAUTHBEARER_CLIENT_SECRET": 'se"cret',
            "KAFKA_SASL_OAUTHBEARER_SCOPE": "kafka read",
            "KAFKA_SASL_OAUTHBEARER_EXTENSIONS": "logicalCluster=lkc-a1,identityPoolId=pool-b2",
        }
    )


def test_settings_without_credentials_omit_the_client_secret(deploy):
    plan = deploy(
        lambda: pulumi.export(
            "it",
            [
                KafkaConnection(**BEARER).librdkafka(credentials=False),
                KafkaConnection(**BEARER).java(credentials=False),
            ],
        )
    )
    librdkafka, java = plan.outputs["it"]
    assert "sasl.oauthbearer.client.secret" not in librdkafka
    assert "sasl.jaas.config" not in java


def test_a_minimal_oauth_client(rendered):
    oauth = {name: OAUTH[name] for name in ("token_endpoint_url", "client_id", "client_secret")}
    settings = rendered(lambda: KafkaConnection(**{**BEARER, "oauth": oauth}).librdkafka())
    assert not {"sasl.oauthbearer.scope", "sasl.oauthbearer.extensions"} & settings.keys()


@pytest.mark.parametrize("value", ["a,b", "ä", "a\nb", ""])
def test_extensions_that_clients_would_misread_are_rejected(deploy, rejected, value):
    with rejected("argument-format", "extensions.pool"):
        deploy(lambda: KafkaOAuth(**{**OAUTH, "extensions": {"pool": value}}))


def test_applications_that_return_tokens_themselves(rendered):
    bearer = {name: value for name, value in BEARER.items() if name != "oauth"}
    assert rendered(lambda: KafkaConnection(**bearer).java())["sasl.jaas.config"] == (
        f"{JAAS}.oauthbearer.OAuthBearerLoginModule required;"
    )
    for args in (BEARER, bearer):
        assert rendered(lambda args=args: KafkaConnection(**args).librdkafka(token_callback=True)) == {
            "bootstrap.servers": SERVERS,
            "security.protocol": "SASL_SSL",
            "sasl.mechanisms": "OAUTHBEARER",
        }
        assert rendered(lambda args=args: KafkaConnection(**args).kafka_python(token_callback=True)) == {
            "bootstrap_servers": SERVERS,
            "security_protocol": "SASL_SSL",
            "sasl_mechanism": "OAUTHBEARER",
        }


def test_kafka_python_does_not_request_tokens(deploy, rejected):
    with rejected("kafka-client-listener"):
        deploy(lambda: KafkaConnection(**BEARER).kafka_python())


def test_librdkafka_uses_iam_with_tokens_of_the_application(deploy, rejected, rendered):
    iam = {"listener": "iam", "bootstrap_servers": f"{MSK}:9098"}
    with rejected("kafka-client-listener"):
        deploy(
            lambda: KafkaConnection(**{**iam, "bootstrap_servers": pulumi.Output.secret(f"{MSK}:9098")}).librdkafka()
        )
    settings = rendered(lambda: KafkaConnection(**iam).librdkafka(token_callback=True))
    assert settings["sasl.mechanisms"] == "OAUTHBEARER"


@pytest.mark.parametrize("argument", ["client_id", "client_secret"])
def test_values_of_the_oauth_client_that_a_library_misreads_are_rejected(deploy, rejected, argument):
    with rejected("kafka-spring-placeholder", "oauth"):
        deploy(lambda: KafkaConnection(**{**BEARER, "oauth": {**OAUTH, argument: "${HOME}"}}).spring())


def test_tls_and_oauth_together(rendered):
    settings = rendered(lambda: KafkaConnection(**BEARER, tls=KafkaTls()).librdkafka())
    assert settings["sasl.mechanisms"] == "OAUTHBEARER"
