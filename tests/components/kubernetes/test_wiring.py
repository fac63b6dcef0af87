"""Connections between the parts of one program: topics, brokers, databases, load balancers and roles."""

import pytest

from moorings import KubernetesWorkload, KubernetesWorkloadArgs, MskCluster, PodContainer

DIGEST = "registry.example/orders@sha256:" + "0" * 64
BROKER = "b-1.orders.x1y2z3.c2.kafka.eu-west-1.amazonaws.com"
TLS = {"listener": "tls", "bootstrap_servers": "b:9094", "topic_partitions": {"orders": 12, "refunds": 3}}
IAM = {"listener": "iam", "bootstrap_servers": "b:9098"}
LAG = {"consumer_group": "g", "topic": "orders", "partitions": 12, "authentication_ref": "keda"}
KIP_848 = {"membership": "kip-848"}
POSTGRES = {"URL": "jdbc:postgresql://db.example:5433/orders?ssl=true"}


def lag(**changed):
    return {"container": {"kafka": TLS}, "autoscaling": {"max_replicas": 3, "kafka_lag": {**LAG, **changed}}}


def scaled_with_permissions(**permissions):
    arn = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
    return {
        "container": {"kafka": {**IAM, "cluster_arn": arn, "permissions": permissions}},
        "autoscaling": {"max_replicas": 3, "kafka_lag": LAG},
        "service_account_name": "orders",
    }


def egress(*ports, **environment):
    container = {"environment": environment}
    return {"container": container, "egress_to": [{"cidr": "10.0.0.0/8", "ports": list(ports)}]}


def ingress(*peers, **changed):
    return {"ingress_from": list(peers), **changed}


PARTITIONS = ("k8s-kafka-partitions", "autoscaling.kafka_lag.partitions")
URL = ("k8s-egress-blocked", "container.environment.URL")

# Arguments, what is found in them, each with its path, and similar arguments that are valid.
CASES = {
    "partitions of a declared topic": (lag(partitions=6), [PARTITIONS], lag(topic="refunds", partitions=3)),
    "misspelt topic": (
        lag(topic="order"),
        [("k8s-unknown-topic", "autoscaling.kafka_lag.topic")],
        lag(topic="orders"),
    ),
    "unknown topic": (
        lag(topic="payments"),
        [("k8s-unknown-topic", "autoscaling.kafka_lag.topic")],
        lag(topic="orders"),
    ),
    "more partitions than the topics have": (
        {"container": {"kafka": TLS}, "consumer": {**KIP_848, "partitions": 16}},
        [("k8s-kafka-partitions", "consumer.partitions")],
        {"container": {"kafka": TLS}, "consumer": {**KIP_848, "partitions": 15}},
    ),
    "scaler without authentication": (
        lag(authentication_ref=None, bootstrap_servers=f"{BROKER}:9098"),
        [("k8s-keda-authentication", "autoscaling.kafka_lag.bootstrap_servers")],
        lag(authentication_ref=None, bootstrap_servers=f"{BROKER}:9092"),
    ),
    "IAM without a role": (
        {"container": {"kafka": IAM}},
        [("k8s-kafka-iam-permissions", "container.kafka")],
        {"container": {"kafka": IAM}, "service_account_name": "orders"},
    ),
    "scaler without permissions": (
        scaled_with_permissions(read_topics=["order"], consumer_groups=["*"]),
        [("k8s-kafka-iam-permissions", "autoscaling.kafka_lag.topic")],
        scaled_with_permissions(read_topics=["order*"], consumer_groups=["g"]),
    ),
    "scaler of another consumer group": (
        scaled_with_permissions(read_topics=["orders"], consumer_groups=["h*"]),
        [("k8s-kafka-iam-permissions", "autoscaling.kafka_lag.consumer_group")],
        scaled_with_permissions(read_topics=["*"], consumer_groups=["g*"]),
    ),
    "port of a URL": (egress(5432, **POSTGRES), [URL], egress(5433, **POSTGRES)),
    "default port of a URL": (
        egress(443, URL="mysql://orders@db.example/orders"),
        [URL],
        egress(3306, URL="mysql://orders@db.example/orders"),
    ),
    "servers": (egress(443, URL="a.example:9092,b.example:9092"), [URL], egress(9092, URL="a.example:9092")),
    "URL of another kind": (egress(443, URL="redis://cache"), [URL], egress(443, URL="https://orders.example:8443")),
    "server with a short name": (egress(443, URL="cache:6379"), [URL], egress(6379, URL="cache:6379")),
    "local server": (
        egress(443, URL="postgres://db/orders"),
        [URL],
        egress(
            443, URL="postgres://localhost/orders", A="127.0.0.1:9092", B="10:30", C="a.example:80, x", D="orders:4711"
        ),
    ),
    "brokers": (
        {**egress(443, URL="b.example:9098"), "service_ports": {}},
        [URL],
        {"container": {"kafka": TLS, "environment": {"URL": "b.example:9094"}}, "egress_to": []},
    ),
    "no peer allows a port": (
        {"container": {"environment": POSTGRES}, "egress_to": []},
        [URL],
        {"container": {"environment": POSTGRES}, "egress_to": [{"cidr": "10.0.0.0/8"}]},
    ),
    "nobody may connect": (ingress(), [("k8s-ingress-blocked", "ingress_from")], ingress(service_ports={})),
    "pods only, behind an ALB": (
        ingress({"pod_selector": {}}, shutdown={"load_balancer": "alb"}),
        [("k8s-ingress-blocked", "ingress_from")],
        ingress({"pod_selector": {}}, {"cidr": "10.0.0.0/16"}, shutdown={"load_balancer": "alb"}),
    ),
    "annotations without Service": (
        {"service_ports": {}, "service_annotations": {"a": "b"}},
        [("k8s-argument-without-effect", "service_annotations")],
        {
            "service_annotations": {},
            "service_ports": {},
            "service_account_annotations": {},
            "service_account_name": "a",
        },
    ),
    "policy as a role": (
        {"service_account_annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:policy/orders"}},
        [("k8s-service-account-role", "service_account_annotations['eks.amazonaws.com/role-arn']")],
        {"service_account_annotations": {"eks.amazonaws.com/role-arn": "arn:aws-cn:iam::123456789012:role/a/orders"}},
    ),
    "registry without Region": (
        {"container": {"image": "123456789012.dkr.ecr.amazonaws.com/orders@sha256:" + "0" * 64}},
        [("k8s-image-registry", "container.image")],
        {"container": {"image": "123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu/orders@sha256:" + "0" * 64}},
    ),
    "registry of another partition": (
        {"container": {"image": "123456789012.dkr.ecr.cn-north-1.amazonaws.com/orders@sha256:" + "0" * 64}},
        [("k8s-image-registry", "container.image")],
        {"container": {"image": "123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov/orders@sha256:" + "0" * 64}},
    ),
    "minimum of 0 with an external metric": (
        {
            "autoscaling": {
                "min_replicas": 0,
                "metrics": [{"type": "External", "name": "queue", "average_value": "30"}],
            }
        },
        [("k8s-scale-to-zero-version", "autoscaling.min_replicas")],
        {"autoscaling": {"min_replicas": 2}},
    ),
}


@pytest.mark.parametrize(("changed", "findings"), [case[:2] for case in CASES.values()], ids=CASES)
def test_invalid_arguments_are_found(findings_of, changed, findings):
    assert findings_of(**changed) == findings


@pytest.mark.parametrize("changed", [case[2] for case in CASES.values()], ids=CASES)
def test_similar_valid_arguments_are_accepted(deploy_workload, changed):
    assert deploy_workload(**changed).log == []


def test_topics_of_a_cluster_in_the_same_program(deploy, rejected, workload):
    def program(partitions):
        cluster = MskCluster(
            "kafka",
            {
                "vpc_id": "vpc-0d1c7a52e8b94f360",
                "subnet_ids": ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"],
                "kafka_version": "3.9.x.kraft",
                "users": ["orders"],
                "topics": [{"name": "orders", "partitions": 12}],
            },
        )
        scaling = {"max_replicas": 3, "kafka_lag": {**LAG, "partitions": partitions}}
        container = {"kafka": cluster.connection("orders")}
        KubernetesWorkload("orders", workload(container=container, autoscaling=scaling))

    assert deploy(lambda: program(12))
    with rejected(*PARTITIONS):
        deploy(lambda: program(6))


def test_containers_that_are_created_by_hand_in_a_loop(deploy, rejected):
    def program(memory):
        sidecars = {
            name: PodContainer(image=DIGEST, cpu_request="10m", memory_request=memory if name == "envoy" else "16Mi")
            for name in ("vector", "envoy")
        }
        for name in ("orders", "billing"):
            main = PodContainer(image=DIGEST, cpu_request="250m", memory_request="512Mi")
            args = KubernetesWorkloadArgs(namespace="shop", container=main, sidecars=sidecars)
            KubernetesWorkload(name, args)

    assert deploy(lambda: program("64Mi"))
    with rejected("k8s-memory-unit", "sidecars.envoy.memory_request"):
        deploy(lambda: program("64"))
