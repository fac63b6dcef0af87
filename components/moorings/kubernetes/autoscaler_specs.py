"""Specs of autoscalers: HorizontalPodAutoscaler, and KEDA's ScaledObject and TriggerAuthentication.

Sources: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
https://keda.sh/docs/latest/reference/scaledobject-spec/
"""

from collections.abc import Iterable
from typing import Any

import pulumi

from moorings.kafka.connection import KafkaConnection
from moorings.kubernetes.autoscaling import Autoscaling, KafkaLag


def horizontal_pod_autoscaler_spec(
    autoscaling: Autoscaling, min_replicas: int, kind: str, workload_name: pulumi.Input[str], main_container: str
) -> dict[str, Any]:
    """Return the spec of a HorizontalPodAutoscaler.

    Args:
        autoscaling: arguments of the autoscaler.
        min_replicas: minimum number of pods.
        kind: kind of the workload.
        workload_name: name of the Deployment or StatefulSet.
        main_container: name of the main container.

    """
    return {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": workload_name},
        "minReplicas": min_replicas,
        "maxReplicas": autoscaling.max_replicas,
        "metrics": [metric.render(main_container) for metric in autoscaling.all_metrics],
        "behavior": autoscaling.behavior,
    }


def scaled_object_spec(
    autoscaling: Autoscaling,
    lag: KafkaLag,
    min_replicas: int,
    kind: str,
    workload_name: pulumi.Input[str],
    *,
    bootstrap_servers: pulumi.Input[str] | None,
    trigger_authentication: pulumi.Input[str] | None,
) -> dict[str, Any]:
    """Return the spec of a ScaledObject, from which KEDA creates a HorizontalPodAutoscaler.

    Args:
        autoscaling: arguments of the autoscaler.
        lag: consumer lag.
        min_replicas: minimum number of pods.
        kind: kind of the workload.
        workload_name: name of the Deployment or StatefulSet.
        bootstrap_servers: bootstrap servers of the Kafka cluster.
        trigger_authentication: name of the TriggerAuthentication. None for brokers without authentication.

    """
    trigger: dict[str, Any] = {
        "type": "kafka",
        "metadata": {
            "bootstrapServers": bootstrap_servers,
            "consumerGroup": lag.consumer_group,
            "topic": lag.topic,
            "lagThreshold": str(lag.lag_threshold),
        },
    }
    if trigger_authentication is not None:
        trigger["authenticationRef"] = {"name": trigger_authentication}
    return {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": workload_name},
        "minReplicaCount": min_replicas,
        "maxReplicaCount": autoscaling.max_replicas,
        "pollingInterval": lag.polling_interval_seconds,
        "triggers": [trigger],
        "advanced": {"horizontalPodAutoscalerConfig": {"behavior": autoscaling.behavior}},
    }


def keda_credentials(kafka: KafkaConnection) -> dict[str, Any]:
    """Return the parameters with which KEDA authenticates as a SCRAM user.

    Source: https://keda.sh/docs/latest/scalers/apache-kafka/
    """
    return {"sasl": "scram_sha512", "tls": "enable", "username": kafka.username, "password": kafka.password}


def trigger_authentication_spec(parameters: Iterable[str], secret_name: pulumi.Input[str]) -> dict[str, Any]:
    """Return the spec of a TriggerAuthentication that reads its parameters from the keys of a Secret.

    Source: https://keda.sh/docs/latest/concepts/authentication/
    """
    return {"secretTargetRef": [{"parameter": name, "name": secret_name, "key": name} for name in parameters]}
