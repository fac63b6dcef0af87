"""The ScaledObject and the TriggerAuthentication of a workload conform to the definitions of KEDA 2.21.

The definitions are reduced copies (``crds.py``), under the Apache License 2.0.
"""

import pytest
from kubernetes_api import RejectedError
from test_ingress import create_definition, read_definition, wait_until_accepted
from workloads import container

from moorings import KubernetesWorkload
from moorings.preview.plan import jsonable
from moorings.preview.program import StackContext, run

QUEUE = {"type": "aws-sqs-queue", "metadata": {"queueURL": "https://sqs.eu-west-1.amazonaws.com/123456789012/orders"}}
LAG = {"consumer_group": "orders", "topic": "orders", "partitions": 10}
FALLBACK = {"replicas": 4, "failure_threshold": 5, "behavior": "currentReplicasIfHigher"}
AUTOSCALING = {
    "the consumer lag": {"kafka_lag": LAG},
    "a trigger": {"keda": {"triggers": [QUEUE]}, "min_replicas": 0},
    "all settings": {
        "kafka_lag": LAG,
        "keda": {
            "triggers": [
                {
                    **QUEUE,
                    "name": "queue",
                    "authentication_ref": "aws",
                    "authentication_kind": "ClusterTriggerAuthentication",
                    "metric_type": "AverageValue",
                    "use_cached_metrics": True,
                },
                {"type": "cpu", "metadata": {"value": "70"}, "metric_type": "Utilization"},
            ],
            "initial_cooldown_seconds": 60,
            "idle_at_zero": True,
            "fallback": FALLBACK,
        },
    },
}


@pytest.fixture(scope="module")
def api(api_server):
    """The API server with the definitions of KEDA."""
    for name in ("scaledobject", "triggerauthentication"):
        create_definition(api_server.api, read_definition(name))
    return api_server.api


def objects_of(namespace, autoscaling):
    """The objects of KEDA of a workload."""
    kafka = {"listener": "scram", "bootstrap_servers": "b:9096", "username": "orders", "password": "x"}
    args = {
        "namespace": namespace,
        "container": container(kafka=kafka),
        "autoscaling": {"max_replicas": 10, **autoscaling},
    }
    plan = run(
        lambda: KubernetesWorkload("orders", args), StackContext("tests", "tests", config={}), known=True, reveal=True
    )
    for resource in plan.resources:
        if resource.type.startswith("kubernetes:keda.sh"):
            object_ = jsonable(resource.inputs)
            object_["metadata"].setdefault("name", resource.name)
            yield object_


@pytest.mark.parametrize("autoscaling", AUTOSCALING.values(), ids=AUTOSCALING)
def test_objects_are_accepted(api, api_server, autoscaling):
    objects = list(objects_of(api_server.namespace(), autoscaling))
    assert "ScaledObject" in {object_["kind"] for object_ in objects}
    for object_ in objects:
        wait_until_accepted(api, object_)


def test_unknown_fields_are_rejected(api, api_server):
    (scaled_object,) = objects_of(api_server.namespace(), {"keda": {"triggers": [QUEUE]}})
    wait_until_accepted(api, scaled_object)
    with pytest.raises(RejectedError, match="unknown field|field not declared"):
        api.create({**scaled_object, "spec": {**scaled_object["spec"], "fallbacks": {}}}, dry_run=True)
