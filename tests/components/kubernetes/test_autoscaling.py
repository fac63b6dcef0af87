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


# Rejected arguments, message after the name of the component, and similar arguments that are valid.
CASES = {
    "replicas with autoscaling": (
        {"availability": {"replicas": 3}, **scaled()},
        ": availability.replicas and autoscaling exclude each other; set autoscaling.min_replicas instead",
        scaled(min_replicas=3),
    ),
    "minimum above maximum": (
        scaled(min_replicas=11),
        ".autoscaling: min_replicas: must be at most max_replicas 10, got 11",
        scaled(min_replicas=9),
    ),
    "maximum below the pods of the level": (
        {"availability": {"level": "critical"}, **scaled(max_replicas=2)},
        ": autoscaling.max_replicas: must be at least the 3 pods of availability, got 2",
        {"availability": {"level": "critical"}, **scaled(max_replicas=4)},
    ),
    "unsupported target": (
        metric(type="Pods", name="queue", average_utilization=50),
        ".autoscaling.metrics[0]: a Pods metric requires average_value, got average_utilization",
        metric(type="Pods", name="queue", average_value="50"),
    ),
    "two targets": (
        metric(type="External", name="queue", value="50", average_value="50"),
        ".autoscaling.metrics[0]: a External metric requires value or average_value, got average_value and value",
        metric(type="External", name="queue", value="50"),
    ),
    "no target": (
        metric(type="Resource", name="cpu"),
        ".autoscaling.metrics[0]: a Resource metric requires average_utilization or average_value, got no target",
        metric(type="Resource", name="cpu", average_value="500m"),
    ),
    "invalid quantity": (
        metric(type="Pods", name="queue", average_value="many"),
        ".autoscaling.metrics[0]: average_value: must be a quantity such as 250m or 512Mi, got 'many'",
        metric(type="Pods", name="queue", average_value="1k"),
    ),
    "unknown resource": (
        metric(type="Resource", name="disk", average_utilization=70),
        ".autoscaling.metrics[0]: name: must be cpu or memory for a Resource metric, got 'disk'",
        metric(type="Resource", name="memory", average_utilization=70),
    ),
    "labels of a resource metric": (
        metric(**CPU, match_labels={"a": "b"}),
        ".autoscaling.metrics[0]: match_labels: a Resource metric has no labels; remove them",
        metric(type="External", name="queue", value="5", match_labels={"a": "b"}),
    ),
    "container of a Resource metric": (
        metric(**CPU, container="main"),
        ".autoscaling.metrics[0]: container: required for a ContainerResource metric, and not allowed for other types",
        metric(**{**CPU, "type": "ContainerResource"}, container="main"),
    ),
    "unknown container": (
        metric(**{**CPU, "type": "ContainerResource"}, container="proxy"),
        ": autoscaling.metrics[0].container: must be one of main, got proxy",
        {**metric(**{**CPU, "type": "ContainerResource"}, container="proxy"), "sidecars": {"proxy": SIDECAR}},
    ),
    "init container": (
        {
            **metric(**{**CPU, "type": "ContainerResource"}, container="migrate"),
            "init_containers": {"migrate": SIDECAR},
        },
        ": autoscaling.metrics[0].container: init container migrate ends before the main container starts; use another",
        {**metric(**{**CPU, "type": "ContainerResource"}, container="main"), "init_containers": {"migrate": SIDECAR}},
    ),
    "invalid metric name": (
        metric(type="Pods", name="queue/length", average_value="5"),
        ".autoscaling.metrics[0].name: expected the name of a metric without '/' and '%', such as cpu, got 'queue/length'",
        metric(type="External", name="pubsub|queue.length", value="5"),
    ),
    "invalid API version": (
        metric(type="Object", name="queue", value="5", **{**INGRESS, "object_api_version": "a/b/c"}),
        ".autoscaling.metrics[0].object_api_version: expected an API version, such as networking.k8s.io/v1, got "
        "'a/b/c'",
        metric(type="Object", name="queue", value="5", **{**INGRESS, "object_api_version": "v1"}),
    ),
    "invalid kind": (
        metric(type="Object", name="queue", value="5", **{**INGRESS, "object_kind": "In gress"}),
        ".autoscaling.metrics[0].object_kind: expected the kind of an object, such as Ingress, got 'In gress'",
        metric(type="Object", name="queue", value="5", **INGRESS),
    ),
    "incomplete object": (
        metric(type="Object", name="queue", value="5", object_name="orders"),
        ".autoscaling.metrics[0]: object_api_version, object_kind and object_name are required for an Object metric, "
        "and not allowed for other types",
        metric(type="Object", name="queue", value="5", **INGRESS),
    ),
    "consumer lag and CPU": (
        scaled(kafka_lag=LAG, cpu_utilization_percent=70),
        ".autoscaling: kafka_lag: cannot be combined with other metrics, since two autoscalers would conflict; remove "
        "them",
        scaled(kafka_lag=LAG),
    ),
    "idle consumers": (
        scaled(kafka_lag={**LAG, "consumers_per_pod": 5}, max_replicas=3),
        ".autoscaling: max_replicas: must be at most 2 for 12 partitions and 5 consumers per pod, since more "
        "consumers would be idle, got 3",
        scaled(kafka_lag={**LAG, "consumers_per_pod": 4}, max_replicas=3),
    ),
    "more consumers per pod than partitions": (
        scaled(kafka_lag={**LAG, "consumers_per_pod": 13}, max_replicas=1),
        ".autoscaling: kafka_lag.consumers_per_pod: must be at most the number of partitions 12, since more consumers "
        "would be idle, got 13",
        {
            **scaled(kafka_lag={**LAG, "consumers_per_pod": 12}, max_replicas=1),
            "availability": {"level": "development"},
        },
    ),
    "invalid bootstrap servers": (
        scaled(kafka_lag={**LAG, "bootstrap_servers": "nohost"}),
        ".autoscaling.kafka_lag.bootstrap_servers: expected host:port with a port between 1 and 65535, got 'nohost'; "
        "separate brokers with commas, without spaces or a scheme",
        scaled(kafka_lag={**LAG, "bootstrap_servers": "a:9092,b:9092"}),
    ),
    "invalid topic": (
        scaled(kafka_lag={**LAG, "topic": "bad topic!"}),
        ".autoscaling.kafka_lag.topic: must be 1 to 249 letters, digits, dots, underscores and hyphens, got 'bad "
        "topic!'",
        scaled(kafka_lag={**LAG, "topic": "orders.v1"}),
    ),
    "contradicting partitions": (
        {"consumer": {"membership": "kip-848", "partitions": 24}, **scaled(kafka_lag=LAG)},
        ": consumer.partitions: must equal autoscaling.kafka_lag.partitions 12, got 24",
        {"consumer": {"membership": "kip-848", "partitions": 12}, **scaled(kafka_lag=LAG)},
    ),
    "contradicting consumers per pod": (
        {"consumer": {"membership": "kip-848", "consumers_per_pod": 4}, **scaled(kafka_lag=LAG)},
        ": consumer.consumers_per_pod: must equal autoscaling.kafka_lag.consumers_per_pod 1, got 4",
        {
            "consumer": {"membership": "kip-848", "consumers_per_pod": 4},
            **scaled(kafka_lag={**LAG, "consumers_per_pod": 4}, max_replicas=3),
        },
    ),
    "minimum of 0 without consumer lag": (
        scaled(min_replicas=0),
        ".autoscaling: min_replicas: 0 requires kafka_lag, since other metrics need a running pod; set at least 1",
        scaled(min_replicas=0, kafka_lag=LAG),
    ),
    "maximum above 32 bits": (
        scaled(max_replicas=2147483648),
        ".autoscaling.max_replicas: must be at most 2147483647",
        scaled(max_replicas=2147483647),
    ),
    "consumer lag without brokers": (
        scaled(kafka_lag={**LAG, "bootstrap_servers": None}),
        ": autoscaling.kafka_lag.bootstrap_servers: required without container.kafka; set one of them",
        scaled(kafka_lag=LAG),
    ),
    "consumer lag with an IAM connection": (
        {"container": {"kafka": IAM}, **scaled(kafka_lag={**LAG, "bootstrap_servers": None})},
        ": autoscaling.kafka_lag.authentication_ref: required, since KEDA cannot authenticate with container.kafka: "
        "its listener is iam; set the name of a TriggerAuthentication",
        {
            "container": {"kafka": IAM},
            **scaled(kafka_lag={**LAG, "bootstrap_servers": None, "authentication_ref": "orders"}),
        },
    ),
    "consumer lag with a connection without password": (
        {"container": {"kafka": AWAY, **READ}, **scaled(kafka_lag={**LAG, "bootstrap_servers": None})},
        ": autoscaling.kafka_lag.authentication_ref: required, since KEDA cannot authenticate with container.kafka: "
        "its password is only in Secrets Manager; set the name of a TriggerAuthentication",
        {
            "container": {"kafka": AWAY, **READ},
            **scaled(kafka_lag={**LAG, "bootstrap_servers": None, "authentication_ref": "orders"}),
        },
    ),
    "gradual_scale_down and scale_down": (
        scaled(gradual_scale_down=True, scale_down={"stabilization_window_seconds": 60}),
        ".autoscaling: gradual_scale_down and scale_down exclude each other; set one of them",
        scaled(scale_down={"stabilization_window_seconds": 60}),
    ),
    "stabilization window above an hour": (
        scaled(scale_down={"stabilization_window_seconds": 3601}),
        ".autoscaling.scale_down.stabilization_window_seconds: must be at most 3600",
        scaled(scale_down={"stabilization_window_seconds": 3600}),
    ),
    "negative tolerance": (
        scaled(scale_down={"stabilization_window_seconds": 0, "tolerance": "-0.1"}),
        ".autoscaling.scale_down.tolerance: must be a quantity such as 250m or 512Mi, got '-0.1'",
        scaled(scale_down={"stabilization_window_seconds": 0, "tolerance": "0"}),
    ),
    "policy with two limits": (
        scaled(scale_down={"stabilization_window_seconds": 0, "policies": [{"pods": 1, "percent": 1}]}),
        ".autoscaling.scale_down.policies[0]: exactly one of pods and percent is required, got both",
        scaled(scale_down={"stabilization_window_seconds": 0, "policies": [{"pods": 1}]}),
    ),
    "policy without limit": (
        scaled(scale_down={"stabilization_window_seconds": 0, "policies": [{}]}),
        ".autoscaling.scale_down.policies[0]: exactly one of pods and percent is required, got none",
        scaled(scale_down={"stabilization_window_seconds": 0, "policies": [{"percent": 1}]}),
    ),
    "period above 30 minutes": (
        scaled(scale_down={"stabilization_window_seconds": 0, "policies": [{"pods": 1, "period_seconds": 1801}]}),
        ".autoscaling.scale_down.policies[0].period_seconds: must be at most 1800",
        scaled(scale_down={"stabilization_window_seconds": 0, "policies": [{"pods": 1, "period_seconds": 1800}]}),
    ),
}


@pytest.mark.parametrize(("changed", "message"), [case[:2] for case in CASES.values()], ids=CASES)
def test_invalid_arguments_are_rejected(rejection, changed, message):
    assert rejection(**changed) == message


@pytest.mark.parametrize("changed", [case[2] for case in CASES.values()], ids=CASES)
def test_similar_valid_arguments_are_accepted(deploy_workload, changed):
    assert deploy_workload(**changed)["orders"]


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("bootstrap_servers", "nohost", CASES["invalid bootstrap servers"][1]),
        (
            "authentication_ref",
            "Orders",
            ".autoscaling.kafka_lag.authentication_ref: must be 1 to 253 lower-case letters, digits, hyphens and "
            "dots, and begin and end with a letter or digit, got 'Orders'",
        ),
    ],
)
def test_invalid_late_values_are_rejected_with_the_same_message(rejection, late, argument, value, message):
    assert rejection(**scaled(kafka_lag={**LAG, argument: late(value)})) == message
