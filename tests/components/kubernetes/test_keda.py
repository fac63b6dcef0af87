"""KEDA triggers of any scaler, and their settings."""

import pytest

from moorings import KedaTrigger

QUEUE = {
    "type": "aws-sqs-queue",
    "metadata": {"queueURL": "https://sqs.eu-west-1.amazonaws.com/123456789012/orders", "awsRegion": "eu-west-1"},
}
CPU = {"type": "cpu", "metric_type": "Utilization", "metadata": {"value": "70"}}


@pytest.fixture
def scaled_object(deploy_workload):
    """Deploy a workload with KEDA, and return the spec of the ScaledObject."""

    def spec(keda, **autoscaling):
        plan = deploy_workload(autoscaling={"max_replicas": 10, "keda": keda, **autoscaling})
        assert not plan.all("kubernetes:autoscaling/v2:HorizontalPodAutoscaler")
        return plan["orders-autoscaler"].inputs["spec"]

    return spec


def test_a_scaled_object_with_a_trigger(scaled_object):
    spec = scaled_object({"triggers": [QUEUE]}, min_replicas=0)
    assert {name: spec[name] for name in spec.keys() - {"scaleTargetRef", "advanced"}} == {
        "minReplicaCount": 0,
        "maxReplicaCount": 10,
        "pollingInterval": 30,
        "cooldownPeriod": 300,
        "triggers": [QUEUE],
    }
    assert spec["scaleTargetRef"]["kind"] == "Deployment"
    assert set(spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]) == {"scaleUp", "scaleDown"}


def test_all_settings(scaled_object):
    spec = scaled_object(
        {
            "triggers": [
                {
                    **QUEUE,
                    "name": "queue",
                    "authentication_ref": "aws",
                    "authentication_kind": "ClusterTriggerAuthentication",
                    "metric_type": "Value",
                    "use_cached_metrics": True,
                }
            ],
            "polling_interval_seconds": 10,
            "cooldown_seconds": 60,
            "initial_cooldown_seconds": 30,
            "idle_at_zero": True,
            "fallback": {"replicas": 4, "behavior": "currentReplicas"},
        }
    )
    assert spec["triggers"] == [
        {
            **QUEUE,
            "name": "queue",
            "authenticationRef": {"name": "aws", "kind": "ClusterTriggerAuthentication"},
            "metricType": "Value",
            "useCachedMetrics": True,
        }
    ]
    assert (spec["pollingInterval"], spec["cooldownPeriod"], spec["initialCooldownPeriod"]) == (10, 60, 30)
    assert spec["idleReplicaCount"] == 0
    assert spec["fallback"] == {"failureThreshold": 3, "replicas": 4, "behavior": "currentReplicas"}


def test_a_static_fallback_needs_no_new_release(scaled_object):
    spec = scaled_object({"triggers": [QUEUE], "fallback": {"replicas": 4}})
    assert spec["fallback"] == {"failureThreshold": 3, "replicas": 4}


LAG = {"consumer_group": "orders", "topic": "orders", "partitions": 12, "bootstrap_servers": "b.example:9092"}


@pytest.mark.parametrize(("keda", "interval"), [({"polling_interval_seconds": 5}, 5), ({}, 20)])
def test_triggers_are_added_to_the_consumer_lag(scaled_object, keda, interval):
    spec = scaled_object({"triggers": [CPU], **keda}, kafka_lag={**LAG, "polling_interval_seconds": 20})
    assert [trigger["type"] for trigger in spec["triggers"]] == ["kafka", "cpu"]
    assert spec["triggers"][1] == {"type": "cpu", "metadata": {"value": "70"}, "metricType": "Utilization"}
    assert spec["pollingInterval"] == interval


def test_common_scalers():
    prometheus = KedaTrigger.prometheus(
        "http://prometheus:9090", "sum(depth)", 1234567.5, metadata={"ignoreNullValues": "false"}, name="depth"
    )
    assert prometheus.rendered == {
        "type": "prometheus",
        "name": "depth",
        "metadata": {
            "serverAddress": "http://prometheus:9090",
            "query": "sum(depth)",
            "threshold": "1234567.5",
            "ignoreNullValues": "false",
        },
    }
    assert KedaTrigger.cron("Europe/Berlin", "0 8 * * 1-5", "0 18 * * 1-5", 4).rendered == {
        "type": "cron",
        "metadata": {
            "timezone": "Europe/Berlin",
            "start": "0 8 * * 1-5",
            "end": "0 18 * * 1-5",
            "desiredReplicas": "4",
        },
    }
    url = QUEUE["metadata"]["queueURL"]
    assert KedaTrigger.sqs(url, "eu-west-1", 20, authentication_ref="aws").rendered == {
        "type": "aws-sqs-queue",
        "metadata": {"queueURL": url, "queueLength": "20", "awsRegion": "eu-west-1"},
        "authenticationRef": {"name": "aws", "kind": "TriggerAuthentication"},
    }


@pytest.mark.parametrize(
    ("autoscaling", "findings"),
    [
        ({"keda": {"triggers": [QUEUE]}, "cpu_utilization_percent": 70}, [("k8s-autoscaler-conflict", "keda")]),
        ({"keda": {"triggers": [QUEUE, CPU]}, "min_replicas": 0}, []),
        ({"keda": {"triggers": [CPU]}, "min_replicas": 0}, [("k8s-keda-triggers", "min_replicas")]),
        ({"keda": {"triggers": [CPU], "idle_at_zero": True}}, [("k8s-keda-triggers", "keda.idle_at_zero")]),
        ({"keda": {"triggers": [CPU], "fallback": {"replicas": 2}}}, [("k8s-keda-triggers", "keda.fallback")]),
        ({"keda": {}, "kafka_lag": LAG}, []),
        ({"keda": {"triggers": [QUEUE], "idle_at_zero": True}, "min_replicas": 0}, [("k8s-keda-triggers", "keda.idle_at_zero")]),
        ({"keda": {"triggers": [QUEUE], "fallback": {"replicas": 11}}}, [("k8s-keda-triggers", "keda.fallback.replicas")]),
        ({"keda": {"triggers": [QUEUE], "fallback": {"replicas": 10}}}, []),
        (
            {"keda": {"triggers": [{**QUEUE, "metadata": {"queueURLFromEnv": "QUEUE_URL"}}]}},
            [],
        ),
        (
            {"keda": {"triggers": [{"type": "rabbitmq", "metadata": {"passwordFromEnv": "RABBITMQ_PASSWORD"}}]}},
            [],
        ),
        (
            {"keda": {"triggers": [{"type": "redis", "metadata": {"password": "hunter2"}}]}},
            [("k8s-keda-secret", "keda.triggers[0].metadata.password")],
        ),
        (
            {"keda": {"triggers": [{"type": "made-up", "metadata": {}}]}},
            [("k8s-keda-scaler", "keda.triggers[0].type")],
        ),
        (
            {"keda": {"triggers": [QUEUE], "polling_interval_seconds": 3601}},
            [("k8s-implausible-seconds", "keda.polling_interval_seconds")],
        ),
    ],
)  # fmt: skip
def test_findings(findings_of, autoscaling, findings):
    expected = [(rule, f"autoscaling.{path}") for rule, path in findings]
    assert findings_of(autoscaling={"max_replicas": 10, **autoscaling}) == expected


def test_a_secret_setting_is_found_in_a_preview(findings_of, late):
    trigger = {"type": "redis", "metadata": {"address": late("redis:6379", secret=True)}}
    found = findings_of(autoscaling={"max_replicas": 10, "keda": {"triggers": [trigger]}})
    assert found == [("k8s-keda-secret", "autoscaling.keda.triggers[0].metadata.address")]
