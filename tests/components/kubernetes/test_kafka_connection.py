"""Kafka connections of a workload."""

import json

import pulumi
import pytest

from moorings import KafkaConnection, KubernetesWorkload, MskCluster

BROKERS = "b-1.orders.x1y2z3.c2.kafka.eu-west-1.amazonaws.com:9096"
SCRAM = {"listener": "scram", "bootstrap_servers": BROKERS, "username": "orders", "password": "p$(HOME)w"}
IAM = {"listener": "iam", "bootstrap_servers": "b:9098"}
TLS = {"listener": "tls", "bootstrap_servers": "b:9094"}
SCRAM_WITHOUT_PASSWORD = {
    **{key: value for key, value in SCRAM.items() if key != "password"},
    "secret_arn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-Jq7mB4",
}
LAG = {"consumer_group": "orders", "topic": "orders", "partitions": 12}
PLAIN = {
    "KAFKA_BOOTSTRAP_SERVERS": BROKERS,
    "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
    "KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
    "KAFKA_SASL_USERNAME": "orders",
}


def config_data(plan, role):
    """Return the data of a ConfigMap or Secret."""
    inputs = next((resource.inputs for resource in plan.resources if resource.name == f"orders-{role}"), None)
    if inputs is None:
        return None
    assert inputs["immutable"] is True
    data = inputs["data"] if "data" in inputs else inputs["stringData"]
    known = getattr(data, "value", data)
    return {key: getattr(value, "value", value) for key, value in known.items()}


def test_connection_variables(deploy_workload):
    plan = deploy_workload(container={"kafka": SCRAM})
    assert config_data(plan, "kafka") == PLAIN
    assert config_data(plan, "kafka-login") == {"KAFKA_SASL_PASSWORD": "p$(HOME)w"}
    (container,) = plan["orders-deployment"].inputs["spec"]["template"]["spec"]["containers"]
    # The kubelet would expand $(HOME) in a literal value.
    assert "env" not in container
    assert container["envFrom"] == [
        {"configMapRef": {"name": plan["orders-kafka"].id.removeprefix("shop/")}},
        {"secretRef": {"name": plan["orders-kafka-login"].id.removeprefix("shop/")}},
    ]


def test_only_the_password_is_in_a_secret(deploy_workload):
    plan = deploy_workload(container={"kafka": SCRAM}, reveal_secrets=False)
    assert plan["orders-kafka-login"].inputs["stringData"] == {"KAFKA_SASL_PASSWORD": "[secret]"}
    assert plan["orders-kafka"].inputs["data"] == PLAIN


def test_connection_variables_of_spring_boot(deploy_workload):
    plan = deploy_workload(container={"kafka": SCRAM, "kafka_settings": "spring"})
    assert config_data(plan, "kafka") == {
        "SPRING_KAFKA_BOOTSTRAPSERVERS": BROKERS,
        "SPRING_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "SPRING_KAFKA_PROPERTIES_SASL_MECHANISM": "SCRAM-SHA-512",
    }
    secret = config_data(plan, "kafka-login")
    assert "ScramLoginModule" in secret.pop("SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG")
    assert secret == {}


@pytest.mark.parametrize(
    ("kafka", "settings", "roles"),
    [
        (SCRAM, "none", []),
        (IAM, "environment", ["kafka"]),
        (IAM, "spring", ["kafka"]),
        (TLS, "environment", ["kafka"]),
        (TLS, "spring", ["kafka"]),
    ],
)
def test_a_secret_is_created_only_for_a_password(deploy_workload, kafka, settings, roles):
    plan = deploy_workload(container={"kafka": kafka, "kafka_settings": settings})
    kinds = {"kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:Secret"}
    assert [resource.name for resource in plan.resources if resource.type in kinds] == [
        f"orders-{role}" for role in roles
    ]


@pytest.mark.parametrize(
    ("settings", "variable"),
    [("environment", "KAFKA_SASL_PASSWORD"), ("spring", "SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG")],
)
def test_password_from_an_existing_secret(deploy_workload, settings, variable):
    container = {
        "kafka": SCRAM_WITHOUT_PASSWORD,
        "kafka_settings": settings,
        "secrets": {variable: {"secret_name": "orders-kafka", "key": "login"}},
    }
    plan = deploy_workload(container=container)
    assert config_data(plan, "kafka-login") is None
    (rendered,) = plan["orders-deployment"].inputs["spec"]["template"]["spec"]["containers"]
    assert rendered["env"] == [
        {"name": variable, "valueFrom": {"secretKeyRef": {"name": "orders-kafka", "key": "login"}}}
    ]


def test_connection_as_a_properties_file(deploy, workload):
    def program():
        kafka = KafkaConnection(**SCRAM)
        file = {"/etc/orders/kafka.json": kafka.librdkafka("consumer").apply(json.dumps)}
        container = {"kafka": kafka, "kafka_settings": "none", "secret_files": file}
        KubernetesWorkload("orders", workload(container=container))

    settings = json.loads(config_data(deploy(program), "secret-files")["etc_orders_kafka.json"])
    assert settings["sasl.password"] == "p$(HOME)w"


def test_connection_of_a_cluster_in_the_same_program(deploy, workload):
    def program(changed=None):
        kafka = MskCluster(
            "kafka",
            {
                "vpc_id": "vpc-0d1c7a52e8b94f360",
                "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"],
                "kafka_version": "3.9.x.kraft",
                "users": ["orders"],
            },
        )
        container = {"kafka": kafka.connection("orders")}
        autoscaling = {"max_replicas": 12, "kafka_lag": LAG}
        KubernetesWorkload("orders", workload(container=container, autoscaling=autoscaling, egress_to=[]))

    assert deploy(program, preview=True)["orders-kafka-login"]
    plan = deploy(program)
    servers = config_data(plan, "kafka")["KAFKA_BOOTSTRAP_SERVERS"]
    assert servers.endswith(":9096")
    assert plan["orders-autoscaler"].inputs["spec"]["triggers"][0]["metadata"]["bootstrapServers"] == servers
    assert config_data(plan, "kafka-login")["KAFKA_SASL_PASSWORD"] == config_data(plan, "keda-login")["password"]
    assert {"ports": [{"protocol": "TCP", "port": 9096}]} in plan["orders-network-policy"].inputs["spec"]["egress"]


def test_keda_uses_the_credentials_of_the_connection(deploy_workload):
    plan = deploy_workload(container={"kafka": SCRAM}, autoscaling={"max_replicas": 12, "kafka_lag": LAG})
    assert config_data(plan, "keda-login") == {
        "sasl": "scram_sha512",
        "tls": "enable",
        "username": "orders",
        "password": "p$(HOME)w",
    }
    secret = plan["orders-keda-login"].id.removeprefix("shop/")
    assert plan["orders-keda"].type == "kubernetes:keda.sh/v1alpha1:TriggerAuthentication"
    assert plan["orders-keda"].inputs["spec"] == {
        "secretTargetRef": [
            {"parameter": key, "name": secret, "key": key} for key in ("sasl", "tls", "username", "password")
        ]
    }
    (trigger,) = plan["orders-autoscaler"].inputs["spec"]["triggers"]
    assert trigger["metadata"]["bootstrapServers"] == BROKERS
    assert trigger["authenticationRef"] == {"name": plan["orders-keda"].id.removeprefix("shop/")}


@pytest.mark.parametrize("lag", [{"authentication_ref": "own"}, {"bootstrap_servers": "other:9096"}])
def test_keda_uses_another_authentication(deploy_workload, lag):
    plan = deploy_workload(container={"kafka": SCRAM}, autoscaling={"max_replicas": 12, "kafka_lag": {**LAG, **lag}})
    assert config_data(plan, "keda-login") is None
    (trigger,) = plan["orders-autoscaler"].inputs["spec"]["triggers"]
    assert trigger["metadata"]["bootstrapServers"] == lag.get("bootstrap_servers", BROKERS)
    assert trigger.get("authenticationRef") == ({"name": "own"} if "authentication_ref" in lag else None)


def test_egress_to_the_brokers_is_always_allowed(deploy_workload, late):
    proxy = {"image": "registry.example/orders@sha256:" + "0" * 64, "cpu_request": "10m", "memory_request": "16Mi"}
    plan = deploy_workload(
        container={"kafka": {**SCRAM, "bootstrap_servers": late(BROKERS)}},
        sidecars={"proxy": {**proxy, "kafka": IAM}},
        egress_to=[],
    )
    _, *brokers = plan["orders-network-policy"].inputs["spec"]["egress"]
    assert brokers == [{"ports": [{"protocol": "TCP", "port": port}]} for port in (9096, 9098)]


def test_late_password(deploy, workload):
    def program():
        password = pulumi.Output.secret("late")
        KubernetesWorkload("orders", workload(container={"kafka": {**SCRAM, "password": password}}))

    assert config_data(deploy(program), "kafka-login") == {"KAFKA_SASL_PASSWORD": "late"}
