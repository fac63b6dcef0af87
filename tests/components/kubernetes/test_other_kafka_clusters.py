"""Workloads that connect to Kafka clusters other than MSK: mounted certificates, and KEDA's authentication."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "programs"))

from pem_examples import CA_PEM, CLIENT_KEY_PEM, CLIENT_PEM, KEY_STORE

FILES = "/etc/kafka-client"
SERVERS = {"bootstrap_servers": "kafka.example.com:9093"}
MUTUAL = {
    **SERVERS,
    "security_protocol": "SSL",
    "tls": {"ca_certificate": CA_PEM, "certificate": CLIENT_PEM, "private_key": CLIENT_KEY_PEM},
}
STORE = {"content": KEY_STORE, "password": "hidden"}
STORES = {**SERVERS, "security_protocol": "SSL", "tls": {"truststore": STORE, "keystore": STORE}}
PLAIN = {**SERVERS, "sasl_mechanism": "PLAIN", "username": "orders", "password": "pass"}
OAUTH = {"token_endpoint_url": "https://login.example.com/token", "client_id": "orders", "client_secret": "hidden"}
BEARER = {**SERVERS, "sasl_mechanism": "OAUTHBEARER", "oauth": OAUTH}
CLUSTER_ARN = "arn:aws:kafka:eu-west-1:123456789012:cluster/kafka/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-a1B2c3"
READ_PASSWORD = {"KAFKA_SASL_PASSWORD": {"secret_name": "orders", "key": "password"}}
LAG = {"max_replicas": 12, "kafka_lag": {"consumer_group": "orders", "topic": "orders", "partitions": 12}}


def data(plan, role, field):
    """Return the data of a ConfigMap or Secret with revealed values."""
    values = plan[f"orders-{role}"].inputs.get(field, {})
    return {key: getattr(value, "value", value) for key, value in getattr(values, "value", values).items()}


def mounted_files(plan):
    """Return the paths of mounted files, by the key in their Secret."""
    spec = plan["orders-deployment"].inputs["spec"]["template"]["spec"]
    (volume,) = [volume for volume in spec["volumes"] if "projected" in volume]
    (container,) = spec["containers"]
    (mount,) = [mount for mount in container["volumeMounts"] if mount["name"] == volume["name"]]
    assert mount["readOnly"] is True
    (source,) = volume["projected"]["sources"]
    assert source["secret"]["name"] == plan["orders-kafka-files"].id.removeprefix("shop/")
    return {item["key"]: f"{mount['mountPath']}/{item['path']}" for item in source["secret"]["items"]}


def test_certificates_are_mounted_as_files(deploy_workload):
    plan = deploy_workload(container={"kafka": MUTUAL})

    files, contents = mounted_files(plan), data(plan, "kafka-files", "stringData")
    assert {files[key]: text for key, text in contents.items()} == {
        f"{FILES}/ca.pem": CA_PEM,
        f"{FILES}/client.pem": CLIENT_PEM,
        f"{FILES}/client.key": CLIENT_KEY_PEM,
        f"{FILES}/client-keystore.pem": CLIENT_KEY_PEM + CLIENT_PEM,
    }
    variables = data(plan, "kafka", "data")
    assert variables["KAFKA_SSL_KEY_LOCATION"] == f"{FILES}/client.key"
    assert "orders-kafka-login" not in {resource.name for resource in plan.resources}


@pytest.mark.parametrize("settings", ["environment", "spring", "none"])
def test_key_stores_are_mounted_as_binary_files(deploy_workload, settings):
    plan = deploy_workload(container={"kafka": STORES, "kafka_settings": settings})

    files, contents = mounted_files(plan), data(plan, "kafka-files", "data")
    assert {files[key]: content for key, content in contents.items()} == {
        f"{FILES}/truststore": KEY_STORE,
        f"{FILES}/keystore": KEY_STORE,
    }


def test_another_mount_of_the_directory_is_rejected(deploy_workload, rejected):
    with rejected("k8s-duplicate-mount"):
        deploy_workload(container={"kafka": MUTUAL, "empty_dirs": {FILES: "1Mi"}})


def test_a_connection_without_certificates_needs_no_files(deploy_workload):
    plan = deploy_workload(container={"kafka": {**SERVERS, "security_protocol": "SSL", "tls": {}}})
    assert "orders-kafka-files" not in {resource.name for resource in plan.resources}


@pytest.mark.parametrize(
    ("kafka", "credentials"),
    [
        (PLAIN, {"sasl": "plaintext", "tls": "enable", "username": "orders", "password": "pass"}),
        (
            {**PLAIN, "sasl_mechanism": "SCRAM-SHA-256"},
            {"sasl": "scram_sha256", "tls": "enable", "username": "orders", "password": "pass"},
        ),
        (MUTUAL, {"tls": "enable", "ca": CA_PEM, "cert": CLIENT_PEM, "key": CLIENT_KEY_PEM}),
        (
            {**BEARER, "oauth": {**OAUTH, "scope": "kafka read", "extensions": {"a": "1", "b": "2"}}},
            {
                "sasl": "oauthbearer",
                "tls": "enable",
                "username": "orders",
                "password": "hidden",
                "oauthTokenEndpointUri": "https://login.example.com/token",
                "scopes": "kafka,read",
                "oauthExtensions": "a=1,b=2",
            },
        ),
        (
            BEARER,
            {
                "sasl": "oauthbearer",
                "tls": "enable",
                "username": "orders",
                "password": "hidden",
                "oauthTokenEndpointUri": "https://login.example.com/token",
            },
        ),
    ],
)
def test_keda_authenticates_with_the_connection(deploy_workload, kafka, credentials):
    plan = deploy_workload(container={"kafka": kafka}, autoscaling=LAG)

    assert data(plan, "keda-login", "stringData") == credentials
    references = plan["orders-keda"].inputs["spec"]["secretTargetRef"]
    assert {reference["parameter"] for reference in references} == set(credentials)
    (trigger,) = plan["orders-autoscaler"].inputs["spec"]["triggers"]
    assert set(trigger["metadata"]) == {"bootstrapServers", "consumerGroup", "topic", "lagThreshold"}


def test_keda_needs_no_authentication_without_tls(deploy_workload):
    kafka = {**SERVERS, "security_protocol": "PLAINTEXT", "acknowledge": {"kafka-plaintext": "a test"}}
    plan = deploy_workload(container={"kafka": kafka}, autoscaling=LAG)

    assert not {"orders-keda", "orders-keda-login"} & {resource.name for resource in plan.resources}
    (trigger,) = plan["orders-autoscaler"].inputs["spec"]["triggers"]
    assert "authenticationRef" not in trigger


def test_keda_uses_iam_as_the_role_of_its_operator(deploy_workload):
    kafka = {"listener": "iam", "bootstrap_servers": "b:9098", "cluster_arn": CLUSTER_ARN}
    plan = deploy_workload(container={"kafka": kafka}, autoscaling=LAG)

    assert plan["orders-keda"].inputs["spec"] == {"podIdentity": {"provider": "aws"}}
    (trigger,) = plan["orders-autoscaler"].inputs["spec"]["triggers"]
    metadata = {"sasl": "oauthbearer", "tls": "enable", "saslTokenProvider": "aws_msk_iam", "awsRegion": "eu-west-1"}
    assert metadata.items() <= trigger["metadata"].items()
    assert trigger["authenticationRef"] == {"name": plan["orders-keda"].id.removeprefix("shop/")}


def test_keda_does_not_verify_certificates_without_host_names(deploy_workload):
    kafka = {**MUTUAL, "tls": {"verify_hostname": False}, "acknowledge": {"kafka-hostname-verification": "a test"}}
    plan = deploy_workload(container={"kafka": kafka}, autoscaling=LAG)
    assert plan["orders-autoscaler"].inputs["spec"]["triggers"][0]["metadata"]["unsafeSsl"] == "true"


@pytest.mark.parametrize(
    "kafka",
    [
        {"listener": "iam", "bootstrap_servers": "b:9098"},
        {**PLAIN, "password": None, "secret_arn": SECRET_ARN},
        {"listener": "tls", "bootstrap_servers": "b:9094"},
        {"listener": "tls", "bootstrap_servers": "b:9094", "tls": {"ca_certificate": CA_PEM}},
        {**SERVERS, "sasl_mechanism": "OAUTHBEARER"},
        STORES,
        {**STORES, "tls": {"keystore": STORE}},
    ],
)
def test_connections_that_keda_cannot_use_require_an_authentication(deploy_workload, rejected, kafka):
    secrets = READ_PASSWORD if "secret_arn" in kafka else {}
    with rejected("k8s-keda-connection", "autoscaling.kafka_lag.authentication_ref"):
        deploy_workload(container={"kafka": kafka, "secrets": secrets}, autoscaling=LAG)


@pytest.mark.parametrize("is_late", [False, True])
def test_settings_with_ports_of_the_brokers_are_not_reported_as_blocked(deploy_workload, logged, late, is_late):
    """The ports of late servers are unknown when the rule runs."""
    environment = {"OTHER_BROKERS": "kafka.example.com:9093"}
    servers = MUTUAL["bootstrap_servers"]
    kafka = {**MUTUAL, "bootstrap_servers": late(servers) if is_late else servers}
    arguments = {"container": {"kafka": kafka, "environment": environment}, "egress_to": []}
    assert ("k8s-egress-blocked" in dict(logged(deploy_workload(**arguments)))) == is_late
