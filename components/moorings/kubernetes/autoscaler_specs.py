"""Specs of autoscalers: HorizontalPodAutoscaler, and KEDA's ScaledObject and TriggerAuthentication.

Sources: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
https://keda.sh/docs/latest/reference/scaledobject-spec/
"""

from collections.abc import Mapping
from typing import Any

import pulumi

from moorings.kubernetes.autoscaling import Autoscaling, KafkaLag


def horizontal_pod_autoscaler_spec(
    autoscaling: Autoscaling, target: dict[str, Any], min_replicas: int, main_container: str
) -> dict[str, Any]:
    """Return the spec of a HorizontalPodAutoscaler.

    Args:
        autoscaling: arguments of the autoscaler.
        target: reference to the Deployment or StatefulSet.
        min_replicas: minimum number of pods.
        main_container: name of the main container.

    """
    return {
        "scaleTargetRef": target,
        "minReplicas": min_replicas,
        "maxReplicas": autoscaling.max_replicas,
        "metrics": [metric.render(main_container) for metric in autoscaling.all_metrics],
        "behavior": autoscaling.behavior,
    }


def scaled_object_spec(
    autoscaling: Autoscaling, target: dict[str, Any], min_replicas: int, kafka_triggers: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return the spec of a ScaledObject, from which KEDA creates a HorizontalPodAutoscaler.

    Args:
        autoscaling: arguments of the autoscaler.
        target: reference to the Deployment or StatefulSet.
        min_replicas: minimum number of pods.
        kafka_triggers: triggers of the consumer lag.

    """
    keda = autoscaling.keda
    return {
        "scaleTargetRef": target,
        "minReplicaCount": min_replicas,
        "maxReplicaCount": autoscaling.max_replicas,
        "pollingInterval": autoscaling.polling_interval_seconds,
        "triggers": [*kafka_triggers, *(trigger.rendered for trigger in (keda.triggers if keda else ()))],
        "advanced": {"horizontalPodAutoscalerConfig": {"behavior": autoscaling.behavior}},
        **(keda.rendered if keda else {}),
    }


def kafka_trigger(
    lag: KafkaLag,
    bootstrap_servers: pulumi.Input[str] | None,
    trigger_authentication: pulumi.Input[str] | None,
    connection_metadata: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the trigger of a ScaledObject. Without a TriggerAuthentication KEDA connects without authentication."""
    metadata = {
        "bootstrapServers": bootstrap_servers,
        "consumerGroup": lag.consumer_group,
        "topic": lag.topic,
        "lagThreshold": str(lag.lag_threshold),
        **connection_metadata,
    }
    authentication = {} if trigger_authentication is None else {"authenticationRef": {"name": trigger_authentication}}
    return {"type": "kafka", "metadata": metadata, **authentication}
