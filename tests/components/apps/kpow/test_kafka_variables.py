"""kPow with clusters other than MSK, and its API port."""

import sys
from pathlib import Path

import pulumi
import pytest

from moorings import KpowOnFargate, KpowOnKubernetes, WorkloadIngress

sys.path.append(str(Path(__file__).parents[2] / "programs"))

from pem_examples import CA_PEM, CLIENT_KEY_PEM, CLIENT_PEM, KEY_STORE

SERVERS = {"bootstrap_servers": "kafka.example.com:9093"}
PLAIN = {**SERVERS, "sasl_mechanism": "PLAIN", "username": "kpow", "password": "hidden"}
MUTUAL = {
    **SERVERS,
    "security_protocol": "SSL",
    "tls": {"ca_certificate": CA_PEM, "certificate": CLIENT_PEM, "private_key": CLIENT_KEY_PEM},
}
STORE = {"content": KEY_STORE, "password": "hidden"}
STORES = {**SERVERS, "security_protocol": "SSL", "tls": {"truststore": STORE, "keystore": STORE}}
OAUTH = {"token_endpoint_url": "https://login.example.com/token", "client_id": "kpow", "client_secret": "hidden"}
BEARER = {**SERVERS, "sasl_mechanism": "OAUTHBEARER", "oauth": OAUTH}
ALLOWED = "-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=https://login.example.com/token"
FILES = "/etc/kafka-client"
LICENSE = dict.fromkeys(("LICENSE_ID", "LICENSE_CODE", "LICENSEE", "LICENSE_EXPIRY", "LICENSE_SIGNATURE"), "hidden")
COMMON = {"license": LICENSE, "acknowledge": {"kpow-no-login": "a test"}}


@pytest.fixture
def on_kubernetes(deploy):
    """Returns a function that creates kPow on Kubernetes."""

    def create(kafka, **changed):
        image = f"registry.example/kpow:96.2@sha256:{'0' * 64}"
        args = {**COMMON, "namespace": "tools", "image": image, "kafka": kafka, **changed}
        return deploy(lambda: KpowOnKubernetes("kpow", args) and None)

    return create


def data(plan, role, field):
    """Return the revealed values of a ConfigMap or Secret."""
    values = plan[f"kpow-{role}"].inputs.get(field, {})
    return {key: getattr(value, "value", value) for key, value in getattr(values, "value", values).items()}


def kafka_variables(plan):
    """Return the variables of Kafka's client, plain and secret ones."""
    names = ("BOOTSTRAP", "SECURITY", "SASL", "SSL", "JAVA")
    both = (data(plan, "config", "data"), data(plan, "secrets", "stringData"))
    return tuple({name: value for name, value in values.items() if name.startswith(names)} for values in both)


def test_plain(on_kubernetes):
    module = "org.apache.kafka.common.security.plain.PlainLoginModule"
    assert kafka_variables(on_kubernetes(PLAIN)) == (
        {"BOOTSTRAP": "kafka.example.com:9093", "SECURITY_PROTOCOL": "SASL_SSL", "SASL_MECHANISM": "PLAIN"},
        {"SASL_JAAS_CONFIG": f'{module} required username="kpow" password="hidden";'},
    )


def test_plaintext(on_kubernetes):
    kafka = {**SERVERS, "security_protocol": "PLAINTEXT", "acknowledge": {"kafka-plaintext": "a test"}}
    variables = {"BOOTSTRAP": "kafka.example.com:9093", "SECURITY_PROTOCOL": "PLAINTEXT"}
    assert kafka_variables(on_kubernetes(kafka)) == (variables, {})


def test_certificates_of_each_cluster_are_files(on_kubernetes):
    plan = on_kubernetes(MUTUAL, additional_clusters={"payments": {"kafka": MUTUAL}})

    plain, secret = kafka_variables(plan)
    assert {name: value for name, value in plain.items() if name.startswith("SSL")} == {
        "SSL_TRUSTSTORE_TYPE": "PEM",
        "SSL_TRUSTSTORE_LOCATION": f"{FILES}/ca.pem",
        "SSL_KEYSTORE_TYPE": "PEM",
        "SSL_KEYSTORE_LOCATION": f"{FILES}/client-keystore.pem",
        "SSL_TRUSTSTORE_TYPE_2": "PEM",
        "SSL_TRUSTSTORE_LOCATION_2": f"{FILES}-2/ca.pem",
        "SSL_KEYSTORE_TYPE_2": "PEM",
        "SSL_KEYSTORE_LOCATION_2": f"{FILES}-2/client-keystore.pem",
    }
    assert secret == {}
    (container,) = plan["kpow-deployment"].inputs["spec"]["template"]["spec"]["containers"]
    assert {FILES, f"{FILES}-2"} <= {mount["mountPath"] for mount in container["volumeMounts"]}
    assert "etc_kafka-client_client-keystore.pem" in data(plan, "kafka-files", "stringData")
    assert "etc_kafka-client-2_client-keystore.pem" in data(plan, "secret-files", "stringData")


def test_key_stores_of_the_primary_cluster(on_kubernetes):
    plan = on_kubernetes(STORES)

    plain, secret = kafka_variables(plan)
    assert plain["SSL_KEYSTORE_LOCATION"] == f"{FILES}/keystore"
    assert secret == dict.fromkeys(("SSL_TRUSTSTORE_PASSWORD", "SSL_KEYSTORE_PASSWORD", "SSL_KEY_PASSWORD"), "hidden")
    assert set(data(plan, "kafka-files", "data").values()) == {KEY_STORE}


def test_tokens_of_several_clusters(on_kubernetes):
    payments = {**BEARER, "oauth": {**OAUTH, "token_endpoint_url": pulumi_url}}
    plan = on_kubernetes(BEARER, additional_clusters={"a": {"kafka": BEARER}, "b": {"kafka": payments}})

    plain, secret = kafka_variables(plan)
    handler = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler"
    assert plain["SASL_LOGIN_CALLBACK_HANDLER_CLASS"] == handler
    assert plain["SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL_3"] == pulumi_url
    assert plain["JAVA_TOOL_OPTIONS"] == f"{ALLOWED},{pulumi_url}"
    assert 'clientSecret="hidden"' in secret["SASL_JAAS_CONFIG"]


pulumi_url = "https://other.example.com/token"


def test_java_options_that_allow_other_endpoints_are_kept(on_kubernetes):
    own = "-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=https://proxy.example.com/token"
    assert kafka_variables(on_kubernetes(BEARER, java_options=[own]))[0]["JAVA_TOOL_OPTIONS"] == own
    plain, _ = kafka_variables(on_kubernetes(BEARER, java_options=["-Xlog:gc"]))
    assert plain["JAVA_TOOL_OPTIONS"] == f"-Xlog:gc {ALLOWED}"


def test_a_certificate_replaces_the_key_store_variables(on_kubernetes, rejected):
    on_kubernetes({**MUTUAL, "listener": "tls"})
    with rejected("kpow-no-key-store", "kafka"):
        on_kubernetes({**SERVERS, "listener": "tls", "tls": {"ca_certificate": CA_PEM}})


@pytest.mark.parametrize("late", [False, True])
def test_the_api_port_on_kubernetes(deploy, late):
    def program():
        url = pulumi.Output.from_input(PLAIN["password"]) if late else PLAIN["password"]
        image = f"registry.example/kpow:96.2@sha256:{'0' * 64}"
        kafka = {**PLAIN, "password": url}
        kpow = KpowOnKubernetes(
            "kpow", {**COMMON, "namespace": "tools", "image": image, "kafka": kafka, "api_port": 3001}
        )
        backend = {"backend": kpow.backend, "hosts": ["kpow.example.com"], "tls_secret_name": "kpow-tls"}
        WorkloadIngress("kpow", {"controller": "haproxy-ingress", **backend})

    plan = deploy(program)
    assert [port["port"] for port in plan["kpow-service"].inputs["spec"]["ports"]] == [3000, 3001]
    (rule,) = plan.all("kubernetes:networking.k8s.io/v1:Ingress")[0].inputs["spec"]["rules"]
    assert "3001" not in str(rule)


def test_the_api_port_on_fargate(deploy):
    def program():
        args = {
            **COMMON,
            "kafka": {**PLAIN, "security_group_id": "sg-0b92d7f4a1e63c508"},
            "vpc_id": "vpc-00000001",
            "subnet_ids": ["subnet-00000001", "subnet-00000002"],
            "image": "factorhouse/kpow:96.2",
            "api_port": 3001,
            "client_cidrs": {"vpn": "10.80.0.0/16"},
        }
        KpowOnFargate("kpow", args)

    plan = deploy(program)
    rules = plan.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    ports = {rule.inputs["fromPort"] for rule in rules if rule.inputs.get("cidrIpv4") == "10.80.0.0/16"}
    assert ports == {3000, 3001}
    definition = plan.all("aws:ecs/taskDefinition:TaskDefinition")[0].inputs["containerDefinitions"]
    assert '"containerPort":3001' in getattr(definition, "value", definition)
