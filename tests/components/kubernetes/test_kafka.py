"""A workload and the Kafka cluster that it reads and writes."""

import json

import pulumi
import pytest

from moorings import KafkaConnection, KubernetesWorkload, MskCluster

BROKERS = "b-1.orders.x1y2z3.c2.kafka.eu-west-1.amazonaws.com:9096"
SCRAM = {"listener": "scram", "bootstrap_servers": BROKERS, "username": "orders", "password": "p$(HOME)w"}
IAM = {"listener": "iam", "bootstrap_servers": "b:9098"}
TLS = {"listener": "tls", "bootstrap_servers": "b:9094"}
AWAY = {
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


def told(plan, role):
    """What stands in a ConfigMap or Secret, in clear."""
    found = [each for each in plan.resources if each.name == f"orders-{role}"]
    if not found:
        return None
    inputs = found[0].inputs
    assert inputs["immutable"] is True
    data = inputs["data"] if "data" in inputs else inputs["stringData"]
    known = getattr(data, "value", data)
    return {key: getattr(value, "value", value) for key, value in known.items()}


def test_a_client_is_told_where_its_cluster_is_and_how_to_log_in(made):
    plan = made(container={"kafka": SCRAM})
    assert told(plan, "kafka") == PLAIN
    assert told(plan, "kafka-login") == {"KAFKA_SASL_PASSWORD": "p$(HOME)w"}
    (container,) = plan["orders-deployment"].inputs["spec"]["template"]["spec"]["containers"]
    # Not as literal values, in which the kubelet would put the variable HOME.
    assert "env" not in container
    assert container["envFrom"] == [
        {"configMapRef": {"name": plan["orders-kafka"].id.removeprefix("shop/")}},
        {"secretRef": {"name": plan["orders-kafka-login"].id.removeprefix("shop/")}},
    ]


def test_the_password_is_secret_and_all_else_is_read(made):
    plan = made(container={"kafka": SCRAM}, reveal_secrets=False)
    assert plan["orders-kafka-login"].inputs["stringData"] == {"KAFKA_SASL_PASSWORD": "[secret]"}
    assert plan["orders-kafka"].inputs["data"] == PLAIN


def test_spring_is_told_in_its_own_words(made):
    plan = made(container={"kafka": SCRAM, "kafka_settings": "spring"})
    assert told(plan, "kafka") == {
        "SPRING_KAFKA_BOOTSTRAPSERVERS": BROKERS,
        "SPRING_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "SPRING_KAFKA_PROPERTIES_SASL_MECHANISM": "SCRAM-SHA-512",
    }
    (line,) = told(plan, "kafka-login").items()
    assert line[0] == "SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG"
    assert "ScramLoginModule" in line[1]


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
def test_there_is_a_secret_only_for_a_password(made, kafka, settings, roles):
    plan = made(container={"kafka": kafka, "kafka_settings": settings})
    kinds = {"kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:Secret"}
    assert [each.name for each in plan.resources if each.type in kinds] == [f"orders-{role}" for role in roles]


@pytest.mark.parametrize(
    ("settings", "variable"),
    [("environment", "KAFKA_SASL_PASSWORD"), ("spring", "SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG")],
)
def test_a_password_of_another_secret_is_taken_from_there(made, settings, variable):
    given = {
        "kafka": AWAY,
        "kafka_settings": settings,
        "secrets": {variable: {"secret_name": "orders-kafka", "key": "login"}},
    }
    plan = made(container=given)
    assert told(plan, "kafka-login") is None
    (container,) = plan["orders-deployment"].inputs["spec"]["template"]["spec"]["containers"]
    assert container["env"] == [
        {"name": variable, "valueFrom": {"secretKeyRef": {"name": "orders-kafka", "key": "login"}}}
    ]


def test_settings_may_be_a_file(deploy, workload):
    def program():
        kafka = KafkaConnection(**SCRAM)
        file = {"/etc/orders/kafka.json": kafka.librdkafka("consumer").apply(json.dumps)}
        container = {"kafka": kafka, "kafka_settings": "none", "secret_files": file}
        KubernetesWorkload("orders", workload(container=container))

    written = json.loads(told(deploy(program), "secret-files")["etc_orders_kafka.json"])
    assert written["sasl.password"] == "p$(HOME)w"


def test_one_declaration_wires_a_cluster_and_its_consumer(deploy, workload):
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
    servers = told(plan, "kafka")["KAFKA_BOOTSTRAP_SERVERS"]
    assert servers.endswith(":9096")
    assert plan["orders-autoscaler"].inputs["spec"]["triggers"][0]["metadata"]["bootstrapServers"] == servers
    assert told(plan, "kafka-login")["KAFKA_SASL_PASSWORD"] == told(plan, "keda-login")["password"]
    assert {"ports": [{"protocol": "TCP", "port": 9096}]} in plan["orders-network-policy"].inputs["spec"]["egress"]


def test_keda_logs_in_as_the_application_does(made):
    plan = made(container={"kafka": SCRAM}, autoscaling={"max_replicas": 12, "kafka_lag": LAG})
    assert told(plan, "keda-login") == {
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
def test_keda_logs_in_otherwise_where_that_is_asked_for(made, lag):
    plan = made(container={"kafka": SCRAM}, autoscaling={"max_replicas": 12, "kafka_lag": {**LAG, **lag}})
    assert told(plan, "keda-login") is None
    (trigger,) = plan["orders-autoscaler"].inputs["spec"]["triggers"]
    assert trigger["metadata"]["bootstrapServers"] == lag.get("bootstrap_servers", BROKERS)
    assert trigger.get("authenticationRef") == ({"name": "own"} if "authentication_ref" in lag else None)


def test_pods_that_may_go_nowhere_still_reach_their_brokers(made, late):
    side = {"image": "registry.example/orders@sha256:" + "0" * 64, "cpu_request": "10m", "memory_request": "16Mi"}
    plan = made(
        container={"kafka": {**SCRAM, "bootstrap_servers": late(BROKERS)}},
        sidecars={"proxy": {**side, "kafka": IAM}},
        egress_to=[],
    )
    _, *brokers = plan["orders-network-policy"].inputs["spec"]["egress"]
    assert brokers == [{"ports": [{"protocol": "TCP", "port": port}]} for port in (9096, 9098)]


def test_a_password_may_come_late(deploy, workload):
    def program():
        password = pulumi.Output.secret("late")
        KubernetesWorkload("orders", workload(container={"kafka": {**SCRAM, "password": password}}))

    assert told(deploy(program), "kafka-login") == {"KAFKA_SASL_PASSWORD": "late"}
