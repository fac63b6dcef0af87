"""The specs of autoscalers.

Sources: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
https://keda.sh/docs/latest/reference/scaledobject-spec/
"""

from typing import Any

import pulumi

from moorings.kubernetes.autoscaling import Autoscaling, KafkaLag


def autoscaler_spec(
    scaled: Autoscaling, fewest: int, kind: str, name: pulumi.Input[str], container: str
) -> dict[str, Any]:
    """The spec of a HorizontalPodAutoscaler.

    Args:
        scaled: settings of the autoscaler.
        fewest: pods when there are no others.
        kind: kind of the workload.
        name: name of the workload.
        container: name of its main container.

    """
    return {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": name},
        "minReplicas": fewest,
        "maxReplicas": scaled.max_replicas,
        "metrics": [metric.rendered(container) for metric in scaled.measured],
        "behavior": scaled.behavior,
    }


def scaled_object_spec(
    scaled: Autoscaling, lag: KafkaLag, fewest: int, kind: str, name: pulumi.Input[str]
) -> dict[str, Any]:
    """The spec of a ScaledObject, from which KEDA makes a HorizontalPodAutoscaler."""
    trigger: dict[str, Any] = {
        "type": "kafka",
        "metadata": {
            "bootstrapServers": lag.bootstrap_servers,
            "consumerGroup": lag.consumer_group,
            "topic": lag.topic,
            "lagThreshold": str(lag.lag_per_pod),
        },
    }
    if lag.authentication_name is not None:
        trigger["authenticationRef"] = {"name": lag.authentication_name}
    return {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": name},
        "minReplicaCount": fewest,
        "maxReplicaCount": scaled.max_replicas,
        "pollingInterval": lag.poll_seconds,
        "triggers": [trigger],
        "advanced": {"horizontalPodAutoscalerConfig": {"behavior": scaled.behavior}},
    }
