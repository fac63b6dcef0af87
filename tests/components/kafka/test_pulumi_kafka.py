"""ACLs and quotas as resources of pulumi-kafka."""

import json
import sys

import pulumi
import pytest
from pem_examples import CA_PEM, CLIENT_KEY_PEM, CLIENT_PEM, KEY_STORE

from moorings import KafkaConnection
from moorings.kafka.acls import KafkaAcl
from moorings.kafka.pulumi_kafka import acl_resources, kafka_provider, quota_resources
from moorings.kafka.quotas import KafkaQuota

SERVERS = "b-1.kafka.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:{0},b-2.kafka.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:{0}"
CLUSTER = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_root-a1B2c3"
ACL = "kafka:index/acl:Acl"


def connection(listener, **args):
    port = {"scram": 9096, "iam": 9098, "tls": 9094}[listener]
    return KafkaConnection(listener=listener, bootstrap_servers=SERVERS.format(port), **args)


def test_acl_resources_create_one_resource_for_each_operation(deploy):
    pytest.importorskip("pulumi_kafka")
    acls = [
        *KafkaAcl.for_producer("orders", ["orders"]),
        *KafkaAcl.for_producer("orders", ["orders"]),
        KafkaAcl(
            user="*",
            resource_type="topic",
            resource_name="orders.",
            pattern_type="prefixed",
            operations=["Read"],
            permission_type="Deny",
        ),
        KafkaAcl(user="vpn", resource_type="group", resource_name="*", operations=["Read"], host="10.0.0.1"),
        *KafkaAcl.for_admin("root")[:1],
    ]
    created = deploy(lambda: acl_resources("kafka", acls, pulumi.ResourceOptions(protect=True))).all(ACL)
    assert [acl.name for acl in created] == [
        "kafka-*-deny-topic-orders.-prefixed-Read",
        "kafka-orders-topic-orders-Describe",
        "kafka-orders-topic-orders-Write",
        "kafka-root-cluster-All",
        "kafka-vpn-10.0.0.1-group-*-Read",
    ]
    assert all(acl.protect for acl in created)
    assert created[0].inputs == {
        "aclPrincipal": "User:*",
        "aclHost": "*",
        "aclOperation": "Read",
        "aclPermissionType": "Deny",
        "aclResourceType": "Topic",
        "aclResourceName": "orders.",
        "resourcePatternTypeFilter": "Prefixed",
    }
    assert created[3].inputs["aclResourceType"] == "Cluster"
    assert created[3].inputs["aclResourceName"] == "kafka-cluster"
    assert created[4].inputs["aclHost"] == "10.0.0.1"


def test_quota_resources(deploy):
    pytest.importorskip("pulumi_kafka")
    quotas = [
        KafkaQuota(user="orders", producer_byte_rate=1024, consumer_byte_rate=2048),
        KafkaQuota(user="*", request_percentage=50),
    ]
    plan = deploy(lambda: quota_resources("kafka", quotas))
    assert plan["kafka-user-orders"].inputs == {
        "entityType": "user",
        "entityName": "orders",
        "config": {"producer_byte_rate": "1024", "consumer_byte_rate": "2048"},
    }
    assert plan["kafka-user-*"].inputs == {"entityType": "user", "config": {"request_percentage": "50"}}


@pytest.mark.parametrize(
    ("listener", "args", "authentication"),
    [
        (
            "scram",
            {"username": "root", "password": "hunter2"},
            {"saslMechanism": "scram-sha512", "saslUsername": "root"},
        ),
        ("iam", {"cluster_arn": CLUSTER}, {"saslMechanism": "aws-iam", "saslAwsRegion": "eu-west-1"}),
    ],
)
def test_provider_authenticates_as_the_administrator(deploy, listener, args, authentication):
    pytest.importorskip("pulumi_kafka")

    def program():
        provider = kafka_provider("admin", connection(listener, **args))
        acl_resources(
            "kafka", KafkaAcl.for_consumer("orders", ["orders"], []), pulumi.ResourceOptions(provider=provider)
        )

    plan = deploy(program)
    inputs = plan["admin"].inputs
    assert {name: inputs[name] for name in authentication} == authentication
    assert "b-2.kafka" in str(inputs["bootstrapServers"])
    assert inputs["tlsEnabled"] in {True, "true"}
    assert ("saslPassword" in inputs) is (listener == "scram")
    assert {"saslPassword"} & set(plan["admin"].secret_paths) == ({"saslPassword"} if listener == "scram" else set())
    assert all("::admin" in acl.provider for acl in plan.all(ACL))


def test_provider_of_a_cluster_outside_msk_with_sha_256(deploy):
    pytest.importorskip("pulumi_kafka")
    args = {"listener": "scram", "username": "root", "password": "hunter2", "scram_mechanism": "SCRAM-SHA-256"}
    plan = deploy(lambda: kafka_provider("admin", KafkaConnection(bootstrap_servers="b-1:9096", **args)))
    assert plan["admin"].inputs["saslMechanism"] == "scram-sha256"


@pytest.mark.parametrize(
    ("listener", "args"),
    [
        ("scram", {"username": "root", "secret_arn": SECRET}),
        ("iam", {}),
        ("tls", {"cluster_arn": CLUSTER}),
    ],
)
def test_connections_without_credentials_are_rejected(deploy, rejected, listener, args):
    with rejected("kafka-provider-authentication", "connection"):
        deploy(lambda: kafka_provider("admin", connection(listener, **args)))


def test_quotas_of_a_user_and_client_id_are_not_resources(deploy, rejected):
    pytest.importorskip("pulumi_kafka")
    quotas = [
        KafkaQuota(user="orders", producer_byte_rate=2048),
        KafkaQuota(user="orders", client_id="batch", producer_byte_rate=2048),
    ]
    with rejected("kafka-provider-quota", "quotas[1]"):
        deploy(lambda: quota_resources("kafka", quotas))


def test_missing_pulumi_kafka_is_reported(monkeypatch, rejected):
    monkeypatch.setitem(sys.modules, "pulumi_kafka", None)
    with rejected("kafka-provider-missing", ""):
        acl_resources("kafka", [])


OTHER = {"bootstrap_servers": "kafka.example.com:9093"}
OAUTH = {"token_endpoint_url": "https://login.example.com/token", "client_id": "root", "client_secret": "hidden"}
CERTIFICATE = {"ca_certificate": CA_PEM, "certificate": CLIENT_PEM, "private_key": CLIENT_KEY_PEM}
STORE = {"content": KEY_STORE, "password": "hidden"}


@pytest.mark.parametrize(
    ("args", "inputs"),
    [
        (
            {"sasl_mechanism": "PLAIN", "username": "root", "password": "hidden"},
            {"saslMechanism": "plain", "saslUsername": "root", "saslPassword": "hidden", "tlsEnabled": True},
        ),
        (
            {"sasl_mechanism": "OAUTHBEARER", "oauth": {**OAUTH, "scope": "kafka admin"}},
            {
                "saslMechanism": "oauthbearer",
                "saslTokenUrl": "https://login.example.com/token",
                "saslUsername": "root",
                "saslPassword": "hidden",
                "saslOauthScopes": ["kafka", "admin"],
                "tlsEnabled": True,
            },
        ),
        (
            {"security_protocol": "SSL", "tls": CERTIFICATE},
            {"caCert": CA_PEM, "clientCert": CLIENT_PEM, "clientKey": CLIENT_KEY_PEM, "tlsEnabled": True},
        ),
        ({"security_protocol": "PLAINTEXT", "acknowledge": {"kafka-plaintext": "a test"}}, {"tlsEnabled": False}),
    ],
)
def test_provider_of_other_clusters(deploy, args, inputs):
    pytest.importorskip("pulumi_kafka")
    created = deploy(lambda: kafka_provider("admin", KafkaConnection(**OTHER, **args)))["admin"].inputs
    values = {name: getattr(value, "value", value) for name, value in created.items() if name in inputs}
    values = {name: json.loads(value) if value in {"true", "false"} else value for name, value in values.items()}
    assert {name: json.loads(value) if name == "saslOauthScopes" else value for name, value in values.items()} == inputs
    assert "bootstrapServers" in created


@pytest.mark.parametrize(
    "args",
    [
        {"sasl_mechanism": "OAUTHBEARER"},
        {"sasl_mechanism": "OAUTHBEARER", "oauth": {**OAUTH, "extensions": {"pool": "a"}}},
        {"security_protocol": "SSL", "tls": {"truststore": STORE}},
        {"security_protocol": "SSL", "tls": {"keystore": STORE}},
        {
            "security_protocol": "SSL",
            "tls": {"verify_hostname": False},
            "acknowledge": {"kafka-hostname-verification": "a test"},
        },
    ],
)
def test_connections_that_the_provider_does_not_support_are_rejected(deploy, rejected, args):
    with rejected("kafka-provider-authentication", "connection"):
        deploy(lambda: kafka_provider("admin", KafkaConnection(**OTHER, **args)))
