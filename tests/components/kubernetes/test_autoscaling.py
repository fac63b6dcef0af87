"""Autoscaling of a workload."""

import pytest

DIGEST = "registry.example/orders@sha256:" + "0" * 64
SIDECAR = {"image": DIGEST, "cpu_request": "10m", "memory_request": "16Mi"}
LAG = {"bootstrap_servers": "b:9092", "consumer_group": "g", "topic": "t", "partitions": 12}
AWAY = {
    "listener": "scram",
    "bootstrap_servers": "b:9096",
    "username": "orders",
    "secret_arn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-Jq7mB4",
}
READ = {"secrets": {"KAFKA_SASL_PASSWORD": {"secret_name": "orders-kafka", "key": "password"}}}
IAM = {"listener": "iam", "bootstrap_servers": "b:9098"}
INGRESS = {
    "object_name": "orders",
    "object_kind": "Ingress",
    "object_api_version": "networking.k8s.io/v1",
}
CPU = {"type": "Resource", "name": "cpu", "average_utilization": 70}


def scaled(**changed):
    return {"autoscaling": {"max_replicas": 10, **changed}}


def metric(**changed):
    return scaled(metrics=[changed])


# Arguments, what is found in them, each with its path, and similar arguments that are valid.
CASES = {
    "replicas with autoscaling": (
        {"availability": {"replicas": 3}, **scaled()},
        [("k8s-replicas-with-autoscaler", "availability.replicas")],
        scaled(min_replicas=3),
    ),
    "minimum above maximum": (
        scaled(min_replicas=11),
        [("k8s-autoscaler-range", "autoscaling.min_replicas")],
        scaled(min_replicas=9),
    ),
    "maximum below the pods of the level": (
        {"availability": {"level": "critical"}, **scaled(max_replicas=2)},
        [("k8s-autoscaler-range", "autoscaling.max_replicas")],
        {"availability": {"level": "critical"}, **scaled(max_replicas=4)},
    ),
    "unsupported target": (
        metric(type="Pods", name="queue", average_utilization=50),
        [("k8s-metric", "autoscaling.metrics[0].type")],
        metric(type="Pods", name="queue", average_value="50"),
    ),
    "two targets": (
        metric(type="External", name="queue", value="50", average_value="50"),
        [("k8s-metric", "autoscaling.metrics[0].type")],
        metric(type="External", name="queue", value="50"),
    ),
    "no target": (
        metric(type="Resource", name="cpu"),
        [("k8s-metric", "autoscaling.metrics[0].type")],
        metric(type="Resource", name="cpu", average_value="500m"),
    ),
    "invalid quantity": (
        metric(type="Pods", name="queue", average_value="many"),
        [("argument-format", "autoscaling.metrics[0].average_value")],
        metric(type="Pods", name="queue", average_value="1k"),
    ),
    "unknown resource": (
        metric(type="Resource", name="disk", average_utilization=70),
        [("k8s-metric", "autoscaling.metrics[0].name")],
        metric(type="Resource", name="memory", average_utilization=70),
    ),
    "labels of a resource metric": (
        metric(**CPU, match_labels={"a": "b"}),
        [("k8s-metric", "autoscaling.metrics[0].match_labels")],
        metric(type="External", name="queue", value="5", match_labels={"a": "b"}),
    ),
    "container of a Resource metric": (
        metric(**CPU, container="main"),
        [("k8s-metric", "autoscaling.metrics[0].container")],
        metric(**{**CPU, "type": "ContainerResource"}, container="main"),
    ),
    "unknown container": (
        metric(**{**CPU, "type": "ContainerResource"}, container="proxy"),
        [("k8s-metric-container", "autoscaling.metrics[0].container")],
        {**metric(**{**CPU, "type": "ContainerResource"}, container="proxy"), "sidecars": {"proxy": SIDECAR}},
    ),
    "init container": (
        {
            **metric(**{**CPU, "type": "ContainerResource"}, container="migrate"),
            "init_containers": {"migrate": SIDECAR},
        },
        [("k8s-metric-container", "autoscaling.metrics[0].container")],
        {**metric(**{**CPU, "type": "ContainerResource"}, container="main"), "init_containers": {"migrate": SIDECAR}},
    ),
    "invalid metric name": (
        metric(type="Pods", name="queue/length", average_value="5"),
        [("argument-format", "autoscaling.metrics[0].name")],
        metric(type="External", name="pubsub|queue.length", value="5"),
    ),
    "invalid API version": (
        metric(type="Object", name="queue", value="5", **{**INGRESS, "object_api_version": "a/b/c"}),
        [("argument-format", "autoscaling.metrics[0].object_api_version")],
        metric(type="Object", name="queue", value="5", **{**INGRESS, "object_api_version": "v1"}),
    ),
    "invalid kind": (
        metric(type="Object", name="queue", value="5", **{**INGRESS, "object_kind": "In gress"}),
        [("argument-format", "autoscaling.metrics[0].object_kind")],
        metric(type="Object", name="queue", value="5", **INGRESS),
    ),
    "incomplete object": (
        metric(type="Object", name="queue", value="5", object_name="orders"),
        [
            ("k8s-metric", "autoscaling.metrics[0].object_api_version"),
            ("k8s-metric", "autoscaling.metrics[0].object_kind"),
        ],
        metric(type="Object", name="queue", value="5", **INGRESS),
    ),
    "consumer lag and CPU": (
        scaled(kafka_lag=LAG, cpu_utilization_percent=70),
        [("k8s-autoscaler-conflict", "autoscaling.kafka_lag")],
        scaled(kafka_lag=LAG),
    ),
    "idle consumers": (
        scaled(kafka_lag={**LAG, "consumers_per_pod": 5}, max_replicas=3),
        [("k8s-idle-consumers", "autoscaling.max_replicas")],
        scaled(kafka_lag={**LAG, "consumers_per_pod": 4}, max_replicas=3),
    ),
    "more consumers per pod than partitions": (
        scaled(kafka_lag={**LAG, "consumers_per_pod": 13}, max_replicas=1),
        [
            ("k8s-autoscaler-range", "autoscaling.max_replicas"),
            ("k8s-idle-consumers", "autoscaling.kafka_lag.consumers_per_pod"),
        ],
        {
            **scaled(kafka_lag={**LAG, "consumers_per_pod": 12}, max_replicas=1),
            "availability": {"level": "development"},
        },
    ),
    "invalid bootstrap servers": (
        scaled(kafka_lag={**LAG, "bootstrap_servers": "nohost"}),
        [("argument-format", "autoscaling.kafka_lag.bootstrap_servers")],
        scaled(kafka_lag={**LAG, "bootstrap_servers": "a:9092,b:9092"}),
    ),
    "invalid topic": (
        scaled(kafka_lag={**LAG, "topic": "bad topic!"}),
        [("argument-format", "autoscaling.kafka_lag.topic")],
        scaled(kafka_lag={**LAG, "topic": "orders.v1"}),
    ),
    "contradicting partitions": (
        {"consumer": {"membership": "kip-848", "partitions": 24}, **scaled(kafka_lag=LAG)},
        [("k8s-kafka-partitions", "consumer.partitions")],
        {"consumer": {"membership": "kip-848", "partitions": 12}, **scaled(kafka_lag=LAG)},
    ),
    "contradicting consumers per pod": (
        {"consumer": {"membership": "kip-848", "consumers_per_pod": 4}, **scaled(kafka_lag=LAG)},
        [("k8s-kafka-partitions", "consumer.consumers_per_pod")],
        {
            "consumer": {"membership": "kip-848", "consumers_per_pod": 4},
            **scaled(kafka_lag={**LAG, "consumers_per_pod": 4}, max_replicas=3),
        },
    ),
    "minimum of 0 without consumer lag": (
        scaled(min_replicas=0),
        [("k8s-scale-to-zero", "autoscaling.min_replicas")],
        scaled(min_replicas=0, kafka_lag=LAG),
    ),
    "maximum above 32 bits": (
        scaled(max_replicas=2147483648),
        [("argument-range", "autoscaling.max_replicas")],
        scaled(max_replicas=2147483647),
    ),
    "consumer lag without brokers": (
        scaled(kafka_lag={**LAG, "bootstrap_servers": None}),
        [("k8s-keda-connection", "autoscaling.kafka_lag.bootstrap_servers")],
        scaled(kafka_lag=LAG),
    ),
    "consumer lag with an IAM connection": (
        {"container": {"kafka": IAM}, **scaled(kafka_lag={**LAG, "bootstrap_servers": None})},
        [("k8s-keda-connection", "autoscaling.kafka_lag.authentication_ref")],
        {
            "container": {"kafka": IAM},
            **scaled(kafka_lag={**LAG, "bootstrap_servers": None, "authentication_ref": "orders"}),
        },
    ),
    "consumer lag with a connection without password": (
        {"container": {"kafka": AWAY, **READ}, **scaled(kafka_lag={**LAG, "bootstrap_servers": None})},
        [("k8s-keda-connection", "autoscaling.kafka_lag.authentication_ref")],
        {
            "container": {"kafka": AWAY, **READ},
            **scaled(kafka_lag={**LAG, "bootstrap_servers": None, "authentication_ref": "orders"}),
        },
    ),
    "gradual_scale_down and scale_down": (
        scaled(gradual_scale_down=True, scale_down={"stabilization_window_seconds": 60}),
        [("k8s-autoscaler-conflict", "autoscaling.scale_down")],
        scaled(scale_down={"stabilization_window_seconds": 60}),
    ),
    "stabilization window above an hour": (
        scaled(scale_down={"stabilization_window_seconds": 3601}),
        [("argument-range", "autoscaling.scale_down.stabilization_window_seconds")],
        scaled(scale_down={"stabilization_window_seconds": 3600}),
    ),
    "negative tolerance": (
        scaled(scale_down={"stabilization_window_seconds": 0, "tolerance": "-0.1"}),
        [("argument-format", "autoscaling.scale_down.tolerance")],
        scaled(scale_down={"stabilization_window_seconds": 0, "tolerance": "0"}),
    ),
    "policy with two limits": (
        scaled(scale_down={"stabilization_window_seconds": 0, "policies": [{"pods": 1, "percent": 1}]}),
        [("k8s-scaling-policy", "autoscaling.scale_down.policies[0]")],
        scaled(scale_down={"stabilization_window_seconds": 0, "policies": [{"pods": 1}]}),
    ),
    "policy without limit": (
        scaled(scale_down={"stabilization_window_seconds": 0, "policies": [{}]}),
        [("k8s-scaling-policy", "autoscaling.scale_down.policies[0]")],
        scaled(scale_down={"stabilization_window_seconds": 0, "policies": [{"percent": 1}]}),
    ),
    "period above 30 minutes": (
        scaled(scale_down={"stabilization_window_seconds": 0, "policies": [{"pods": 1, "period_seconds": 1801}]}),
        [("argument-range", "autoscaling.scale_down.policies[0].period_seconds")],
        scaled(scale_down={"stabilization_window_seconds": 0, "policies": [{"pods": 1, "period_seconds": 1800}]}),
    ),
}


@pytest.mark.parametrize(("changed", "findings"), [case[:2] for case in CASES.values()], ids=CASES)
def test_invalid_arguments_are_found(findings_of, changed, findings):
    assert findings_of(**changed) == findings


@pytest.mark.parametrize("changed", [case[2] for case in CASES.values()], ids=CASES)
def test_similar_valid_arguments_are_accepted(deploy_workload, changed):
    assert deploy_workload(**changed)["orders"]


@pytest.mark.parametrize(("argument", "value"), [("bootstrap_servers", "nohost"), ("authentication_ref", "Orders")])
def test_invalid_late_values(findings_of, late, argument, value):
    findings = findings_of(**scaled(kafka_lag={**LAG, argument: late(value)}))
    assert findings == [("argument-format", f"autoscaling.kafka_lag.{argument}")]
